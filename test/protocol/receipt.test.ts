import { ByteVectorType, ContainerType, ListBasicType, UintBigintType, VectorBasicType } from "@chainsafe/ssz";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AttributionView, BatchView, ProofView } from "../../protocol/api.ts";
import { batchCommitment, encodeHeader } from "../../protocol/batch.ts";
import { type Hex, toHex } from "../../protocol/bytes.ts";
import { keccak256, keccakPacked } from "../../protocol/hash.ts";
import { outputsRoot, proveOutputs } from "../../protocol/outputs.ts";
import { type Receipt, receiptFromProof, verifyReceipt } from "../../protocol/receipt.ts";
import { receiptWithOutput } from "../../protocol/receiptOutput.ts";
import { appendAccount } from "../../protocol/state/account.ts";
import { attributionRoot } from "../../protocol/state/attribution.ts";
import { CONTRIBUTOR_REF, DATANET_REF, packTerms, setContentRoot, TERMS } from "../../protocol/state/contribution.ts";
import { setMetadataHash } from "../../protocol/state/datanet.ts";
import { TERMS as MODEL_TERMS, packModelTerms, setArtifactRoot } from "../../protocol/state/model.ts";
import { State, TABLES, type TableName } from "../../protocol/state/state.ts";
import { appendWithdrawal } from "../../protocol/state/withdrawal.ts";

const CHAIN = { chainId: 31337, rollup: `0x${"Ab".repeat(20)}` as Hex };
const BATCH_ID = 7;
const bytes = (fill: number, length = 32) => new Uint8Array(length).fill(fill);

const ATTRIBUTION = {
  output: bytes(1),
  evidenceRoot: bytes(2),
  model: 3,
  payer: 0,
  fee: 5_000,
  pool: 4_000,
  method: 2,
  timestamp: 1_700_000_000,
  shares: [
    { contribution: 0, weight: 10 },
    { contribution: 2 ** 47 + 5, weight: 65_535 },
  ],
};

const OUTPUTS = [0, 1, 2].map((i) => bytes(100 + i));
const OUTPUTS_ROOT = outputsRoot(OUTPUTS);
const OUTPUT_PROOFS = proveOutputs(OUTPUTS);

/** Records in every table; the one proven is number 2. */
function buildState(): State {
  const state = new State();
  for (let i = 0; i < 7; i++) {
    appendAccount(state.accounts, bytes(i + 1, 20));
    setMetadataHash(state.datanets, state.datanets.append(), bytes(i + 20));
    const contribution = state.contributions.append();
    setContentRoot(state.contributions, contribution, bytes(i + 40));
    state.contributions.setNumber(contribution, DATANET_REF, 1);
    state.contributions.setNumber(contribution, CONTRIBUTOR_REF, 2);
    const terms = { kind: 1, status: 1, purposes: 3, lineageBps: 1_000, curatorBps: 500 };
    state.contributions.setNumber(contribution, TERMS, packTerms(terms));
    const model = state.models.append();
    setArtifactRoot(state.models, model, bytes(i + 60));
    const modelTerms = { ownerBps: 2_000, royaltyBps: 0, parentBps: 0, relation: 2, live: true, retired: false };
    state.models.setNumber(model, MODEL_TERMS, packModelTerms(modelTerms));
    // Number 3 is of an output that it does not name.
    const committed = i === 3 && { output: OUTPUTS_ROOT, position: 2 };
    state.attributions.appendLeaf(attributionRoot({ ...ATTRIBUTION, method: i, ...committed }));
    const amount = 10n ** 15n + BigInt(i); // all different: equal neighbours would share one proof
    appendWithdrawal(state.withdrawals, { recipient: bytes(9, 20), amount, account: 1, timestamp: 1_700_000_000 });
  }
  return state;
}

const STATE = buildState();
const HEADER = encodeHeader({ stateRoot: STATE.root(), timestamp: 1_700_000_009, inboxCount: 2, feeAccount: 0 });
const CONTENT_HASH = keccak256(bytes(5, 70));
const PREIMAGE = {
  parentCommitment: bytes(11),
  parentRoot: bytes(12),
  parentTimestamp: 1_699_999_999,
  firstHeight: 40,
  firstInboxIndex: 8,
  epoch: 1,
  blockCommitments: [bytes(13), keccakPacked(HEADER, CONTENT_HASH), bytes(14)],
};
const COMMITMENT = toHex(batchCommitment(PREIMAGE));
/** The host, as far as a receipt is concerned: commitments by batch. */
const HOST = new Map<unknown, Hex>([[BATCH_ID, COMMITMENT]]);

