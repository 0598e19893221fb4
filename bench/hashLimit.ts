/**
 * How near the state root is to the hasher: all that a root takes (finding the changed paths, gathering nodes, hashing, writing
 * back) per node, against the native hasher's own rate for as many nodes in one call.
 */
import { type Benchmark, resultOf } from "./benchmark.ts";
import { measureExecution } from "./execution.ts";
import { formatNumber } from "./report.ts";

const TARGET = 2;

export const hashLimit: Benchmark = async ({ short }, report) => {
  const contributions = short ? 10_000 : 1_000_000;
  const run = await measureExecution(contributions, short);
  const total = run.transactionUs + run.rootUs;
  const share = (100 * run.rootUs) / total;
  report(
    resultOf({
      name: "hash.limit",
      value: (run.rootUs * 1_000) / run.rootNodes,
      unit: "ns a node of the state root",
      better: "less",
      limit: run.batchNs,
      target: { of: "ratio", bound: TARGET },
      note: `${formatNumber(run.rootNodes)} nodes a block; the root is ${formatNumber(share)} % of a block's time`,
      reason: "the nodes of a block lie apart in memory: a cache miss for each costs as much as its hash",
    }),
  );
};
