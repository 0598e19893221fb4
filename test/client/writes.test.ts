import { createWalletClient, custom, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createTributaryClient,
  PURPOSES,
  receiptWithOutput,
  type TributaryClient,
  verifyReceipt,
  walletSigner,
} from "../../client/client.ts";
import { setContentRoot } from "../../protocol/state/contribution.ts";
import { type ServedNode, serveNode } from "./node.ts";

const root = (fill: string): Hex => `0x${fill.repeat(32)}`;
const ALICE = privateKeyToAccount(`0x${"11".repeat(32)}`);
const BOB = privateKeyToAccount(`0x${"22".repeat(32)}`);

let served: ServedNode;
let alice: TributaryClient;
let bob: TributaryClient;

beforeEach(async () => {
  served = await serveNode([ALICE.address, BOB.address]);
  alice = createTributaryClient({ url: served.url, account: ALICE });
  bob = createTributaryClient({ url: served.url, account: BOB });
});
afterEach(() => served.stop());

/** Alice's curated datanet 0 with Bob's contributions 0 and 1 accepted, and her model 0. */
async function furnish(): Promise<void> {
  await alice.createDatanet({ metadataHash: root("d0"), curated: true, lineageBps: 1_000, curatorBps: 500 });
  const purposes = PURPOSES.training;
  await bob.contribute({ datanet: 0, items: [{ contentRoot: root("c0"), purposes }] });
  await bob.contribute({ datanet: 0, items: [{ contentRoot: root("c1"), purposes, parent: 0, kind: "correction" }] });
  await alice.acceptContributions({ datanet: 0, contributions: [0, 1] });
  await alice.registerModel({ artifactRoot: root("e0"), datanets: [0], ownerBps: 2_000 });
}

