/** The transition is total: any bytes have one result, the same for everyone, and nothing throws. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BlockExecution, type BlockStart, executeBlock, type TransactionResult } from "../../protocol/block.ts";
import { ByteReader, concat, toHex } from "../../protocol/bytes.ts";
import { State } from "../../protocol/state/state.ts";
import { decodeSigned, encodeSigned, type Transaction } from "../../protocol/transactions/registry.ts";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { VERDICTS } from "../../protocol/verdict.ts";
import {
  anyStep,
  anyTransaction,
  anywhere,
  bytes,
  LONG,
  nearby,
  reportCases,
  type Step,
} from "../support/arbitraries.ts";
import {
  depositMessage,
  ENVIRONMENT,
  forcedMessage,
  mallory,
  PEOPLE,
  seasonedWorld,
  type World,
} from "../support/world.ts";

const counts = { blocks: 0, "transactions read": 0, "of them applied": 0, messages: 0, rebuilt: 0 };
afterAll(() => reportCases("total", counts));
beforeAll(() => useHasher(nativeHasher));

/** Damage to a block's bytes: where, as a part of the whole, and what is written there. */
interface Damage {
  kind: "none" | "set" | "insert" | "remove" | "cut" | "append";
  at: number;
  value: number;
}

interface BlockSeed {
  steps: Step[];
  raw: Uint8Array;
  damage: Damage[];
  messages: ({ raw: Uint8Array } | { transaction: Transaction; owned: boolean } | { owner: number; hint: number })[];
  timestamp: number;
  feeAccount: number;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom("none", "none", "set", "insert", "remove", "cut", "append"),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  value: fc.integer({ min: 0, max: 255 }),
});
const rawMessage = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .tuple(fc.constantFrom(128, 129, 130), fc.uint8Array({ maxLength: 60 }))
    .map(([k, b]) => concat(Uint8Array.of(k), b)),
  fc.tuple(bytes(20), fc.uint8Array({ maxLength: 80 })).map(([sender, b]) => concat(Uint8Array.of(129), sender, b)),
);
const seed: fc.Arbitrary<BlockSeed> = fc.record({
  steps: fc.array(anyStep(nearby), { maxLength: 4 }),
  raw: fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ maxLength: 300 })),
  damage: fc.array(damage, { maxLength: 2 }),
  messages: fc.array(
    fc.oneof(
      fc.record({ raw: rawMessage }),
      fc.record({ transaction: fc.oneof(anyTransaction(nearby), anyTransaction(anywhere)), owned: fc.boolean() }),
      fc.record({ owner: fc.nat(3), hint: fc.nat(20) }),
    ),
    { maxLength: 2 },
  ),
  timestamp: fc.oneof(fc.integer({ min: 1_000_000, max: 4_000_000 }), fc.integer({ min: 0, max: 2 ** 40 - 1 })),
  feeAccount: fc.oneof(fc.nat(10), fc.integer({ min: 0, max: 2 ** 40 - 1 })),
});

function contentOf(world: World, { steps, raw, damage }: BlockSeed): Uint8Array {
  const signed = steps.map(({ transaction, signer }) =>
    encodeSigned(signer === "owner" ? world.sign(transaction) : world.sign(transaction, mallory)),
  );
  const out = [...concat(...signed, raw)];
  for (const { kind, at, value } of damage) {
    const i = Math.floor(at * out.length);
    if (kind === "set" && out.length > 0) out[i] = value;
    else if (kind === "insert") out.splice(i, 0, value);
    else if (kind === "remove") out.splice(i, 1);
    else if (kind === "cut") out.length = i;
    else if (kind === "append") out.push(value);
  }
  return Uint8Array.from(out);
}

function messagesOf(world: World, { messages }: BlockSeed): Uint8Array[] {
  return messages.map((message) => {
    if ("raw" in message) return message.raw;
    if ("owner" in message) return depositMessage(PEOPLE[message.owner]!, 5n, message.hint);
    const owner = world.ownerOf(message.transaction.account);
    return forcedMessage(message.transaction, message.owned && owner !== undefined ? owner : mallory);
  });
}

