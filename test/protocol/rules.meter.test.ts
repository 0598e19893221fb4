/** Rules 10 and 11: a block ends where its proof would become too large, and the meter never promises less than it costs. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BlockExecution, executeBlock } from "../../protocol/block.ts";
import { concat } from "../../protocol/bytes.ts";
import { hashBound, Meter, siblingBound } from "../../protocol/meter.ts";
import * as params from "../../protocol/params.ts";
import { ACCEPTED, CONTRIBUTOR_REF, DATANET_REF, packTerms, TERMS } from "../../protocol/state/contribution.ts";
import { type State, TABLES, type TableName } from "../../protocol/state/state.ts";
import { boundOf, encodeSigned, type Transaction } from "../../protocol/transactions/registry.ts";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { anyTransaction, bytes, type Domains, LONG, nearby, reportCases, sharesOf } from "../support/arbitraries.ts";
import {
  depositMessage,
  ENVIRONMENT,
  forcedMessage,
  PEOPLE,
  root,
  seasonedWorld,
  type World,
} from "../support/world.ts";
import { naiveMeter } from "./naiveMeter.ts";
import { multiproof, watchWitness } from "./witness.ts";

const counts = { blocks: 0, "messages alone": 0, "tightest percent": 0 };
afterAll(() => reportCases("meter", counts));
beforeAll(() => useHasher(nativeHasher));

/** A seasoned world with accounts and accepted contributions (of datanet 0) up to these lengths. */
function crowdedWorld(accounts: number, contributions: number): World {
  const world = seasonedWorld();
  const { state } = world;
  while (state.accounts.length < accounts) {
    const index = state.accounts.append();
    state.accounts.setChunk(index, 0, PEOPLE[index % 4]!.address);
  }
  const terms = packTerms({ kind: 0, status: ACCEPTED, purposes: 3, lineageBps: 100, curatorBps: 100 });
  while (state.contributions.length < contributions) {
    const index = state.contributions.append();
    state.contributions.setChunk(index, 0, root(index));
    state.contributions.setNumber(index, DATANET_REF, 1);
    state.contributions.setNumber(index, CONTRIBUTOR_REF, 1 + (index % accounts));
    state.contributions.setNumber(index, TERMS, terms);
    state.contributions.setNumber(index, 10, 2_000_000);
  }
  return world;
}

