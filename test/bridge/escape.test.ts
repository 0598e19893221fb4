/** The operators are gone: everybody leaves with a snapshot and the host, and the Vault is empty afterwards. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Address, getAddress } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BridgeContracts, getBridgeContracts } from "../../bridge/contracts.ts";
import { escapeFromRollup, getEscapeState, isEscaped } from "../../bridge/escape.ts";
import { type EscapePayment, listEscapes } from "../../bridge/escapes.ts";
import { freeze, getFreezeStatus } from "../../bridge/freeze.ts";
import { DEPLOYER, namedAccount } from "../../cli/devnet/accounts.ts";
import { tokenAbi } from "../../contracts/abi/token.ts";
import { toHex } from "../../protocol/bytes.ts";
import { BALANCE } from "../../protocol/state/account.ts";
import type { State } from "../../protocol/state/state.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";
import { readSnapshot, type SnapshotHeader, writeSnapshot } from "../../runtime/chain/snapshotFile.ts";
import { connectHost, type HostReader } from "../../runtime/host/hostReader.ts";
import { Devnet, send, TOKENS } from "../support/devnet.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, carol, OPEN_POLICY, type Person, root, work } from "../support/world.ts";

const FREEZE_SECONDS = 30 * 24 * 3_600;
const DEPOSIT = 100n * TOKENS;
const UNCONSUMED = 7n * TOKENS;
/** Someone on the host only, to whom alice withdrew. */
const HEIR: Address = "0x00000000000000000000000000000000000beef3";

let devnet: Devnet;
let contracts: BridgeContracts;
let reader: HostReader;
/** Of the first batches, and of later ones; the last batch came after both. */
let snapshots: { header: SnapshotHeader; state: State; path: string }[];

const addressOf = ({ address }: Person): Address => getAddress(toHex(address));
const tokensOf = (owner: Address) =>
  devnet.client.readContract({ address: contracts.token, abi: tokenAbi, functionName: "balanceOf", args: [owner] });
const wallet = () => devnet.host.wallet(DEPLOYER);

const datanet = (account: number): Transaction => ({
  name: "CreateDatanet",
  account,
  body: { metadataHash: root(`datanet ${account}`), ...OPEN_POLICY },
});
const contribute = (account: number, parent?: number): Transaction => ({
  name: "Contribute",
  account,
  body: { datanet: 0, items: [work(`by ${account}`, parent), work(`more by ${account}`)] },
});
const model: Transaction = {
  name: "RegisterModel",
  account: 1,
  body: {
    artifactRoot: root("model"),
    parent: undefined,
    relation: 0,
    datanets: [0],
    ownerBps: 2_000,
    royaltyBps: 500,
    live: false,
    trainedAt: 4,
  },
};
const attribute: Transaction = {
  name: "Attribute",
  account: 1,
  body: {
    model: 0,
    method: 1,
    evidenceRoot: root("evidence"),
    records: [
      {
        output: root("output"),
        fee: 1_000_000_000,
        shares: [
          { contribution: 0, weight: 3 },
          { contribution: 2, weight: 5 },
          { contribution: 3, weight: 1 },
        ],
      },
    ],
  },
};
const withdraw: Transaction = {
  name: "Withdraw",
  account: 0,
  body: { recipient: new Uint8Array(Buffer.from(HEIR.slice(2), "hex")), amount: 3n * TOKENS },
};

beforeAll(async () => {
  devnet = await Devnet.start({ challengeWindowSeconds: 3_600 });
  const sequencer = await devnet.sequencer();
  const verifier = await devnet.verifier({ portableSnapshotSeconds: 0 });
  await devnet.deposit(alice, DEPOSIT);
  await devnet.deposit(bob, DEPOSIT);
  await devnet.deposit(carol, DEPOSIT);
  await devnet.accounts(sequencer, 3);
  for (const [transaction, signer] of [
    [datanet(0), alice],
    [contribute(0), alice],
    [contribute(2, 0), carol],
    [model, bob],
    [attribute, bob],
    [withdraw, alice],
  ] as const) {
    expect(await send(sequencer, transaction, signer)).toMatchObject({ verdict: "Ok" });
  }
  await devnet.agreement(sequencer, verifier);
  // Both are of final batches soon; then one batch more, of which nobody keeps a snapshot.
  const paths = (await readdir(join(verifier.dataDir, "snapshots"))).sort();
  expect(paths.length).toBeGreaterThan(1);
  snapshots = await Promise.all(
    [paths[0]!, paths.at(-1)!].map(async (name) => {
      const path = join(verifier.dataDir, "snapshots", name);
      const found = await readSnapshot(path);
      if ("problem" in found) throw new Error(found.problem);
      return { ...found, path };
    }),
  );
  await verifier.stop();
  await send(sequencer, transfer(0, 1, TOKENS), alice);
  await until("the last batch", async () => (await devnet.tip()) > snapshots.at(-1)!.header.batch);
  await sequencer.stop();

  await devnet.advance(10); // this machine may have been faster than the host's seconds
  await devnet.deposit(carol, UNCONSUMED);
  contracts = await getBridgeContracts(devnet.client, { rollup: devnet.rollup });
  reader = await connectHost({ rpcUrl: devnet.host.rpcUrl, rollup: devnet.rollup });
});
afterAll(() => devnet.stop());

