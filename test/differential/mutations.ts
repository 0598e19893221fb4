/** Witnesses that differ from the right one, in every way that an attacker could think of. */
import { executeBlock } from "../../protocol/block.ts";
import { ByteWriter, concat, equalBytes } from "../../protocol/bytes.ts";
import { type State, TABLES } from "../../protocol/state/state.ts";
import { ZERO_HASHES } from "../../protocol/tree/zeroHashes.ts";
import { WitnessRecorder } from "../../protocol/witness/recorder.ts";
import type { Block } from "./blocks.ts";
import type { Case } from "./chains.ts";
import { cloneState } from "./cloneState.ts";
import { ask } from "./compare.ts";
import { ENVIRONMENT } from "./environment.ts";
import type { TransitionHost } from "./host.ts";

export interface Mutation {
  readonly name: string;
  readonly witness: Uint8Array;
}

const LENGTHS = 128;
const COUNTS = LENGTHS + 6 * TABLES.length;
const LEAVES = COUNTS + 2 * TABLES.length;
const LEAF = 134;
const NODE = 32;

/** Requests that the host works on at a time. */
const IN_FLIGHT = 8;

/** The witness with one bit turned. */
export function withBit(witness: Uint8Array, bit: number): Uint8Array {
  return witness.with(bit >>> 3, witness[bit >>> 3]! ^ (1 << (bit & 7)));
}

/** Every field with other values, and every part left out, doubled, exchanged or moved. */
export function* mutationsOf(witness: Uint8Array): Generator<Mutation> {
  const view = new DataView(witness.buffer, witness.byteOffset);
  const counts = TABLES.map((_, t) => view.getUint16(COUNTS + 2 * t));
  const leafCount = counts.reduce((sum, count) => sum + count);
  const nodes = LEAVES + LEAF * leafCount;
  const nodeCount = (witness.length - nodes) / NODE;

  for (let word = 0; word < 16; word++) yield* numbers(witness, `system word ${word}`, 8 * word, 8);
  for (const [t, table] of TABLES.entries()) {
    yield* numbers(witness, `length of ${table}`, LENGTHS + 6 * t, 6);
    yield* numbers(witness, `count of ${table}`, COUNTS + 2 * t, 2);
    const next = TABLES[t + 1];
    if (next === undefined) continue;
    yield { name: `lengths of ${table} and ${next}`, witness: exchanged(witness, LENGTHS + 6 * t, 6) };
    yield { name: `counts of ${table} and ${next}`, witness: exchanged(witness, COUNTS + 2 * t, 2) };
    if (counts[t]! > 0) {
      const moved = witness.with(COUNTS + 2 * t + 1, (counts[t]! - 1) & 0xff);
      moved[COUNTS + 2 * t + 3]!++;
      yield { name: `last leaf of ${table} given to ${next}`, witness: moved };
    }
  }
  for (let leaf = 0; leaf < leafCount; leaf++) {
    const at = LEAVES + LEAF * leaf;
    yield* numbers(witness, `index of leaf ${leaf}`, at, 6);
    for (let chunk = 0; chunk < 4; chunk++) {
      yield* numbers(witness, `chunk ${chunk} of leaf ${leaf}`, at + 6 + 32 * chunk, 32);
    }
    yield { name: `leaf ${leaf} without its count`, witness: spliced(witness, at, LEAF) };
    yield { name: `leaf ${leaf} twice`, witness: spliced(witness, at, 0, witness.subarray(at, at + LEAF)) };
    if (leaf + 1 < leafCount) yield { name: `leaves ${leaf}, ${leaf + 1}`, witness: exchanged(witness, at, LEAF) };
  }
  yield* leavesLeftOutOrDoubled(witness, counts);
  for (let node = 0; node < nodeCount; node++) {
    const at = nodes + NODE * node;
    yield* numbers(witness, `node ${node}`, at, NODE);
    yield { name: `without node ${node}`, witness: spliced(witness, at, NODE) };
    yield { name: `node ${node} twice`, witness: spliced(witness, at, 0, witness.subarray(at, at + NODE)) };
    if (node + 1 < nodeCount) yield { name: `nodes ${node}, ${node + 1}`, witness: exchanged(witness, at, NODE) };
    for (const level of [0, 1, 47, 48]) {
      yield { name: `zero hash ${level} before node ${node}`, witness: spliced(witness, at, 0, ZERO_HASHES[level]!) };
    }
  }
  for (const size of [
    0,
    1,
    127,
    128,
    LEAVES - 1,
    LEAVES,
    nodes - 1,
    nodes,
    witness.length - NODE,
    witness.length - 1,
  ]) {
    yield { name: `cut to ${size} bytes`, witness: witness.slice(0, size) };
  }
  for (const more of [1, 31, 32, 64, 134, 32 * 48]) {
    yield { name: `${more} zero bytes more`, witness: concat(witness, new Uint8Array(more)) };
  }
  yield { name: "an empty node more", witness: concat(witness, ZERO_HASHES[48]!) };
}

