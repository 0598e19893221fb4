/** Figures for people: the head that says where they were measured, and the table. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import type { Result } from "./benchmark.ts";

/** What the figures depend on: machine, code, and who else uses the machine at this moment. */
export function describeRun(): string[] {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg().map((value) => value.toFixed(2));
  return [
    `machine: ${processors[0]?.model.trim() ?? "unknown processor"}, ${processors.length} cores, ${memory} GiB, Node ${process.version}`,
    `commit:  ${commit()}`,
    `load:    ${load.join(" ")} (1, 5, 15 minutes, at the start)`,
  ];
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: import.meta.dirname })
      .toString()
      .trim();
  try {
    const isClean = git("status", "--porcelain", "--untracked-files=no") === "";
    return `${git("rev-parse", "--short", "HEAD")}${isClean ? "" : ", with changes"}`;
  } catch {
    return "unknown";
  }
}

/** Six significant digits at most; no exponent. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en-US");
  return Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 6 });
}

const HEADINGS = ["benchmark", "value", "unit", "limit", "times the limit", "peer", "times better", "target", "met"];

export const cellsOf = (result: Result): string[] => {
  const number = (value: number | undefined): string => (value === undefined ? "" : formatNumber(value));
  const peer = result.peer === undefined ? "" : `${result.peer}: ${number(result.peerValue)}`;
  const met = result.met === undefined ? "" : result.met ? "yes" : "NO";
  return [
    result.name,
    number(result.value),
    result.unit,
    number(result.limit),
    number(result.ratio),
    peer,
    number(result.peerRatio),
    result.target ?? "",
    met,
  ];
};

/** A Markdown table, columns aligned, and the notes below it. */
export function tableOf(results: readonly Result[]): string {
  const rows = [HEADINGS, ...results.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  const notes = results.flatMap(({ name, note }) => (note === undefined ? [] : [`* ${name}: ${note}`]));
  const table = [line(rows[0]!), rule, ...rows.slice(1).map(line)];
  return [...table, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}
