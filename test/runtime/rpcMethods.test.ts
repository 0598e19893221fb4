import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProofView, RpcMethod, RpcMethods } from "../../protocol/api.ts";
import { decodeHeader } from "../../protocol/batch.ts";
import { ByteWriter, concat, equalBytes, fromHex, toHex } from "../../protocol/bytes.ts";
import { keccak256, keccakPacked } from "../../protocol/hash.ts";
import { transactionToJson } from "../../protocol/json.ts";
import { Meter } from "../../protocol/meter.ts";
import { receiptFromProof, verifyReceipt } from "../../protocol/receipt.ts";
import { TABLES } from "../../protocol/state/state.ts";
import { boundOf, encodeSigned, encodeTransaction, type Transaction } from "../../protocol/transactions/registry.ts";
import { recordsPerBlock } from "../../runtime/rpc/methods/chainInfo.ts";
import { boundCost } from "../../runtime/rpc/methods/fee.ts";
import { METHOD_NAMES } from "../../runtime/rpc/methodTable.ts";
import { RESULTS } from "../../runtime/rpc/resultSchemas.ts";
import { transactionSchema } from "../../runtime/rpc/transactionSchemas.ts";
import { anyTransaction, anywhere } from "../support/arbitraries.ts";
import type { TestNode } from "../support/testChain.ts";
import { alice, mallory, root, work } from "../support/world.ts";
import { ask, attribution, call, OUTPUT, seasonedNode, serverOf, signedParams, transfer } from "./rpcFixture.ts";

let node: TestNode;
let app: FastifyInstance;
const covered = new Set<RpcMethod>();

beforeAll(async () => {
  node = await seasonedNode();
  app = serverOf(node);
});

afterAll(async () => {
  await app.close();
  await node.close();
});

/** A call that succeeds, its result held against the documented schema. */
async function get<Method extends RpcMethod>(method: Method, params: RpcMethods[Method]["params"]) {
  covered.add(method);
  const result = await call(app, method, params);
  expect(RESULTS[method].parse(result)).toEqual(result);
  return result;
}

const refusal = async (method: RpcMethod, params: unknown) => {
  const { error } = await ask(app, `tributary_${method}`, params);
  return error && { name: error.data.code, message: error.message, data: error.data };
};

