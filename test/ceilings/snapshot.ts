/** The committed figures, and what is worse now. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HostCosts } from "./hostCosts.ts";
import type { Figures } from "./measure.ts";

/** Figures by case and length. */
export type Proofs = Record<string, Record<string, Figures>>;
export interface Snapshot {
  readonly proofs: Proofs;
  readonly host: HostCosts;
}

const FILE = join(import.meta.dirname, "ceilings.json");
/** Part of a figure by which it may exceed what is committed. */
const TOLERANCE = 0.01;
const WATCHED = ["calldataBytes", "witnessBytes", "executeGas", "overheadGas", "totalGas"] as const;

export const readSnapshot = (): Snapshot => JSON.parse(readFileSync(FILE, "utf8")) as Snapshot;
export const writeSnapshot = (snapshot: Snapshot): void => writeFileSync(FILE, textOf(snapshot));

/** A line for each measurement, so that a change shows what changed. */
function textOf({ proofs, host }: Snapshot): string {
  const cases = Object.entries(proofs).map(([name, byLength]) => {
    const lines = Object.entries(byLength).map(([length, figures]) => `      "${length}": ${JSON.stringify(figures)}`);
    return `    ${JSON.stringify(name)}: {\n${lines.join(",\n")}\n    }`;
  });
  const rest = JSON.stringify(host, null, 2).replaceAll("\n", "\n  ");
  return `{\n  "proofs": {\n${cases.join(",\n")}\n  },\n  "host": ${rest}\n}\n`;
}

const exceeds = (now: number, before: number): boolean => now > before * (1 + TOLERANCE);

/** Figures of one measurement that are worse than committed, a line each; or that there are none committed. */
export function worseProof(name: string, length: number, now: Figures, { proofs }: Snapshot): string[] {
  const before = proofs[name]?.[length];
  if (before === undefined) return [`${name} at ${length} is not in the snapshot`];
  return WATCHED.filter((field) => exceeds(now[field], before[field])).map(
    (field) => `${name} at ${length}: ${field} is ${now[field]}, was ${before[field]}`,
  );
}

export function worseCosts(now: HostCosts, { host }: Snapshot): string[] {
  const compare = (what: string, values: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>) =>
    Object.entries(values)
      .filter(([name, value]) => before[name] === undefined || exceeds(value, before[name]))
      .map(([name, value]) => `${name}: ${value} ${what}, was ${before[name] ?? "not measured"}`);
  const executions = ({ postBatch }: HostCosts): Record<string, number> =>
    Object.fromEntries(Object.entries(postBatch).map(([name, { execution }]) => [name, execution]));
  return [
    ...compare("bytes of code", now.codeBytes, host.codeBytes),
    ...compare("gas", now.gas, host.gas),
    ...compare("gas of postBatch", executions(now), executions(host)),
  ];
}

/** What the snapshot holds and nobody measures any more. */
export function leftOver({ proofs }: Snapshot, names: readonly string[]): string[] {
  return Object.keys(proofs).filter((name) => !names.includes(name));
}