function proofView(table: TableName, withBatch: boolean, index = 2): ProofView {
  const attribution = { ...ATTRIBUTION, method: index };
  const view: AttributionView = {
    ...attribution,
    index,
    ...(index === 3
      ? { output: null, committed: { outputsRoot: toHex(OUTPUTS_ROOT), position: 2 } }
      : { output: toHex(attribution.output), committed: null }),
    evidenceRoot: toHex(attribution.evidenceRoot),
    fee: "5000",
    pool: "4000",
    shares: attribution.shares.map((share) => ({ ...share, amount: "1" })),
    height: 41,
    transaction: toHex(bytes(0)),
  };
  const batch: BatchView = {
    ...PREIMAGE,
    id: BATCH_ID,
    commitment: COMMITMENT,
    parentCommitment: toHex(PREIMAGE.parentCommitment),
    parentRoot: toHex(PREIMAGE.parentRoot),
    blockCommitments: PREIMAGE.blockCommitments.map(toHex),
    lastHeight: 42,
    poster: CHAIN.rollup,
    postedAt: 1,
    hostBlock: 1,
    hostTransaction: toHex(bytes(0)),
    confirmation: "posted",
  };
  const isLog = table === "attributions";
  return {
    table,
    index,
    data: toHex(isLog ? STATE.attributions.leaf(index) : STATE[table].items.bytes(index)),
    attribution: isLog ? view : null,
    siblings: STATE.prove(table, index).siblings.map(toHex),
    height: 41,
    header: toHex(HEADER),
    contentHash: toHex(CONTENT_HASH),
    batch: withBatch ? batch : null,
  };
}

/** What a reader is shown of each record. */
const READABLE: Record<TableName, Record<string, unknown>> = {
  accounts: { owner: toHex(bytes(3, 20)), balance: "0", nonce: 0 },
  datanets: { metadataHash: toHex(bytes(22)), curated: false, bond: "0" },
  contributions: { contentRoot: toHex(bytes(42)), datanet: 0, contributor: 1, kind: "correction", status: "accepted" },
  models: { artifactRoot: toHex(bytes(62)), relation: "adapter", ownerBps: 2_000, live: true },
  attributions: { output: toHex(bytes(1)), model: 3, fee: "5000", pool: "4000", method: 2, shares: ATTRIBUTION.shares },
  withdrawals: { recipient: toHex(bytes(9, 20)), amount: "1000000000000002", account: 1, timestamp: 1_700_000_000 },
};

const receiptOf = (table: TableName, withBatch = true): Receipt => receiptFromProof(CHAIN, proofView(table, withBatch));
const COMMITTED_RECEIPT = receiptFromProof(CHAIN, proofView("attributions", true, 3));
/** As a careful holder verifies: everything that the receipt names is looked up. */
const verifyWithHost = (receipt: unknown) => {
  const id = (receipt as { batch?: { id?: unknown } } | null)?.batch?.id;
  return verifyReceipt(receipt, { chain: CHAIN, finalizedCommitment: HOST.get(id) ?? toHex(bytes(0)) });
};

