/**
 * What a sequencer takes in, through its real HTTP server: it checks, executes, writes to disk, signs and posts to an anvil host
 * meanwhile. Transactions are signed beforehand. The load generator and the host share the machine's cores with it.
 */
import { type Benchmark, type Figure, type Options, type Result, resultOf } from "./benchmark.ts";
import { type Driven, drive } from "./drive.ts";
import { recoverUs } from "./limits.ts";
import { tally } from "./load.ts";
import { type BenchNetwork, startBenchNetwork } from "./network.ts";
import { formatNumber } from "./report.ts";
import { giveBack, presign, recordsOfABlock } from "./traffic.ts";

/** Part of the transactions that come first and do not count. */
const WARM_UP = 0.2;

/** Half of what one core can recover. */
const SINGLE_TARGET = { of: "ratio", bound: 2 } as const;
/** Records a second. */
const BULK_TARGET = { of: "value", bound: 20_000 } as const;

export interface Load {
  /** Senders side by side. */
  lanes: number;
  /** Transactions in one request; 0 for one in a JSON-RPC request. */
  chunk: number;
  records: number;
  /** Signed beforehand for each second of the load: more than it can take. */
  transactionsPerSecond: number;
}

/** Warms up, then measures. */
export async function measureLoad(network: BenchNetwork, { seconds, short }: Options, load: Load): Promise<Driven> {
  const { lanes: count, chunk, records, transactionsPerSecond } = load;
  const duration = short ? 1 : seconds;
  const each = Math.ceil((duration * transactionsPerSecond) / count);
  const lanes = presign(network, { lanes: count, each, records });
  await drive(network, lanes, { chunk, seconds: duration, leave: each * (1 - WARM_UP) });
  const driven = await drive(network, lanes, { chunk, seconds: duration });
  giveBack(network, lanes);
  return driven;
}

export const SINGLE: Load = { lanes: 43, chunk: 50, records: 1, transactionsPerSecond: 18_000 };
const SINGLE_RPC: Load = { lanes: 43, chunk: 0, records: 1, transactionsPerSecond: 8_000 };
export const bulkOf = (network: BenchNetwork): Load => ({
  lanes: 8,
  chunk: 4,
  records: recordsOfABlock(network),
  transactionsPerSecond: 1_200,
});

export const ingestSingle: Benchmark = async (options, report) => {
  for (const { name, load, target } of [
    { name: "ingest.single", load: SINGLE, target: SINGLE_TARGET },
    { name: "ingest.single.rpc", load: SINGLE_RPC, target: undefined },
  ]) {
    await withNetwork(async (network) => {
      const driven = await measureLoad(network, options, load);
      report(resultOfLoad(name, driven, { load, unit: "transactions/s", target }));
    });
  }
};

export const ingestBulk: Benchmark = (options, report) =>
  withNetwork(async (network) => {
    const load = bulkOf(network);
    const driven = await measureLoad(network, options, load);
    report(resultOfLoad("ingest.bulk", driven, { load, unit: "records/s", target: BULK_TARGET }));
  });

export async function withNetwork<T>(use: (network: BenchNetwork) => Promise<T>): Promise<T> {
  const network = await startBenchNetwork();
  try {
    return await use(network);
  } finally {
    await network.stop();
  }
}

const howSent = ({ chunk, records }: Load): string =>
  `Attribute with ${records} eight-share ${records === 1 ? "record" : "records"}, ${chunk === 0 ? "one in a JSON-RPC request" : `${chunk} in a packed body`}`;

function resultOfLoad(
  name: string,
  { acknowledged, wall, sequencerCpu, refused }: Driven,
  { load, unit, target }: { load: Load; unit: string; target: Figure["target"] },
): Result {
  const { records: recordsEach } = load;
  return resultOf({
    name,
    value: (acknowledged * recordsEach) / wall,
    unit,
    better: "more",
    // One core that does nothing but recover signatures.
    limit: (recordsEach * 1e6) / recoverUs(),
    ...(target !== undefined && { target }),
    reason: "both cores are full: sequencer, recovery thread, load generator and host share them",
    note: `${howSent(load)}, signed beforehand; ${formatNumber(acknowledged)} transactions in ${formatNumber(wall)} s; ${formatNumber((acknowledged * recordsEach) / sequencerCpu)} for each processor second of the sequencer${refused.length > 0 ? `; sent again: ${tally(refused)}` : ""}`,
  });
}
