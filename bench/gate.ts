/** The regression gate: ratios of deterministic figures against those that are committed. Times are never compared. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "./benchmark.ts";
import { formatNumber } from "./report.ts";

export type Ratios = Pick<Result, "ratio" | "peerRatio">;
export type Gate = Record<string, Ratios>;

const FILE = join(import.meta.dirname, "gate.json");
/** Host gas moves by some hundredths of a percent with the zero bytes in a timestamp. */
const TOLERANCE = 0.01;

export const readGate = (): Gate => JSON.parse(readFileSync(FILE, "utf8")) as Gate;

export function writeGate(results: readonly Result[]): void {
  const rounded = (value: number): number => Number(value.toPrecision(5));
  const gate = results.map(({ name, ratio, peerRatio }) => [
    name,
    {
      ...(ratio !== undefined && { ratio: rounded(ratio) }),
      ...(peerRatio !== undefined && { peerRatio: rounded(peerRatio) }),
    },
  ]);
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(gate), null, 2)}\n`);
}

/** What is worse than committed, and what is missing: a line each. None: the gate is open. */
export function regressions(results: readonly Result[], gate: Gate): string[] {
  const measured = new Map(results.map((result) => [result.name, result]));
  return Object.entries(gate).flatMap(([name, committed]) => {
    const now = measured.get(name);
    if (now === undefined) return [`${name} was not measured`];
    const lines: string[] = [];
    const check = (field: keyof Ratios, isWorse: (now: number, before: number) => boolean): void => {
      const before = committed[field];
      if (before === undefined) return;
      const after = now[field];
      if (after !== undefined && !isWorse(after, before)) return;
      lines.push(
        `${name}: ${field} ${after === undefined ? "missing" : formatNumber(after)}, was ${formatNumber(before)}`,
      );
    };
    check("ratio", (after, before) => after > before * (1 + TOLERANCE));
    check("peerRatio", (after, before) => after < before * (1 - TOLERANCE));
    return lines;
  });
}
