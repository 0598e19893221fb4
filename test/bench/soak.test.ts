/** The soak in its short form: a loaded sequencer killed at random moments loses nothing that it acknowledged. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Result } from "../../bench/benchmark.ts";

const root = join(import.meta.dirname, "..", "..");

test("nothing acknowledged is lost, and a verifier has the same root", async () => {
  const argv = ["--import", "tsx", join(root, "bench/main.ts"), "soak", "--short", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: root });
  const results = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Result);
  expect(results.find(({ name }) => name === "soak.lost")).toMatchObject({ value: 0, met: true });
  expect(results.find(({ name }) => name === "soak.rate")!.value).toBeGreaterThan(0);
});
