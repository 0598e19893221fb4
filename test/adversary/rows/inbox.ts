/** Messages left out, doubled, moved, changed or made up; and what the Inbox refuses to take. */
import { encodeFunctionData, toHex as hexOf } from "viem";
import { inboxAbi } from "../../../contracts/abi/inbox.ts";
import { concat, equalBytes, toHex } from "../../../protocol/bytes.ts";
import { encodeMessage } from "../../../protocol/inbox.ts";
import { BALANCE, ownerOf } from "../../../protocol/state/account.ts";
import { encodeTransaction, type Transaction } from "../../../protocol/transactions/registry.ts";
import { alice, bob, forcedMessage, mallory, type Person } from "../../support/world.ts";
import { STRANGER } from "../actors.ts";
import { type Arena, DAY, refusalOf } from "../arena.ts";
import type { Plan } from "../books.ts";
import { agreed } from "../ends.ts";
import { lied } from "../lied.ts";
import { done, type Row, refused } from "../row.ts";
import { transfer } from "../season.ts";

/** Deposits for alice and for bob, and a block that consumes them, having run `run` of the two in their place. */
const twoDeposits =
  (run: (first: Uint8Array, second: Uint8Array) => Uint8Array[]) =>
  async (_: unknown, arena: Arena): Promise<Plan> => {
    await arena.devnet.deposit(alice);
    await arena.devnet.deposit(bob);
    const messages = await arena.messages();
    return { messages, timestamp: await arena.now(), lie: { messages: run(messages[0]!.bytes, messages[1]!.bytes) } };
  };

const owned = (owner: Person, amount: bigint): Uint8Array =>
  encodeMessage({ type: "Deposit", owner: owner.address, hint: undefined, amount });

const AMOUNT = 100_000_000_000n;

/** The block runs `lie` in place of the forced transaction that `sender` enqueued. */
const forced =
  (transaction: Transaction, sender: Person, lie: readonly Uint8Array[]) =>
  async (_: unknown, arena: Arena): Promise<Plan> => {
    await arena.devnet.force(transaction, sender);
    return { messages: await arena.messages(), timestamp: await arena.now(), lie: { messages: lie } };
  };

/** More claims than a message's weight carries. */
const OVER_WEIGHT: Transaction = {
  name: "Claim",
  account: 1,
  body: { items: Array.from({ length: 250 }, () => ({ table: "contributions", index: 0 })) },
};

const lies: readonly Row[] = [
  lied(
    {
      name: "skipped inbox message",
      rule: 5,
      deed: "two deposits are consumed, the first is not credited",
      verdict: "Ok",
      why: "consumed means executed",
    },
    twoDeposits((_, second) => [second]),
  ),
  lied(
    {
      name: "doubled inbox message",
      rule: 5,
      deed: "a deposit is credited twice",
      verdict: "Ok",
      why: "the header's count is what the cursor moves by",
    },
    twoDeposits((first, second) => [first, second, second]),
  ),
  lied(
    {
      name: "messages out of order",
      rule: 5,
      deed: "two deposits open accounts in the other order",
      verdict: "Ok",
      why: "the accumulator fixes the order; indices depend on it",
    },
    twoDeposits((first, second) => [second, first]),
  ),
  lied(
    {
      name: "deposit credited to someone else",
      rule: 5,
      deed: "bob's deposit opens an account for mallory",
      verdict: "Ok",
      why: "the message's bytes are in the Inbox's event and bound by the accumulator",
    },
    twoDeposits((first) => [first, owned(mallory, AMOUNT)]),
  ),
  lied(
    {
      name: "deposit credited for more",
      rule: 13,
      deed: "bob's deposit is credited for a Gwei more",
      verdict: "Ok",
      why: "the Vault holds what was deposited, not more",
    },
    twoDeposits((first) => [first, owned(bob, AMOUNT + 1n)]),
  ),
  lied(
    {
      name: "forced transaction by a non-owner",
      rule: 8,
      deed: "mallory forces a transfer out of alice's account, and it is run",
      verdict: "NotOwner",
      why: "the Inbox writes the sender into the message; only the owner's counts",
    },
    forced(transfer(0, 3, 10n ** 9n), mallory, [forcedMessage(transfer(0, 3, 10n ** 9n), alice)]),
  ),
  lied(
    {
      name: "forced transaction not run",
      rule: 6,
      deed: "alice forces a transfer; it is consumed without effect",
      verdict: "Ok",
      why: "forced inclusion is a way around a censor only if it is executed",
    },
    forced(transfer(0, 1, 10n ** 9n), alice, []),
  ),
  lied(
    {
      name: "forced transaction above its weight",
      rule: 5,
      deed: "bob forces claims that need more than a message's weight, and they are run",
      verdict: "OverWeight",
      why: "what a message may bring into a proof is reserved when it is enqueued",
    },
    async (_, arena) => {
      await arena.devnet.force(OVER_WEIGHT, bob);
      return {
        messages: await arena.messages(),
        timestamp: await arena.now(),
        // What the claims would pay: bob, and the curator of datanet 0.
        lie: { after: ({ accounts }) => accounts.add(1, BALANCE, 9_120_000) },
      };
    },
  ),
];