const SPREAD: Domains = { ...nearby, index: fc.oneof(fc.nat(12), fc.nat(5_000)), fee: fc.nat(1_000_000), maxItems: 40 };
/** Heavy ones that mostly succeed, among all kinds. */
const attribute: fc.Arbitrary<Transaction> = fc
  .array(fc.record({ output: bytes(32), fee: fc.nat(1_000), shares: sharesOf(fc.nat(4_000)) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((records) => ({ name: "Attribute", account: 0, body: { model: 1, method: 0, evidenceRoot: root(0), records } }));
const claim: fc.Arbitrary<Transaction> = fc.array(fc.nat(4_000), { minLength: 1, maxLength: 60 }).map((all) => ({
  name: "Claim",
  account: 1,
  body: { items: all.map((index) => ({ table: "contributions", index })) },
}));
const transaction = fc.oneof(attribute, claim, anyTransaction(SPREAD), anyTransaction(SPREAD));

const lengths = fc.oneof(
  fc.integer({ min: 5, max: 4_200 }),
  fc.constantFrom(1_023, 1_024, 1_025, 2_048, 3_071, 3_072, 3_073),
);

test("rule 11: the bound is not below what a block's proof really carries, in bytes and in hashes", () => {
  fc.assert(
    fc.property(
      lengths,
      lengths,
      fc.array(fc.array(transaction, { maxLength: 25 }), { minLength: 4, maxLength: 6 }),
      (accounts, contributions, blocks) => {
        const world = crowdedWorld(accounts, contributions);
        const witness = watchWitness(world.state);
        for (const [i, transactions] of blocks.entries()) {
          witness.reset();
          const messages = i % 2 === 0 ? [] : [depositMessage(PEOPLE[0], 5n, contributions % accounts)];
          const start = { timestamp: world.timestamp, feeAccount: i % 3, messages };
          const execution = new BlockExecution(world.state, ENVIRONMENT, start);
          let packed = 0;
          let executed = 0;
          for (const each of transactions) {
            const signed = witness.aside(() => world.sign(each)); // one that is not admitted is not read
            const size = encodeSigned(signed).length;
            if (!execution.admit(signed, size)) break;
            execution.run(signed, size);
            packed += size;
            executed++;
          }
          const real = witness.cost();
          const bound = execution.meter;
          const realBytes = params.METER_BASE_BYTES + packed + concat(...messages).length + real.bytes;
          const realGas =
            params.METER_BASE_GAS + executed * params.GAS_PER_TRANSACTION + params.GAS_PER_HASH * real.hashes;
          expect(realBytes).toBeLessThanOrEqual(bound.bytes);
          expect(realGas).toBeLessThanOrEqual(bound.gas);
          expect(bound.bytes).toBeLessThanOrEqual(params.METER_BYTES);
          expect(bound.gas).toBeLessThanOrEqual(params.METER_GAS);
          counts.blocks++;
          const percent = Math.floor((100 * realBytes) / bound.bytes);
          counts["tightest percent"] = Math.max(counts["tightest percent"], percent);
        }
      },
    ),
    { ...LONG, numRuns: 40 },
  );
});

test("rule 5: a message alone costs no more than the weight that the host reserves for it", () => {
  const message = fc.oneof(
    fc.record({ hint: fc.option(fc.nat(5_000), { nil: undefined }) }),
    fc.record({ transaction: fc.oneof(claim, attribute, anyTransaction(SPREAD)) }),
  );
  fc.assert(
    fc.property(
      lengths,
      lengths,
      fc.array(message, { minLength: 5, maxLength: 10 }),
      (accounts, contributions, all) => {
        const world = crowdedWorld(accounts, contributions);
        const witness = watchWitness(world.state);
        for (const each of all) {
          witness.reset();
          const owner = "transaction" in each ? (world.ownerOf(each.transaction.account) ?? PEOPLE[0]) : PEOPLE[1];
          const bytes =
            "transaction" in each ? forcedMessage(each.transaction, owner) : depositMessage(owner, 5n, each.hint);
          if (bytes.length > 21 + params.MAX_FORCED_BYTES) continue;
          world.messages([bytes]);
          const weight = "transaction" in each ? params.FORCED_WEIGHT : params.DEPOSIT_WEIGHT;
          const real = witness.cost();
          expect(real.bytes + bytes.length).toBeLessThanOrEqual(weight);
          expect(real.hashes * params.GAS_PER_HASH).toBeLessThanOrEqual(weight * params.GAS_PER_WEIGHT);
          counts["messages alone"]++;
        }
      },
    ),
    { ...LONG, numRuns: 40 },
  );
});

describe("rule 10: the formulas are the worst case over all sets of leaves", () => {
  test.each([0, 1, 2, 3, 4])("in a full tree of %i levels", (depth) => {
    const size = 2 ** depth;
    const worst = Array.from({ length: size + 1 }, () => ({ siblings: 0, nodes: 0 }));
    for (let set = 0; set < 2 ** size; set++) {
      const leaves = new Set(Array.from({ length: size }, (_, i) => i).filter((i) => (set >>> i) & 1));
      const { siblings, nodes } = leaves.size === 0 ? { siblings: 0, nodes: 0 } : multiproof(leaves, size);
      const max = worst[leaves.size]!;
      worst[leaves.size] = { siblings: Math.max(max.siblings, siblings), nodes: Math.max(max.nodes, nodes) };
    }
    for (let m = 1; m <= size; m++) {
      expect(siblingBound(m, depth)).toBe(worst[m]!.siblings);
      expect(hashBound(m, depth)).toBe(worst[m]!.nodes + 1);
    }
  });

  test("and bytes never fall when a transaction names one leaf more", () => {
    for (let depth = 1; depth <= 20; depth++) {
      for (let m = 0; m < Math.min(2 ** depth, 5_000); m++) {
        const bytesOf = (leaves: number): number => 32 * siblingBound(leaves, depth) + 128 * leaves;
        expect(bytesOf(m + 1) > bytesOf(m)).toBe(true);
      }
    }
  });

  test("and a depth is the logarithm rounded up, exactly, at every power of two", () => {
    for (let depth = 0; depth <= 48; depth++) {
      expect(Math.ceil(Math.log2(2 ** depth))).toBe(depth);
      if (depth > 0) expect(Math.ceil(Math.log2(2 ** depth - 1))).toBe(depth === 1 ? 0 : depth);
      expect(Math.ceil(Math.log2(2 ** depth + 1))).toBe(depth + 1);
    }
  });
});

test("rule 10: the meter's reading is the formula's", () => {
  fc.assert(
    fc.property(
      fc.array(transaction, { maxLength: 20 }),
      fc.array(fc.nat(100_000), { minLength: 6, maxLength: 6 }),
      (all, sizes) => {
        const tables = Object.fromEntries(TABLES.map((name, i) => [name, { length: sizes[i]! }])) as Record<
          TableName,
          { length: number }
        >;
        const meter = new Meter(tables as unknown as State, 0);
        const ran: { transaction: Transaction; size: number }[] = [];
        for (const each of all) {
          const next = naiveMeter(tables, [...ran, { transaction: each, size: 200 }]);
          const fits = next.bytes <= params.METER_BYTES && next.gas <= params.METER_GAS;
          expect(meter.add(boundOf(each), 200)).toBe(fits);
          if (fits) ran.push({ transaction: each, size: 200 });
          expect(meter.reading()).toEqual(naiveMeter(tables, ran));
        }
      },
    ),
    { ...LONG, numRuns: 100 },
  );
});

test("rule 10: naming the same few records again and again is work again, and cannot fill a block beyond proof", () => {
  const items = Array.from({ length: 256 }, () => ({ table: "contributions" as const, index: 0 }));
  const execution = new BlockExecution(
    seasonedWorld().state,
    { separator: new Uint8Array(32), recover: () => undefined },
    { timestamp: 1, feeAccount: 0, messages: [] },
  );
  const claims: Transaction = { name: "Claim", account: 0, body: { items } };
  let admitted = 0;
  while (execution.admit({ ...claims, signature: new Uint8Array(64) }, 580)) admitted++;
  // Four leaves an item, and at 3,000 gas each the gas limit comes first.
  expect(admitted * items.length * 4 * params.GAS_PER_LEAF).toBeLessThan(params.METER_GAS);
  expect(admitted).toBe(2);
});

test("rule 10: the first transaction past the limit ends the content; a smaller one behind it stays unread", () => {
  const world = crowdedWorld(3_000, 3_000);
  const spread = Array.from({ length: 40 }, (_, i) => ({ table: "contributions" as const, index: i * 71 }));
  const big: Transaction = { name: "Claim", account: 1, body: { items: spread } };
  const small: Transaction = { name: "Transfer", account: 2, body: { to: 0, amount: 1n } };
  const twin = crowdedWorld(3_000, 3_000);
  const fitting = twin.block([big, big, big, big]).length;
  expect(fitting).toBeGreaterThan(0);
  expect(fitting).toBeLessThan(4);
  const content = concat(twin.ran.at(-1)!.content, encodeSigned(twin.sign(big)), encodeSigned(world.sign(small)));
  const start = { timestamp: world.timestamp, feeAccount: world.feeAccount, messages: [] };
  const results = executeBlock(world.state, ENVIRONMENT, start, content);
  expect(results.map(({ name }) => name)).toEqual(Array(fitting).fill("Claim"));
  expect([world.nonce(1), world.nonce(2)]).toEqual([twin.nonce(1), twin.nonce(2)]);
  expect(world.state.root()).toEqual(twin.state.root());
});
