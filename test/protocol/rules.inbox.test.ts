/** Rules 5, 8 and what rules 15 and 18 say of the inbox. */
import { describe, expect, test } from "vitest";
import { executeBlock } from "../../protocol/block.ts";
import { concat } from "../../protocol/bytes.ts";
import { FORCED_WEIGHT, INBOX_BLOCK_WEIGHT, MAX_FORCED_BYTES, METER_BYTES } from "../../protocol/params.ts";
import { readSystem } from "../../protocol/state/system.ts";
import { encodeSigned, encodeTransaction, type Transaction } from "../../protocol/transactions/registry.ts";
import {
  alice,
  bob,
  carol,
  depositMessage,
  ENVIRONMENT,
  forcedMessage,
  mallory,
  root,
  seasonedWorld,
  type World,
  work,
} from "../support/world.ts";

const pay: Transaction = { name: "Transfer", account: 0, body: { to: 1, amount: 1_000n } };
const balance = (world: World, account: number): bigint => world.state.accounts.u64(account, 5);

/** A forced claim of more records than its weight pays for: 200 contributions exist, every one named twice. */
function heavy(): { world: World; transaction: Transaction } {
  const world = seasonedWorld();
  for (let i = 0; i < 4; i++) {
    const items = Array.from({ length: 50 }, (_, j) => work(`filler ${i} ${j}`));
    world.ok({ name: "Contribute", account: 0, body: { datanet: 0, items } });
  }
  const items = Array.from({ length: 250 }, (_, i) => ({ table: "contributions" as const, index: i % 120 }));
  return { world, transaction: { name: "Claim", account: 0, body: { items } } };
}

