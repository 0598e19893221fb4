/**
 * Transition and state root on one core, at three sizes of the state: full blocks of eight-share records, uniform over all
 * contributions. The limit is what the block's signature and its SHA-256 nodes would take if nothing else took time.
 */
import { type Benchmark, resultOf } from "./benchmark.ts";
import { type Execution, measureExecution } from "./execution.ts";
import { formatNumber } from "./report.ts";

const SIZES = [10_000, 1_000_000, 10_000_000];
const SHORT_SIZES = [1_000, 10_000, 20_000];
/** Records a second at the middle size. */
const TARGET = 30_000;
/** Cost of a record at the largest size against the smallest. */
const TARGET_GROWTH = 2;

export const execute: Benchmark = async ({ short }, report) => {
  const sizes = short ? SHORT_SIZES : SIZES;
  const runs: Execution[] = [];
  for (const contributions of sizes) {
    const run = await measureExecution(contributions, short);
    runs.push(run);
    const limitUs = limitOf(run);
    report(
      resultOf({
        name: `execute.${contributions.toExponential().replace("+", "")}`,
        value: run.recordsPerSecond,
        unit: "records/s of one core",
        better: "more",
        limit: (run.records / limitUs) * 1e6,
        ...(contributions === sizes[1] && { target: { of: "value", bound: TARGET } }),
        note: described(run),
        reason: `a signature and the hashes of ${formatNumber(run.records)} records alone take ${formatNumber(limitUs)} us`,
      }),
    );
  }
  const [first, last] = [runs[0]!, runs.at(-1)!];
  report(
    resultOf({
      name: "execute.growth",
      value: first.recordsPerSecond / last.recordsPerSecond,
      limit: limitOf(last) / last.records / (limitOf(first) / first.records),
      unit: "times the cost a record, largest to smallest state",
      better: "less",
      target: { of: "value", bound: TARGET_GROWTH },
      note: `${formatNumber(first.nodes / first.records)} nodes a record grow to ${formatNumber(last.nodes / last.records)}, ${formatNumber(first.records)} records a block shrink to ${formatNumber(last.records)}`,
      reason: "hashes and signatures alone grow by the limit; what is added is cache misses",
    }),
  );
};

/** Microseconds of a block if nothing but its signature and its SHA-256 nodes took time. */
const limitOf = (run: Execution): number => run.recoverUs + (run.nodes * run.batchNs) / 1_000;

function described(run: Execution): string {
  const us = (value: number): string => `${formatNumber(value)} us`;
  const { records, nodes, transactionUs, rootUs } = run;
  return `the middle block of ${formatNumber(records)} records takes ${us(transactionUs + rootUs)} by the clock: ${us(transactionUs)} the transaction (${us(run.recoverUs)} its signature), ${us(rootUs)} the root; ${formatNumber(nodes)} SHA-256 nodes`;
}
