/** Measuring on a machine that others use as well. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface Spent {
  /** Seconds by the clock. */
  wall: number;
  /** Seconds of this process's threads on any core, those of the garbage collector and the compiler included. */
  cpu: number;
}

/** Starts a stopwatch; call the result for what was spent since. */
export function stopwatch(): () => Spent {
  const start = performance.now();
  const used = cpuUs();
  return () => ({ wall: (performance.now() - start) / 1_000, cpu: (cpuUs() - used) / 1e6 });
}

/** Microseconds of processor time that this process has used, on any core. */
export function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The middle one. Throws RangeError when there is none. */
export const median = (values: readonly number[]): number => percentile(values, 50);

/** Nearest rank; `p` from 0 to 100. Throws RangeError when there are no values. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new RangeError(`"values" is empty`);
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))]!;
}

/** Collects garbage now, all of it. */
export function collectGarbage(): void {
  setFlagsFromString("--expose_gc");
  runInNewContext("gc")();
}
