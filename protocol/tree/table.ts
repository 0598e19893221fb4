/**
 * One table of the state: `List[Record, 2^48]`, a record four 32-byte chunks (or, in a log, its root alone).
 *
 * Records lie flat in segments, tree levels in pages; writes mark a leaf dirty and `rehash()` hashes the dirty paths.
 *
 *            list root = H(contents, length)
 *                 |
 *            contents: level 48 ... zero subtrees are never stored, their roots are constants
 *              /     \
 *         level 0: hash_tree_root(record)   (2 + 1 hashes over the record's four chunks)
 */
import { TABLE_DEPTH } from "../params.ts";
import { hashPair } from "./hasher.ts";
import { Levels } from "./levels.ts";
import { uint64Chunk } from "./merkleize.ts";
import { copyNode, depthOf } from "./nodes.ts";
import { CLIMB_LONGS, CLIMB_ROOT, type DirtyTree, rehash } from "./rehash.ts";
import { RECORD_BYTES, SEGMENT_ITEMS, Segments } from "./segments.ts";
import { Touches } from "./touches.ts";
import { ZERO_HASHES } from "./zeroHashes.ts";

export { RECORD_BYTES };

const RECORD_WORDS = RECORD_BYTES / 4;
const TWO_32 = 2 ** 32;
/** Room for the numbers of changed records: at first, and what is kept from block to block at most. */
const FIRST_DIRTY = 128;
const MOST_KEPT = 2 ** 16;

export class Table {
  readonly name: string;
  /** Undefined in a log, whose leaves are given. */
  readonly records: Segments | undefined;
  /** Of records, or of a log's leaves: what a snapshot holds. */
  readonly items: Segments;
  readonly #levels: Levels;
  readonly #isList: boolean;
  #length = 0;
  /** Records for which the levels have room. */
  #roomFor = 0;
  #dirty = new Uint32Array(FIRST_DIRTY);
  #dirtyCount = 0;
  #dirtyBits = new Uint8Array(1024);
  readonly #changedSegments = new Set<number>();
  readonly #climb = new BigUint64Array(CLIMB_LONGS);
  readonly #climbBytes = new Uint8Array(this.#climb.buffer);
  #isHashed = false;
  readonly touches = new Touches();
  /** Records below this index are noted when a field is read or written; 0 when nothing is. */
  #noted = 0;
  #rehashes = 0;
  #rewrites = 0;

  /** A lone `record` has no root of a list: its place is that of its leaf. */
  constructor(name: string, kind: "records" | "log" | "record" = "records") {
    this.name = name;
    this.#isList = kind !== "record";
    this.items = new Segments(kind === "log" ? 32 : RECORD_BYTES);
    this.records = kind === "log" ? undefined : this.items;
    this.#levels = new Levels(this.records === undefined ? this.items : undefined);
  }

  get length(): number {
    return this.#length;
  }

  has(index: number): boolean {
    return index < this.#length;
  }

