import fc from "fast-check";
import { expect, test } from "vitest";
import {
  contributionScores,
  quantizeShares,
  type ScoredSpan,
  sharesOf,
  spanCredits,
} from "../../attribution/weights.ts";

const WORDS = 40;
const span: fc.Arbitrary<ScoredSpan> = fc
  .record({
    start: fc.integer({ min: 0, max: WORDS - 1 }),
    length: fc.integer({ min: 1, max: 12 }),
    information: fc.integer({ min: 1, max: 5_000 }),
    rarity: fc.integer({ min: 1, max: 3_000 }),
    contributions: fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 30 }),
  })
  .map(({ length, ...rest }) => ({
    ...rest,
    end: Math.min(WORDS, rest.start + length),
    contributions: rest.contributions.sort((a, b) => a - b),
  }));
const spansOf = fc.array(span, { maxLength: 12 });
const surprisesOf = fc.array(fc.integer({ min: 1, max: 5_400 }), { minLength: WORDS, maxLength: WORDS });

test("shares: at most 16, increasing, weights 1 to 127 with a 127, the same every time", () => {
  fc.assert(
    fc.property(spansOf, surprisesOf, (spans, surprises) => {
      const shares = sharesOf(spans, surprises);
      expect(shares.length).toBeLessThanOrEqual(16);
      expect(shares.length > 0).toBe(spans.length > 0);
      for (const [i, { contribution, weight }] of shares.entries()) {
        if (i > 0) expect(contribution).toBeGreaterThan(shares[i - 1]!.contribution);
        expect(weight).toBeGreaterThanOrEqual(1);
        expect(weight).toBeLessThanOrEqual(127);
      }
      if (shares.length > 0) expect(Math.max(...shares.map(({ weight }) => weight))).toBe(127);
      expect(sharesOf(spans, surprises)).toEqual(shares);
    }),
    { numRuns: 1000 },
  );
});

test("nothing is lost: scores sum to the credits, and each word is credited once", () => {
  fc.assert(
    fc.property(spansOf, surprisesOf, (spans, surprises) => {
      const credits = spanCredits(spans, surprises);
      const expected = surprises.reduce((sum, surprise, i) => {
        const covering = spans.filter(({ start, end }) => start <= i && i < end);
        const best = Math.max(...covering.map(({ information }) => information));
        return sum + surprise * (covering.find(({ information }) => information === best)?.rarity ?? 0);
      }, 0);
      expect(credits.reduce((sum, credit) => sum + credit, 0)).toBe(expected);
      const scores = contributionScores(spans, credits);
      expect([...scores.values()].reduce((sum, score) => sum + score, 0)).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

const one = (contributions: number[]): ScoredSpan => ({ start: 0, end: 1, information: 1, rarity: 1, contributions });

test("the oldest source keeps at least half, however many copies there are", () => {
  const scores = (count: number) =>
    [...contributionScores([one(Array.from({ length: count }, (_, i) => i))], [1_024])].sort((a, b) => a[0] - b[0]);
  expect(scores(1)).toEqual([[0, 1_024]]);
  expect(scores(2)).toEqual([
    [0, 768],
    [1, 256],
  ]);
  expect(scores(3)).toEqual([
    [0, 640],
    [1, 256],
    [2, 128],
  ]);
  expect(scores(200)[0]![1]).toBeGreaterThanOrEqual(512);
});

test("more than 16 contributions: the largest stay, the lower index among equals", () => {
  const scores = new Map(Array.from({ length: 20 }, (_, i) => [i, i < 4 ? 50 : 100]));
  expect(quantizeShares(scores).map(({ contribution }) => contribution)).toEqual(
    Array.from({ length: 16 }, (_, i) => i + 4),
  );
  const equal = new Map(Array.from({ length: 20 }, (_, i) => [19 - i, 7]));
  expect(quantizeShares(equal).map(({ contribution }) => contribution)).toEqual(
    Array.from({ length: 16 }, (_, i) => i),
  );
});

test("weights are rounded, and what rounds to 0 is no share", () => {
  const scores = new Map([
    [1, 254_000],
    [2, 1_000],
    [3, 999],
    [4, 127_000],
    [5, 0],
  ]);
  expect(quantizeShares(scores)).toEqual([
    { contribution: 1, weight: 127 },
    { contribution: 2, weight: 1 },
    { contribution: 4, weight: 64 },
  ]);
  expect(quantizeShares(new Map())).toEqual([]);
  expect(quantizeShares(new Map([[1, 2 ** 52]]))).toEqual([{ contribution: 1, weight: 127 }]);
});