describe("verifyReceipt", () => {
  test.each(TABLES)("default: %s", (table) => {
    const receipt = JSON.parse(JSON.stringify(receiptOf(table)));
    expect(verifyReceipt(receipt)).toMatchObject({
      valid: true,
      reason: null,
      batchCommitment: COMMITMENT,
      root: "not checked against the host",
    });
    const checked = verifyWithHost(receipt);
    expect(checked).toMatchObject({ valid: true, root: "checked against the host" });
    expect(checked.record).toMatchObject(READABLE[table]);
  });

  test("behavior: without a batch nothing ties it to the host", () => {
    const receipt = receiptOf("attributions", false);
    expect(verifyReceipt(receipt)).toMatchObject({
      valid: true,
      batchCommitment: null,
      root: "not checked against the host",
    });
    expect(verifyReceipt(receipt, { finalizedCommitment: COMMITMENT })).toMatchObject({ valid: false });
  });

  test("behavior: a receipt of another rollup, and another commitment", () => {
    const receipt = receiptOf("withdrawals");
    const other = { ...CHAIN, chainId: 1 };
    expect(verifyReceipt(receipt, { chain: other }).reason).toBe("the receipt is of another rollup");
    expect(verifyReceipt(receipt, { finalizedCommitment: toHex(bytes(1)) }).reason).toMatch(/another commitment/);
  });

  test("behavior: no proof of the zero root, of an empty leaf, or of another length", () => {
    const receipt = receiptOf("accounts", false);
    const zeroRoot = { ...receipt, block: { ...receipt.block, header: `0x${"00".repeat(44)}` } };
    expect(verifyReceipt(zeroRoot).reason).toBe("the record is not in the block's state");
    expect(verifyReceipt({ ...receipt, siblings: receipt.siblings.slice(1) }).reason).toMatch(/siblings/);
  });

  test("behavior: names what is wrong with the shape", () => {
    const receipt = receiptOf("attributions");
    expect(verifyReceipt({ ...receipt, index: -1 }).reason).toBe(
      `"receipt.index" is not an integer from 0 to ${2 ** 48 - 1}`,
    );
    expect(verifyReceipt({ ...receipt, note: 1 }).reason).toBe(`"receipt" has the unknown field "note"`);
    expect(verifyReceipt({ ...receipt, record: receiptOf("accounts").record }).reason).toMatch(/"record"/);
    expect(verifyReceipt(null).reason).toBe(`"receipt" is not an object`);
  });

  test("behavior: shares out of order are no record", () => {
    const receipt = receiptOf("attributions");
    const record = receipt.record as Exclude<Receipt["record"], string>;
    const reversed = { ...receipt, record: { ...record, shares: record.shares.toReversed() } };
    expect(verifyReceipt(reversed).reason).toMatch(/strictly increasing/);
  });
});

/** Paths to every value inside `value` that is neither list nor object, nor null, which has no bits. */
function leavesOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (value === null) return [];
  if (typeof value !== "object") return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, item]) => leavesOf(item, [...path, key]));
}