/** A leaf with its count, so that all the other parts are where the contract looks for them. */
function* leavesLeftOutOrDoubled(witness: Uint8Array, counts: readonly number[]): Generator<Mutation> {
  let at = LEAVES;
  for (const [t, table] of TABLES.entries()) {
    for (let leaf = 0; leaf < counts[t]!; leaf++, at += LEAF) {
      const count = COUNTS + 2 * t + 1;
      const less = witness.with(count, (counts[t]! - 1) & 0xff);
      yield { name: `without leaf ${leaf} of ${table}`, witness: spliced(less, at, LEAF) };
      const more = witness.with(count, (counts[t]! + 1) & 0xff);
      yield {
        name: `leaf ${leaf} of ${table} doubled`,
        witness: spliced(more, at, 0, witness.subarray(at, at + LEAF)),
      };
    }
  }
}

/** The field of `size` bytes at `at`: one more, one less, nothing, all ones, another order of bytes. */
function* numbers(witness: Uint8Array, name: string, at: number, size: number): Generator<Mutation> {
  const field = witness.subarray(at, at + size);
  const values: [string, Uint8Array][] = [
    ["low bit turned", field.with(size - 1, field[size - 1]! ^ 1)],
    ["high bit turned", field.with(0, field[0]! ^ 0x80)],
    ["second bit turned", field.with(size - 1, field[size - 1]! ^ 2)],
    ["nothing", new Uint8Array(size)],
    ["all ones", new Uint8Array(size).fill(0xff)],
    ["backwards", field.toReversed()],
  ];
  for (const [how, value] of values) yield { name: `${name}: ${how}`, witness: spliced(witness, at, size, value) };
}

function spliced(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array = new Uint8Array(0)): Uint8Array {
  return concat(bytes.subarray(0, at), insert, bytes.subarray(at + remove));
}

/** The two parts of `size` bytes from `at` in each other's place. */
function exchanged(bytes: Uint8Array, at: number, size: number): Uint8Array {
  const [first, second] = [bytes.slice(at, at + size), bytes.slice(at + size, at + 2 * size)];
  return spliced(bytes, at, 2 * size, concat(second, first));
}

/**
 * Inner nodes given as records: a record is hashed as four chunks, and so are four leaves side by side. A contract that let the
 * prover choose the length of a path would take them. `state` is that before the block, its root computed.
 */
export function* innerNodesAsRecords(state: State, witness: Uint8Array): Generator<Mutation> {
  const view = new DataView(witness.buffer, witness.byteOffset);
  let at = LEAVES;
  for (const [t, table] of TABLES.entries()) {
    const { length } = state[table];
    for (let leaf = view.getUint16(COUNTS + 2 * t); leaf > 0; leaf--, at += LEAF) {
      const index = view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2);
      const group = Math.floor(index / 4);
      const leaves = [0, 1, 2, 3].map((i) =>
        4 * group + i < length ? state[table].leaf(4 * group + i) : ZERO_HASHES[0]!,
      );
      const forged = new ByteWriter()
        .uint(group, 6)
        .put(concat(...leaves))
        .finish();
      const inner = spliced(witness, at, LEAF, forged);
      yield { name: `leaves from ${4 * group} of ${table} as record ${group}`, witness: inner };
      const shorter = new ByteWriter().uint(Math.ceil(length / 4), 6).finish();
      const name = `the same with ${table} a quarter as long`;
      yield { name, witness: spliced(inner, LENGTHS + 6 * t, 6, shorter) };
    }
  }
}

/**
 * Witnesses that hash to the right root and are true, but of other records than the block touches: with one more, or
 * without the last. `state` is that before the block.
 */
export function* otherRecords(state: State, { start, content }: Block): Generator<Mutation> {
  const recorded = (change: (recorder: WitnessRecorder, copy: State) => void): Uint8Array => {
    const copy = cloneState(state);
    const recorder = new WitnessRecorder(copy);
    recorder.record(() => executeBlock(copy, ENVIRONMENT, start, content));
    change(recorder, copy);
    return recorder.finish();
  };
  for (const [t, table] of TABLES.entries()) {
    if (state[table].records === undefined || state[table].length === 0) continue;
    for (const index of new Set([0, Math.floor(state[table].length / 2), state[table].length - 1])) {
      yield {
        name: `record ${index} of ${table} as well`,
        witness: recorded((recorder, copy) => recorder.record(() => copy[table].number(index, 0))),
      };
    }
    yield {
      name: `without the record of ${table} that was touched last`,
      witness: recorded((recorder) => {
        recorder.undoTo(recorder.mark().map((count, i) => (i === t ? Math.max(0, count - 1) : count)));
      }),
    };
  }
}

/** Names of the wrong witnesses that the host takes for the block: there must be none, whatever root they give. */
export async function takenOf(host: TransitionHost, right: Case, wrong: Iterable<Mutation>): Promise<string[]> {
  const taken: string[] = [];
  const inFlight = new Set<Promise<void>>();
  for (const { name, witness } of wrong) {
    if (equalBytes(witness, right.witness)) continue;
    const done: Promise<void> = ask(host, right, witness).then((answer) => {
      if (!("reverted" in answer)) taken.push(`${name}: ${answer.postRoot}`);
      inFlight.delete(done);
    });
    inFlight.add(done);
    if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  return taken;
}
