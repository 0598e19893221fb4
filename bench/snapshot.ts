/**
 * A state from a portable snapshot: the file read, every record and node of it hashed again, its root compared. That is what a
 * node, or somebody who leaves, does before believing one. The limit is the hashing of as many nodes in one call.
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSnapshot, writeSnapshot } from "../runtime/chain/snapshotFile.ts";
import { useFastHashes } from "../runtime/fastHashes.ts";
import { type Benchmark, resultOf } from "./benchmark.ts";
import { batchNs } from "./limits.ts";
import { stopwatch } from "./measure.ts";
import { formatNumber } from "./report.ts";
import { SHORT_LOG_RECORDS, stateOf } from "./world.ts";

const CONTRIBUTIONS = 1_000_000;
const SHORT_CONTRIBUTIONS = 10_000;
const LOG_RECORDS = 2 ** 20;
/** A contribution is three nodes and has one above it on average; a record of the log is there already. */
const NODES_A_CONTRIBUTION = 4;
const NODES_A_CALL = 4_096;
const ABOUT = { chainId: 31_337, rollup: `0x${"11".repeat(20)}`, batch: 1, height: 1 } as const;

export const snapshot: Benchmark = async ({ short }, report) => {
  await useFastHashes();
  const contributions = short ? SHORT_CONTRIBUTIONS : CONTRIBUTIONS;
  const records = short ? SHORT_LOG_RECORDS : LOG_RECORDS;
  const folder = await mkdtemp(join(tmpdir(), "tributary-bench-"));
  try {
    const path = join(folder, "batch-000000001.snapshot");
    await writeSnapshot(path, stateOf({ contributions, records }), ABOUT);
    const { size } = await stat(path);
    const reading = stopwatch();
    const found = await readSnapshot(path);
    const { wall } = reading();
    if ("problem" in found) throw new Error(`the snapshot is not taken: ${found.problem}`);
    const nodes = contributions * NODES_A_CONTRIBUTION + records;
    report(
      resultOf({
        name: "sync.snapshot",
        value: wall,
        unit: "s to a state whose root is proven",
        better: "less",
        limit: (nodes * batchNs(NODES_A_CALL)) / 1e9,
        note: `${formatNumber(contributions)} contributions and a log of ${formatNumber(records)} records, ${formatNumber(size / 1e6)} MB`,
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
