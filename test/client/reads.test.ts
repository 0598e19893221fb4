import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createTributaryClient,
  PURPOSES,
  type Receipt,
  type TributaryClient,
  verifyReceipt,
} from "../../client/client.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { fromHex } from "../../protocol/bytes.ts";
import { encodeMessage } from "../../protocol/inbox.ts";
import { encodeTransaction } from "../../protocol/transactions/registry.ts";
import { type ServedNode, serveNode } from "./node.ts";

const root = (fill: string): Hex => `0x${fill.repeat(32)}`;
const ALICE = privateKeyToAccount(root("11"));
const OUTPUT = root("f0");

let served: ServedNode;
let client: TributaryClient;
let attributed: Receipt;

/** A datanet, a contribution, its correction, a model, its child, two attributions; all but the last in batch 1. */
beforeAll(async () => {
  served = await serveNode([ALICE.address]);
  client = createTributaryClient({ url: served.url, account: ALICE });
  await client.createDatanet({ metadataHash: root("d0") });
  const purposes = PURPOSES.training;
  await client.contribute({ datanet: 0, items: [{ contentRoot: root("c0"), purposes }] });
  await client.contribute({
    datanet: 0,
    items: [{ contentRoot: root("c1"), purposes, parent: 0, kind: "correction" }],
  });
  await client.registerModel({ artifactRoot: root("e0"), datanets: [0], ownerBps: 0 });
  const child = { artifactRoot: root("e1"), datanets: [0], ownerBps: 0, parent: 0 };
  await client.registerModel({ ...child, relation: "finetune" });
  const records = [{ output: OUTPUT, fee: 1_000_000n, shares: [{ contribution: 1, weight: 9 }] }];
  attributed = await client.attribute({ model: 0, method: 1, records });
  await served.node.postBatch();
  await client.attribute({ model: 0, method: 1, records });
});
afterAll(() => served.stop());

describe("reads", () => {
  test("default: records in native types", async () => {
    expect(await client.getDatanet({ index: 0 })).toMatchObject({ bond: 1_000_000_000n, owner: 0 });
    expect(await client.getContribution({ index: 1 })).toMatchObject({ lifetime: 1_900_000n, kind: "correction" });
    expect(await client.getModel({ index: 1 })).toMatchObject({ relation: "finetune", parent: 0, earned: 0n });
    expect(await client.getAccount({ address: ALICE.address })).toMatchObject([
      { index: 0, stake: 0n, pendingNonce: 7 },
    ]);
    expect(await client.getContribution({ index: 99 })).toBeNull();
    expect(await client.getDatanet({ index: 99 })).toBeNull();
    expect(await client.getModel({ index: 99 })).toBeNull();
    expect(await client.getAccount({ index: 99 })).toEqual([]);
  });

  test("behavior: lineage", async () => {
    const { contributions } = await client.getLineage({ contribution: 1 });
    expect(contributions.map(({ index, bond }) => [index, bond])).toEqual([
      [1, 1_000_000n],
      [0, 1_000_000n],
    ]);
    expect((await client.getLineage({ model: 1 })).models.map(({ index }) => index)).toEqual([1, 0]);
  });

  test("behavior: attributions, page by page", async () => {
    const first = await client.getAttributions({ output: OUTPUT, limit: 1 });
    expect(first.items).toMatchObject([{ index: 1, pool: 950_000n, shares: [{ contribution: 1, amount: 950_000n }] }]);
    const second = await client.getAttributions({ output: OUTPUT, limit: 1, before: first.next! });
    expect(second.items).toMatchObject([{ index: 0, height: attributed.height, transaction: attributed.hash }]);
  });

  test("behavior: blocks and batches", async () => {
    expect(await client.getBlock()).toMatchObject({ height: 8, batch: null });
    expect(await client.getBatch({ height: attributed.height })).toMatchObject({
      id: 1,
      firstHeight: 1,
      lastHeight: 7,
    });
    expect(await client.getBatch({ height: 8 })).toBeNull();
    expect(await client.syncStatus()).toMatchObject({ role: "sequencer", height: 8, posted: 7 });
    expect(await client.chainInfo()).toMatchObject({ chainId: 901, tables: { attributions: 2 } });
  });

  test("behavior: a transaction is decoded from its bytes, a forced one from its message", async () => {
    const found = await client.getTransaction({ hash: attributed.hash });
    expect(found?.transaction).toMatchObject({
      name: "Attribute",
      account: 0,
      body: { records: [{ fee: 1_000_000 }] },
    });
    expect(found?.receipt).toMatchObject({ verdict: "Ok", fee: attributed.fee });

    const withdraw = { name: "Withdraw" as const, account: 0, body: { recipient: fromHex(ALICE.address), amount: 5n } };
    const message = {
      type: "Forced" as const,
      sender: fromHex(ALICE.address),
      transaction: encodeTransaction(withdraw),
    };
    await served.node.block([], [encodeMessage(message)]);
    const { transactions, height } = (await client.getBlock())!;
    expect(await client.getTransaction({ hash: transactions[0]! })).toMatchObject({
      transaction: withdraw,
      receipt: { height },
    });
    const deposit = (await client.getBlock({ height: 1 }))!.transactions[0]!;
    expect(await client.getTransaction({ hash: deposit })).toMatchObject({
      transaction: null,
      receipt: { name: "Deposit" },
    });
    expect(await client.getTransaction({ hash: root("00") })).toBeNull();
  });

  test("behavior: what a transaction would cost is what it costs", async () => {
    const { transaction } = (await client.getTransaction({ hash: attributed.hash }))!;
    expect(await client.estimateFee({ transaction: transaction! })).toMatchObject({ fee: attributed.fee, fits: true });
  });
});

describe("waitForConfirmation", () => {
  test("default: what is there already", async () => {
    expect(await client.waitForConfirmation({ hash: attributed.hash })).toMatchObject({
      confirmation: "posted",
      batch: 1,
    });
  });

  test("behavior: what comes while it waits", async () => {
    const waiting = client.waitForConfirmation({ hash: attributed.hash, level: "settled", pollingIntervalMs: 1 });
    const { node } = served;
    node.batches.setProgress({ safe: node.hostBlock, finalized: node.hostBlock, time: node.timestamp + 600 });
    expect(await waiting).toMatchObject({ confirmation: "settled" });
  });
});

describe("createReceipt", () => {
  test("default: an attribution is proven in the batch that brought it", async () => {
    const receipt = await client.createReceipt({ table: "attributions", index: 0 });
    const { commitment } = (await client.getBatch({ id: 1 }))!;
    const options = { finalizedCommitment: commitment, chain: served.node.instance };
    expect(verifyReceipt(JSON.parse(JSON.stringify(receipt)), options)).toMatchObject({
      valid: true,
      batchCommitment: commitment,
      root: "checked against the host",
      record: { output: OUTPUT, pool: "950000" },
    });
  });

  test("behavior: an attribution in no batch yet, in the head", async () => {
    const receipt = await client.createReceipt({ table: "attributions", index: 1 });
    expect(verifyReceipt(receipt)).toMatchObject({ valid: true, batchCommitment: null });
  });

  test("behavior: a record that changes, as it is now", async () => {
    const receipt = await client.createReceipt({ table: "contributions", index: 1 });
    expect(verifyReceipt(receipt)).toMatchObject({
      valid: true,
      record: { contentRoot: root("c1"), lifetime: "1900000" },
    });
  });

  test("behavior: what is not there", async () => {
    const missing = client.createReceipt({ table: "attributions", index: 99 });
    await expect(missing).rejects.toMatchObject({ code: "not-found" });
  });
});
