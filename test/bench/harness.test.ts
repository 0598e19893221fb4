/** The benchmark harness: what it prints has the agreed shape, targets are judged as they read, the gate closes when it should. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { type Result, resultOf } from "../../bench/benchmark.ts";
import { BENCHMARKS, namesOf } from "../../bench/benchmarks.ts";
import { readGate, regressions } from "../../bench/gate.ts";
import { percentile } from "../../bench/measure.ts";
import { tableOf } from "../../bench/report.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");

async function bench(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, ["--import", "tsx", join(root, "bench/main.ts"), ...args], { cwd: root });
}

const FIELDS: Record<keyof Result, "string" | "number" | "boolean"> = {
  name: "string",
  value: "number",
  unit: "string",
  limit: "number",
  ratio: "number",
  peer: "string",
  peerValue: "number",
  peerRatio: "number",
  target: "string",
  met: "boolean",
  note: "string",
};

describe("what it prints", () => {
  it.each(["host.bytes", "host.gas", "hash.limit"])("%s: a JSON line for each figure", async (name) => {
    const { stdout, stderr } = await bench(name, "--short", "--json");
    expect(stderr).toMatch(/^\* machine: .+\n\* commit: .+\n\* load: .+\n/);
    const results = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Result);
    expect(results.length).toBeGreaterThan(0);
    for (const result of results) {
      expect(`${result.name}.`.startsWith(`${name}.`)).toBe(true);
      for (const [field, value] of Object.entries(result)) expect(typeof value).toBe(FIELDS[field as keyof Result]);
      expect(result.value).toBeGreaterThan(0);
      expect(result.ratio === undefined).toBe(result.limit === undefined);
      expect(result.peerRatio === undefined).toBe(result.peer === undefined);
      expect(result.met === undefined).toBe(result.target === undefined);
    }
  });

  it("names every benchmark", async () => {
    const { stdout } = await bench("--list");
    const names = stdout.trim().split("\n");
    expect(names.map((line) => line.split(" ")[0])).toEqual(Object.keys(BENCHMARKS));
  });

  it("refuses a name that is none", async () => {
    await expect(bench("no.such")).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(`"no.such"`) });
  });

  it("a table has a row for each figure and its note below", () => {
    const table = tableOf([
      { name: "a.b", value: 1234.5, unit: "x", target: "value <= 1", met: false, note: "because" },
    ]);
    expect(table).toContain("| a.b ");
    expect(table).toContain("| 1,235 ");
    expect(table).toContain("| NO ");
    expect(table).toContain("* a.b: because");
  });
});

describe("names", () => {
  it("one, or all that begin with it", () => {
    expect(namesOf("host.gas")).toEqual(["host.gas"]);
    expect(namesOf("host")).toEqual(["host.bytes", "host.gas"]);
    expect(() => namesOf("hos")).toThrow(RangeError);
  });
});

describe("ratios and targets", () => {
  const figure = { name: "n", value: 100, unit: "u", limit: 50, peer: { name: "p", value: 300 } };

  it("of a cost", () => {
    const of = (bound: number, of: "value" | "ratio" | "peerRatio") =>
      resultOf({ ...figure, better: "less", target: { of, bound } });
    expect(of(2, "ratio")).toMatchObject({ ratio: 2, peerRatio: 3, target: "ratio <= 2", met: true });
    expect(of(99, "value")).toMatchObject({ target: "value <= 99", met: false });
    expect(of(4, "peerRatio")).toMatchObject({ target: "peerRatio >= 4", met: false });
  });

  it("of a rate", () => {
    const result = resultOf({ ...figure, limit: 200, better: "more", target: { of: "value", bound: 100 } });
    expect(result).toMatchObject({ ratio: 2, peerRatio: 1 / 3, target: "value >= 100", met: true });
  });

  it("the reason is given only when the target is not met", () => {
    const base = { ...figure, better: "less", note: "note", reason: "reason" } as const;
    expect(resultOf({ ...base, target: { of: "value", bound: 1 } }).note).toBe("note; reason");
    expect(resultOf({ ...base, target: { of: "value", bound: 100 } }).note).toBe("note");
  });
});

describe("the gate", () => {
  const gate = { a: { ratio: 1.2 }, b: { peerRatio: 300 } };
  const results = (ratio: number, peerRatio: number): Result[] => [
    { name: "a", value: 1, unit: "", ratio },
    { name: "b", value: 1, unit: "", peerRatio },
  ];

  it("is open to what is equal or better", () => {
    expect(regressions(results(1.2, 300), gate)).toEqual([]);
    expect(regressions(results(1.1, 400), gate)).toEqual([]);
  });

  it("names what is worse, and what was not measured", () => {
    expect(regressions(results(1.22, 290), gate)).toEqual(["a: ratio 1.22, was 1.2", "b: peerRatio 290, was 300"]);
    expect(regressions(results(1.2, 300).slice(1), gate)).toEqual(["a was not measured"]);
  });

  it("has figures of every benchmark that is gated", () => {
    const gated = Object.entries(BENCHMARKS).filter(([, entry]) => entry.gated);
    const names = Object.keys(readGate());
    for (const [name] of gated) expect(names.some((each) => each.startsWith(`${name}.`))).toBe(true);
  });
});

it("a percentile is the nearest rank", () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 1, 50, 99, 100].map((p) => percentile(values, p))).toEqual([1, 1, 3, 5, 5]);
  expect(() => percentile([], 50)).toThrow(RangeError);
});
