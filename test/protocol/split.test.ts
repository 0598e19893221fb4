import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { BPS, MAX_FEE, MAX_SHARES } from "../../protocol/params.ts";
import { splitFee, splitPool, upstreamPart } from "../../protocol/split.ts";
import { reportCases, sharesOf, U64 } from "../support/arbitraries.ts";

const counts = { fees: 0, pools: 0 };
afterAll(() => reportCases("split", counts));

const fee = fc.oneof(
  fc.integer({ min: 0, max: MAX_FEE }),
  fc.integer({ min: 0, max: 1_000 }).map((n) => MAX_FEE - n),
  fc.integer({ min: 0, max: 20_000 }),
);
const bps = fc.oneof(fc.integer({ min: 0, max: BPS }), fc.constantFrom(0, 1, 9_999, BPS));
const weighted = (weights: number[]) => weights.map((weight, contribution) => ({ contribution, weight }));
const sum = (parts: readonly number[]): number => parts.reduce((a, b) => a + b, 0);

/** The rule in integers: each part rounded down, the dust to the largest weight, the first of equals. */
function exactPool(pool: number, weights: readonly number[]): number[] {
  const total = BigInt(sum(weights));
  const parts = weights.map((weight) => Number((BigInt(pool) * BigInt(weight)) / total));
  const largest = weights.indexOf(Math.max(...weights));
  parts[largest]! += pool - sum(parts);
  return parts;
}

describe("splitFee", () => {
  test("divides in sequence, rounding down, and its parts are the whole", () => {
    fc.assert(
      fc.property(fee, bps, bps, (amount, protocolBps, ownerBps) => {
        const whole = BigInt(amount);
        const protocol = (whole * BigInt(protocolBps)) / 10_000n;
        const model = ((whole - protocol) * BigInt(ownerBps)) / 10_000n;
        const split = splitFee(amount, protocolBps, ownerBps);
        expect(split).toEqual({
          protocol: Number(protocol),
          model: Number(model),
          pool: Number(whole - protocol - model),
        });
        counts.fees++;
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    [0, 500, 2_000, { protocol: 0, model: 0, pool: 0 }],
    [1, 9_999, 9_999, { protocol: 0, model: 0, pool: 1 }],
    [MAX_FEE, BPS, BPS, { protocol: MAX_FEE, model: 0, pool: 0 }],
    [MAX_FEE, 0, BPS, { protocol: 0, model: MAX_FEE, pool: 0 }],
    [MAX_FEE, 0, 0, { protocol: 0, model: 0, pool: MAX_FEE }],
  ])("of %i at %i and %i is %o", (amount, protocolBps, ownerBps, expected) => {
    expect(splitFee(amount, protocolBps, ownerBps)).toEqual(expected);
  });
});

describe("splitPool", () => {
  test("is exact in doubles: its parts are those of integers, and sum to the pool", () => {
    fc.assert(
      fc.property(fee, sharesOf(fc.nat(1_000), MAX_SHARES), (pool, shares) => {
        const parts = splitPool(pool, shares);
        if (shares.length === 0) return;
        expect(parts).toEqual(
          exactPool(
            pool,
            shares.map(({ weight }) => weight),
          ),
        );
        expect(sum(parts)).toBe(pool);
        counts.pools++;
      }),
      { numRuns: 5_000 },
    );
  });

  test("is exact where a quotient falls just below or on an integer", () => {
    const close = fc.tuple(
      fc.integer({ min: 1, max: 0xffff }),
      fc.array(fc.integer({ min: 1, max: 0xffff }), { maxLength: 15 }),
      fc.nat(),
    );
    fc.assert(
      fc.property(close, fc.integer({ min: -1, max: 1 }), ([first, others, multiple], off) => {
        const weights = [first, ...others];
        const total = sum(weights);
        // pool x first is then a multiple of the total, give or take one.
        const pool = Math.min(MAX_FEE, Math.max(0, (multiple % Math.floor(MAX_FEE / total)) * total + off));
        expect(splitPool(pool, weighted(weights))).toEqual(exactPool(pool, weights));
        counts.pools++;
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ["16 largest weights and the largest fee", MAX_FEE, Array<number>(16).fill(0xffff)],
    ["one share", MAX_FEE, [1]],
    ["the smallest beside fifteen largest", MAX_FEE, [1, ...Array<number>(15).fill(0xffff)]],
    ["less money than shares", 3, Array<number>(16).fill(7)],
    ["no money", 0, [1, 2, 3]],
  ])("holds at the edges: %s", (_, pool, weights) => {
    const parts = splitPool(pool, weighted(weights));
    expect(parts).toEqual(exactPool(pool, weights));
    expect(sum(parts)).toBe(pool);
  });

  test("gives the dust to the largest weight, and to the first of equals", () => {
    expect(splitPool(10, weighted([1, 2, 1]))).toEqual([2, 6, 2]);
    expect(splitPool(11, weighted([3, 3, 3]))).toEqual([5, 3, 3]);
    expect(splitPool(7, weighted([1, 5, 5]))).toEqual([0, 4, 3]);
    expect(splitPool(5, [])).toEqual([]);
  });
});

describe("upstreamPart", () => {
  test("rounds up and never passes the whole", () => {
    fc.assert(
      fc.property(U64, bps, (amount, share) => {
        const part = upstreamPart(amount, share);
        expect(part * 10_000n >= amount * BigInt(share)).toBe(true);
        expect((part - 1n) * 10_000n < amount * BigInt(share)).toBe(true);
        expect(part <= amount).toBe(true);
      }),
    );
  });

  test("of a sum is at most the parts of its pieces together", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 50n }), { maxLength: 20 }), bps, (pieces, share) => {
        const whole = pieces.reduce((a, b) => a + b, 0n);
        const together = pieces.reduce((a, piece) => a + upstreamPart(piece, share), 0n);
        expect(upstreamPart(whole, share) <= together).toBe(true);
      }),
    );
  });
});
