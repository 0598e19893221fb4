import fc from "fast-check";
import { expect, test } from "vitest";
import { PackedArray } from "../../attribution/packedArray.ts";
import { packed } from "./packed.ts";

test("entries of every width come back, set in any order", () => {
  const values = fc
    .integer({ min: 0, max: 31 })
    .chain((bits) => fc.array(fc.integer({ min: 0, max: 2 ** bits - 1 }), { maxLength: 100 }));
  fc.assert(
    fc.property(values, (some) => {
      const forwards = packed(some);
      expect([...forwards.slice(0, some.length)]).toEqual(some);
      const backwards = new PackedArray(some.length, 2 ** forwards.bits - 1);
      for (let i = some.length - 1; i >= 0; i--) backwards.set(i, some[i]!);
      expect(backwards.words).toEqual(forwards.words);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [65_535, 16],
  [65_536, 17],
  [2 ** 31 - 1, 31],
])("entries up to %i have %i bits, and 64 of them no more", (largest, bits) => {
  const array = new PackedArray(64, largest);
  expect(array.bits).toBe(bits);
  expect(array.byteLength).toBe(8 * bits + 4);
  for (let i = 0; i < 64; i++) array.set(i, largest);
  expect([...array.slice(0, 64)]).toEqual(Array.from({ length: 64 }, () => largest));
});

test("the bits are in the order that the file format fixes", () => {
  // Three bits each, the lowest first; the eleventh lies in both words.
  expect([...packed([1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4]).words]).toEqual([0o3217654321, 1, 0]);
});
