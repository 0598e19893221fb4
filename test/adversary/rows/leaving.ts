/** The freeze and the escape: too early, twice, with what is another's, and against what counts no more. */
import { encodeFunctionData } from "viem";
import { type EscapePayment, encodeEscape, listEscapes } from "../../../bridge/escapes.ts";
import { vaultAbi } from "../../../contracts/abi/vault.ts";
import { concat, toHex } from "../../../protocol/bytes.ts";
import { BALANCE } from "../../../protocol/state/account.ts";
import type { State } from "../../../protocol/state/state.ts";
import { alice, bob, carol, mallory } from "../../support/world.ts";
import { COPYCAT, OPEN_POSTER, STRANGER } from "../actors.ts";
import { type Arena, DAY, refusalOf } from "../arena.ts";
import type { Books } from "../books.ts";
import { proofOf } from "../proofs.ts";
import { done, type End, type Row, refused } from "../row.ts";
import { transfer } from "../season.ts";
import { tokensOf, withdrawFrom } from "./withdrawals.ts";

const MONTH = 30 * DAY;
const LAST = 2;

const freeze = (arena: Arena, batch = LAST) => arena.call(STRANGER, { functionName: "freeze", args: [BigInt(batch)] });

/** Nobody consumes bob's deposit for 30 days, and the rollup is frozen. The books of the last finalized batch. */
async function frozen(arena: Arena): Promise<Books> {
  const books = await arena.books();
  await arena.devnet.deposit(bob);
  await arena.pass(MONTH);
  await freeze(arena);
  return books;
}

const toVault = (arena: Arena, data: `0x${string}`) => arena.send(STRANGER, arena.devnet.host.deployment.vault, data);

const leave = (arena: Arena, state: State, payment: EscapePayment) =>
  toVault(arena, encodeEscape(state, payment, LAST));

const account = (index: number): EscapePayment => ({ kind: "account", index, amount: 0n });
const earnings = (index: number, owner: number): EscapePayment => ({
  kind: "earnings",
  table: "contributions",
  index,
  account: owner,
  amount: 0n,
});

async function refund(arena: Arena, index: number, change: (message: Uint8Array) => Uint8Array = (message) => message) {
  const message = (await arena.messages(index))[0]!;
  const args = [BigInt(index), toHex(change(message.bytes))] as const;
  return toVault(arena, encodeFunctionData({ abi: vaultAbi, functionName: "refundDeposit", args }));
}

const row = (about: Omit<Row, "rule" | "run">, run: Row["run"]): Row => ({ rule: 29, ...about, run });

