/** Ways to the Vault's tokens while the rollup works. */
import { encodeFunctionData } from "viem";
import { tokenAbi } from "../../../contracts/abi/token.ts";
import { vaultAbi } from "../../../contracts/abi/vault.ts";
import { type Hex, toHex } from "../../../protocol/bytes.ts";
import { BALANCE } from "../../../protocol/state/account.ts";
import { EARNED } from "../../../protocol/state/contribution.ts";
import type { State } from "../../../protocol/state/state.ts";
import { appendWithdrawal, readWithdrawal } from "../../../protocol/state/withdrawal.ts";
import { alice, carol, mallory } from "../../support/world.ts";
import { STRANGER } from "../actors.ts";
import { type Arena, DAY, refusalOf } from "../arena.ts";
import { agreed, caught } from "../ends.ts";
import { done, proven, type Row, refused, UNTOUCHED } from "../row.ts";
import { claim, WITHDRAWN, withdraw } from "../season.ts";

const TOKENS_PER_GWEI = 10n ** 9n;

interface Claimed {
  recipient?: Hex;
  amount?: bigint;
}

/** Sends withdrawal `index` of `state`, or what is said in its place, to the Vault. */
export function withdrawFrom(arena: Arena, state: State, batch: number, index: number, claimed: Claimed = {}) {
  const { recipient, amount, account, timestamp } = readWithdrawal(state.withdrawals, index)!;
  const { siblings } = state.prove("withdrawals", index);
  const args = [
    BigInt(batch),
    index,
    claimed.recipient ?? toHex(recipient),
    claimed.amount ?? amount,
    account,
    BigInt(timestamp),
    siblings.map(toHex),
  ] as const;
  const data = encodeFunctionData({ abi: vaultAbi, functionName: "withdraw", args });
  return arena.send(STRANGER, arena.devnet.host.deployment.vault, data);
}

export function tokensOf(arena: Arena, owner: Hex): Promise<bigint> {
  const { token: address } = arena.devnet.host.deployment;
  return arena.devnet.client.readContract({ address, abi: tokenAbi, functionName: "balanceOf", args: [owner] });
}

export const WITHDRAWALS: readonly Row[] = [
  {
    name: "withdrawal record forged",
    rule: 24,
    liar: "sequencer",
    deed: "a block pays mallory a withdrawal that nobody made; she withdraws at once, and after the proof",
    expected: [refused("BatchNotFinalized"), proven(0), refused("BatchUnknown")],
    why: "the Vault pays against final roots only, and the false one is gone before",
    async run(arena) {
      const books = await arena.books();
      const forged = { recipient: mallory.address, amount: 10n ** 11n, account: 3, timestamp: books.time };
      const block = books.block({ lie: { after: ({ withdrawals }) => void appendWithdrawal(withdrawals, forged) } });
      const batch = await arena.post([block]);
      const early = await refusalOf(() => withdrawFrom(arena, books.state, batch, 1));
      const end = await caught(arena);
      return [early, end, await refusalOf(() => withdrawFrom(arena, books.state, batch, 1))];
    },
  },
  {
    name: "withdrawal before finality",
    rule: 24,
    liar: "user",
    deed: "carol takes her true withdrawal within the window, after it, and once more",
    expected: [refused("BatchNotFinalized"), done("paid"), refused("AlreadyWithdrawn")],
    why: "a root is a claim until nobody can prove it false; an index is paid once, whatever batch proves it",
    async run(arena) {
      const { state } = await arena.books();
      const early = await refusalOf(() => withdrawFrom(arena, state, 2, 0));
      await arena.pass(7 * DAY);
      const before = await tokensOf(arena, toHex(carol.address));
      await withdrawFrom(arena, state, 2, 0);
      const paid = (await tokensOf(arena, toHex(carol.address))) - before;
      const end = done(paid === WITHDRAWN * TOKENS_PER_GWEI ? "paid" : `${paid}`);
      return [early, end, await refusalOf(() => withdrawFrom(arena, state, 2, 0))];
    },
  },
  {
    name: "withdrawal changed on the way out",
    rule: 11,
    liar: "user",
    deed: "carol's withdrawal with mallory as recipient, and for a Gwei more",
    expected: [refused("RootMismatch"), refused("RootMismatch")],
    why: "the record is hashed into the root",
    async run(arena) {
      const { state } = await arena.books();
      await arena.pass(7 * DAY);
      const recipient = toHex(mallory.address);
      return [
        await refusalOf(() => withdrawFrom(arena, state, 2, 0, { recipient })),
        await refusalOf(() => withdrawFrom(arena, state, 2, 0, { amount: WITHDRAWN + 1n })),
      ];
    },
  },
  {
    name: "withheld claim",
    rule: 20,
    liar: "sequencer",
    deed: "bob's claims are left out of every block; mallory forces one for his record",
    expected: [done("bob is paid"), UNTOUCHED],
    why: "anyone may claim for any record, through the Inbox as well; its owner is paid",
    async run(arena) {
      await arena.devnet.force(claim(3, 0), mallory);
      await arena.pass(DAY);
      const books = await arena.books();
      const earned = books.state.contributions.u64(0, EARNED);
      const before = books.state.accounts.u64(1, BALANCE);
      await arena.post([books.block({ messages: await arena.messages() })]);
      const gain = books.state.accounts.u64(1, BALANCE) - before;
      // Less the curator's twentieth.
      return [done(gain === (earned * 95n) / 100n ? "bob is paid" : `bob has ${gain} more`), await agreed(arena)];
    },
  },
  {
    name: "withheld withdrawal",
    rule: 6,
    liar: "sequencer",
    deed: "alice's withdrawal is left out of every block; she forces it",
    expected: [refused("MessageOverdue"), done("paid")],
    why: "who is censored gets out through the Inbox",
    async run(arena) {
      await arena.devnet.force(withdraw(0, alice.address, WITHDRAWN), alice);
      await arena.pass(DAY);
      const books = await arena.books();
      const censored = await refusalOf(() => arena.post([books.copy().block()]));
      const batch = await arena.post([books.block({ messages: await arena.messages() })]);
      await arena.pass(7 * DAY);
      await withdrawFrom(arena, books.state, batch, 1);
      const tokens = await tokensOf(arena, toHex(alice.address));
      return [censored, done(tokens === WITHDRAWN * TOKENS_PER_GWEI ? "paid" : `${tokens}`)];
    },
  },
];