const status = () => getFreezeStatus(devnet.client, { contracts });
/** A snapshot is used up by what it is brought forward with. */
const fresh = async (i: number) => {
  const { path, header } = snapshots[i]!;
  return { header, state: ((await readSnapshot(path)) as { state: State }).state };
};

describe("before the freeze", () => {
  test("the host says when it is due, by the oldest message that no final batch consumed", async () => {
    // Nothing is final yet: the very first deposit counts.
    const early = await status();
    expect(early).toMatchObject({ frozen: false, batch: { id: 0 } });
    await devnet.advance(3_600);
    const { frozen, batch, freezableAt, timestamp } = await status();
    expect({ frozen, id: batch.id }).toEqual({ frozen: false, id: await devnet.tip() });
    expect(freezableAt).toBeGreaterThan(early.freezableAt!);
    const enqueuedAt = await reader.enqueuedAt(3);
    expect(freezableAt).toBe(enqueuedAt! + FREEZE_SECONDS);
    expect(timestamp).toBeLessThan(freezableAt!);
  });

  test("neither freeze nor payment is possible", async () => {
    const { batch } = await status();
    await expect(freeze(wallet(), { contracts, batchId: batch.id })).rejects.toMatchObject({
      code: "host-reverted",
      details: { errorName: "NotFreezable" },
    });
    const { state, messages } = await getEscapeState({ reader, batch });
    const [payment] = listEscapes({ state, messages, owner: alice.address });
    await expect(
      escapeFromRollup(wallet(), { contracts, state, payment: payment!, batchId: batch.id }),
    ).rejects.toMatchObject({ details: { errorName: "NotFrozen" } });
  });

  test("snapshots, old and new, and no snapshot at all lead to the state of the last final batch", async () => {
    const { batch } = await status();
    expect(batch.id).toBeGreaterThan(snapshots.at(-1)!.header.batch);
    const roots = [];
    for (const snapshot of [undefined, await fresh(0), await fresh(1)]) {
      const seen: number[] = [];
      const { state, messages } = await getEscapeState({ reader, snapshot, batch, onBatch: (id) => seen.push(id) });
      const from = snapshot?.header.batch ?? 0;
      expect(seen).toEqual(Array.from({ length: batch.id - from }, (_, i) => from + 1 + i));
      expect(messages.map(({ index }) => index)).toEqual([3]);
      roots.push(toHex(state.root()));
    }
    expect(new Set(roots)).toEqual(new Set([batch.stateRoot]));
  });

  test("a snapshot that is not the host's does not count", async () => {
    const { batch } = await status();
    const { header, state } = await fresh(0);
    const other = (changes: Partial<SnapshotHeader>) =>
      getEscapeState({ reader, snapshot: { header: { ...header, ...changes }, state }, batch });
    for (const changes of [
      { chainId: 1 },
      { rollup: contracts.vault },
      { batch: batch.id + 1 },
      { batch: header.batch + 1 },
      { height: header.height + 1 },
    ]) {
      await expect(other(changes)).rejects.toMatchObject({ code: "invalid-params" });
    }
    // One who gives himself more: a right file, of a root that nobody finalized.
    const rich = await fresh(0);
    rich.state.accounts.setU64(0, BALANCE, 10n ** 18n);
    const path = join(await devnet.directory(), "rich.snapshot");
    await writeSnapshot(path, rich.state, rich.header);
    const forged = (await readSnapshot(path)) as { header: SnapshotHeader; state: State };
    await expect(getEscapeState({ reader, snapshot: forged, batch })).rejects.toMatchObject({ code: "invalid-params" });
  });
});

