/**
 * Hashes the dirty paths of several trees together, level by level, one hasher call a level: a call costs as much as some hashes,
 * and a block changes a few nodes in each of six trees. What is not hashing is moving nodes: they move as 64-bit words.
 */
import { TABLE_DEPTH } from "../params.ts";
import { hashPairs } from "./hasher.ts";
import type { Level } from "./levels.ts";
import { copyNode, NODE, Nodes, ZEROS } from "./nodes.ts";
import type { Segments, Slab } from "./segments.ts";

const PAIR = 2 * NODE;
/** Pairs in one call: in and out fit the second-level cache. */
const ROOM = 4_096;

/** What of a table's tree is to be hashed again, and where the results go. */
export interface DirtyTree {
  /** Undefined in a log, whose leaves are given. */
  readonly records: Segments | undefined;
  /** Otherwise its leaf is all. */
  readonly isList: boolean;
  /** Levels 0 to `depth`. */
  readonly levels: readonly Level[];
  /** The lowest level that has only one node. */
  readonly depth: number;
  /** The one node of each level above `depth`, to level 48; then the list's root. */
  readonly climb: BigUint64Array;
  readonly length: number;
  /** Indices of the changed leaves, increasing; used up. */
  nodes: Uint32Array;
}

/** Leaves under a node, by level: cheaper to look up than to compute. */
const SPANS = Float64Array.from({ length: TABLE_DEPTH + 1 }, (_, level) => 2 ** level);

/** Room for the nodes of `DirtyTree.climb`: one a level, and the root. */
export const CLIMB_LONGS = (TABLE_DEPTH + 2) * NODE;
/** Bytes before the list's root in it. */
export const CLIMB_ROOT = (TABLE_DEPTH + 1) * 32;

const gathered = new Nodes(ROOM * 2);
const hashed = new Nodes(ROOM);
const leaves = new Nodes(ROOM / 2);
const input = gathered.longs;
const output = hashed.longs;
/** Pairs in `input`, and whose they are: for each tree in `runs` the parents of its nodes `from` to `to`. */
let used = 0;
const runs: { tree: DirtyTree; from: number; to: number }[] = [];

/** Brings the trees up to their roots. */
export function rehash(trees: readonly DirtyTree[]): void {
  hashRecords(trees);
  const lists = trees.filter(({ isList }) => isList);
  if (lists.length === 0) return;
  const height = Math.max(...lists.map(({ depth }) => depth));
  for (let level = 0; level < height; level++) hashLevel(lists, level);
  climbTogether(lists, height);
}

/** From the level where all trees have one node only to their roots. */
function climbTogether(trees: readonly DirtyTree[], height: number): void {
  const count = trees.length;
  for (const tree of trees) gatherTop(tree, height);
  for (let level = height; ; level++) {
    hashInput(count);
    const isLast = level === TABLE_DEPTH;
    for (let i = 0; i < count; i++) {
      const { climb, length } = trees[i]!;
      copyNode(output, i * NODE, climb, (level + 1) * NODE);
      if (isLast) continue;
      copyNode(output, i * NODE, input, i * PAIR);
      copyNode(ZEROS, level + 1 < TABLE_DEPTH ? (level + 1) * NODE : 0, input, i * PAIR + NODE);
      // Above the tree stands the list: the contents beside the length.
      if (level + 1 === TABLE_DEPTH) input[i * PAIR + NODE] = BigInt(length);
    }
    if (isLast) break;
  }
  used = 0;
}

/** Leaves of changed records: two hashes over a record's four chunks, then one over these, which lie side by side. */
function hashRecords(trees: readonly DirtyTree[]): void {
  for (const tree of trees) {
    const { records, nodes } = tree;
    if (records === undefined) continue;
    for (let from = 0; from < nodes.length; ) {
      if (used === ROOM) scatterRecords();
      const to = Math.min(nodes.length, from + (ROOM - used) / 2);
      for (let i = from; i < to; i++, used += 2) {
        const { longs, first } = records.slab(nodes[i]!);
        const at = (nodes[i]! - first) * 2 * PAIR;
        copyPair(longs, at, input, used * PAIR);
        copyPair(longs, at + PAIR, input, used * PAIR + PAIR);
      }
      runs.push({ tree, from, to });
      from = to;
    }
  }
  scatterRecords();
}

