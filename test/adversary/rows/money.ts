/** Money that comes from nowhere, goes elsewhere, or stays where it must not. */

import { BALANCE } from "../../../protocol/state/account.ts";
import { DATANET_REF, EARNED, INHERITED, LIFETIME, REVOKED_AT } from "../../../protocol/state/contribution.ts";
import { TRAINED_AT } from "../../../protocol/state/model.ts";
import type { State } from "../../../protocol/state/state.ts";
import { TREASURY } from "../../../protocol/state/system.ts";
import { alice, bob, carol, mallory } from "../../support/world.ts";
import { HOUR } from "../arena.ts";
import { lied } from "../lied.ts";
import type { Row } from "../row.ts";
import { attribute, claim, transfer } from "../season.ts";

const LOOT = 1_000_000_000n;

/** Gwei that leave one contribution's earnings for another's. */
function shift({ contributions }: State, from: number, to: number, amount: number): void {
  for (const field of [EARNED, LIFETIME]) {
    contributions.subtract(from, field, amount);
    contributions.add(to, field, amount);
  }
}

/** Attributes to one contribution, as if a field of a record were another for as long as the block runs. */
const credited = (
  about: { name: string; rule: number; deed: string; verdict: string; why: string },
  contribution: number,
  lie: (state: State) => () => void,
): Row =>
  lied(about, async (books, arena) => {
    await arena.pass(2 * HOUR, books);
    let undo: (() => void) | undefined;
    return {
      content: [books.pack(attribute([[contribution, 1]]), mallory)],
      lie: {
        before: (state) => {
          undo = lie(state);
        },
        after: () => undo?.(),
      },
    };
  });

export const MONEY: readonly Row[] = [
  lied(
    {
      name: "minted credit",
      rule: 29,
      deed: "mallory's balance is higher after an empty block",
      why: "all balances and earnings together are what was deposited",
    },
    () => ({ lie: { after: ({ accounts }) => accounts.add(3, BALANCE, 1_000_000_000) } }),
  ),
  lied(
    {
      name: "transfer of more than there is",
      rule: 16,
      deed: "mallory transfers more than her balance, and carol gets it",
      verdict: "InsufficientBalance",
      why: "a rejected transaction pays its fee and does nothing else",
    },
    (books) => ({
      content: [books.pack(transfer(3, 2, 2n ** 50n), mallory)],
      lie: { after: ({ accounts }) => accounts.setU64(2, BALANCE, accounts.u64(2, BALANCE) + 2n ** 50n) },
    }),
  ),
  lied(
    {
      name: "wrong split of dust",
      rule: 19,
      deed: "the Gwei that the division leaves goes to the smaller weight",
      verdict: "Ok",
      why: "dust goes to the largest weight: one Gwei is enough for a fault",
    },
    (books) => ({
      content: [books.pack(attribute([[0, 2], [1, 1]], 1_000_001), mallory)], // biome-ignore format: shares side by side
      lie: { after: (state) => shift(state, 0, 1, 1) },
    }),
  ),
  lied(
    {
      name: "protocol's part kept",
      rule: 19,
      deed: "an attribution's part for the treasury goes to the operator",
      verdict: "Ok",
      why: "the split has one order and one result",
    },
    (books) => ({
      content: [books.pack(attribute([[0, 1]]), mallory)],
      lie: {
        after: ({ accounts, system }) => {
          system.subtract(0, TREASURY, 1_000_000);
          accounts.add(3, BALANCE, 1_000_000);
        },
      },
    }),
  ),
  credited(
    {
      name: "revoked contribution credited",
      rule: 17,
      deed: "two hours after its revocation a contribution is paid",
      verdict: "ContributionClosed",
      why: "a revocation binds an hour later",
    },
    2,
    ({ contributions }) => {
      const revokedAt = contributions.number(2, REVOKED_AT);
      contributions.setNumber(2, REVOKED_AT, 0);
      return () => contributions.setNumber(2, REVOKED_AT, revokedAt);
    },
  ),
  lied(
    {
      name: "expired contribution credited",
      rule: 17,
      deed: "the block is run as if it were two hours earlier than its header says",
      verdict: "ContributionClosed",
      why: "the time of everything in a block is its header's",
    },
    async (books, arena) => {
      const before = books.time;
      await arena.pass(2 * HOUR, books);
      return { content: [books.pack(attribute([[3, 1]]), mallory)], lie: { timestamp: before } };
    },
  ),
  credited(
    {
      name: "too young a contribution credited",
      rule: 22,
      deed: "a contribution given after the model was trained is paid",
      verdict: "ContributionTooYoung",
      why: "the model cannot have learned from it",
    },
    5,
    ({ models }) => {
      models.setNumber(0, TRAINED_AT, 6);
      return () => models.setNumber(0, TRAINED_AT, 5);
    },
  ),
  credited(
    {
      name: "other datanet's contribution credited",
      rule: 20,
      deed: "a contribution of a datanet that is not the model's is paid",
      verdict: "WrongDatanet",
      why: "a model names its datanets once",
    },
    4,
    ({ contributions }) => {
      contributions.setNumber(4, DATANET_REF, 1);
      return () => contributions.setNumber(4, DATANET_REF, 2);
    },
  ),
  lied(
    {
      name: "claim paid twice",
      rule: 21,
      deed: "bob's second claim in the block pays again what the first has paid",
      verdict: "BelowMinimumClaim",
      why: "a claim empties the record",
    },
    (books) => {
      const nonce = books.nonce(1);
      const earned = books.state.contributions.number(0, EARNED);
      return {
        content: [books.pack(claim(1, 0), bob, nonce), books.pack(claim(1, 0), bob, nonce + 1)],
        lie: { after: ({ accounts }) => accounts.add(1, BALANCE, earned) },
      };
    },
  ),
  lied(
    {
      name: "lineage share not passed",
      rule: 20,
      deed: "a claim of the child pays alice all of it, and the parent inherits nothing",
      verdict: "Ok",
      why: "the terms were copied into the contribution when it was given",
    },
    (books) => {
      const inherited = books.state.contributions.u64(0, INHERITED);
      return {
        content: [books.pack(claim(0, 1), alice)],
        lie: {
          after: ({ accounts, contributions }) => {
            const part = Number(contributions.u64(0, INHERITED) - inherited);
            contributions.subtract(0, INHERITED, part);
            contributions.subtract(0, LIFETIME, part);
            accounts.add(0, BALANCE, part);
          },
        },
      };
    },
  ),
  lied(
    {
      name: "someone else paid for a claim",
      rule: 20,
      deed: "mallory claims for bob's contribution and gets the money herself",
      verdict: "Ok",
      why: "anyone may claim for any record; the payees follow from state",
    },
    (books) => ({
      content: [books.pack(claim(3, 0), mallory)],
      lie: {
        after: ({ accounts }) => {
          accounts.subtract(1, BALANCE, Number(LOOT) / 1_000);
          accounts.add(3, BALANCE, Number(LOOT) / 1_000);
        },
      },
    }),
  ),
  lied(
    {
      name: "withdrawal that leaves the balance",
      rule: 29,
      deed: "carol withdraws, and has the money on the rollup as well",
      verdict: "Ok",
      why: "what the Vault owes has left the balances",
    },
    (books) => ({
      content: [books.pack({ name: "Withdraw", account: 2, body: { recipient: carol.address, amount: LOOT } }, carol)],
      lie: { after: ({ accounts }) => accounts.setU64(2, BALANCE, accounts.u64(2, BALANCE) + LOOT) },
    }),
  ),
];