describe("chain and records", () => {
  test("chainInfo has the instance, the parameters, the lengths after the head, and a capacity", async () => {
    const info = await get("chainInfo", {});
    expect(info).toMatchObject(node.instance);
    expect(info.tables).toEqual({
      accounts: 5,
      datanets: 1,
      contributions: 3,
      models: 2,
      attributions: 3,
      withdrawals: 1,
    });
    expect(info.parameters.protocolBps).toBe(500);
    expect(info.recordsPerBlock.now).toBeGreaterThan(0);
    expect(info.recordsPerBlock.afterDoubling).toBeLessThanOrEqual(info.recordsPerBlock.now);
  });

  test("recordsPerBlock falls with the table and equals what the meter takes", () => {
    const counts = [100, 10_000, 1_000_000, 2 ** 30].map((length) => recordsPerBlock(node.chain.state, length));
    console.log(`eight-share records a block at 10^2, 10^4, 10^6, 2^30 contributions: ${counts.join(", ")}`);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(counts[2]).toBeGreaterThanOrEqual(10);
    expect(counts[3]).toBeGreaterThanOrEqual(6);
  });

  test("syncStatus is the node's", async () => {
    expect(await get("syncStatus", {})).toEqual(node.syncStatus());
  });

  test("getAccount by index and by owner", async () => {
    const [byIndex] = await get("getAccount", { index: 3 });
    expect(byIndex).toMatchObject({ index: 3, owner: toHex(mallory.address), nonce: 3, pendingNonce: 3, stake: "0" });
    const owned = await get("getAccount", { address: toHex(alice.address) });
    expect(owned.map(({ index }) => index)).toEqual([0, 4]);
    expect(owned[1]!.balance).toBe("50000000000");
    expect(await get("getAccount", { index: 999 })).toEqual([]);
    expect(await get("getAccount", { address: `0x${"ee".repeat(20)}` })).toEqual([]);
  });

  test("getDatanet, getContribution, getModel; null where there is none", async () => {
    expect(await get("getDatanet", { index: 0 })).toMatchObject({
      owner: 0,
      metadataHash: toHex(root("datanet")),
      closed: false,
    });
    expect(await get("getContribution", { index: 1 })).toMatchObject({
      parent: 0,
      kind: "data",
      status: "accepted",
      contributor: 1,
    });
    expect((await get("getContribution", { index: 0 }))!.parent).toBeNull();
    expect(await get("getModel", { index: 1 })).toMatchObject({
      parent: 0,
      relation: "finetune",
      parentBps: 1_500,
      datanets: [0],
    });
    expect(await get("getDatanet", { index: 1 })).toBeNull();
    expect(await get("getContribution", { index: 3 })).toBeNull();
    expect(await get("getModel", { index: 2 ** 48 - 1 })).toBeNull();
  });

  test("getLineage goes up from a record", async () => {
    const { contributions, models } = await get("getLineage", { contribution: 2 });
    expect([contributions.map(({ index }) => index), models]).toEqual([[2, 1, 0], []]);
    expect((await get("getLineage", { model: 1 })).models.map(({ index }) => index)).toEqual([1, 0]);
    expect(await refusal("getLineage", { contribution: 3 })).toMatchObject({
      name: "not-found",
      message: "there is no contribution 3",
    });
    expect(await refusal("getLineage", { model: 9 })).toMatchObject({ name: "not-found" });
  });

  test("getHeader is what the sequencer signed, and nothing on a verifier", async () => {
    const { height, commitment } = (await get("getBlock", { height: "latest" }))!;
    expect(await get("getHeader", { height: "latest" })).toMatchObject({ height, blockCommitment: commitment });
    expect(await get("getHeader", { height: 99 })).toBeNull();
    const verifier = serverOf(node.asVerifier());
    expect(await call(verifier, "getHeader", { height: "latest" })).toBeNull();
    await verifier.close();
  });

  test("getBlock by height and latest", async () => {
    const block = (await get("getBlock", { height: 4 }))!;
    expect(block).toMatchObject({ height: 4, inboxIndex: 5, inboxCount: 0, batch: 2, transactions: { length: 3 } });
    const latest = (await get("getBlock", { height: "latest" }))!;
    expect(latest).toMatchObject({
      height: 6,
      inboxIndex: 5,
      inboxCount: 1,
      batch: null,
      stateRoot: toHex(node.chain.head.root),
    });
    expect(await get("getBlock", { height: 0 })).toBeNull();
    expect(await get("getBlock", { height: 99 })).toBeNull();
    const { blockCommitments } = (await get("getBatch", { id: 2 }))!;
    expect(blockCommitments[0]).toBe(block.commitment);
  });

  test("getBatch by id, height and latest, with its confirmation", async () => {
    const first = (await get("getBatch", { height: 2 }))!;
    expect(first).toMatchObject({ id: 1, firstHeight: 1, lastHeight: 3, confirmation: "host-safe" });
    expect(await get("getBatch", { id: "latest" })).toMatchObject({ id: 2, confirmation: "posted" });
    expect(await get("getBatch", { height: 6 })).toBeNull();
    expect(await get("getBatch", { id: 0 })).toBeNull();
    expect(await get("getBatch", { id: 3 })).toBeNull();
  });
});

