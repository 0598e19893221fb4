/**
 * From kill -9 to an answer of a sequencer with a large store: the start of the process, the snapshot read and hashed, the blocks
 * since run again (a snapshot is written every 2,000 blocks). The limit is the same with an empty store.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type DevelopmentHost, startDevelopmentHost } from "../cli/devnet/host.ts";
import type { Daemon } from "../cli/devnet/processes.ts";
import { useFastHashes } from "../runtime/fastHashes.ts";
import { type Benchmark, type Options, resultOf } from "./benchmark.ts";
import { launch } from "./daemons.ts";
import { median } from "./measure.ts";
import { formatNumber } from "./report.ts";
import { seedStore } from "./seedStore.ts";

const CHAIN_ID = 31_337;
const KILLS = 3;
const POLL_MS = 10;
/** Seconds. */
const TARGET = 5;

/** The worst: just before the next snapshot. */
const sizeOf = ({ short }: Options): { contributions: number; blocks: number } =>
  short ? { contributions: 1_000, blocks: 10 } : { contributions: 1_000_000, blocks: 1_999 };

export const recovery: Benchmark = async (options, report) => {
  await useFastHashes();
  const folder = await mkdtemp(join(tmpdir(), "tributary-bench-"));
  const host = await startDevelopmentHost();
  try {
    const empty = await restartSeconds(host, folder, "empty");
    const { contributions, blocks } = sizeOf(options);
    const path = join(folder, "full");
    const { rollup } = host.deployment;
    const records = await seedStore({ path, chainId: CHAIN_ID, rollup, contributions, blocks });
    report(
      resultOf({
        name: "recovery",
        value: await restartSeconds(host, folder, "full"),
        unit: "s from kill -9 to an answer",
        better: "less",
        limit: empty,
        target: { of: "value", bound: TARGET },
        note: `${contributions} contributions and a log of 2^20 records in the snapshot, ${blocks} blocks with ${formatNumber(records)} records after it`,
      }),
    );
  } finally {
    await host.anvil.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Median of some kills. The daemon's keeper starts it again at once. */
async function restartSeconds(host: DevelopmentHost, folder: string, directory: string): Promise<number> {
  const sequencer = await launch({ name: "sequencer", host, folder, directory, args: ["--no-post"] });
  try {
    const times: number[] = [];
    while (times.length < KILLS) times.push(await killAndWait(sequencer));
    return median(times);
  } finally {
    await sequencer.stop();
  }
}

async function killAndWait(sequencer: Daemon): Promise<number> {
  const { restarts } = sequencer;
  const start = performance.now();
  process.kill(sequencer.pid, "SIGKILL");
  const isReady = (): Promise<boolean> =>
    fetch(`${sequencer.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (sequencer.restarts === restarts || !(await isReady())) await sleep(POLL_MS);
  return (performance.now() - start) / 1_000;
}