export const LEAVING: readonly Row[] = [
  row(
    {
      name: "freeze too early",
      liar: "user",
      deed: "the rollup is frozen when a message waits for 29 days, when none waits for a year, and at a batch that is not the last final one",
      expected: [refused("NotFreezable"), refused("NotFreezable"), refused("BatchNotLast")],
      why: "an idle chain never freezes, and a working one only after a month of neglect",
    },
    async (arena) => {
      const { client } = arena.devnet;
      const undo = await client.snapshot();
      await arena.pass(365 * DAY);
      const idle = await refusalOf(() => freeze(arena));
      await client.revert({ id: undo });
      await arena.devnet.deposit(bob);
      await arena.pass(MONTH - DAY);
      const early = await refusalOf(() => freeze(arena));
      await arena.pass(DAY);
      return [early, idle, await refusalOf(() => freeze(arena, 1))];
    },
  ),
  row(
    {
      name: "escape from a rollup that works",
      liar: "user",
      deed: "alice escapes with her account, and has her deposit refunded",
      expected: [refused("NotFrozen"), refused("NotFrozen")],
      why: "transactions are the way out; else money would be there twice",
    },
    async (arena) => {
      const { state } = await arena.books();
      await arena.pass(7 * DAY);
      return [await refusalOf(() => leave(arena, state, account(0))), await refusalOf(() => refund(arena, 0))];
    },
  ),
  row(
    {
      name: "escape twice",
      liar: "user",
      deed: "an account, a contribution and the treasury are paid, and paid again",
      expected: [refused("AlreadyEscaped"), refused("AlreadyEscaped"), refused("AlreadyEscaped")],
      why: "each record has one nullifier: table and index",
    },
    async (arena) => {
      const { state } = await frozen(arena);
      const ends: End[] = [];
      for (const payment of [account(0), earnings(0, 1), { kind: "treasury", index: 0, amount: 0n } as const]) {
        await leave(arena, state, payment);
        ends.push(await refusalOf(() => leave(arena, state, payment)));
      }
      return ends;
    },
  ),
  row(
    {
      name: "escape with someone else's record",
      liar: "user",
      deed: "bob's contribution with mallory's account; alice's account with mallory as its owner; alice's as it is",
      expected: [refused("AccountMismatch"), refused("RootMismatch"), done("alice is paid")],
      why: "who is paid follows from the state, whoever sends it",
    },
    async (arena) => {
      const { state } = await frozen(arena);
      const other = await refusalOf(() => leave(arena, state, earnings(0, 3)));
      const forged = (await arena.books()).state;
      const { siblings } = forged.prove("accounts", 0);
      const [, ...chunks] = [0, 1, 2, 3].map((chunk) => toHex(forged.accounts.chunk(0, chunk)));
      const record = [toHex(concat(mallory.address, new Uint8Array(12))), ...chunks] as never;
      const args = [0, record, siblings.map(toHex)] as const;
      const data = encodeFunctionData({ abi: vaultAbi, functionName: "escapeAccount", args });
      const stolen = await refusalOf(() => toVault(arena, data));
      await leave(arena, state, account(0));
      const tokens = await tokensOf(arena, toHex(alice.address));
      const isPaid = tokens === state.accounts.u64(0, BALANCE) * 10n ** 9n;
      return [other, stolen, done(isPaid ? "alice is paid" : `alice has ${tokens}`)];
    },
  ),
  row(
    {
      name: "deposits after the freeze",
      liar: "user",
      deed: "a consumed deposit is refunded, one that waits, the same again, and with other bytes",
      expected: [refused("MessageConsumed"), refused("DepositMismatch"), done("refunded"), refused("AlreadyRefunded")],
      why: "what was consumed is in the state; what was not is in the Inbox alone",
    },
    async (arena) => {
      await frozen(arena);
      const consumed = await refusalOf(() => refund(arena, 0));
      const other = await refusalOf(() => refund(arena, 4, (bytes) => bytes.with(34, bytes[34]! + 1)));
      await refund(arena, 4);
      const tokens = await tokensOf(arena, toHex(bob.address));
      const end = done(tokens === 10n ** 20n ? "refunded" : `bob has ${tokens}`);
      return [consumed, other, end, await refusalOf(() => refund(arena, 4))];
    },
  ),
  row(
    {
      name: "forced message refunded as a deposit",
      liar: "user",
      deed: "after the freeze mallory has a message refunded whose bytes look like a deposit",
      expected: [refused("DepositMismatch")],
      why: "the kind is the Inbox's word, and part of the message",
    },
    async (arena) => {
      await arena.devnet.force(transfer(0, mallory.address, 10n ** 9n), mallory);
      await arena.pass(MONTH);
      await freeze(arena);
      return [await refusalOf(() => refund(arena, 4))];
    },
  ),
  row(
    {
      name: "after the freeze",
      liar: "sequencer",
      deed: "a batch is posted, a deposit made, a fault proven",
      expected: [refused("RollupFrozen"), refused("RollupFrozen"), refused("RollupFrozen")],
      why: "the freeze is the end: what people leave with cannot change any more",
    },
    async (arena) => {
      const books = await frozen(arena);
      const block = books.copy().block({ timestamp: await arena.now() });
      const proof = await proofOf(arena, books, LAST, [block], 0);
      return [
        await refusalOf(() => arena.post([block])),
        await refusalOf(async () => {
          const args = [10n ** 20n, toHex(carol.address), 0] as const;
          const data = encodeFunctionData({ abi: vaultAbi, functionName: "deposit", args });
          const { account: owner } = arena.devnet.wallet;
          return arena.send(owner, arena.devnet.host.deployment.vault, data, await arena.devnet.inboxFee());
        }),
        await refusalOf(() => arena.call(COPYCAT, { functionName: "proveFault", args: [proof] })),
      ];
    },
  ),
  row(
    {
      name: "false batch under way at the freeze",
      liar: "open poster",
      deed: "a false batch credits mallory in the last week; she escapes with what it says, and withdraws against it",
      expected: [refused("RootMismatch"), refused("BatchUnknown")],
      why: "batches that are not final are void",
    },
    async (arena) => {
      await arena.devnet.force(transfer(0, 1), alice);
      await arena.pass(MONTH - DAY);
      const books = await arena.books();
      const mint = {
        after: ({ accounts }: State) => accounts.setU64(3, BALANCE, 10n ** 11n + accounts.u64(3, BALANCE)),
      };
      const block = books.block({ messages: await arena.messages(), lie: mint });
      const batch = await arena.post([block], { from: OPEN_POSTER });
      await arena.pass(DAY);
      await freeze(arena);
      return [
        await refusalOf(() => leave(arena, books.state, account(3))),
        await refusalOf(() => withdrawFrom(arena, books.state, batch, 0)),
      ];
    },
  ),
  row(
    {
      name: "everybody leaves",
      liar: "nobody",
      deed: "after the freeze all that the state and the Inbox hold is paid",
      expected: [done("the Vault is empty")],
      why: "all payments together are what the Vault holds, to the Gwei",
    },
    async (arena) => {
      const { state } = await frozen(arena);
      const messages = await arena.messages(4);
      for (const payment of listEscapes({ state, messages, owner: undefined })) await leave(arena, state, payment);
      const left = await tokensOf(arena, arena.devnet.host.deployment.vault);
      return [done(left === 0n ? "the Vault is empty" : `${left} are left`)];
    },
  ),
];
