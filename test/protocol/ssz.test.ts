import fc from "fast-check";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { ByteReader } from "../../protocol/bytes.ts";
import { decodeMessage } from "../../protocol/inbox.ts";
import { RECORD_PROOF_LENGTH } from "../../protocol/params.ts";
import { modelTermsOf } from "../../protocol/state/model.ts";
import { APPEND_ONLY, type State, TABLES } from "../../protocol/state/state.ts";
import { parameter } from "../../protocol/state/system.ts";
import { recordsRoot } from "../../protocol/transactions/attributeRoots.ts";
import type { AnyRecord } from "../../protocol/transactions/outputRecord.ts";
import { decodeSigned, decodeTransaction, type Transaction } from "../../protocol/transactions/registry.ts";
import { portableHasher, useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { proofRoot, verifyRecordProof } from "../../protocol/tree/proof.ts";
import { anyBlock, anywhere, committedRecord, LONG, outputRecord, reportCases } from "../support/arbitraries.ts";
import { type RanBlock, root, seasonedWorld, type World } from "../support/world.ts";
import { type OracleView, oracleAttribution, oracleOf, oracleProof, SignedRecords, shareWord } from "./sszOracle.ts";

const counts = { blocks: 0, "state roots": 0, "record proofs": 0, "old proofs": 0, "signed roots": 0 };
afterAll(() => reportCases("ssz", counts));
beforeEach(() => useHasher(nativeHasher));
afterEach(() => useHasher(portableHasher));

/** The one user transaction of a block of one step, signed or forced. */
function transactionIn({ start, content }: RanBlock): Transaction | undefined {
  if (content.length > 0) return decodeSigned(new ByteReader(content));
  const message = decodeMessage(start.messages.at(-1) ?? new Uint8Array());
  return message?.type === "Forced" ? decodeTransaction(new ByteReader(message.transaction)) : undefined;
}

/** Leaves that a block appends to the log, by the rules and in BigInt; `terms` are those before the block. */
function appendedLeaves(ran: RanBlock, protocolBps: number, ownerBps: (model: number) => number): Uint8Array[] {
  const transaction = transactionIn(ran);
  const result = ran.results.at(-1);
  if (transaction?.name !== "Attribute" && transaction?.name !== "AttributeCommitted") return [];
  const { model, method, evidenceRoot } = transaction.body;
  const records =
    transaction.name === "Attribute"
      ? transaction.body.records
      : transaction.body.records.map((each, position) => ({ ...each, position, output: transaction.body.outputsRoot }));
  return records.flatMap((record, i) => {
    if (result?.items?.[i] !== "Ok") return [];
    const fee = BigInt(record.fee);
    const afterProtocol = fee - (fee * BigInt(protocolBps)) / 10_000n;
    const pool = Number(afterProtocol - (afterProtocol * BigInt(ownerBps(model))) / 10_000n);
    const { timestamp } = ran.start;
    return [oracleAttribution({ ...record, model, method, evidenceRoot, payer: transaction.account, pool, timestamp })];
  });
}

function expectSameProofs(state: State, view: OracleView): void {
  const stateRoot = state.root();
  for (const table of TABLES) {
    for (let index = 0; index < state[table].length; index++) {
      const proof = state.prove(table, index);
      const { leaf, witnesses } = oracleProof(view, table, index);
      expect(proof.siblings).toEqual(witnesses);
      expect(proof.siblings.length).toBe(RECORD_PROOF_LENGTH);
      expect(state[table].leaf(index)).toEqual(leaf);
      expect(verifyRecordProof(stateRoot, leaf, proof)).toBe(true);
      counts["record proofs"]++;
    }
  }
}

function runPlans(world: World, plans: Parameters<World["plan"]>[0][], leaves: Uint8Array[], each: () => void): void {
  for (const plan of plans) {
    const protocolBps = parameter(world.state.system, "protocolBps");
    const ownerBps = new Map<number, number>();
    for (let i = 0; i < world.state.models.length; i++) ownerBps.set(i, modelTermsOf(world.state.models, i).ownerBps);
    world.plan(plan);
    leaves.push(...appendedLeaves(world.ran.at(-1)!, protocolBps, (model) => ownerBps.get(model)!));
    counts.blocks++;
    each();
  }
}

describe("the state root is SSZ's", () => {
  test("of an empty and of a seasoned state", () => {
    const { state } = seasonedWorld();
    expect(state.root()).toEqual(oracleOf(state, []).hashTreeRoot());
    expectSameProofs(state, oracleOf(state, []));
  });

  test("after every block of random transactions, good and bad, and so is every record's proof", () => {
    const oneStep = fc.array(anyBlock(undefined, 1), { minLength: 20, maxLength: 40 });
    fc.assert(
      fc.property(oneStep, (plans) => {
        const world = seasonedWorld();
        const leaves: Uint8Array[] = [];
        runPlans(world, plans, leaves, () => {
          expect(world.state.root()).toEqual(oracleOf(world.state, leaves).hashTreeRoot());
          counts["state roots"]++;
        });
        expectSameProofs(world.state, oracleOf(world.state, leaves));
      }),
      { ...LONG, numRuns: 15 },
    );
  });

  test("with either hasher, block by block", () => {
    fc.assert(
      fc.property(fc.array(anyBlock(), { minLength: 5, maxLength: 10 }), (plans) => {
        const rootsWith = (hasher: typeof nativeHasher): Uint8Array[] => {
          useHasher(hasher);
          const world = seasonedWorld();
          return plans.map((plan) => {
            world.plan(plan);
            return world.state.root();
          });
        };
        expect(rootsWith(portableHasher)).toEqual(rootsWith(nativeHasher));
        counts["state roots"] += plans.length;
      }),
      { ...LONG, numRuns: 10 },
    );
  });
});

describe("a proof against an older root", () => {
  test("of an append-only table is the one the oracle gives for the older state", () => {
    fc.assert(
      fc.property(
        fc.array(anyBlock(undefined, 1), { minLength: 20, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        (plans, picks) => {
          const world = seasonedWorld();
          const leaves: Uint8Array[] = [];
          const past: { view: OracleView; fieldRoots: Uint8Array[]; lengths: Record<string, number> }[] = [];
          runPlans(world, plans, leaves, () => {
            const lengths = Object.fromEntries(TABLES.map((name) => [name, world.state[name].length]));
            past.push({ view: oracleOf(world.state, leaves), fieldRoots: world.state.fieldRoots(), lengths });
          });
          for (const { view, fieldRoots, lengths } of past) {
            for (const table of APPEND_ONLY) {
              const length = lengths[table]!;
              if (length === 0) continue;
              const index = picks.next().value! % length;
              const proof = world.state.proveOld(table, index, length, fieldRoots);
              const { leaf, witnesses } = oracleProof(view, table, index);
              expect(proof.siblings).toEqual(witnesses);
              expect(proofRoot(leaf, proof)).toEqual(view.hashTreeRoot());
              counts["old proofs"]++;
            }
          }
        },
      ),
      { ...LONG, numRuns: 20 },
    );
  });

  test("is refused for a table whose records change, and for a record that was not there yet", () => {
    const { state } = seasonedWorld();
    expect(() => state.proveOld("accounts", 0, 1, state.fieldRoots())).toThrow(RangeError);
    expect(() => state.proveOld("attributions", 0, 0, state.fieldRoots())).toThrow(RangeError);
    expect(() => state.prove("withdrawals", 0)).toThrow(RangeError);
    expect(() => state.prove("accounts", 5)).toThrow(RangeError);
  });
});

describe("a record proof", () => {
  const { state } = seasonedWorld();
  const stateRoot = state.root();
  const leaf = state.accounts.leaf(1);
  const proof = state.prove("accounts", 1);

  const FORGERIES = [
    ["another leaf", root(0), proof],
    ["another index", leaf, { ...proof, index: 0 }],
    ["another field", leaf, { ...proof, field: 1 }],
    ["a missing sibling", leaf, { ...proof, siblings: proof.siblings.slice(1) }],
    ["one sibling more", leaf, { ...proof, siblings: [...proof.siblings, root(0)] }],
    [
      "a path from the inside of the tree",
      state.accounts.nodeAt(1, 0),
      { ...proof, index: 0, siblings: proof.siblings.slice(1) },
    ],
    ["a short sibling", leaf, { ...proof, siblings: proof.siblings.with(3, new Uint8Array(31)) }],
    ["an index past the limit", leaf, { ...proof, index: 2 ** 48 + 1 }],
    ["a negative index", leaf, { ...proof, index: -1 }],
    ["an index that is no integer", leaf, { ...proof, index: 1.5 }],
    ["a field past the container", leaf, { ...proof, field: 16 }],
    ["the empty leaf, though an empty place is zero", new Uint8Array(32), { ...proof, index: 9 }],
  ] as const;

  test("verifies, and against the zero root nothing does", () => {
    expect(verifyRecordProof(stateRoot, leaf, proof)).toBe(true);
    expect(verifyRecordProof(new Uint8Array(32), leaf, proof)).toBe(false);
  });

  test.each(FORGERIES)("is refused with %s", (_, forgedLeaf, forgedProof) => {
    expect(verifyRecordProof(stateRoot, forgedLeaf, forgedProof)).toBe(false);
  });

  test("is refused for an empty place, whose leaf is zero, even with its true siblings", () => {
    const siblings = [...state.accounts.branch(7), ...state.prove("accounts", 0).siblings.slice(48)];
    const empty = { field: 0, index: 7, siblings };
    expect(proofRoot(new Uint8Array(32), empty)).toEqual(stateRoot);
    expect(verifyRecordProof(stateRoot, new Uint8Array(32), empty)).toBe(false);
  });
});

test("the signed root of an Attribute's records is SSZ's, content roots included", () => {
  const anyRecords = fc.oneof(outputRecord(anywhere), committedRecord(anywhere));
  fc.assert(
    fc.property(fc.array(anyRecords, { minLength: 1, maxLength: 12 }), (records: AnyRecord[]) => {
      const contentRoot = (index: number): Uint8Array => root(index);
      const nothing = (): never => {
        throw new Error("only content roots are named");
      };
      const identities = {
        contentRoot,
        owner: nothing,
        metadataHash: nothing,
        artifactRoot: nothing,
        datanetTerms: nothing,
        modelTerms: nothing,
      };
      const oracle = SignedRecords.hashTreeRoot(
        records.map(({ output, fee, shares }) => ({
          output: output ?? new Uint8Array(32),
          fee: BigInt(fee),
          shares: shares.map(shareWord),
          contentRoots: shares.map((share) => contentRoot(share.contribution)),
        })),
      );
      expect(recordsRoot(records, identities)).toEqual(oracle);
      counts["signed roots"]++;
    }),
  );
});
