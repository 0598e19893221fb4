/** What a prover does next, by what it sees: no host, no clock. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, type FaultSight, type RemovalSight, type Sight } from "../../prover/decide.ts";

const FAULT: FaultSight = {
  batch: 7,
  commitment: "0x07",
  blockIndex: 3,
  finalAt: 1_000,
  committedAt: undefined,
  refusal: undefined,
};
const REMOVAL: RemovalSight = {
  commitment: "0x05",
  reward: 5n,
  isOurs: true,
  heldSince: 49,
  ourCommittedAt: 49,
  payableAt: 500,
};
const QUIET: Sight = { time: 100, isFrozen: false, fault: undefined, removals: [] };
const subject = { batch: 7, blockIndex: 3, commitment: "0x07" };

describe("before a fault", () => {
  const at = (fault: Partial<FaultSight>, rest: Partial<Sight> = {}) =>
    decide({ ...QUIET, ...rest, fault: { ...FAULT, ...fault } });

  test("it commits to the proof first, then proves", () => {
    expect(at({})).toEqual({ act: "commit", ...subject });
    expect(at({ committedAt: 40 })).toEqual({ act: "prove", ...subject });
  });

  test("it sends nothing that the host would refuse, and says why", () => {
    expect(at({ refusal: "it has 130,000 bytes" })).toEqual({ act: "alarm", why: "it has 130,000 bytes" });
    expect(at({}, { time: 1_000 })).toMatchObject({ act: "alarm", why: expect.stringContaining("final") });
    expect(at({}, { time: 999 })).toMatchObject({ act: "commit" });
    expect(at({}, { isFrozen: true })).toMatchObject({ act: "alarm", why: expect.stringContaining("frozen") });
  });

  test("nothing else is more urgent; what can be done goes before what cannot", () => {
    const removals = [REMOVAL, { ...REMOVAL, isOurs: false, heldSince: 50, payableAt: 700 }];
    expect(at({}, { removals, time: 600 })).toMatchObject({ act: "commit" });
    expect(at({ refusal: "no" }, { removals, time: 600 })).toMatchObject({ act: "reveal" });
    expect(at({ refusal: "no" }, { removals: [REMOVAL] })).toMatchObject({ act: "alarm" });
  });
});

describe("after a removal", () => {
  const at = (removal: Partial<RemovalSight>, time = 100) =>
    decide({ ...QUIET, time, removals: [{ ...REMOVAL, ...removal }] });

  test("its own reward is collected when the day is over", () => {
    expect(at({})).toEqual({ act: "wait", until: 500 });
    expect(at({}, 499)).toMatchObject({ act: "wait" });
    expect(at({}, 500)).toEqual({ act: "collect", commitment: "0x05", reward: 5n });
  });

  test("a reward of nothing is not worth a transaction", () => {
    expect(at({ reward: 0n }, 500)).toEqual({ act: "agree" });
    expect(at({ reward: 0n, isOurs: false, heldSince: 50 })).toEqual({ act: "agree" });
  });

  test("a copied proof is answered with the older commitment, until the reward is paid", () => {
    const copied = { isOurs: false, heldSince: 50 };
    expect(at(copied)).toEqual({ act: "reveal", commitment: "0x05", reward: 5n });
    expect(at(copied, 499)).toMatchObject({ act: "reveal" });
    expect(at(copied, 500)).toEqual({ act: "agree" });
    expect(at({ ...copied, ourCommittedAt: undefined })).toEqual({ act: "agree" });
    expect(at({ ...copied, ourCommittedAt: 50 })).toEqual({ act: "agree" });
  });

  test("it shows its commitment for its own proof too, before others show theirs", () => {
    expect(at({ heldSince: 50 })).toMatchObject({ act: "reveal" });
    expect(at({ heldSince: 50 }, 500)).toMatchObject({ act: "collect" });
    expect(at({ heldSince: 50, ourCommittedAt: undefined })).toMatchObject({ act: "wait" });
  });

  test("an older commitment than ours keeps the reward", () => {
    expect(at({ isOurs: false, heldSince: 48 })).toEqual({ act: "agree" });
    expect(at({ isOurs: false, heldSince: 49 })).toEqual({ act: "agree" });
  });

  test("of several, what can be lost comes before what waits for us", () => {
    const copied = { ...REMOVAL, isOurs: false, heldSince: 50, payableAt: 700 };
    const held = { ...REMOVAL, payableAt: 9_999 };
    expect(decide({ ...QUIET, time: 600, removals: [held, REMOVAL, copied] })).toMatchObject({ act: "reveal" });
    expect(decide({ ...QUIET, time: 600, removals: [held, REMOVAL] })).toMatchObject({ act: "collect" });
    expect(decide({ ...QUIET, time: 600, removals: [held] })).toMatchObject({ act: "wait", until: 9_999 });
  });
});

test("with nothing to see there is nothing to do", () => {
  expect(decide(QUIET)).toEqual({ act: "agree" });
});

test("it never proves without a commitment, nor after the window, nor twice after a refusal", () => {
  const time0 = 1_001; // no commitment
  const time = fc.integer({ min: 0, max: 1_000 });
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const fault = fc.record({
    batch: fc.constant(7),
    commitment: fc.constant("0x07" as const),
    blockIndex: fc.nat(255),
    finalAt: time,
    committedAt: maybe(time),
    refusal: maybe(fc.constant("refused")),
  });
  const removal = fc.record({
    commitment: fc.constant("0x05" as const),
    reward: fc.bigInt({ min: 0n, max: 3n }),
    isOurs: fc.boolean(),
    heldSince: time,
    ourCommittedAt: maybe(time),
    payableAt: time,
  });
  const sight = fc.record({
    time,
    isFrozen: fc.boolean(),
    fault: maybe(fault),
    removals: fc.array(removal, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(sight, (seen) => {
      const decision = decide(seen);
      expect(decide(seen)).toEqual(decision);
      const { fault: known } = seen;
      const canProve = known !== undefined && !seen.isFrozen && seen.time < known.finalAt && !known.refusal;
      expect(["commit", "prove"].includes(decision.act)).toBe(canProve);
      if (decision.act === "prove") expect(known?.committedAt).toBeDefined();
      if (decision.act === "agree") expect(known).toBeUndefined();
      if (decision.act !== "collect" && decision.act !== "reveal") return;
      expect(decision.reward).toBeGreaterThan(0n);
      const { act, reward } = decision;
      const reasons = seen.removals.filter(({ payableAt, isOurs, heldSince, ourCommittedAt = time0 }) =>
        act === "collect" ? isOurs && seen.time >= payableAt : ourCommittedAt < heldSince && seen.time < payableAt,
      );
      expect(reasons.map((each) => each.reward)).toContain(reward);
    }),
    { numRuns: 1_000 },
  );
});
