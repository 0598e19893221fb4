/** Anything but Ok changed nothing: no table, no balance beyond the fee, nothing at all without one (rules 15 and 17). */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toHex } from "../../protocol/bytes.ts";
import { type State, TABLES } from "../../protocol/state/state.ts";
import { readSystem } from "../../protocol/state/system.ts";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { anyStep, LONG, reportCases } from "../support/arbitraries.ts";
import { seasonedWorld } from "../support/world.ts";

const counts = { transactions: 0, rejected: 0, void: 0, "rejected items": 0 };
afterAll(() => reportCases("rejected", counts));
beforeAll(() => useHasher(nativeHasher));

const rootsOf = (state: State): string[] => TABLES.map((name) => toHex(state[name].root()));
const deltas = (before: readonly bigint[], after: readonly bigint[]): bigint[] =>
  after.map((b, i) => b - (before[i] ?? 0n));
const balances = ({ accounts }: State): bigint[] =>
  Array.from({ length: accounts.length }, (_, i) => accounts.u64(i, 5));

test("a rejected transaction, signed or forced, moves no more than its fee and its nonce", () => {
  fc.assert(
    fc.property(fc.array(anyStep(), { minLength: 40, maxLength: 60 }), (steps) => {
      const world = seasonedWorld();
      const { state } = world;
      for (const step of steps) {
        const [roots, money, { treasury }] = [rootsOf(state), balances(state), readSystem(state.system)];
        const sender = step.transaction.account;
        const nonce = world.nonce(sender);
        const [result] = world.plan({ steps: [step], deposits: [], elapsed: 10, feeAccount: 2 ** 40 - 1 });
        counts.transactions++;
        if (result === undefined) continue;
        counts["rejected items"] += result.items?.filter((verdict) => verdict !== "Ok").length ?? 0;
        const nothing = result.items?.every((verdict) => verdict !== "Ok") ?? false;
        if (result.verdict === "Ok" && !nothing) continue;
        counts.rejected++;
        expect(rootsOf(state).slice(1)).toEqual(roots.slice(1));
        const paid = money.map((_, account) => (account === sender ? -BigInt(result.fee) : 0n));
        expect(deltas(money, balances(state))).toEqual(paid);
        expect(readSystem(state.system).treasury - treasury).toBe(BigInt(result.fee));
        expect(world.nonce(sender) - nonce).toBe(result.fee > 0 ? 1 : 0);
        if (result.fee > 0) continue;
        counts.void++;
        expect(rootsOf(state)).toEqual(roots);
      }
    }),
    { ...LONG, numRuns: 25 },
  );
});
