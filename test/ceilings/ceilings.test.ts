/** Some of the largest fault proofs stay below the limits and below what is committed; all of them: npm run proof:ceilings. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { broken, brokenSizes, CEILINGS, LENGTHS } from "./ceilings.ts";
import { type CeilingsHost, startCeilingsHost } from "./host.ts";
import { measure } from "./measure.ts";
import { PAGE, pageOf } from "./report.ts";
import { leftOver, readSnapshot, worseProof } from "./snapshot.ts";

const snapshot = readSnapshot();
/** The worst of each figure, the hot path, and messages. */
const CHOSEN: [string, number][] = [
  ["typical: records of 8 shares of one operator", 1_000_000],
  ["costliest records of 16 shares, then the longest tail", 64],
  ["costliest records of 16 shares, then the longest tail", 2 ** 48 - 4_096],
  ["claims of datanets, then junk", 2 ** 16 - 1_024],
  ["Transfer, full block", 2 ** 16 - 1_024],
  ["RegisterModel, full block", 10_000],
  ["18 deposits with wrong hints, full content", 1_000_000],
  ["2 forced Claims of contributions, full content", 2 ** 32],
  ["all kinds at once", 2 ** 24],
];

describe("ceilings of fault proofs", () => {
  let host: CeilingsHost;
  beforeAll(async () => {
    host = await startCeilingsHost();
  });
  afterAll(() => host?.stop());

  it.each(CHOSEN)("%s at %i", async (name, length) => {
    const ceiling = CEILINGS.find((each) => each.name === name)!;
    const figures = await measure(host, ceiling, length);
    expect(broken(name, length, figures)).toEqual([]);
    expect(worseProof(name, length, figures, snapshot)).toEqual([]);
  });
});

describe("the snapshot", () => {
  it("holds every case at every length, and no other", () => {
    const names = CEILINGS.map(({ name }) => name);
    const lengths = LENGTHS.map(({ length }) => String(length));
    expect(names.filter((name) => lengths.some((length) => snapshot.proofs[name]?.[length] === undefined))).toEqual([]);
    expect(leftOver(snapshot, names)).toEqual([]);
  });

  it("breaks no limit", () => {
    const found = Object.entries(snapshot.proofs).flatMap(([name, byLength]) =>
      Object.entries(byLength).flatMap(([length, figures]) => broken(name, Number(length), figures)),
    );
    expect([...found, ...brokenSizes(snapshot.host)]).toEqual([]);
  });

  it("is what docs/ceilings.md shows", () => {
    expect(readFileSync(PAGE, "utf8")).toBe(pageOf(snapshot));
  });
});
