import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockMinima } from "../../attribution/blockMinima.ts";
import { packed } from "./packed.ts";

test("nearest entries below a limit equal a plain scan", () => {
  const values = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(
      values,
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      fc.nat(),
      fc.nat(1_001),
      (some, times, a, b, limit) => {
        const all = Array.from({ length: times }, () => some).flat();
        const [from, to] = [a % (all.length + 1), b % (all.length + 1)].sort((x, y) => x - y) as [number, number];
        const inside = all.slice(from, to);
        const minima = new BlockMinima(packed(all));
        const first = inside.findIndex((value) => value < limit);
        const last = inside.findLastIndex((value) => value < limit);
        expect(minima.next(from, to, limit)).toBe(first < 0 ? to : from + first);
        expect(minima.previous(from, to, limit)).toBe(last < 0 ? -1 : from + last);
      },
    ),
    { numRuns: 500 },
  );
});

test("finds a single low entry from afar", () => {
  const values = new Array<number>(300_000).fill(9);
  values[123_456] = 1;
  const minima = new BlockMinima(packed(values));
  expect(minima.next(0, values.length, 5)).toBe(123_456);
  expect(minima.previous(0, values.length, 5)).toBe(123_456);
  expect(minima.next(123_457, values.length, 5)).toBe(values.length);
  expect(minima.previous(0, 123_456, 5)).toBe(-1);
});
