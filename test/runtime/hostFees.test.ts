import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bumpedFees, marketFees } from "../../runtime/host/fees.ts";

const fee = fc.bigInt({ min: 0n, max: 10n ** 15n });
const feePair = fc.tuple(fee, fee).map(([tip, rest]) => ({ maxFeePerGas: tip + rest, maxPriorityFeePerGas: tip }));

describe("fees", () => {
  test("the first offer never exceeds the limit, nor its tip the whole", () => {
    fc.assert(
      fc.property(fee, fee, fee, (baseFee, tip, limit) => {
        const { maxFeePerGas, maxPriorityFeePerGas } = marketFees(baseFee, tip, limit);
        expect(maxFeePerGas).toBeLessThanOrEqual(limit);
        expect(maxPriorityFeePerGas).toBeLessThanOrEqual(maxFeePerGas);
      }),
    );
  });

  test("a replacement offers an eighth more in both, at least the market, and stays in the limit", () => {
    fc.assert(
      fc.property(feePair, feePair, fee, (previous, market, limit) => {
        const next = bumpedFees(previous, market, limit);
        if (next === undefined) {
          // There was a reason: an eighth more, or the market, is above the limit.
          const least = (value: bigint, floor: bigint) => (value * 9n) / 8n + 1n > limit || floor > limit;
          expect(least(previous.maxFeePerGas, market.maxFeePerGas)).toBe(true);
          return;
        }
        expect(next.maxFeePerGas * 8n).toBeGreaterThan(previous.maxFeePerGas * 9n);
        expect(next.maxPriorityFeePerGas * 8n).toBeGreaterThan(previous.maxPriorityFeePerGas * 9n);
        expect(next.maxFeePerGas).toBeGreaterThanOrEqual(market.maxFeePerGas);
        expect(next.maxFeePerGas).toBeLessThanOrEqual(limit);
        expect(next.maxPriorityFeePerGas).toBeLessThanOrEqual(next.maxFeePerGas);
      }),
    );
  });
});
