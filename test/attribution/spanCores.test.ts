import fc from "fast-check";
import { expect, test } from "vitest";
import { spanCores } from "../../attribution/spanCores.ts";

const RARE = 20;
const COMMON = 1;

test("common words at the ends go, those inside stay", () => {
  const surprises = [COMMON, RARE, COMMON, RARE, COMMON, COMMON];
  expect(spanCores([{ start: 0, end: 6 }], surprises, 8)).toEqual([{ start: 1, end: 4 }]);
  expect(spanCores([{ start: 4, end: 6 }], surprises, 8)).toEqual([]);
});

test("no core lies within another", () => {
  const surprises = [COMMON, RARE, RARE, COMMON, RARE];
  const same = [
    { start: 0, end: 3 },
    { start: 1, end: 4 },
  ];
  expect(spanCores(same, surprises, 8)).toEqual([{ start: 1, end: 3 }]);
  const growing = [
    { start: 0, end: 4 },
    { start: 1, end: 5 },
  ];
  expect(spanCores(growing, surprises, 8)).toEqual([{ start: 1, end: 5 }]);
});

test("cores are what is left of the spans, strictly in order", () => {
  const input = fc.record({
    surprises: fc.array(fc.constantFrom(COMMON, RARE), { minLength: 30, maxLength: 30 }),
    starts: fc.uniqueArray(fc.nat(29), { maxLength: 10 }),
    lengths: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 10, maxLength: 10 }),
  });
  fc.assert(
    fc.property(input, ({ surprises, starts, lengths }) => {
      let end = 0;
      const spans = starts
        .sort((a, b) => a - b)
        .flatMap((start, i) => {
          const to = Math.min(30, start + lengths[i]!);
          if (to <= end) return [];
          end = to;
          return [{ start, end }];
        });
      const cores = spanCores(spans, surprises, 8);
      for (const [i, core] of cores.entries()) {
        expect([surprises[core.start], surprises[core.end - 1]]).toEqual([RARE, RARE]);
        expect(spans.some((span) => span.start <= core.start && core.end <= span.end)).toBe(true);
        if (i > 0) expect(core.start > cores[i - 1]!.start && core.end > cores[i - 1]!.end).toBe(true);
      }
      const rareIn = (list: typeof spans) =>
        surprises.flatMap((s, i) => (s === RARE && list.some(({ start, end }) => start <= i && i < end) ? [i] : []));
      expect(rareIn(cores)).toEqual(rareIn(spans));
    }),
    { numRuns: 1000 },
  );
});
