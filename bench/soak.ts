/**
 * Minutes of load at 70 % of what machine and host carry; then, under the same load, the sequencer is killed with -9 at random
 * moments and started again. At the end nothing that was acknowledged may be missing, and a verifier that reads the host must have
 * the same root.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { PackedAnswer } from "../runtime/rpc/packedTransactions.ts";
import { type Benchmark, resultOf } from "./benchmark.ts";
import { verifyFromNothing } from "./daemons.ts";
import { bulkOf, measureLoad, withNetwork } from "./ingest.ts";
import type { Lane } from "./lane.ts";
import { Wire } from "./load.ts";
import { percentile } from "./measure.ts";
import { type BenchNetwork, residentMegabytes } from "./network.ts";
import { formatNumber } from "./report.ts";
import { presign } from "./traffic.ts";
import { randomOf } from "./world.ts";

const PART_OF_CAPACITY = 0.7;
/** What the development host carries: four batches of 105,000 bytes a block a second, 52 bytes a record. */
const HOST_RECORDS_PER_SECOND = 8_000;
const LANES = 4;
const CALIBRATION_SECONDS = 3;
const KILLS = { count: 10, leastSeconds: 10, mostSeconds: 30 };
const SHORT_KILLS = { count: 3, leastSeconds: 1, mostSeconds: 2 };
const RETRY_MS = 50;
const POLL_MS = 100;
const WEIGH_EVERY_MS = 500;
/** A process that is stopping or starting says so. */
const TRANSIENT: readonly string[] = ["busy", "not-available"];

/** Both may grow while caches fill; not by more than this from the first third to the last. */
const MOST_GROWTH = 1.5;
/** What the state keeps of a record, two nodes: it grows by that for as long as there is load. */
const RECORD_MB = 64e-6;

/** Something seen at a moment of the soak. */
interface Seen {
  /** Milliseconds since its start. */
  at: number;
  value: number;
}

export const soak: Benchmark = (options, report) =>
  withNetwork(async (network) => {
    const seconds = options.short ? 5 : options.minutes * 60;
    const load = { ...bulkOf(network), lanes: LANES };
    const calibrated = await measureLoad(network, { ...options, seconds: CALIBRATION_SECONDS }, load);
    const machine = (calibrated.acknowledged * load.records) / calibrated.wall;
    const rate = PART_OF_CAPACITY * Math.min(machine, HOST_RECORDS_PER_SECOND);
    await network.posted(); // the tables are those of the last sealed block
    const before = (await network.client.chainInfo()).tables.attributions;
    const steady = performance.now() + seconds * 1_000;
    let isOver = false;
    const lane = { records: load.records, rate: rate / LANES, isOver: () => isOver };
    const loading = Promise.all(
      network.senders.slice(LANES, 2 * LANES).map((_, i) => runLane(network, LANES + i, lane)),
    );
    const weights = await Promise.race([weigh(network, steady), loading.then(() => [])]);
    const kills = options.short ? SHORT_KILLS : KILLS;
    await Promise.race([killAtRandom(network, kills), loading]);
    isOver = true;
    const answers = (await loading).flat().sort((a, b) => a.at - b.at);
    await network.posted();

    const lasted = answers.at(-1)!.at / 1_000;
    const acknowledged = answers.length * load.records;
    const kept = (await network.client.chainInfo()).tables.attributions - before;
    const times = answers.map(({ value }) => value);
    report({
      name: "soak.rate",
      value: acknowledged / lasted,
      unit: "records/s",
      note: `${formatNumber(rate)} wanted, 70 % of machine and host; acknowledged in ${formatNumber(percentile(times, 50))} ms (median), ${formatNumber(percentile(times, 99))} ms (99th percentile), restarts included`,
    });
    const growth = { unit: "times, last third to first", better: "less" } as const;
    const target = options.short ? {} : { target: { of: "value", bound: MOST_GROWTH } as const };
    const [latencyFirst, latencyLast] = thirds(
      answers.filter(({ at }) => at < seconds * 1_000),
      50,
    );
    report(
      resultOf({
        ...growth,
        ...target,
        name: "soak.latency",
        value: latencyLast / latencyFirst,
        note: `median of an acknowledgement, ${formatNumber(latencyFirst)} ms and ${formatNumber(latencyLast)} ms`,
      }),
    );
    // From the middle of the first third to that of the last, two thirds of the records are added.
    const [memoryFirst, memoryLast] = thirds(weights, 90);
    const grown = (rate * seconds * 2 * RECORD_MB) / 3;
    report(
      resultOf({
        ...growth,
        ...target,
        name: "soak.memory",
        value: (memoryLast - grown) / memoryFirst,
        note: `resident memory of the sequencer, 90th percentile, ${formatNumber(memoryFirst)} MB and ${formatNumber(memoryLast)} MB, of which ${formatNumber(grown)} MB are the state of new records`,
      }),
    );
    // Last, for it reads all that was posted.
    await verifyFromNothing(network.host, network.folder, network.sequencer.url);
    report(
      resultOf({
        name: "soak.lost",
        value: acknowledged - kept,
        unit: "records",
        better: "less",
        target: { of: "value", bound: 0 },
        note: `${formatNumber(acknowledged)} records acknowledged in ${formatNumber(lasted)} s, in the end with ${kills.count} kills -9; a verifier has the same root`,
      }),
    );
  });