describe("writes", () => {
  test("default: every action is accepted by the protocol's own execution", async () => {
    await furnish();
    expect(await bob.getContribution({ index: 1 })).toMatchObject({ parent: 0, kind: "correction", bond: 1_000_000n });
    expect(await alice.getModel({ index: 0 })).toMatchObject({ trainedAt: 2, ownerBps: 2_000 });

    const shares = [
      { contribution: 0, weight: 3 },
      { contribution: 1, weight: 1 },
    ];
    const record = { output: root("f0"), fee: 40_000_000n, shares };
    const attributed = await bob.attribute({ model: 0, method: 1, records: [record, { ...record, shares: [] }] });
    expect(attributed).toMatchObject({
      verdict: "Ok",
      items: ["Ok", "Ok"],
      created: [{ table: "attributions", count: 2 }],
    });
    const claimed = await alice.claim({
      items: [
        { table: "contributions", index: 0 },
        { table: "models", index: 0 },
        { table: "datanets", index: 0 },
      ],
    });
    expect(claimed.items).toEqual(["Ok", "Ok", "Ok"]);

    const verdicts = [
      await alice.transfer({ to: 1, amount: 5n }),
      await alice.transfer({ to: `0x${"99".repeat(20)}`, amount: 5n }),
      await alice.withdraw({ amount: 7n }),
      await bob.revoke({ contribution: 1 }),
      await bob.contribute({ datanet: 0, items: [{ contentRoot: root("c2"), purposes: 0, expiresAt: 1_800_000_000 }] }),
      await alice.rejectContributions({ datanet: 0, contributions: [2] }),
      await alice.updateModel({ model: 0, royaltyBps: 10 }),
      await alice.updateModel({ model: 0, retired: true }),
      await alice.updateDatanet({ datanet: 0, curatorBps: 100 }),
      await alice.updateDatanet({ datanet: 0, metadataHash: root("d1"), closed: true }),
    ].map(({ verdict }) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(["Ok"]));
    expect(await alice.getDatanet({ index: 0 })).toMatchObject({ curatorBps: 100, lineageBps: 1_000, closed: true });
    expect(await alice.getAccount({ address: `0x${"99".repeat(20)}` })).toMatchObject([{ balance: 5n }]);
  });

  test("default: what was attributed without outputs is found by their root and proven with the kept branches", async () => {
    await furnish();
    const shares = [{ contribution: 1, weight: 1 }];
    const records = ["f0", "f1", "f2"].map((name, i) => ({
      output: root(name),
      fee: 1_000_000n,
      shares: i === 1 ? [{ contribution: 7, weight: 1 }] : shares,
    }));
    const sent = await bob.attributeCommitted({ model: 0, method: 1, records });
    expect(sent.items).toEqual(["Ok", "UnknownContribution", "Ok"]);
    const { outputsRoot } = sent;
    const { items } = await alice.getAttributions({ output: outputsRoot });
    expect(items).toMatchObject([
      { index: 1, output: null, committed: { outputsRoot, position: 2 }, pool: 760_000n },
      { index: 0, output: null, committed: { outputsRoot, position: 0 }, pool: 760_000n },
    ]);
    expect((await alice.getAttributions({ output: records[0]!.output })).items).toEqual([]);
    const receipt = await alice.createReceipt({ table: "attributions", index: 1 });
    const whole = receiptWithOutput(receipt, sent.outputProofs[2]!);
    expect(verifyReceipt(JSON.parse(JSON.stringify(whole)))).toMatchObject({
      valid: true,
      record: { output: records[2]!.output, committed: { position: 2 } },
    });
  });

  test("behavior: a rejected transaction has a receipt", async () => {
    expect(await alice.transfer({ to: 1, amount: 10n ** 13n })).toMatchObject({
      verdict: "InsufficientBalance",
      fee: 1_740n,
    });
  });

  test("behavior: writes made at once take their nonces one after the other", async () => {
    const receipts = await Promise.all(Array.from({ length: 5 }, () => alice.transfer({ to: 1, amount: 1n })));
    expect(receipts.map(({ verdict }) => verdict)).toEqual(Array(5).fill("Ok"));
    expect(await alice.getAccount({ index: 0 })).toMatchObject([{ nonce: 5 }]);
  });

  test("behavior: a failed write does not stop the next", async () => {
    const results = await Promise.allSettled([
      alice.transfer({ to: 1, amount: 1n, account: 9 }),
      alice.transfer({ to: 1, amount: 1n }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });

  test("behavior: what a transaction needs is asked for in one request, and identities only once", async () => {
    await furnish();
    const client = createTributaryClient({ url: served.url, account: BOB, chain: served.node.instance });
    const shares = [
      { contribution: 0, weight: 3 },
      { contribution: 1, weight: 1 },
    ];
    const records = [{ output: root("f0"), fee: 1n, shares }];
    served.requests.length = 0;
    await client.attribute({ model: 0, method: 1, records });
    await client.attribute({ model: 0, method: 1, records });
    expect(served.requests.map((calls) => calls.sort())).toEqual([
      ["getAccount", "getContribution", "getContribution", "getModel"],
      ["sendTransaction"],
      ["getAccount"],
      ["sendTransaction"],
    ]);
  });

  test("behavior: an index that changed meaning is refused, and not signed again by itself", async () => {
    await furnish();
    const records = [{ output: root("f0"), fee: 1n, shares: [{ contribution: 0, weight: 1 }] }];
    await bob.attribute({ model: 0, method: 1, records });
    setContentRoot(served.node.chain.state.contributions, 0, new Uint8Array(32).fill(9));
    await expect(bob.attribute({ model: 0, method: 1, records })).rejects.toMatchObject({ code: "wrong-signature" });
    expect(await bob.attribute({ model: 0, method: 1, records })).toMatchObject({ verdict: "Ok" });
  });

  test("behavior: a wallet behind a provider signs", async () => {
    const provider = custom({
      async request({ method, params }) {
        if (method !== "eth_signTypedData_v4") throw new Error(`unexpected ${method}`);
        const { domain, types, primaryType, message } = JSON.parse(params[1]);
        return ALICE.signTypedData({ domain, types, primaryType, message });
      },
    });
    const wallet = createWalletClient({ account: ALICE.address, transport: provider });
    const client = createTributaryClient({ url: served.url, account: walletSigner(wallet) });
    expect(await client.transfer({ to: 1, amount: 5n })).toMatchObject({ verdict: "Ok" });
  });

  test("behavior: needs an account that exists and is the signer's", async () => {
    const stranger = createTributaryClient({ url: served.url, account: privateKeyToAccount(root("33")) });
    await expect(stranger.transfer({ to: 0, amount: 1n })).rejects.toThrow(/"account" of 0x.* does not exist/);
    await expect(bob.transfer({ to: 0, amount: 1n, account: 0 })).rejects.toThrow(/"account" 0 belongs to/);
    const reader = createTributaryClient({ url: served.url });
    await expect(reader.transfer({ to: 0, amount: 1n })).rejects.toThrow(/"account" is needed to sign/);
  });
});

describe("sendBatch", () => {
  test("default: receipts and errors in order", async () => {
    const body = (amount: bigint) => ({ name: "Transfer" as const, body: { to: 1, amount }, account: 0 });
    const signed = await Promise.all([0, 1, 7].map((nonce) => alice.signTransaction({ ...body(1n), nonce })));
    const results = await alice.sendBatch(signed);
    expect(results).toMatchObject([
      { verdict: "Ok", hash: signed[0]!.hash, fee: expect.any(BigInt) },
      { verdict: "Ok", hash: signed[1]!.hash },
      { name: "TributaryRpcError", code: "nonce-too-high" },
    ]);
  });

  test("behavior: a server that stops early says why for all that follow", async () => {
    const post = async () => [{ error: { code: -32602, message: "a body holds at most 0" } }];
    const full = createTributaryClient({ transport: { ...alice.transport, post } });
    const signed = await alice.signTransaction({ name: "Transfer", body: { to: 1, amount: 1n } });
    const results = await full.sendBatch([signed, signed]);
    expect(results).toMatchObject([{ code: "invalid-params" }, { code: "invalid-params" }]);
  });

  test("behavior: nothing to send", async () => {
    expect(await alice.sendBatch([])).toEqual([]);
  });
});

describe("arguments", () => {
  const shares = (count: number) => Array.from({ length: count }, (_, i) => ({ contribution: i, weight: 1 }));
  const attribute = (record: object) =>
    alice.attribute({ model: 0, method: 1, records: [{ output: root("f0"), fee: 1n, shares: shares(1), ...record }] });
  const item = { contentRoot: root("c0"), purposes: 1 };
  const model = { artifactRoot: root("e0"), datanets: [0], ownerBps: 0 };
  const CASES: [string, () => Promise<unknown>, RegExp][] = [
    ["17 shares", () => attribute({ shares: shares(17) }), /^"records\[0\].shares" has 17 entries, not 0 to 16$/],
    [
      "no weight",
      () => attribute({ shares: [{ contribution: 0, weight: 0 }] }),
      /^"records\[0\].shares\[0\].weight" is not/,
    ],
    [
      "unsorted shares",
      () => attribute({ shares: shares(2).toReversed() }),
      /shares\[1\]" is not above the one before: 0 after 1$/,
    ],
    ["a fee of 2^32", () => attribute({ fee: 2n ** 32n }), /^"records\[0\].fee" is not from 0 to 2\^32 - 1/],
    ["a fee that is no bigint", () => attribute({ fee: 5 }), /^"records\[0\].fee" is not a bigint/],
    ["a short output", () => attribute({ output: "0x00" }), /^"records\[0\].output" is not 32 bytes/],
    ["no records", () => alice.attribute({ model: 0, method: 1, records: [] }), /^"records" has 0 entries/],
    ["no amount", () => alice.transfer({ to: 1, amount: 0n }), /^"amount" is not positive: 0$/],
    ["a negative amount", () => alice.withdraw({ amount: -1n }), /^"amount" is not positive/],
    ["too large an amount", () => alice.withdraw({ amount: 2n ** 64n }), /^"amount" is above 2\^64 - 1/],
    [
      "the zero address",
      () => alice.transfer({ to: `0x${"00".repeat(20)}`, amount: 1n }),
      /^"to" is the zero address$/,
    ],
    [
      "a wrong checksum",
      () => alice.withdraw({ recipient: ALICE.address.replace("E", "e") as Hex, amount: 1n }),
      /^"recipient" is not an address/,
    ],
    ["an index that is none", () => alice.transfer({ to: 1.5, amount: 1n }), /^"to" is not an integer/],
    [
      "terms above the whole",
      () => alice.createDatanet({ metadataHash: root("d0"), lineageBps: 9_000, curatorBps: 2_000 }),
      /11000$/,
    ],
    ["an unknown datanet", () => alice.updateDatanet({ datanet: 5 }), /^"datanet" 5 does not exist$/],
    [
      "an unknown kind",
      () => alice.contribute({ datanet: 0, items: [{ ...item, kind: "poem" as never }] }),
      /^"items\[0\].kind" is not one/,
    ],
    [
      "unsorted decisions",
      () => alice.acceptContributions({ datanet: 0, contributions: [2, 2] }),
      /^"contributions\[1\]" is not above/,
    ],
    [
      "five datanets",
      () => alice.registerModel({ ...model, datanets: [0, 1, 2, 3, 4] }),
      /^"datanets" has 5 entries, not 1 to 4$/,
    ],
    [
      "a relation to nothing",
      () => alice.registerModel({ ...model, relation: "merge" }),
      /^"relation" needs a parent$/,
    ],
    [
      "a parent without relation",
      () => alice.registerModel({ ...model, parent: 3 }),
      /^"relation" to the parent 3 is missing$/,
    ],
    [
      "an unknown table",
      () => alice.claim({ items: [{ table: "accounts" as never, index: 0 }] }),
      /^"items\[0\].table" is not one/,
    ],
  ];

  test.each(CASES)("behavior: %s", async (_name, call, message) => {
    await expect(call()).rejects.toMatchObject({
      name: "TributaryArgumentError",
      message: expect.stringMatching(message),
    });
  });
});