/** What the Inbox is asked to take, and says to it. */
const refusedMessage = (
  about: Pick<Row, "name" | "rule" | "deed" | "why">,
  bytes: Uint8Array,
  error: string,
  fee?: bigint,
): Row => ({
  ...about,
  liar: "user",
  expected: [refused(error)],
  run: async (arena) => {
    const { inbox } = arena.devnet.host.deployment;
    const data = encodeFunctionData({ abi: inboxAbi, functionName: "enqueueForced", args: [toHex(bytes)] });
    const value = fee ?? (await arena.devnet.inboxFee());
    return [await refusalOf(() => arena.send(STRANGER, inbox, data, value))];
  },
});

const refusals: readonly Row[] = [
  refusedMessage(
    {
      name: "Inbox kind in a forced message",
      rule: 8,
      deed: "a user forces bytes that begin like a deposit",
      why: "kinds from 128 on are the Inbox's own",
    },
    owned(mallory, AMOUNT),
    "KindNotForUsers",
  ),
  refusedMessage(
    {
      name: "forced message too long",
      rule: 5,
      deed: "a forced transaction of 1,025 bytes",
      why: "its weight would not carry it",
    },
    concat(Uint8Array.of(1), new Uint8Array(1_024)),
    "ForcedLengthOutOfRange",
  ),
  refusedMessage(
    {
      name: "forced message without its fee",
      rule: 9,
      deed: "a forced transaction for a wei too little",
      why: "filling the queue must cost",
    },
    encodeTransaction(transfer(0, 1)),
    "FeeMismatch",
    10n ** 13n - 1n,
  ),
  {
    name: "deposit without the Vault",
    rule: 8,
    liar: "user",
    deed: "a user tells the Inbox of a deposit that the Vault did not get",
    expected: [refused("SenderNotVault")],
    why: "deposits come from the Vault only",
    async run(arena) {
      const { inbox } = arena.devnet.host.deployment;
      const args = [hexOf(mallory.address), 0, AMOUNT] as const;
      const data = encodeFunctionData({ abi: inboxAbi, functionName: "enqueueDeposit", args });
      return [await refusalOf(async () => arena.send(STRANGER, inbox, data, await arena.devnet.inboxFee()))];
    },
  },
];

const postings: readonly Row[] = [
  {
    name: "inbox weight exceeded",
    rule: 5,
    liar: "sequencer",
    deed: "one block consumes 19 deposits",
    expected: [refused("InboxWeightTooLarge")],
    why: "19 x 3,000 is above 56,000: the block could not be proven",
    async run(arena) {
      for (let i = 0; i < 19; i++) await arena.devnet.deposit(alice);
      const books = await arena.books();
      return [await refusalOf(async () => arena.post([books.block({ messages: await arena.messages() })]))];
    },
  },
  {
    name: "more messages than there are",
    rule: 5,
    liar: "sequencer",
    deed: "a block counts a message that nobody enqueued",
    expected: [refused("InboxExceeded")],
    why: "a message is what the Inbox holds",
    async run(arena) {
      const books = await arena.books();
      const block = books.block();
      return [await refusalOf(() => arena.post([{ ...block, header: { ...block.header, inboxCount: 1 } }]))];
    },
  },
  {
    name: "wrong acc",
    rule: 7,
    liar: "sequencer",
    deed: "a deposit is consumed under the accumulator of another",
    expected: [refused("InboxAccMismatch")],
    why: "a post on other messages than the host holds must not become an honest looking fault",
    async run(arena) {
      await arena.devnet.deposit(alice);
      const books = await arena.books();
      const block = books.block({ messages: await arena.messages() });
      return [await refusalOf(() => arena.post([block], { acc: toHex(new Uint8Array(32)) }))];
    },
  },
  {
    name: "overdue message left out",
    rule: 6,
    liar: "sequencer",
    deed: "a day after alice's forced transaction a batch leaves it behind, and then one takes it",
    expected: [refused("MessageOverdue"), done("posted")],
    why: "a censor loses the chain, not the user her way in",
    async run(arena) {
      await arena.devnet.force(transfer(0, 1), alice);
      await arena.pass(DAY);
      const books = await arena.books();
      const refusal = await refusalOf(() => arena.post([books.copy().block()]));
      await arena.post([books.block({ messages: await arena.messages() })]);
      return [refusal, (await agreed(arena)) === "untouched" ? done("posted") : "not agreed on"];
    },
  },
  {
    name: "deposit with a stranger's hint",
    rule: 8,
    liar: "user",
    deed: "mallory deposits for herself with the hint of alice's account",
    expected: [done("a new account of the owner")],
    why: "a hint counts only for an account of the named owner",
    async run(arena) {
      const bytes = encodeMessage({ type: "Deposit", owner: mallory.address, hint: 0, amount: AMOUNT });
      const books = await arena.books();
      const { accounts } = books.state;
      books.block({ messages: [{ index: books.inboxIndex, enqueuedAt: books.time, acc: new Uint8Array(32), bytes }] });
      const isHers = equalBytes(ownerOf(accounts, 4), mallory.address) && accounts.u64(4, BALANCE) === AMOUNT;
      return [isHers ? done("a new account of the owner") : "alice's account"];
    },
  },
];

export const INBOX: readonly Row[] = [...lies, ...refusals, ...postings];
