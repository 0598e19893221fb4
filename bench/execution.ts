/** Running blocks on a state, measured: how many records a second, and where the time goes. One core, no disk, no network. */

import type { State } from "../protocol/state/state.ts";
import { type Hasher, useHasher } from "../protocol/tree/hasher.ts";
import { nativeHasher } from "../protocol/tree/nativeHasher.ts";
import { useFastHashes } from "../runtime/fastHashes.ts";
import { executeOnly } from "./batch.ts";
import { batchNs, recoverUs } from "./limits.ts";
import { collectGarbage, median, stopwatch } from "./measure.ts";
import { blockMaker, type FilledBlock, randomOf, SHORT_LOG_RECORDS, stateOf, uniformRecords } from "./world.ts";

/** Blocks to begin with: the compiler must have seen the code. */
const WARM_UP = 4_000;
/** The median slice counts: on a shared machine a slice may be hit by others. */
const SLICES = 9;
const SLICE_BLOCKS = 150;
const SHORT = 10;

/** Per block, but for the rates. */
export interface Execution {
  records: number;
  /** Of processor time, all threads: garbage collector and compiler count. */
  recordsPerSecond: number;
  /** The transaction: decoding, signature, checks, effects, roots of its records. By the clock, in the middle block. */
  transactionUs: number;
  /** The state root after it, likewise: others on the machine disturb some blocks, not the middle one. */
  rootUs: number;
  /** SHA-256 nodes in the state root, and all. */
  rootNodes: number;
  nodes: number;
  /** Nanoseconds a node when the native hasher gets all of a block's in one call, measured between the slices. */
  batchNs: number;
  /** One native signature recovery, likewise. */
  recoverUs: number;
}

export async function measureExecution(contributions: number, short: boolean): Promise<Execution> {
  await useFastHashes();
  const state = stateOf({ contributions, ...(short && { records: SHORT_LOG_RECORDS }) });
  const make = blockMaker(state, uniformRecords(contributions, randomOf(contributions + 1)));
  const [warmUp, sliceBlocks] = short ? [SHORT, SHORT] : [WARM_UP, SLICE_BLOCKS];
  const blocks = Array.from({ length: warmUp + SLICES * sliceBlocks }, make);
  collectGarbage(); // before the warm-up: V8 throws compiled code away with the garbage
  runSlice(state, blocks.splice(0, warmUp));
  const slices: Execution[] = [];
  while (blocks.length > 0) slices.push(runSlice(state, blocks.splice(0, sliceBlocks)));
  return middleOf(slices);
}

function runSlice(state: State, blocks: readonly FilledBlock[]): Execution {
  const counter = new CountingHasher();
  useHasher(counter);
  let [records, rootNodes] = [0, 0];
  const transactionMs: number[] = [];
  const rootMs: number[] = [];
  const spent = stopwatch();
  for (const block of blocks) {
    const start = performance.now();
    executeOnly(state, block);
    const executed = performance.now();
    const { nodes } = counter;
    state.root();
    rootMs.push(performance.now() - executed);
    transactionMs.push(executed - start);
    rootNodes += counter.nodes - nodes;
    records += block.records.length;
  }
  const { cpu } = spent();
  useHasher(nativeHasher);
  const count = blocks.length;
  return {
    records: records / count,
    recordsPerSecond: records / cpu,
    transactionUs: median(transactionMs) * 1e3,
    rootUs: median(rootMs) * 1e3,
    rootNodes: rootNodes / count,
    nodes: counter.nodes / count,
    batchNs: batchNs(Math.round(counter.nodes / count)),
    recoverUs: recoverUs(),
  };
}

/** Each figure's median by itself. */
function middleOf(slices: readonly Execution[]): Execution {
  const names = Object.keys(slices[0]!) as (keyof Execution)[];
  return Object.fromEntries(
    names.map((name) => [name, median(slices.map((slice) => slice[name]))]),
  ) as unknown as Execution;
}

/** The native hasher, counting. */
class CountingHasher implements Hasher {
  readonly name = "counting";
  nodes = 0;

  hashPairs(input: Uint8Array, output: Uint8Array): void {
    nativeHasher.hashPairs(input, output);
    this.nodes += output.length / 32;
  }
}
