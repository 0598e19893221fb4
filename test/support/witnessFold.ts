/**
 * Reads a witness as docs/spec/faults.md says it and folds it to the two roots: written from the text alone, to hold the code
 * against it.
 */
import { type State, TABLES, type TableName } from "../../protocol/state/state.ts";
import { hashPair } from "../../protocol/tree/hasher.ts";
import { mixInLength } from "../../protocol/tree/merkleize.ts";
import { ZERO_HASHES } from "../../protocol/tree/zeroHashes.ts";

export interface ReadWitness {
  readonly system: Uint8Array;
  readonly lengths: readonly number[];
  readonly leaves: readonly { readonly index: number; readonly record: Uint8Array }[][];
  /** All that follows the leaves. */
  readonly nodes: readonly Uint8Array[];
}

/** What a block made of the records. */
export interface After {
  readonly system: Uint8Array;
  /** Leaves of the records appended, per table in field order. */
  readonly appended: readonly (readonly Uint8Array[])[];
  /** The record now. */
  record(table: TableName, index: number): Uint8Array;
}

/** Of a state whose root was computed after the block. */
export function afterOf(state: State, witness: ReadWitness): After {
  return {
    system: state.system.records!.bytes(0),
    appended: TABLES.map((name, t) => {
      const before = witness.lengths[t]!;
      return Array.from({ length: state[name].length - before }, (_, i) => state[name].leaf(before + i));
    }),
    record: (name, index) => state[name].records!.bytes(index),
  };
}

/** Undefined when the bytes do not have a witness's form. */
export function readWitness(bytes: Uint8Array): ReadWitness | undefined {
  let at = 0;
  const take = (size: number): Uint8Array => {
    at += size;
    return bytes.slice(at - size, at);
  };
  const uint = (size: number): number => take(size).reduce((sum, byte) => sum * 256 + byte, 0);
  const system = take(128);
  const lengths = TABLES.map(() => uint(6));
  const counts = TABLES.map(() => uint(2));
  if (128 + 48 + counts.reduce((sum, count) => sum + count) * 134 > bytes.length) return undefined;
  const leaves = counts.map((count) => Array.from({ length: count }, () => ({ index: uint(6), record: take(128) })));
  const nodes: Uint8Array[] = [];
  while (at < bytes.length) nodes.push(take(32));
  const isOrdered = leaves.every((list, t) =>
    list.every(({ index }, i) => index < lengths[t]! && (i === 0 || index > list[i - 1]!.index)),
  );
  return isOrdered && (nodes.at(-1)?.length ?? 32) === 32 ? { system, lengths, leaves, nodes } : undefined;
}

const recordRoot = (record: Uint8Array): Uint8Array =>
  hashPair(
    hashPair(record.subarray(0, 32), record.subarray(32, 64)),
    hashPair(record.subarray(64, 96), record.subarray(96)),
  );

interface Carried {
  position: number;
  pre: Uint8Array;
  post: Uint8Array;
}

/** The state's root before and after, or undefined when nodes are missing or left over. */
export function foldWitness(witness: ReadWitness, after: After): { pre: Uint8Array; post: Uint8Array } | undefined {
  const nodes = witness.nodes.values();
  let isShort = false;
  const nextNode = (): Uint8Array => {
    const { value } = nodes.next();
    isShort ||= value === undefined;
    return value ?? ZERO_HASHES[0]!;
  };
  const pre: Uint8Array[] = [];
  const post: Uint8Array[] = [];
  for (const [t, name] of TABLES.entries()) {
    const length = witness.lengths[t]!;
    const appended = after.appended[t]!;
    let carried: Carried[] = witness.leaves[t]!.map(({ index, record }) => ({
      position: index,
      pre: recordRoot(record),
      post: recordRoot(after.record(name, index)),
    }));
    carried.push(...appended.map((leaf, i) => ({ position: length + i, pre: ZERO_HASHES[0]!, post: leaf })));
    if (carried.length === 0) carried = [both(nextNode())];
    else for (let level = 0; level < 48; level++) carried = parents(carried, level, length, nextNode);
    pre.push(mixInLength(carried[0]!.pre, length));
    post.push(mixInLength(carried[0]!.post, length + appended.length));
  }
  if (isShort || !nodes.next().done) return undefined;
  return { pre: container([...pre, recordRoot(witness.system)]), post: container([...post, recordRoot(after.system)]) };
}

const both = (hash: Uint8Array): Carried => ({ position: 0, pre: hash, post: hash });

function parents(carried: readonly Carried[], level: number, length: number, nextNode: () => Uint8Array): Carried[] {
  const byPosition = new Map(carried.map((node) => [node.position, node]));
  const out = new Map<number, Carried>();
  for (const node of carried) {
    const isRight = node.position % 2 === 1;
    const position = (node.position - (isRight ? 1 : 0)) / 2;
    if (out.has(position)) continue;
    const beside = isRight ? node.position - 1 : node.position + 1;
    const isPast = beside * 2 ** level >= length;
    const other = byPosition.get(beside) ?? both(isPast ? ZERO_HASHES[level]! : nextNode());
    const [left, right] = isRight ? [other, node] : [node, other];
    out.set(position, { position, pre: hashPair(left.pre, right.pre), post: hashPair(left.post, right.post) });
  }
  return [...out.values()];
}

function container(used: readonly Uint8Array[]): Uint8Array {
  let level = [...used, ...Array.from({ length: 16 - used.length }, () => ZERO_HASHES[0]!)];
  while (level.length > 1) level = level.flatMap((node, i) => (i % 2 === 0 ? [hashPair(node, level[i + 1]!)] : []));
  return level[0]!;
}
