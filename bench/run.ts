/**
 * Runs one benchmark in this process and prints a JSON line for each figure: `tsx bench/run.ts NAME [OPTIONS AS JSON]`. By itself
 * it is of use with a profiler; `bench/main.ts` starts it for every name.
 */
import type { Options } from "./benchmark.ts";
import { BENCHMARKS } from "./benchmarks.ts";

const DEFAULTS: Options = { short: false, seconds: 5, minutes: 2 };

const [name = "", options = "{}"] = process.argv.slice(2);
const entry = BENCHMARKS[name];
if (entry === undefined) throw new Error(`there is no benchmark ${name}`);
const benchmark = await entry.load();
await benchmark({ ...DEFAULTS, ...(JSON.parse(options) as Partial<Options>) }, (result) => {
  process.stdout.write(`${JSON.stringify(result)}\n`);
});