/** One sender at its part of the rate; what is not acknowledged is sent again, and taken at most once because of its nonce. */
async function runLane(
  network: BenchNetwork,
  lane: number,
  { records, rate, isOver }: { records: number; rate: number; isOver: () => boolean },
): Promise<Seen[]> {
  const wire = new Wire(network.sequencer.url, 1);
  const only = { ...network, senders: [network.senders[lane]!] };
  const seen: Seen[] = [];
  const start = performance.now();
  for (let i = 0; !isOver(); i++) {
    await sleep(Math.max(0, start + (i * records * 1_000) / rate - performance.now()));
    const [transaction] = presign(only, { lanes: 1, each: 1, records }) as [Lane];
    const sent = performance.now();
    while (!isTaken(await wire.send(transaction, 1).catch(() => undefined))) await sleep(RETRY_MS);
    seen.push({ at: sent - start, value: performance.now() - sent });
  }
  wire.close();
  return seen;
}

/** The sequencer's resident memory in MB, now and then. */
async function weigh({ sequencer }: BenchNetwork, end: number): Promise<Seen[]> {
  const start = performance.now();
  const seen: Seen[] = [];
  while (performance.now() < end) {
    await sleep(WEIGH_EVERY_MS);
    const value = await residentMegabytes(sequencer.pid);
    if (value !== undefined) seen.push({ at: performance.now() - start, value });
  }
  return seen;
}

/** A percentile of the first third and of the last. Throws RangeError when there is nothing in them. */
function thirds(seen: readonly Seen[], p: number): [number, number] {
  const values = seen.map(({ value }) => value);
  const third = Math.ceil(values.length / 3);
  return [percentile(values.slice(0, third), p), percentile(values.slice(-third), p)];
}

/** `nonce-too-low`: it was taken before, and the answer was lost with the process. Throws when it will never be taken. */
function isTaken(answers: readonly PackedAnswer[] | undefined): boolean {
  const answer = answers?.[0];
  if (answer === undefined) return false;
  if ("receipt" in answer) {
    const bad = [answer.receipt.verdict, ...answer.receipt.items].find((verdict) => verdict !== "Ok");
    if (bad !== undefined) throw new Error(`a transaction of the load has the verdict ${bad}`);
    return true;
  }
  const { code } = answer.error.data;
  if (code === "nonce-too-low") return true;
  if (TRANSIENT.includes(code)) return false;
  throw new Error(`the load was refused: ${code}`);
}

async function killAtRandom(
  { sequencer }: BenchNetwork,
  { count, leastSeconds, mostSeconds }: typeof KILLS,
): Promise<void> {
  const random = randomOf(99);
  for (let kills = 0; kills < count; kills++) {
    await sleep((leastSeconds + random() * (mostSeconds - leastSeconds)) * 1_000);
    const { restarts } = sequencer;
    process.kill(sequencer.pid, "SIGKILL");
    while (sequencer.restarts === restarts) await sleep(POLL_MS);
  }
}