describe("after the freeze", () => {
  let state: State;
  let payments: EscapePayment[];
  let batchId: number;

  beforeAll(async () => {
    // What is posted too late to become final is void, and with it what it consumed.
    await devnet.advance(FREEZE_SECONDS - 3_600 - 60);
    const late = await devnet.sequencer();
    await devnet.accounts(late, 3);
    await until("the late batch", async () => (await devnet.tip()) > (await status()).batch.id);
    await late.stop();
    await devnet.advance(600);
    const { batch } = await status();
    batchId = batch.id;
    await freeze(wallet(), { contracts, batchId });
    const found = await getEscapeState({ reader, snapshot: await fresh(0), batch });
    state = found.state;
    payments = listEscapes({ ...found, owner: undefined });
  });

  test("it is for good, and the batches that were not final are void", async () => {
    expect(await status()).toMatchObject({ frozen: true, batch: { id: batchId } });
    expect(await devnet.tip()).toBe(batchId);
    await expect(freeze(wallet(), { contracts, batchId })).rejects.toMatchObject({
      details: { errorName: "RollupFrozen" },
    });
  });

  test("each owner's list has all kinds that are the owner's, and nothing else", () => {
    const kinds = (owner: Uint8Array) =>
      listEscapes({ state, messages: [], owner }).map((each) => (each.kind === "earnings" ? each.table : each.kind));
    expect(kinds(alice.address)).toEqual(["account", "datanets", "contributions", "contributions"]);
    expect(kinds(bob.address)).toEqual(["account", "models"]);
    expect(kinds(carol.address)).toEqual(["account", "contributions", "contributions"]);
    expect(new Set(payments.map(({ kind }) => kind))).toEqual(
      new Set(["account", "earnings", "withdrawal", "deposit", "treasury"]),
    );
  });

  test("a payment cannot be shaped", async () => {
    const [account] = payments;
    const earnings = payments.find((each) => each.kind === "earnings" && each.table === "contributions")!;
    const attempt = (payment: EscapePayment, change: (forged: State) => void) => {
      change(state);
      return escapeFromRollup(wallet(), { contracts, state, payment, batchId });
    };
    // With another balance, and with another's account as the owner.
    await expect(attempt(account!, (forged) => forged.accounts.setU64(0, BALANCE, 10n ** 15n))).rejects.toMatchObject({
      details: { errorName: "RootMismatch" },
    });
    const { batch } = await status();
    ({ state } = await getEscapeState({ reader, batch }));
    const asBob = { ...earnings, account: 1 } as EscapePayment;
    await expect(attempt(asBob, () => {})).rejects.toMatchObject({ details: { errorName: "AccountMismatch" } });
  });

  test("everybody is paid exactly what the state holds, once, and nothing stays in the Vault", async () => {
    const timelock = namedAccount("timelock").address;
    const people = [addressOf(alice), addressOf(bob), addressOf(carol), HEIR, timelock];
    const before = await Promise.all(people.map(tokensOf));
    const held = await tokensOf(contracts.vault);
    for (const payment of payments) {
      expect(await isEscaped(devnet.client, { contracts, payment })).toBe(false);
      await escapeFromRollup(wallet(), { contracts, state, payment, batchId });
      expect(await isEscaped(devnet.client, { contracts, payment })).toBe(true);
      await expect(escapeFromRollup(wallet(), { contracts, state, payment, batchId })).rejects.toMatchObject({
        code: "host-reverted",
      });
    }
    expect(await tokensOf(contracts.vault)).toBe(0n);
    const sum = payments.reduce((total, { amount }) => total + amount, 0n);
    expect(sum * contracts.scale).toBe(held);
    expect(sum).toBe(3n * DEPOSIT + UNCONSUMED);
    const paid = (await Promise.all(people.map(tokensOf))).map((after, i) => after - before[i]!);
    const owed = [alice.address, bob.address, carol.address].map((owner) =>
      listEscapes({ state, messages: [], owner }).reduce((total, { amount }) => total + amount, 0n),
    );
    const treasury = payments.find(({ kind }) => kind === "treasury")!.amount;
    expect(paid).toEqual(
      [owed[0]!, owed[1]!, owed[2]! + UNCONSUMED, 3n * TOKENS, treasury].map((amount) => amount * contracts.scale),
    );
  });
});
