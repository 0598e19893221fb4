/**
 * `npm run bench [-- NAME...]`: each benchmark in a process of its own, with its peers and limits; a table at the end.
 * docs/performance.md tells what each measures.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { DAEMON_ENVIRONMENT, DAEMON_NODE_FLAGS } from "../cli/daemonProcess.ts";
import type { Options, Result } from "./benchmark.ts";
import { BENCHMARKS, namesOf } from "./benchmarks.ts";
import { readGate, regressions, writeGate } from "./gate.ts";
import { describeRun, tableOf } from "./report.ts";

const USAGE = `Usage: npm run bench -- [NAME...] [options]

NAME is a benchmark or the beginning of several ("host"); all when none is given.
  --list         names the benchmarks
  --json         a JSON line for each figure instead of the table
  --short        small sizes: shows that it works, the figures mean nothing
  --seconds N    length of each load (default 5)
  --minutes N    length of the soak (default 2)
  --gate         runs what is deterministic and fails when a ratio is worse than in bench/gate.json
  --update       with --gate: writes bench/gate.json instead
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: "boolean" },
    help: { type: "boolean" },
    json: { type: "boolean" },
    short: { type: "boolean" },
    seconds: { type: "string" },
    minutes: { type: "string" },
    gate: { type: "boolean" },
    update: { type: "boolean" },
  },
});

const say = (text: string): boolean => (values.json ? process.stderr : process.stdout).write(`${text}\n`);

if (values.help) process.stdout.write(USAGE);
else if (values.list) {
  for (const [name, { about }] of Object.entries(BENCHMARKS)) process.stdout.write(`${name.padEnd(16)} ${about}\n`);
} else {
  process.exitCode = await measure().catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  });
}

async function measure(): Promise<number> {
  const all = Object.keys(BENCHMARKS).filter((name) => !values.gate || BENCHMARKS[name]!.gated);
  const names = positionals.length > 0 ? [...new Set(positionals.flatMap(namesOf))] : all;
  const options: Partial<Options> = {
    ...(values.short && { short: true }),
    ...(values.seconds !== undefined && { seconds: positive("--seconds", values.seconds) }),
    ...(values.minutes !== undefined && { minutes: positive("--minutes", values.minutes) }),
  };
  for (const line of describeRun()) say(`* ${line}`);
  const results: Result[] = [];
  const failed: string[] = [];
  for (const name of names) {
    process.stderr.write(`${name} ...\n`);
    const ok = await runApart(name, options, (result) => {
      results.push(result);
      if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    });
    if (!ok) failed.push(name);
  }
  if (!values.json) say(`\n${tableOf(results)}`);
  if (failed.length > 0) say(`\nfailed: ${failed.join(", ")}`);
  const worse = values.gate && failed.length === 0 ? gate(results) : 0;
  return failed.length > 0 ? 1 : worse;
}

/** Runs a benchmark in a process of its own: no heap, compiled code or hasher of another one. False when it fails. */
async function runApart(name: string, options: Partial<Options>, take: (result: Result) => void): Promise<boolean> {
  const script = join(import.meta.dirname, "run.ts");
  const argv = [...DAEMON_NODE_FLAGS, "--import", "tsx", script, name, JSON.stringify(options)];
  const env = { ...process.env, ...DAEMON_ENVIRONMENT };
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"], env });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  for await (const line of createInterface({ input: child.stdout })) take(JSON.parse(line) as Result);
  return (await ended) === 0;
}

function gate(results: readonly Result[]): number {
  if (values.update) {
    writeGate(results);
    say("\nwrote bench/gate.json");
    return 0;
  }
  const problems = regressions(results, readGate());
  say(problems.length === 0 ? "\ngate: no ratio is worse" : `\ngate:\n${problems.join("\n")}`);
  return problems.length === 0 ? 0 : 1;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1e6)) throw new RangeError(`${option} must be a positive number, not "${text}"`);
  return value;
}