function scatterRecords(): void {
  if (used === 0) return;
  hashInput(used);
  hashPairs(hashed.first(used), leaves.first(used / 2));
  let at = 0;
  for (const { tree, from, to } of runs) {
    scatter(leaves.longs, tree.levels[0]!, tree.nodes, { from, to, at });
    at += (to - from) * NODE;
  }
  used = 0;
  runs.length = 0;
}

/** Hashes the pairs of a level; their parents are the changed nodes of the next. */
function hashLevel(trees: readonly DirtyTree[], level: number): void {
  for (const tree of trees) {
    if (level < tree.depth) tree.nodes = parentsOf(tree.nodes);
    const { length } = tree.nodes;
    for (let from = 0; from < length; ) {
      if (used === ROOM) hashRuns(level);
      const to = Math.min(length, from + ROOM - used);
      if (level < tree.depth) gather(tree, level, from, to);
      else gatherTop(tree, level);
      runs.push({ tree, from, to });
      from = to;
    }
  }
  hashRuns(level);
}

/** The parents of increasing nodes, each once, in the same array. */
function parentsOf(nodes: Uint32Array): Uint32Array {
  let count = 0;
  let last = -1;
  for (let i = 0; i < nodes.length; i++) {
    const parent = nodes[i]! >>> 1;
    if (parent === last) continue;
    nodes[count++] = parent;
    last = parent;
  }
  return count === nodes.length ? nodes : nodes.subarray(0, count);
}

/** Copies the children of the nodes `from` to `to`, which are at `level + 1`. */
function gather({ levels, length, nodes }: DirtyTree, level: number, from: number, to: number): void {
  const { items, shift, mask, offset, stride } = levels[level]!;
  let slab: Slab | undefined;
  for (let i = from, at = used * PAIR; i < to; i++, at += PAIR) {
    const left = (nodes[i]! << 1) >>> 0;
    const item = left >>> shift;
    if (slab === undefined || item >= slab.end) slab = items.slab(item);
    copyPair(slab.longs, (item - slab.first) * stride + (offset + (left & mask)) * NODE, input, at);
  }
  // Only the last node can lack a right child.
  const last = nodes[to - 1]!;
  const hasRight = (last * 2 + 1) * SPANS[level]! < length;
  used += to - from;
  if (!hasRight) copyNode(ZEROS, level * NODE, input, used * PAIR - NODE);
}

/** Above the stored levels there is one node, with an empty tree beside it. */
function gatherTop({ levels, climb, depth }: DirtyTree, level: number): void {
  const at = used++ * PAIR;
  if (level === depth) copyNode(levels[level]!.items.slab(0).longs, levels[level]!.offset * NODE, input, at);
  else copyNode(climb, level * NODE, input, at);
  copyNode(ZEROS, level * NODE, input, at + NODE);
}

/** Hashes what was gathered and puts each hash where it belongs, at `level + 1`. */
function hashRuns(level: number): void {
  hashInput(used);
  let at = 0;
  for (const { tree, from, to } of runs) {
    if (level < tree.depth) scatter(output, tree.levels[level + 1]!, tree.nodes, { from, to, at });
    else copyNode(output, at, tree.climb, (level + 1) * NODE);
    at += (to - from) * NODE;
  }
  used = 0;
  runs.length = 0;
}

/** Copies hashes from `at` on to the nodes `from` to `to` of a level. */
function scatter(
  hashes: BigUint64Array,
  { items, shift, mask, offset, stride }: Level,
  nodes: Uint32Array,
  { from, to, at }: { from: number; to: number; at: number },
): void {
  let slab: Slab | undefined;
  for (let i = from; i < to; i++, at += NODE) {
    const node = nodes[i]!;
    const item = node >>> shift;
    if (slab === undefined || item >= slab.end) slab = items.slab(item);
    copyNode(hashes, at, slab.longs, (item - slab.first) * stride + (offset + (node & mask)) * NODE);
  }
}

/** The first pairs of `input`, to `output`. */
function hashInput(pairs: number): void {
  hashPairs(gathered.first(2 * pairs), hashed.first(pairs));
}

function copyPair(from: BigUint64Array, at: number, to: BigUint64Array, toAt: number): void {
  copyNode(from, at, to, toAt);
  copyNode(from, at + NODE, to, toAt + NODE);
}
