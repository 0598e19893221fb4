/** The witness of a block: canonical, complete, and it folds to the roots before and after. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BlockExecution, executeBlock, VOID_VERDICTS } from "../../protocol/block.ts";
import { toHex } from "../../protocol/bytes.ts";
import { METER_BYTES } from "../../protocol/params.ts";
import { State } from "../../protocol/state/state.ts";
import type { SignedTransaction } from "../../protocol/transactions/registry.ts";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { WitnessRecorder } from "../../protocol/witness/recorder.ts";
import { witnessOf } from "../../protocol/witness/witnessOf.ts";
import { anyBlock, type BlockPlan, LONG, nearby, reportCases } from "../support/arbitraries.ts";
import { afterOf, foldWitness, readWitness } from "../support/witnessFold.ts";
import { alice, ENVIRONMENT, type RanBlock, seasonedWorld, World } from "../support/world.ts";
import { attribute, transfer } from "./scenarios.ts";
import { watchWitness } from "./witness.ts";

const counts = { blocks: 0, transactions: 0, leaves: 0, "largest witness, bytes": 0 };
afterAll(() => reportCases("witness", counts));
beforeAll(() => useHasher(nativeHasher));

/** Runs the block on `state` and insists on all that a witness promises; returns it. */
function checkedWitness(state: State, { start, content }: RanBlock, touched?: () => number[][]): Uint8Array {
  const before = toHex(state.root());
  const { witness, postRoot, results } = witnessOf(state, ENVIRONMENT, start, content);
  const read = readWitness(witness)!;
  const roots = foldWitness(read, afterOf(state, read))!;
  expect(toHex(roots.pre)).toBe(before);
  expect(toHex(roots.post)).toBe(toHex(postRoot));
  if (touched) expect(read.leaves.map((list) => list.map(({ index }) => index))).toEqual(touched());
  counts.blocks++;
  counts.transactions += results.length;
  counts.leaves += read.leaves.reduce((sum, list) => sum + list.length, 0);
  counts["largest witness, bytes"] = Math.max(counts["largest witness, bytes"], witness.length);
  return witness;
}

/** Plays plans on one world and gives each block to `check`. */
function play(world: World, plans: readonly BlockPlan[], check: (block: RanBlock) => void): void {
  for (const plan of plans) {
    world.plan(plan);
    check(world.ran.at(-1)!);
  }
}

describe("any chain of blocks", () => {
  for (const [name, start] of [
    ["from the empty state", () => new World()],
    ["from a seasoned state", seasonedWorld],
  ] as const) {
    test(`${name}: both roots follow from the witness, and its leaves are those touched`, () => {
      fc.assert(
        fc.property(fc.array(anyBlock(nearby), { minLength: 20, maxLength: 30 }), (plans) => {
          const { state } = start();
          const twin = start().state;
          const watch = watchWitness(twin);
          play(start(), plans, (block) => {
            watch.reset();
            executeBlock(twin, ENVIRONMENT, block.start, block.content);
            checkedWitness(state, block, watch.touched);
          });
        }),
        { ...LONG, numRuns: 30 },
      );
    });
  }

  test("every executor takes the same bytes, whatever it did before", () => {
    fc.assert(
      fc.property(fc.array(anyBlock(nearby), { minLength: 5, maxLength: 10 }), (plans) => {
        const [one, other] = [seasonedWorld().state, seasonedWorld().state];
        play(seasonedWorld(), plans, (block) => {
          for (let i = 0; i < other.accounts.length; i += 2) other.accounts.number(i, 4); // reads outside of `record`
          expect(toHex(checkedWitness(one, block))).toBe(toHex(checkedWitness(other, block)));
        });
      }),
      { ...LONG, numRuns: 20 },
    );
  });
});

test("what is read for a transaction that is left out can be forgotten", () => {
  const world = seasonedWorld();
  const kept = [world.sign(transfer()), world.sign(transfer({ to: 0 }, 3))];
  const left = world.sign(attribute([2, 3, 4], { account: 2, model: 1 }), alice);
  const witness = (transactions: readonly SignedTransaction[]): Uint8Array => {
    const { state } = seasonedWorld();
    const recorder = new WitnessRecorder(state);
    const start = { timestamp: 2_000_000, feeAccount: 1, messages: [] };
    const execution = recorder.record(() => new BlockExecution(state, ENVIRONMENT, start));
    for (const transaction of transactions) {
      const mark = recorder.mark();
      const { verdict } = recorder.record(() => execution.run(transaction, 100));
      expect(verdict).toBe(transaction === left ? "BadSignature" : "Ok");
      if (VOID_VERDICTS.includes(verdict)) recorder.undoTo(mark);
    }
    return recorder.finish();
  };
  expect(toHex(witness([kept[0]!, left, kept[1]!]))).toBe(toHex(witness(kept)));
});

test("a block of nothing still has a witness: the system record, lengths and contents roots", () => {
  const state = new State();
  const block = { start: { timestamp: 1, feeAccount: 0, messages: [] }, content: new Uint8Array(0), results: [] };
  const witness = checkedWitness(state, block);
  expect(witness.length).toBe(128 + 36 + 12 + 6 * 32);
  expect(readWitness(witness)!.leaves.flat()).toEqual([]);
});

test("a witness is not taken from a state that was hashed in between", () => {
  const world = seasonedWorld();
  const recorder = new WitnessRecorder(world.state);
  recorder.record(() => world.ok(transfer()));
  world.state.root();
  expect(() => recorder.finish()).toThrow("before its witness");
});

test("large blocks of records all over a long table", () => {
  const grown = (): World => {
    const world = seasonedWorld();
    const { contributions } = world.state;
    for (let i = contributions.length; i < 5_000; i++) {
      contributions.append();
      for (const field of [4, 5, 7]) contributions.setNumber(i, field, contributions.number(i % 5, field));
    }
    return world;
  };
  const spread = (from: number): number[] => Array.from({ length: 16 }, (_, i) => (from * 17 + i * 293) % 4_999);
  const world = grown();
  const many = Array.from({ length: 40 }, (_, i) =>
    attribute(
      spread(i).sort((a, b) => a - b),
      { model: 1 },
    ),
  );
  const results = world.block(many);
  expect(results.length).toBeGreaterThan(3);
  for (const { items } of results) expect(items).toEqual(["Ok"]);
  const witness = checkedWitness(grown().state, world.ran.at(-1)!);
  expect(witness.length).toBeGreaterThan(30_000);
  expect(witness.length).toBeLessThan(METER_BYTES);
});