/** The block as a sequencer builds it: one transaction after the other, as far as the bytes can be read. */
function rebuild(state: State, start: BlockStart, content: Uint8Array): readonly TransactionResult[] {
  const execution = new BlockExecution(state, ENVIRONMENT, start);
  const reader = new ByteReader(content);
  for (let from = 0; from < content.length; from = reader.offset) {
    const transaction = decodeSigned(reader);
    if (transaction === undefined || !execution.admit(transaction, reader.offset - from)) break;
    execution.results.push(execution.run(transaction, reader.offset - from));
  }
  return execution.results;
}

/** Results as text, to compare many of them quickly; insists that each has the shape of one. */
function told(results: readonly TransactionResult[]): string {
  return results
    .map(({ name, hash, account, fee, verdict, items = [], created = [] }) => {
      const known = [verdict, ...items].every((each) => VERDICTS.includes(each));
      if (!known || hash.length !== 32 || (verdict !== "Ok" && created.length > 0))
        throw new Error(`not a result: ${verdict}`);
      return [name, toHex(hash), account, fee, verdict, items, JSON.stringify(created)].join(" ");
    })
    .join("\n");
}

test("any block on any state has one result, and the same root for executor, rebuilder and repeater", () => {
  fc.assert(
    fc.property(fc.array(seed, { minLength: 100, maxLength: 150 }), (seeds) => {
      const world = seasonedWorld();
      const twin = seasonedWorld();
      for (const block of seeds) {
        const content = contentOf(world, block);
        const messages = messagesOf(world, block);
        const { timestamp, feeAccount } = block;
        const start = { timestamp, feeAccount, messages };
        const results = executeBlock(world.state, ENVIRONMENT, start, content);
        expect(told(rebuild(twin.state, start, content))).toBe(told(results));
        expect(toHex(world.state.root())).toBe(toHex(twin.state.root()));
        counts.blocks++;
        counts.rebuilt++;
        counts.messages += messages.length;
        counts["transactions read"] += results.length - messages.length;
        counts["of them applied"] += results.slice(messages.length).filter(({ fee }) => fee > 0).length;
      }
    }),
    { ...LONG, numRuns: 50 },
  );
});

test("pure noise, up to the size of a block, is taken as it comes", () => {
  const world = seasonedWorld();
  const twin = seasonedWorld();
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.uint8Array({ maxLength: 300 }))
      .map(([k, b]) => concat(Uint8Array.of(k), b)),
    fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 64, max: 8_148 }), fc.nat(255))
      .map(([kind, length, fill]) => new Uint8Array(length).fill(fill).with(0, kind)),
  );
  fc.assert(
    fc.property(noise, fc.array(rawMessage, { maxLength: 2 }), (content, messages) => {
      const start = { timestamp: 2_000_000, feeAccount: 0, messages };
      const results = executeBlock(world.state, ENVIRONMENT, start, content);
      expect(told(executeBlock(twin.state, ENVIRONMENT, start, content))).toBe(told(results));
      expect(toHex(world.state.root())).toBe(toHex(twin.state.root()));
      counts.blocks++;
      counts.messages += messages.length;
      counts["transactions read"] += results.length - messages.length;
    }),
    { ...LONG, numRuns: 5_000 },
  );
});

test("a block on the empty state, with nobody in it, has a result too", () => {
  fc.assert(
    fc.property(fc.array(anyTransaction(anywhere), { maxLength: 5 }), bytes(64), (transactions, signature) => {
      const content = concat(...transactions.map((transaction) => encodeSigned({ ...transaction, signature })));
      const state = new State();
      const start = { timestamp: 0, feeAccount: 0, messages: [] };
      const results = executeBlock(state, ENVIRONMENT, start, content);
      for (const { verdict } of results) expect(verdict).toBe("UnknownAccount");
      expect(state.system.number(0, 1)).toBe(1);
      counts.blocks++;
    }),
  );
});
