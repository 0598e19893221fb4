/** Random chains of blocks: TypeScript and Solidity give the same roots and verdicts. More of them: npm run fuzz */
import { afterAll, beforeAll, expect, test } from "vitest";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { VERDICTS } from "../../protocol/verdict.ts";
import { reportCases } from "../support/arbitraries.ts";
import { startTransition, type TransitionHost } from "./host.ts";
import { type Report, runChains } from "./run.ts";

let host: TransitionHost;
let report: Report;
beforeAll(async () => {
  useHasher(nativeHasher);
  host = await startTransition();
  report = await runChains(host, { seed: 2026, cases: 4_000 });
  reportCases("differential", { "transactions and messages": report.cases, blocks: report.blocks });
});
afterAll(() => host?.stop());

test("thousands of transactions, the same roots and verdicts in both", () => {
  expect(report.cases).toBeGreaterThanOrEqual(4_000);
  expect(report.divergences).toEqual([]);
});

test("among them every verdict", () => {
  expect(VERDICTS.filter((verdict) => report.verdicts[verdict] === 0)).toEqual([]);
});
