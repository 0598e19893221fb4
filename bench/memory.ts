/**
 * Resident memory that the state takes, per contribution and per account (with the look-up by owner), each size in a process of
 * its own. The limit is what must be there: the record's 128 bytes and two tree nodes for it, on average.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { RECORD_BYTES } from "../protocol/tree/table.ts";
import { type Benchmark, resultOf } from "./benchmark.ts";

const NODES = 2 * 32;
const SIZES = [1_000_000, 10_000_000];
/** Bytes each, all in. */
const TARGET = 400;

export const memory: Benchmark = async ({ short }, report) => {
  for (const table of ["contributions", "accounts"]) {
    for (const size of short ? [100_000] : SIZES) {
      const child = join(import.meta.dirname, "memoryChild.ts");
      const argv = ["--import", "tsx", child, table, String(size)];
      const { stdout } = await promisify(execFile)(process.execPath, argv);
      report(
        resultOf({
          name: `memory.${table}.${size.toExponential().replace("+", "")}`,
          value: Number(stdout) / size,
          unit: `resident bytes for each of the ${table}`,
          better: "less",
          limit: RECORD_BYTES + NODES,
          target: { of: "value", bound: TARGET },
        }),
      );
    }
  }
};
