/** Every verdict in its smallest scenario. */
import { afterAll, describe, expect, test } from "vitest";
import { VERDICTS, type Verdict, verdictCode, verdictOf } from "../../protocol/verdict.ts";
import { seasonedWorld } from "../support/world.ts";
import { REACHED } from "./reached.ts";

const reached = new Set<Verdict>();

describe("a verdict is reached", () => {
  test.each(REACHED)("%s by %s", (verdict, _, scenario) => {
    const got = scenario(seasonedWorld());
    reached.add(got!);
    expect(got).toBe(verdict);
  });

  afterAll(() => expect(VERDICTS.filter((verdict) => !reached.has(verdict))).toEqual(["TableFull"]));
});

test("codes are places in the list and back, and an unknown code is corruption", () => {
  for (const [code, verdict] of VERDICTS.entries())
    expect([verdictCode(verdict), verdictOf(code)]).toEqual([code, verdict]);
  expect(() => verdictOf(VERDICTS.length)).toThrow(RangeError);
  expect(VERDICTS.length).toBeLessThanOrEqual(256);
});
