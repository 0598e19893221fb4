import fc from "fast-check";
import { expect, test } from "vitest";
import { suffixArray } from "../../attribution/suffixArray.ts";

function naive(text: readonly number[]): number[] {
  const order = (a: number, b: number): number => {
    while (a < text.length && b < text.length && text[a] === text[b]) {
      a++;
      b++;
    }
    if (a === text.length) return -1;
    return b === text.length ? 1 : text[a]! - text[b]!;
  };
  return text.map((_, i) => i).sort((a, b) => (a === b ? 0 : order(a, b)));
}

const random = fc
  .integer({ min: 1, max: 5 })
  .chain((alphabet) => fc.array(fc.integer({ min: 0, max: alphabet - 1 }), { maxLength: 120 }));
const periodic = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 7 }), fc.integer({ min: 1, max: 20 }))
  .map(([period, times]) => Array.from({ length: times }, () => period).flat());
const nearlyPeriodic = fc
  .tuple(periodic, fc.nat(), fc.integer({ min: 0, max: 3 }))
  .map(([text, at, symbol]) => text.with(at % text.length, symbol));

test.each([
  ["random", random],
  ["periodic", periodic],
  ["nearly periodic", nearlyPeriodic],
])("equals a naive sort on %s texts", (_, texts) => {
  fc.assert(
    fc.property(texts, (text) => {
      expect([...suffixArray(Uint16Array.from(text), 5)]).toEqual(naive(text));
    }),
    { numRuns: 1500 },
  );
});

test("equals a naive sort for every text of up to 7 symbols out of 3", () => {
  for (let length = 0; length <= 7; length++) {
    for (let code = 0; code < 3 ** length; code++) {
      const text = Array.from({ length }, (_, i) => Math.floor(code / 3 ** i) % 3);
      expect([...suffixArray(Uint32Array.from(text), 3)]).toEqual(naive(text));
    }
  }
});

test("large alphabets and Fibonacci words, the deepest recursion", () => {
  const large = Array.from({ length: 3_000 }, (_, i) => (i * 7_919) % 70_001);
  expect([...suffixArray(Uint32Array.from(large), 70_001)]).toEqual(naive(large));
  let [a, b] = [[0], [0, 1]];
  while (b.length < 1_500) [a, b] = [b, [...b, ...a]];
  expect([...suffixArray(Uint16Array.from(b), 2)]).toEqual(naive(b));
});

test("refuses symbols outside the alphabet", () => {
  expect(() => suffixArray(Uint16Array.of(0, 5), 5)).toThrow(/"alphabet"/);
  expect(() => suffixArray(Int32Array.of(-1), 5)).toThrow(RangeError);
});