describe("transactions", () => {
  test("estimateFee counts as the chain charges", async () => {
    const transaction = transactionToJson(transfer());
    const estimate = await get("estimateFee", { transaction });
    expect(estimate.packedBytes).toBe(encodeSigned(node.sign(transfer())).length);
    expect(estimate.fee).toBe(String(1_000 + 10 * estimate.packedBytes));
    expect(estimate.fits).toBe(true);
    const records = Array.from({ length: 256 }, () => ({ output: toHex(OUTPUT), fee: 1, shares: [] }));
    const body = { model: 0, method: 0, evidenceRoot: toHex(OUTPUT), records };
    const large = await get("estimateFee", { transaction: { name: "Attribute", account: 0, body } });
    expect(large).toMatchObject({ fits: false, packedBytes: 256 * 33 + 103 });
    expect(large.bound.bytes).toBeGreaterThan(large.packedBytes);
  });

  test("the bound is what the meter adds for any transaction that fits a block", () => {
    const { state } = node.chain;
    let fitting = 0;
    const transaction = anyTransaction(anywhere);
    fc.assert(
      fc.property(transaction, (each) => {
        const bytes = encodeTransaction(each).length + 64;
        const meter = new Meter(state, 0);
        const empty = meter.reading();
        if (!meter.add(boundOf(each), bytes)) return;
        const full = meter.reading();
        fitting++;
        expect(boundCost(state, boundOf(each), bytes)).toEqual({
          bytes: full.bytes - empty.bytes,
          gas: full.gas - empty.gas,
        });
      }),
      { numRuns: 500 },
    );
    expect(fitting).toBeGreaterThan(100);
  });

  test("typed JSON is the inverse of transactionToJson wherever it is taken", () => {
    let taken = 0;
    fc.assert(
      fc.property(anyTransaction({ ...anywhere, bps: fc.integer({ min: 0, max: 5_000 }), code: fc.nat(3) }), (each) => {
        const parsed = transactionSchema.safeParse(JSON.parse(JSON.stringify(transactionToJson(each))));
        if (!parsed.success) return;
        taken++;
        expect(encodeTransaction(parsed.data)).toEqual(encodeTransaction(each));
      }),
      { numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  test("sendTransaction: 64 and 65 byte signatures; the receipt is what getReceipt says", async () => {
    const params = signedParams(node, transfer());
    const receipt = await get("sendTransaction", params);
    expect(receipt).toMatchObject({
      name: "Transfer",
      account: 0,
      verdict: "Ok",
      confirmation: "sequenced",
      batch: null,
    });
    expect(await get("getReceipt", { hash: receipt.hash })).toEqual(receipt);

    const again = signedParams(node, transfer());
    const compact = fromHex(again.signature);
    const v = 27 + (compact[32]! >>> 7);
    compact[32]! &= 0x7f;
    const wallet = toHex(concat(compact, new Uint8Array([v])));
    expect(await get("sendTransaction", { ...again, signature: wallet })).toMatchObject({ verdict: "Ok" });
  });

  test("sendRawTransaction takes nonce and packed transaction", async () => {
    const nonce = node.nonce(0);
    const packed = concat(new ByteWriter().varint(nonce).finish(), encodeSigned(node.sign(transfer())));
    expect(await get("sendRawTransaction", { raw: toHex(packed) })).toMatchObject({ name: "Transfer", verdict: "Ok" });
    expect(await refusal("sendRawTransaction", { raw: `${toHex(packed)}00` })).toMatchObject({
      name: "invalid-params",
    });
    expect(await refusal("sendRawTransaction", { raw: "0x00" })).toMatchObject({ name: "invalid-params" });
    expect(await refusal("sendRawTransaction", { raw: "0x80" })).toMatchObject({ name: "invalid-params" });
  });

  test("each refusal of the node has its code", async () => {
    const params = signedParams(node, transfer());
    expect(await refusal("sendTransaction", { ...params, nonce: 0 })).toMatchObject({
      name: "nonce-too-low",
      data: { retryable: false, details: { expected: params.nonce } },
    });
    expect(await refusal("sendTransaction", { ...params, nonce: 99 })).toMatchObject({ name: "nonce-too-high" });
    const stolen = { ...params, signature: toHex(node.sign(transfer(), params.nonce, mallory).signature) };
    expect(await refusal("sendTransaction", stolen)).toMatchObject({ name: "wrong-signature" });
    const high = { ...params, signature: `0x${"11".repeat(32)}7f${"ff".repeat(31)}` };
    expect(await refusal("sendTransaction", high)).toMatchObject({
      name: "wrong-signature",
      message: expect.stringContaining("high s"),
    });
    const stranger = { ...params, transaction: { ...params.transaction, account: 77 } };
    expect(await refusal("sendTransaction", stranger)).toMatchObject({ name: "unknown-account" });
  });

  test("getTransaction has the JSON, the bytes and the receipt, of each kind of entry", async () => {
    const [deposit] = (await get("getBlock", { height: 1 }))!.transactions;
    expect(await get("getTransaction", { hash: deposit! })).toMatchObject({
      transaction: null,
      receipt: { name: "Deposit", account: null },
    });
    const [sent] = (await get("getBlock", { height: 3 }))!.transactions;
    const found = (await get("getTransaction", { hash: sent! }))!;
    expect(found.transaction).toEqual(transactionToJson(attribution()));
    expect(found.receipt).toMatchObject({ confirmation: "host-safe", batch: 1, items: ["Ok"], height: 3, position: 0 });
    expect(found.receipt.created).toEqual([{ table: "attributions", first: 0, count: 1 }]);
    const [forced] = (await get("getBlock", { height: 6 }))!.transactions;
    expect(await get("getTransaction", { hash: forced! })).toMatchObject({
      transaction: { name: "Transfer", account: 1 },
      receipt: { name: "Forced", verdict: "Ok" },
    });
    const [, refused] = (await get("getBlock", { height: 5 }))!.transactions;
    expect(await get("getReceipt", { hash: refused! })).toMatchObject({
      verdict: "InsufficientBalance",
      confirmation: "posted",
    });
    expect(await get("getTransaction", { hash: toHex(root("nothing")) })).toBeNull();
    expect(await get("getReceipt", { hash: toHex(root("nothing")) })).toBeNull();
  });

  test("a verifier refuses transactions and serves the rest", async () => {
    const verifier = serverOf(node.asVerifier());
    const { error } = await ask(verifier, "tributary_sendTransaction", signedParams(node, transfer()));
    expect(error).toMatchObject({ code: -32009, data: { code: "not-available", retryable: false } });
    expect(await call(verifier, "syncStatus", {})).toMatchObject({ role: "verifier" });
    await verifier.close();
  });
});

describe("attributions", () => {
  const indices = async (params: RpcMethods["getAttributions"]["params"]) => {
    const { items, next } = await get("getAttributions", params);
    return [items.map(({ index }) => index), next];
  };

  test("by output, contribution, model and index; newest first, in pages", async () => {
    expect(await indices({ output: toHex(OUTPUT) })).toEqual([[1, 0], null]);
    expect(await indices({ contribution: 2 })).toEqual([[2, 1, 0], null]);
    expect(await indices({ contribution: 1 })).toEqual([[], null]);
    expect(await indices({ model: 0, limit: 2 })).toEqual([[2, 1], 1]);
    expect(await indices({ model: 0, limit: 2, before: 1 })).toEqual([[0], null]);
    expect(await indices({ model: 0, before: 0 })).toEqual([[], null]);
    expect(await indices({ index: 2 })).toEqual([[2], null]);
    expect(await indices({ index: 3 })).toEqual([[], null]);
  });

  test("amounts are those credited at the time, although the model's terms changed since", async () => {
    const [first, second, third] = await Promise.all(
      [0, 1, 2].map(async (index) => (await get("getAttributions", { index })).items[0]!),
    );
    expect(first).toMatchObject({ fee: "1000000", pool: "760000", payer: 3, height: 3 });
    expect(first!.shares).toEqual([
      { contribution: 0, weight: 3, amount: "570000" },
      { contribution: 2, weight: 1, amount: "190000" },
    ]);
    expect(second).toMatchObject({ fee: "999999", pool: "591185", height: 4 });
    expect(third).toMatchObject({ fee: "7", pool: "5" });
    const earned = [first!, second!, third!].reduce((sum, { shares }) => sum + Number(shares[0]!.amount), 0);
    expect((await get("getContribution", { index: 0 }))!.earned).toBe(String(earned));
  });

  test("a record that the state does not hold is an internal error, not an answer", async () => {
    const leaf = node.chain.state.attributions.items.bytes(0);
    leaf[0]! ^= 1;
    const { error } = await ask(app, "tributary_getAttributions", { index: 0 });
    leaf[0]! ^= 1;
    expect(error).toMatchObject({ code: -32603, data: { code: "internal", id: expect.any(String) } });
  });
});

describe("proofs", () => {
  const verified = (proof: ProofView) =>
    verifyReceipt(JSON.parse(JSON.stringify(receiptFromProof(node.instance, proof))));

  test.each(TABLES)("of %s against the head", async (table) => {
    const proof = await get("getProof", { table, index: 0 });
    expect(proof.height).toBe(node.chain.head.height);
    expect(verified(proof)).toMatchObject({ valid: true, reason: null });
    expect(equalBytes(decodeHeader(fromHex(proof.header)).stateRoot, node.chain.head.root)).toBe(true);
  });

  test.each(["attributions", "withdrawals"] as const)("of %s against older blocks and batches", async (table) => {
    const proof = await get("getProof", { table, index: 0, batch: 2 });
    expect(proof).toMatchObject({ height: 5, batch: { id: 2 } });
    const check = verified(proof);
    expect(check).toMatchObject({ valid: true, batchCommitment: proof.batch!.commitment });
    const atHeight = await get("getProof", { table, index: 0, height: 5 });
    expect(atHeight).toEqual(proof);
    expect(keccakPacked(fromHex(proof.header), fromHex(proof.contentHash))).toEqual(
      fromHex(proof.batch!.blockCommitments[1]!),
    );
  });

  test("an attribution at every block since it was made", async () => {
    for (let height = 3; height <= node.chain.head.height; height++) {
      expect(verified(await get("getProof", { table: "attributions", index: 0, height }))).toMatchObject({
        valid: true,
      });
    }
  });

  test("what cannot be proven is refused in words", async () => {
    expect(await refusal("getProof", { table: "attributions", index: 1, height: 3 })).toMatchObject({
      name: "not-found",
      message: "attributions 1 is not in the state after block 3, which holds 1",
    });
    expect(await refusal("getProof", { table: "attributions", index: 1, batch: 1 })).toMatchObject({
      name: "not-found",
    });
    expect(await refusal("getProof", { table: "attributions", index: 9 })).toMatchObject({ name: "not-found" });
    expect(await refusal("getProof", { table: "accounts", index: 99 })).toMatchObject({ name: "not-found" });
    expect(await refusal("getProof", { table: "withdrawals", index: 0, height: 0 })).toMatchObject({
      name: "not-found",
    });
    expect(await refusal("getProof", { table: "withdrawals", index: 0, height: 10 ** 6 })).toMatchObject({
      name: "not-found",
    });
    expect(await refusal("getProof", { table: "withdrawals", index: 0, batch: 7 })).toMatchObject({
      message: "there is no batch 7 on the host",
    });
    expect(await refusal("getProof", { table: "accounts", index: 0, height: 3 })).toMatchObject({
      name: "invalid-params",
    });
    expect(await refusal("getProof", { table: "accounts", index: 0, batch: 1 })).toMatchObject({
      name: "invalid-params",
    });
    expect(await refusal("getProof", { table: "withdrawals", index: 0, height: 5, batch: 1 })).toMatchObject({
      name: "invalid-params",
    });
  });

  test("while a block is in progress, the proof waits for its end; old proofs do not", async () => {
    node.hold();
    const height = node.chain.head.height;
    const sent = call(app, "sendTransaction", signedParams(node, transfer(3n, 1)));
    await sent;
    const proof = call(app, "getProof", { table: "accounts", index: 1 });
    const old = await call(app, "getProof", { table: "attributions", index: 0, height: 4 });
    expect(verified(old)).toMatchObject({ valid: true });
    expect(node.chain.head.height).toBe(height);
    await node.release();
    const now = await proof;
    expect(now.height).toBe(height + 1);
    expect(verified(now)).toMatchObject({ valid: true });
  });

  test("an empty chain has nothing to prove", async () => {
    const { TestNode: Fresh } = await import("../support/testChain.ts");
    const empty = await Fresh.open();
    const server = serverOf(empty);
    expect((await ask(server, "tributary_getProof", { table: "accounts", index: 0 })).error).toMatchObject({
      data: { code: "not-found" },
    });
    expect(await call(server, "getBlock", { height: "latest" })).toBeNull();
    expect(await call(server, "getBatch", { id: "latest" })).toBeNull();
    expect((await call(server, "chainInfo", {})).tables.accounts).toBe(0);
    await server.close();
    await empty.close();
  });
});

test("a lineage stops after 64 records and goes on at the last one's parent", async () => {
  const first = node.chain.state.contributions.length;
  const items = (i: number) => [work(`line ${i}`, i === 0 ? undefined : first + i - 1)];
  const line = Array.from({ length: 70 }, (_, i): Transaction => {
    return { name: "Contribute", account: 1, body: { datanet: 0, items: items(i) } };
  });
  await node.block(line);
  const { contributions } = await get("getLineage", { contribution: first + 69 });
  expect(contributions.map(({ index }) => index - first)).toEqual(Array.from({ length: 64 }, (_, i) => 69 - i));
  const rest = await get("getLineage", { contribution: contributions.at(-1)!.parent! });
  expect(rest.contributions).toHaveLength(6);
});

test("getContent of a sealed block, and of the one in progress", async () => {
  const sealed = (await get("getContent", { height: 3 }))!;
  expect(sealed).toMatchObject({ height: 3, sealed: true });
  const { header, contentHash } = await get("getProof", { table: "attributions", index: 0, height: 3 });
  expect(toHex(keccak256(fromHex(sealed.content)))).toBe(contentHash);
  expect(header).toHaveLength(2 + 2 * 44);
  const { height } = node.chain.head;
  expect(await get("getContent", { height: height + 1 })).toBeNull();
  node.hold();
  await call(app, "sendTransaction", signedParams(node, transfer(3n, 1)));
  const open = (await get("getContent", { height: height + 1 }))!;
  expect(open).toMatchObject({ height: height + 1, sealed: false });
  await node.release();
  expect(await get("getContent", { height: height + 1 })).toEqual({ ...open, sealed: true });
});

test("every method was asked successfully", () => {
  expect([...covered].sort()).toEqual([...METHOD_NAMES].sort());
});