describe("rule 5: consumed means executed", () => {
  test("the cursor moves past every message, known or not, good or bad", () => {
    const world = seasonedWorld();
    const before = readSystem(world.state.system).inboxIndex;
    const messages = [
      depositMessage(bob, 5n),
      Uint8Array.of(130),
      new Uint8Array(0),
      Uint8Array.of(128, 1),
      forcedMessage(pay, mallory),
      forcedMessage(pay, alice),
    ];
    const verdicts = world.messages(messages).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(["Ok", "UnknownMessage", "UnknownMessage", "UnknownMessage", "NotOwner", "Ok"]);
    expect(readSystem(world.state.system).inboxIndex).toBe(before + messages.length);
  });

  test("a forced transaction whose bound exceeds its weight is consumed with OverWeight, and changes nothing", () => {
    const { world, transaction } = heavy();
    expect(encodeTransaction(transaction).length).toBeLessThanOrEqual(MAX_FORCED_BYTES);
    const treasury = readSystem(world.state.system).treasury;
    const before = world.state.accounts.root();
    expect(world.force(transaction)).toMatchObject({ verdict: "OverWeight", name: "Forced", account: 0, fee: 0 });
    expect(world.state.accounts.root()).toEqual(before);
    expect(readSystem(world.state.system).treasury).toBe(treasury);
  });

  test("OverWeight is judged by the tables before the block, whatever the messages before it opened", () => {
    const { world, transaction } = heavy();
    const small: Transaction = { name: "Claim", account: 0, body: { items: [{ table: "contributions", index: 0 }] } };
    const messages = [depositMessage(bob, 5n), forcedMessage(transaction, alice), forcedMessage(small, alice)];
    expect(world.messages(messages).map(({ verdict }) => verdict)).toEqual(["Ok", "OverWeight", "Ok"]);
  });

  test("messages are never cut by the meter: a full inbox runs whole and leaves a little room for content", () => {
    const world = seasonedWorld();
    const messages = [forcedMessage(pay, alice), forcedMessage(pay, alice)];
    expect(2 * FORCED_WEIGHT).toBe(INBOX_BLOCK_WEIGHT);
    const results = world.block([pay], messages);
    expect(results.map(({ verdict }) => verdict)).toEqual(["Ok", "Ok", "Ok"]);
    const overfull = [...messages, ...messages, ...messages];
    expect(overfull.length * FORCED_WEIGHT).toBeGreaterThan(METER_BYTES);
    expect(world.block([pay], overfull).map(({ name, verdict }) => `${name} ${verdict}`)).toEqual(
      Array(6).fill("Forced Ok"),
    );
  });

  test("messages run although the content is malformed from its first byte", () => {
    const world = seasonedWorld();
    const start = { timestamp: 1_000_000, feeAccount: 0, messages: [depositMessage(bob, 5n)] };
    const results = executeBlock(world.state, ENVIRONMENT, start, Uint8Array.of(0xff, 1, 2, 3));
    expect(results.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual(["Deposit Ok"]);
  });

  test("a message sees what the messages before it did", () => {
    const world = seasonedWorld();
    const fresh = world.state.accounts.length;
    const spend: Transaction = { name: "Transfer", account: fresh, body: { to: 0, amount: 5n } };
    const messages = [forcedMessage(spend, mallory), depositMessage(mallory, 5n), forcedMessage(spend, mallory)];
    expect(world.messages(messages).map(({ verdict }) => verdict)).toEqual(["UnknownAccount", "Ok", "Ok"]);
  });
});

describe("rule 8: kinds cannot be forged", () => {
  const first = (bytes: Uint8Array, kind: number): Uint8Array => bytes.with(0, kind);

  test.each([0, 13, 127, 128, 129, 130, 255])("kind %i in a block's bytes ends its content", (kind) => {
    const world = seasonedWorld();
    const good = encodeSigned(world.sign(pay));
    const start = { timestamp: 1_000_000, feeAccount: 0, messages: [] };
    const content = concat(good, first(good, kind), good);
    expect(executeBlock(world.state, ENVIRONMENT, start, content)).toHaveLength(1);
  });

  test("a deposit written into a block's bytes mints nothing", () => {
    const world = seasonedWorld();
    const start = { timestamp: 1_000_000, feeAccount: 0, messages: [] };
    const before = readSystem(world.state.system).deposited;
    expect(executeBlock(world.state, ENVIRONMENT, start, depositMessage(mallory, 1_000_000n))).toEqual([]);
    expect(readSystem(world.state.system).deposited).toBe(before);
  });

  test.each([0, 13, 127, 128, 129, 130, 255])("kind %i inside Forced is malformed", (kind) => {
    const world = seasonedWorld();
    const inner = first(encodeTransaction(pay), kind);
    const message = concat(Uint8Array.of(129), alice.address, inner);
    expect(world.messages([message])[0]).toMatchObject({ verdict: "Malformed", account: undefined });
  });

  test.each([
    ["nothing", new Uint8Array(0)],
    ["a byte too many", concat(encodeTransaction(pay), Uint8Array.of(0))],
    ["a byte too few", encodeTransaction(pay).slice(0, -1)],
    ["a signature", concat(encodeTransaction(pay), new Uint8Array(64))],
  ])("Forced around %s is malformed", (_, inner) => {
    const world = seasonedWorld();
    const message = concat(Uint8Array.of(129), alice.address, inner);
    expect(world.messages([message])[0]!.verdict).toBe("Malformed");
  });
});

describe("a forced transaction", () => {
  test("acts only for the account's owner, and costs no transaction fee and no nonce (rule 15)", () => {
    const world = seasonedWorld();
    const [before, nonce] = [balance(world, 0), world.nonce(0)];
    expect(world.force(pay, bob).verdict).toBe("NotOwner");
    expect(world.force(pay, alice)).toMatchObject({ verdict: "Ok", fee: 0, account: 0 });
    expect([before - balance(world, 0), world.nonce(0)]).toEqual([1_000n, nonce]);
  });

  test("does not invalidate a signature given before it", () => {
    const world = seasonedWorld();
    const signed = world.sign(pay);
    expect(world.block([signed], [forcedMessage(pay, alice)]).map(({ verdict }) => verdict)).toEqual(["Ok", "Ok"]);
  });

  test("of every kind does what the signed one does", () => {
    const world = seasonedWorld();
    const transaction: Transaction = { name: "Contribute", account: 0, body: { datanet: 0, items: [work("forced")] } };
    expect(world.force(transaction)).toMatchObject({ verdict: "Ok", created: [{ table: "contributions", count: 1 }] });
    expect(world.state.contributions.chunk(8, 0)).toEqual(root("content forced"));
  });

  test("that is enqueued twice runs twice: each message is its own authentication, under its own id", () => {
    const world = seasonedWorld();
    const [a, b] = world.messages([forcedMessage(pay, alice), forcedMessage(pay, alice)]);
    expect([a!.verdict, b!.verdict]).toEqual(["Ok", "Ok"]);
    expect(a!.hash).not.toEqual(b!.hash);
  });
});

describe("a deposit", () => {
  test("goes to the hinted account when the owner holds it, else to a new one", () => {
    const world = seasonedWorld();
    const before = balance(world, 4);
    expect(world.deposit(alice, 7n, 4).created).toBeUndefined();
    expect(balance(world, 4) - before).toBe(7n);
    expect(world.deposit(alice, 7n, 1).created).toEqual([{ table: "accounts", first: 5, count: 1 }]);
    expect(world.deposit(carol, 7n, 1_000_000).created).toEqual([{ table: "accounts", first: 6, count: 1 }]);
    expect(world.deposit(carol, 7n).created).toEqual([{ table: "accounts", first: 7, count: 1 }]);
    expect([5, 6, 7].map((account) => balance(world, account))).toEqual([7n, 7n, 7n]);
  });
});