  /** Appends an all-zero record, to be written by its setters; returns its index. */
  append(): number {
    const index = this.#length++;
    this.#rewrites++;
    this.items.reserve(this.#length);
    this.#markDirty(index);
    return index;
  }

  /** Appends a leaf to a log; returns its index. */
  appendLeaf(leaf: Uint8Array): number {
    const index = this.#length++;
    this.items.reserve(this.#length);
    this.items.bytes(index).set(leaf);
    this.#markDirty(index);
    return index;
  }

  // --- fields: 64-bit words 0..15 of a record, chunks 0..3 ---

  u64(index: number, field: number): bigint {
    this.#note(index);
    const { words, first } = this.records!.slab(index);
    const at = wordOf(index - first, field);
    return (BigInt(words[at + 1]!) << 32n) | BigInt(words[at]!);
  }

  setU64(index: number, field: number, value: bigint): void {
    this.#note(index);
    this.#markDirty(index);
    const { words, first } = this.records!.slab(index);
    const at = wordOf(index - first, field);
    words[at] = Number(value & 0xffffffffn);
    words[at + 1] = Number((value >> 32n) & 0xffffffffn);
  }

  /** The low 32 bits of a field. */
  low(index: number, field: number): number {
    this.#note(index);
    const { words, first } = this.records!.slab(index);
    return words[wordOf(index - first, field)]!;
  }

  /** A field known to be below 2^53 (indices, times, flags, parameters). */
  number(index: number, field: number): number {
    this.#note(index);
    const { words, first } = this.records!.slab(index);
    const at = wordOf(index - first, field);
    return words[at]! + words[at + 1]! * TWO_32;
  }

  setNumber(index: number, field: number, value: number): void {
    this.#rewrites++;
    this.#note(index);
    this.#markDirty(index);
    const { words, first } = this.records!.slab(index);
    const at = wordOf(index - first, field);
    words[at] = value;
    words[at + 1] = Math.floor(value / TWO_32);
  }

  /** Adds `amount` (below 2^53) modulo 2^64, without BigInt. */
  add(index: number, field: number, amount: number): void {
    this.#note(index);
    this.#markDirty(index);
    const { words, first } = this.records!.slab(index);
    const at = wordOf(index - first, field);
    const low = words[at]! + (amount >>> 0);
    words[at] = low;
    words[at + 1] = words[at + 1]! + Math.floor(amount / TWO_32) + (low >= TWO_32 ? 1 : 0);
  }

  /** Subtracts `amount` (below 2^53); the caller has checked `covers`. */
  subtract(index: number, field: number, amount: number): void {
    this.#note(index);
    this.#markDirty(index);
    const { words, first } = this.records!.slab(index);
    const at = wordOf(index - first, field);
    const low = words[at]! - (amount >>> 0);
    words[at] = low;
    words[at + 1] = words[at + 1]! - Math.floor(amount / TWO_32) - (low < 0 ? 1 : 0);
  }

  /** Whether the field is at least `amount` (below 2^53). */
  covers(index: number, field: number, amount: number): boolean {
    this.#note(index);
    const { words, first } = this.records!.slab(index);
    const at = wordOf(index - first, field);
    const high = words[at + 1]!;
    return high >= 2 ** 21 || high * TWO_32 + words[at]! >= amount;
  }

  /** A copy of one 32-byte chunk. */
  chunk(index: number, chunk: number): Uint8Array {
    this.#note(index);
    return this.records!.bytes(index).slice(chunk * 32, chunk * 32 + 32);
  }

  /** Copies one chunk to `target[at..at + 4]`, for callers that gather many: in 64-bit words, without a view of the chunk. */
  copyChunk(index: number, chunk: number, target: BigUint64Array, at: number): void {
    this.#note(index);
    const { longs, first } = this.records!.slab(index);
    const from = ((index - first) * RECORD_WORDS) / 2 + chunk * 4;
    copyNode(longs, from, target, at);
  }

  /**
   * Reads a word of both halves of a record, so that it is in the cache when it is needed: such reads, one after the other, overlap;
   * those between other work wait for each other. Notes nothing.
   */
  peek(index: number): number {
    if (index >= this.#length) return 0;
    const { words, first } = this.items.slab(index);
    const at = wordOf(index - first, 0);
    return words[at]! ^ words[at + RECORD_WORDS / 2]!;
  }

  /** Whether a chunk begins with `value`. */
  beginsWith(index: number, chunk: number, value: Uint8Array): boolean {
    this.#note(index);
    const { bytes, first } = this.records!.slab(index);
    const from = (index - first) * RECORD_BYTES + chunk * 32;
    for (let i = 0; i < value.length; i++) if (bytes[from + i] !== value[i]) return false;
    return true;
  }

  /** Writes `value` (at most 32 bytes, left-aligned as SSZ does for byte vectors). */
  setChunk(index: number, chunk: number, value: Uint8Array): void {
    this.#rewrites++;
    this.#note(index);
    this.#markDirty(index);
    this.records!.bytes(index).set(value, chunk * 32);
  }

  // --- tree ---

  /** `hash_tree_root` of the list. */
  root(): Uint8Array {
    Table.rehash([this]);
    return this.#climbBytes.slice(CLIMB_ROOT, CLIMB_ROOT + 32);
  }

  /** Hashes what changed in several tables since their last root, together. */
  static rehash(tables: readonly Table[]): void {
    const dirty: DirtyTree[] = [];
    for (const table of tables) {
      const tree = table.#takeDirty();
      if (tree !== undefined) dirty.push(tree);
    }
    if (dirty.length > 0) rehash(dirty);
  }

  /** Node `position` of `level` as it was when the table held `length` records (only for tables that are append-only). */
  nodeAt(level: number, position: number, length = this.#length): Uint8Array {
    const first = position * 2 ** level;
    if (first >= length) return ZERO_HASHES[level]!;
    const isClimb = length === this.#length && position === 0 && 2 ** (level - 1) >= length;
    if (isClimb && level > 0) return this.#climbBytes.slice(level * 32, level * 32 + 32);
    const stored = this.#levels.list[level];
    if (stored !== undefined && (length === this.#length || first + 2 ** level <= length)) {
      return stored.bytes(position).slice();
    }
    return hashPair(this.nodeAt(level - 1, position * 2, length), this.nodeAt(level - 1, position * 2 + 1, length));
  }

  /** The 48 siblings of a leaf, bottom up, in the tree of the first `length` records. Call `root()` first. */
  branch(index: number, length = this.#length): Uint8Array[] {
    const siblings: Uint8Array[] = [];
    for (let level = 0, at = index; level < TABLE_DEPTH; level++, at = Math.floor(at / 2)) {
      siblings.push(this.nodeAt(level, at % 2 === 0 ? at + 1 : at - 1, length));
    }
    return siblings;
  }

  leaf(index: number): Uint8Array {
    return this.nodeAt(0, index);
  }

  // --- witness: which records are read or written, and the nodes of the last `root()` ---

  /** Whether reads and writes of fields are noted in `touches`. */
  setNoting(on: boolean): void {
    this.#noted = on ? this.touches.length : 0;
  }

  /** Level 48 of the tree: the root without the length. */
  contents(): Uint8Array {
    Table.rehash([this]);
    return this.nodeAt(TABLE_DEPTH, 0);
  }

  /** How often the tree was hashed again: equal numbers mean that the stored nodes did not change. */
  get rehashes(): number {
    return this.#rehashes;
  }

  /**
   * How often a record came to be, or a root, an address or a number in one was set; amounts do not count. Equal numbers mean
   * that whatever else the records say is the same.
   */
  get rewrites(): number {
    return this.#rewrites;
  }

  /** A view of a node as the last `root()` left it; its subtree held a record then. */
  storedNode(level: number, position: number): Uint8Array {
    return this.#levels.list[level]!.bytes(position);
  }

  // --- snapshots: raw segments, and which of them changed ---

  /** Numbers of the segments written since the last call. */
  takeChangedSegments(): number[] {
    Table.rehash([this]); // a leaf still dirty would not be noted again
    const changed = [...this.#changedSegments];
    this.#changedSegments.clear();
    return changed;
  }

  /** Restores one raw segment; call `restoreLength` when all are in. */
  restoreSegment(number: number, bytes: Uint8Array): void {
    this.items.reserve((number + 1) * SEGMENT_ITEMS);
    this.items.segment(number).set(bytes);
  }

  restoreLength(length: number): void {
    this.#length = length;
    this.items.reserve(length);
    for (let index = 0; index < length; index++) this.#markDirty(index);
    this.takeChangedSegments();
  }

  #note(index: number): void {
    if (index < this.#noted) this.touches.note(this.records!, index);
  }

  #markDirty(index: number): void {
    const byte = index >>> 3;
    if (byte >= this.#dirtyBits.length) {
      const grown = new Uint8Array(Math.max(this.#dirtyBits.length * 2, byte + 1));
      grown.set(this.#dirtyBits);
      this.#dirtyBits = grown;
    }
    const bit = 1 << (index & 7);
    if ((this.#dirtyBits[byte]! & bit) !== 0) return;
    this.#dirtyBits[byte]! |= bit;
    if (this.#dirtyCount === this.#dirty.length) {
      const grown = new Uint32Array(this.#dirtyCount * 2);
      grown.set(this.#dirty);
      this.#dirty = grown;
    }
    this.#dirty[this.#dirtyCount++] = index;
    this.#changedSegments.add(Math.floor(index / SEGMENT_ITEMS));
  }

  #takeDirty(): DirtyTree | undefined {
    if (this.#length === 0 && !this.#isHashed) this.#hashEmpty();
    if (this.#dirtyCount === 0) return undefined;
    this.#rehashes++;
    this.#isHashed = true;
    const nodes = this.#dirty.subarray(0, this.#dirtyCount);
    if (!isIncreasing(nodes)) nodes.sort();
    for (let i = 0; i < nodes.length; i++) this.#dirtyBits[nodes[i]! >>> 3] = 0;
    this.#dirtyCount = 0;
    if (nodes.length > MOST_KEPT) this.#dirty = new Uint32Array(FIRST_DIRTY);
    if (this.#length > this.#roomFor) this.#reserveLevels();
    const { records } = this;
    return {
      records,
      isList: this.#isList,
      levels: this.#levels.list,
      depth: depthOf(this.#length),
      climb: this.#climb,
      length: this.#length,
      nodes,
    };
  }

  /** Makes room for all levels over the records' segments. */
  #reserveLevels(): void {
    this.#roomFor = Math.ceil(this.#length / SEGMENT_ITEMS) * SEGMENT_ITEMS;
    let count = this.#roomFor;
    for (let level = 0; level <= depthOf(this.#roomFor); level++, count = Math.ceil(count / 2)) {
      this.#levels.reserve(level, count);
    }
  }

  #hashEmpty(): void {
    this.#climbBytes.set(hashPair(ZERO_HASHES[TABLE_DEPTH]!, uint64Chunk(0)), CLIMB_ROOT);
    this.#isHashed = true;
  }
}

/** The low word of a field of a slab's record; said to be unsigned, as copyNode's places are. */
const wordOf = (record: number, field: number): number => (record * RECORD_WORDS + field * 2) >>> 0;

/** As the leaves of a log are; asking is cheaper than sorting. */
function isIncreasing(values: Uint32Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false;
  return true;
}
