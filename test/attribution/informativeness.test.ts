import fc from "fast-check";
import { expect, test } from "vitest";
import {
  BIT,
  informationThreshold,
  log2Fixed,
  rarity,
  spanInformation,
  wordSurprise,
} from "../../attribution/informativeness.ts";
import { exampleCorpus } from "./exampleCorpus.ts";

test("log2Fixed is exact on powers of two and a fixed list", () => {
  for (let exponent = 0; exponent <= 52; exponent++) expect(log2Fixed(2 ** exponent)).toBe(exponent * BIT);
  expect([3, 5, 7, 10, 233, 1_813_318, Number.MAX_SAFE_INTEGER].map(log2Fixed)).toEqual([
    405, 594, 718, 850, 2013, 5322, 13567,
  ]);
});

test("log2Fixed is the floor of 256 log2, or one less, and never falls", () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.maxSafeInteger().map(Math.abs)), (some) => {
      const value = Math.max(1, some);
      const exact = Math.log2(value) * BIT;
      expect(log2Fixed(value)).toBeGreaterThan(exact - 1.001);
      expect(log2Fixed(value)).toBeLessThanOrEqual(exact + 1e-6);
      if (value < Number.MAX_SAFE_INTEGER) expect(log2Fixed(value + 1)).toBeGreaterThanOrEqual(log2Fixed(value));
    }),
    { numRuns: 2000 },
  );
});

test.each([0, -1, 1.5, Number.NaN, 2 ** 53])("log2Fixed refuses %d", (value) => {
  expect(() => log2Fixed(value)).toThrow(/"value"/);
});

test("rare words surprise more than common ones, unknown ones most", () => {
  const corpus = exampleCorpus();
  const id = (word: string) => corpus.vocabulary.find(new TextEncoder().encode(word), 0, word.length);
  expect(id("the")).toBeGreaterThan(0);
  expect(wordSurprise(corpus, id("the"))).toBeLessThan(wordSurprise(corpus, id("house")));
  expect(wordSurprise(corpus, id("house"))).toBeLessThan(wordSurprise(corpus, 0));
});

test("a span of one document keeps all its information, one of all documents next to none", () => {
  expect(spanInformation(10_000, 233, 1)).toBe(10_000);
  expect(spanInformation(10_000, 1, 1)).toBe(10_000);
  expect(spanInformation(10_000, 233, 233)).toBeLessThan(10);
  for (let d = 2; d <= 233; d++) expect(rarity(233, d)).toBeLessThanOrEqual(rarity(233, d - 1));
});

test("the threshold is log2 of the corpus plus the margin", () => {
  const corpus = exampleCorpus();
  expect(informationThreshold(corpus, 3) - informationThreshold(corpus, 0)).toBe(3 * BIT);
  expect(informationThreshold(corpus, 0)).toBe(log2Fixed(corpus.tokens.length + 1));
});
