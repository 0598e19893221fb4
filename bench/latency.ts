/**
 * From the moment a transaction was due to be sent to its signed receipt, which is durable: an open loop at a fixed rate, so that
 * waiting behind others counts. Idle, and at half of what the sequencer takes in just before. The limit is one signature recovery
 * and one synchronous write, of the same percentile.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStore, put } from "../runtime/store/store.ts";
import { type Benchmark, resultOf } from "./benchmark.ts";
import { measureLoad, SINGLE, withNetwork } from "./ingest.ts";
import { recoverUs } from "./limits.ts";
import { refusals, tally, Wire } from "./load.ts";
import { percentile } from "./measure.ts";
import type { BenchNetwork } from "./network.ts";
import { formatNumber } from "./report.ts";
import { giveBack, presign } from "./traffic.ts";

interface Loop {
  name: string;
  /** Transactions a second. */
  rate: number;
  /** Transactions in one request; 0 for one in a JSON-RPC request. */
  chunk: number;
  /** Milliseconds. */
  targets: { p50?: number; p99: number };
}

const IDLE: Loop = { name: "idle", rate: 100, chunk: 0, targets: { p50: 3, p99: 15 } };
const HALF: Omit<Loop, "rate"> = { name: "half", chunk: 10, targets: { p99: 50 } };
const LANES = 40;
/** The code must have been compiled, that of the poster included. */
const WARM_UP_SECONDS = 5;
const CALIBRATION_SECONDS = 3;
const WRITES = 500;
const RECORD_BYTES = 200;

export const latency: Benchmark = (options, report) =>
  withNetwork(async (network) => {
    const calibration = await measureLoad(network, { ...options, seconds: CALIBRATION_SECONDS }, SINGLE);
    const capacity = calibration.acknowledged / calibration.wall;
    await network.posted();
    for (const loop of [IDLE, { ...HALF, rate: capacity / 2 }]) {
      const [warmUp, measured] = options.short ? [0, 1] : [WARM_UP_SECONDS, options.seconds];
      const times = await openLoop(network, loop, warmUp + measured);
      const counted = times.slice(Math.floor((times.length * warmUp) / (warmUp + measured)));
      const recovery = recoverUs() / 1_000;
      const writes = await writeTimes(join(network.folder, "writes"));
      for (const p of [50, 99] as const) {
        const bound = loop.targets[`p${p}`];
        report(
          resultOf({
            name: `latency.${loop.name}.p${p}`,
            value: percentile(counted, p),
            unit: "ms",
            better: "less",
            limit: recovery + percentile(writes, p),
            ...(bound !== undefined && { target: { of: "value", bound } }),
            note: `${counted.length} requests of ${Math.max(1, loop.chunk)}, ${formatNumber(loop.rate)} transactions a second, one record each, signed beforehand`,
            reason: "load generator, host and sequencer share two cores",
          }),
        );
      }
    }
  });

/** Milliseconds of each request, in the order in which they were due. */
async function openLoop(network: BenchNetwork, { rate, chunk }: Loop, seconds: number): Promise<number[]> {
  const each = Math.max(1, chunk);
  const count = Math.ceil((seconds * rate) / each);
  const lanes = presign(network, { lanes: LANES, each: Math.ceil(count / LANES) * each, records: 1 });
  const wire = new Wire(network.sequencer.url, LANES);
  const last: Promise<void>[] = lanes.map(async () => {});
  const times: number[] = [];
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const due = start + (i * each * 1_000) / rate;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    const lane = lanes[i % LANES]!;
    // A sender's nonces are in order: its next ones wait for those before.
    last[i % LANES] = last[i % LANES]!.then(async () => {
      const refused = refusals(await wire.send(lane, chunk));
      if (refused.length > 0) throw new Error(`a transaction was refused: ${tally(refused)}`);
      lane.skip(each);
      times[i] = performance.now() - due;
    });
  }
  await Promise.all(last);
  giveBack(network, lanes);
  wire.close();
  return times;
}

/** Milliseconds of small synchronous writes to a store of its own on the same disk. */
async function writeTimes(path: string): Promise<number[]> {
  const store = await openStore(path);
  const times: number[] = [];
  for (let i = 0; i < WRITES; i++) {
    const start = performance.now();
    await store.write([put(store.meta, Uint8Array.of(i), new Uint8Array(RECORD_BYTES))], { sync: true });
    times.push(performance.now() - start);
  }
  await store.close();
  return times;
}
