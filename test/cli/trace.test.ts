import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { temporaryDirectories } from "../support/directories.ts";
import { run } from "./commandLine.ts";

interface Traced {
  output: string;
  evidence: Record<string, unknown>;
  shares: { contribution: number; weight: number }[];
}

const directory = temporaryDirectories();
let folder: string;

beforeAll(async () => {
  folder = await directory();
  const spring = "The river does not ask which spring it came from, but every spring is owed its water.";
  await writeFile(
    join(folder, "a.txt"),
    "Of stones and of the sea, in forty words that nobody else has ever put in a row.",
  );
  await writeFile(join(folder, "b.txt"), spring);
  await writeFile(join(folder, "c.md"), spring);
  await writeFile(
    join(folder, "answer"),
    "They say the river does not ask which spring it came from, but that is not so.",
  );
});

test("trace names the passage, its first author, and everybody's share", async () => {
  const famous = "a date which will live in infamy and the only thing we have to fear is fear itself";
  const { code, stdout, stderr } = await run(["trace", famous]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^output 0x[0-9a-f]{64}, 233 contributions searched\n/);
  const percents = [...stdout.matchAll(/^ +([\d.]+) % {2}#(\d+) (.+), (\d{4})$/gm)];
  expect(percents.length).toBeGreaterThan(0);
  expect(percents.reduce((sum, [, percent]) => sum + Number(percent), 0)).toBeCloseTo(100, 0);
});

test("trace with --before sees only what was there", async () => {
  const { stdout } = await run(["trace", "the state of the union is strong", "--before", "0"]);
  expect(stdout).toContain("no informative passage is shared with the corpus");
});

test("trace searches a folder of texts, in order of their names, and answers in JSON alone", async () => {
  const { code, stdout } = await run(["trace", "@answer", "--corpus", ".", "--json"], { cwd: folder });
  expect(code).toBe(0);
  const { output, evidence, shares } = JSON.parse(stdout) as Traced;
  expect(output).toMatch(/^0x[0-9a-f]{64}$/);
  expect(shares).toEqual([{ contribution: 1, weight: expect.any(Number) }]);
  expect(evidence).toBeTypeOf("object");
});

test("trace quotes the folder's passage and names the file", async () => {
  const { stdout } = await run(["trace", "@answer", "--corpus", "."], { cwd: folder });
  expect(stdout).toContain("2 contributions searched");
  expect(stdout).toContain(`"the river does not ask which spring it came from, but`);
  expect(stdout).toMatch(/100\.0 % {2}#1 b\.txt/);
});

test("a node that is down is said when earnings are asked for", async () => {
  const args = ["trace", "@answer", "--corpus", ".", "--rpc", "http://127.0.0.1:9"];
  const { code, stderr } = await run(args, { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 1, stderr: "error (unreachable): cannot reach http://127.0.0.1:9\n" });
});