/** A copy with the value at `path` replaced by what `change` makes of it. */
function mutate(value: unknown, path: (string | number)[], change: (leaf: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = mutate(copy[key], rest, change);
  return copy;
}

/** Flips one bit: of a number, of a hex digit, of a decimal amount, or of a character. */
function flipBit(leaf: unknown, position: number, bit: number): unknown {
  if (typeof leaf === "number") return Number(BigInt(leaf) ^ (1n << BigInt(bit * 8 + (position % 8))));
  const text = leaf as string;
  if (!text.startsWith("0x")) return String.fromCharCode(text.charCodeAt(0) ^ (1 << bit)) + text.slice(1);
  const at = 2 + (position % (text.length - 2));
  const digit = (Number.parseInt(text[at]!, 16) ^ (1 << (bit % 4))).toString(16);
  return text.slice(0, at) + digit + text.slice(at + 1);
}

describe("a record that does not name its output", () => {
  const receipt = COMMITTED_RECEIPT;
  const [proof] = OUTPUT_PROOFS;

  test("default: is proven without it, and shows none", () => {
    const { valid, record } = verifyWithHost(JSON.parse(JSON.stringify(receipt)));
    expect(valid).toBe(true);
    expect(record).toMatchObject({ output: null, committed: { outputsRoot: toHex(OUTPUTS_ROOT), position: 2 } });
  });

  test("default: shows the output once the operator's branch is beside it", () => {
    const whole = receiptWithOutput(receipt, OUTPUT_PROOFS[2]!);
    const { valid, record } = verifyWithHost(JSON.parse(JSON.stringify(whole)));
    expect(valid).toBe(true);
    expect(record).toMatchObject({ output: toHex(bytes(102)) });
  });

  test("behavior: another record's output is refused, and one where none is missing", () => {
    expect(() => receiptWithOutput(receipt, proof!)).toThrow("not of the record's output");
    expect(() => receiptWithOutput(receipt, { ...OUTPUT_PROOFS[2]!, count: 4 })).toThrow(RangeError);
    for (const table of ["attributions", "accounts"] as const)
      expect(() => receiptWithOutput(receiptOf(table), proof!)).toThrow("no output is missing");
  });

  test("behavior: an output and its proof come together", () => {
    const whole = receiptWithOutput(receipt, OUTPUT_PROOFS[2]!);
    const record = whole.record as Exclude<Receipt["record"], string>;
    const with_ = (change: object) => verifyReceipt({ ...whole, record: { ...record, ...change } }).reason;
    expect(with_({ output: null })).toMatch(/exactly when its proof/);
    expect(with_({ committed: { ...record.committed, proof: null } })).toMatch(/exactly when its proof/);
    expect(with_({ output: toHex(bytes(101)) })).toMatch(/not under the record's outputs root/);
    expect(with_({ committed: undefined })).toMatch(/"receipt.record.committed" is not an object/);
  });

  test("behavior: cannot pass as one that names the root as its output, nor at another position", () => {
    const { committed, ...named } = receipt.record as Exclude<Receipt["record"], string>;
    const plain = { ...receipt, record: { ...named, output: committed!.outputsRoot } };
    expect(verifyReceipt(plain).reason).toBe("the record is not in the block's state");
    const moved = { ...receipt, record: { ...named, committed: { ...committed!, position: 1 } } };
    expect(verifyReceipt(moved).reason).toBe("the record is not in the block's state");
  });
});

describe("verifyReceipt: properties", () => {
  const receipts = [
    ...TABLES.map((table) => receiptOf(table)),
    COMMITTED_RECEIPT,
    receiptWithOutput(COMMITTED_RECEIPT, OUTPUT_PROOFS[2]!),
  ];

  test("behavior: every flipped bit is noticed", () => {
    const mutation = fc.tuple(fc.constantFrom(...receipts), fc.nat(), fc.nat(1_000), fc.integer({ min: 0, max: 5 }));
    fc.assert(
      fc.property(mutation, ([receipt, choice, position, bit]) => {
        const paths = leavesOf(receipt);
        const changed = mutate(receipt, paths[choice % paths.length]!, (leaf) => flipBit(leaf, position, bit));
        expect(verifyWithHost(changed).valid).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test("behavior: every field counts, whatever it is replaced by or if it is missing", () => {
    for (const receipt of receipts) {
      for (const path of leavesOf(receipt)) {
        for (const other of [undefined, null, -1, 1.5, "", "0x", [], {}, true]) {
          const result = verifyWithHost(mutate(receipt, path, () => other));
          expect({ path, other, valid: result.valid }).toEqual({ path, other, valid: false });
        }
      }
    }
  });

  test("behavior: any JSON gets an answer", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(verifyReceipt(value).valid).toBe(false);
      }),
    );
    const mutation = fc.tuple(fc.constantFrom(...receipts), fc.nat(), fc.nat(3), fc.jsonValue());
    fc.assert(
      fc.property(mutation, ([receipt, choice, depth, value]) => {
        const paths = leavesOf(receipt).map((path) => path.slice(0, depth));
        verifyReceipt(mutate(receipt, paths[choice % paths.length]!, () => value));
      }),
      { numRuns: 1_000 },
    );
  });

  test("behavior: any 128 bytes that are in a state can be read", () => {
    const withData = fc.tuple(fc.constantFrom(...TABLES), fc.uint8Array({ minLength: 128, maxLength: 128 }));
    fc.assert(
      fc.property(withData, ([table, data]) => {
        if (table === "attributions") return;
        const state = new State();
        const index = state[table].append();
        for (let chunk = 0; chunk < 4; chunk++)
          state[table].setChunk(index, chunk, data.subarray(chunk * 32, chunk * 32 + 32));
        const header = encodeHeader({ stateRoot: state.root(), timestamp: 0, inboxCount: 0, feeAccount: 0 });
        const siblings = state.prove(table, index).siblings.map(toHex);
        const block = { height: 1, header: toHex(header), contentHash: toHex(CONTENT_HASH) };
        const receipt: Receipt = { ...receiptOf(table, false), index, record: toHex(data), siblings, block };
        expect(verifyReceipt(receipt)).toMatchObject({ valid: true });
      }),
    );
  });
});

test("an attribution's leaf is hash_tree_root by another SSZ library", () => {
  const uint64 = new UintBigintType(8);
  const bytes32 = new ByteVectorType(32);
  const type = new ContainerType({
    output: bytes32,
    evidenceRoot: bytes32,
    detail: new VectorBasicType(uint64, 4),
    shares: new ListBasicType(uint64, 16),
  });
  const { output, evidenceRoot, model, payer, fee, pool, timestamp, method, shares } = ATTRIBUTION;
  const money = BigInt(fee) + (BigInt(pool) << 32n);
  const when = BigInt(timestamp) + (BigInt(method) << 40n);
  const root = type.hashTreeRoot({
    output,
    evidenceRoot,
    detail: [BigInt(model + 1), BigInt(payer + 1), money, when],
    shares: shares.map(({ contribution, weight }) => (BigInt(contribution) << 16n) | BigInt(weight)),
  });
  expect(toHex(attributionRoot(ATTRIBUTION))).toBe(toHex(root));
});
