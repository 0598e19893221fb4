/** What was signed is posted as it was signed, or not in its epoch, whatever the host does. */
import { parseEther } from "viem";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CURATOR, developmentAccount, SEQUENCER } from "../../cli/devnet/accounts.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { ownerOf } from "../../protocol/state/account.ts";
import type { VerifierNode } from "../../prover/service.ts";
import { connectHost, type HostReader } from "../../runtime/host/hostReader.ts";
import type { Sequencer } from "../../sequencer/service.ts";
import { Devnet, type Running, send, sendSoon } from "../support/devnet.ts";
import { Scribe } from "../support/scribe.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { Witnessed } from "../support/witnessed.ts";
import { alice, bob, carol, mallory } from "../support/world.ts";

const NEVER = 10 ** 9;
const HOUR = 3_600;
const headerKey = new Uint8Array(developmentAccount(SEQUENCER).getHdKey().privateKey!);

let devnet: Devnet;
let verifier: Running<VerifierNode>;
let witnessed: Witnessed;
let reader: HostReader;

beforeEach(async () => {
  devnet = await Devnet.start();
  verifier = await devnet.verifier();
  reader = await connectHost({ rpcUrl: devnet.host.rpcUrl, rollup: devnet.rollup });
  witnessed = new Witnessed();
});
afterEach(() => devnet.stop());

async function sequencer(options: Parameters<Devnet["sequencer"]>[0] = {}): Promise<Running<Sequencer>> {
  const node = await devnet.sequencer({ headerKey, ...options });
  witnessed.watch(node);
  return node;
}

/** Sends so many transfers, each in a block of its own. */
async function blocks(node: Running<Sequencer>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await send(node, transfer(0, 0), alice);
    await node.atBoundary(() => undefined);
  }
}

/** The host finalizes what is there, as it does on its own elsewhere. */
const finalizing = async <T>(what: string, ask: () => T | Promise<T>) =>
  until(what, async () => {
    await devnet.mine(3);
    return ask();
  });

async function agreement(node: Running<Sequencer>): Promise<void> {
  await finalizing("everything on the host", () => node.syncStatus().unpostedBytes === 0);
  await devnet.agreement(node, verifier);
  expect(await witnessed.contradictions(verifier, reader)).toEqual([]);
}

async function branch(): Promise<() => Promise<void>> {
  const id = await devnet.client.snapshot();
  return () => devnet.client.revert({ id }).then(() => undefined);
}

const epoch = () => devnet.client.readContract({ address: devnet.rollup, abi: rollupAbi, functionName: "epoch" });

describe("signed blocks", () => {
  test("are posted as they were signed, in their epoch", async () => {
    const node = await sequencer();
    await devnet.deposit(alice);
    await devnet.accounts(node, 1);
    await blocks(node, 3);
    await agreement(node);
    expect(witnessed.confirmations).toHaveLength(3);
    expect(witnessed.headers.map(({ height }) => height)).toEqual(
      Array.from({ length: node.chain.head.height }, (_, i) => i + 1),
    );
    const batch = (await verifier.batches.latest())!;
    expect(witnessed.headers.at(-1)).toMatchObject({ epoch: batch.epoch, height: batch.lastHeight });
  });

  test("that leave an overdue message behind are built again only after the epoch was ended", async () => {
    const first = await sequencer({ batchMaxAgeSeconds: NEVER });
    await devnet.deposit(alice);
    await devnet.accounts(first, 1);
    await blocks(first, 12);
    await first.stop();
    const signed = witnessed.headers.length;
    await devnet.deposit(mallory);
    await devnet.advance(25 * HOUR);
    const second = await sequencer({ dataDir: first.dataDir, batchTargetBytes: 600 });
    await until("the end of the epoch", async () => (await epoch()) === 1);
    await agreement(second);
    expect((await verifier.batches.latest())!.epoch).toBe(1);
    await blocks(second, 12);
    await agreement(second);
    expect(witnessed.headers.length).toBeGreaterThan(signed);
    expect(witnessed.headers.at(-1)!.epoch).toBe(1);
  });

  test("under which the inbox changes are not replaced on the host before it has finalized the change", async () => {
    const node = await sequencer({ batchMaxAgeSeconds: NEVER });
    await devnet.deposit(alice);
    await devnet.accounts(node, 1);
    await devnet.mine(3);
    const undo = await branch();
    await devnet.deposit(bob);
    await devnet.accounts(node, 2);
    await blocks(node, 3);
    await undo();
    await devnet.deposit(carol);
    await until(
      "the other deposit",
      () => node.syncStatus().inboxIndex === 2 && node.chain.state.accounts.length === 2,
    );
    await node.stop();
    const again = await sequencer({ dataDir: node.dataDir });
    await sendSoon(again, transfer(0, 0), alice);
    await until("the blocks before", () => again.syncStatus().posted === 1);
    const block = Number(await devnet.client.getBlockNumber());
    await until("a look at the host", () => again.syncStatus().hostBlock >= block);
    expect(again.syncStatus()).toMatchObject({ posted: 1, batch: 1 });
    await agreement(again);
    await blocks(again, 8);
    await agreement(again);
    expect(witnessed.headers.at(-1)!.height).toBe(again.chain.head.height);
  });

  test("come back when the host takes back what drove them out", async () => {
    const node = await sequencer({ batchMaxAgeSeconds: NEVER });
    await devnet.deposit(alice);
    await devnet.accounts(node, 1);
    await devnet.mine(3);
    await blocks(node, 2);
    const undo = await branch();
    const { blockNumber } = await devnet.deposit(bob);
    const { timestamp } = await devnet.client.getBlock({ blockNumber });
    await devnet.accounts(node, 2);
    await blocks(node, 3);
    const { root, height } = node.chain.head;
    const shown = witnessed.headers.length;
    await undo();
    const undoAgain = await branch();
    await devnet.deposit(carol);
    await until("carol", () => Buffer.compare(ownerAt(node, 1) ?? new Uint8Array(), carol.address) === 0);
    await undoAgain();
    await devnet.client.setNextBlockTimestamp({ timestamp });
    await devnet.deposit(bob);
    await until("bob", () => Buffer.compare(ownerAt(node, 1) ?? new Uint8Array(), bob.address) === 0);
    await until("the signed blocks", async () => (await node.signedHeader!(height)) !== undefined);
    expect((await node.chain.log.block(height))!.header.stateRoot).toEqual(root);
    await node.stop();
    const poster = await sequencer({ dataDir: node.dataDir });
    await agreement(poster);
    expect((await verifier.batches.latest())!.epoch).toBe(0);
    expect((await verifier.chain.log.block(height))!.header.stateRoot).toEqual(root);
    expect(witnessed.headers.length).toBeGreaterThanOrEqual(shown);
  });

  test("bind no longer when another posted in open mode, nor after the host forgot that post", async () => {
    const node = await sequencer({ batchMaxAgeSeconds: NEVER });
    await devnet.deposit(alice);
    await devnet.accounts(node, 1);
    await blocks(node, 4);
    await devnet.force(transfer(0, 0), alice);
    await until("the forced one", () => node.syncStatus().inboxIndex === 2);
    await blocks(node, 2);
    await devnet.advance(49 * HOUR);
    const other = devnet.host.wallet(CURATOR);
    const bond = { address: devnet.rollup, abi: rollupAbi, functionName: "bond", value: parseEther("1") } as const;
    await devnet.mined(other.writeContract(bond));
    await devnet.mine(3);
    const undo = await branch();
    const { latest } = await reader.heads();
    const messages = await reader.messages({ fromIndex: 0, toBlock: latest.number });
    const scribe = new Scribe(node.chain.separator);
    await devnet.post([scribe.block(latest.timestamp, [], messages)], CURATOR);
    await until("the other's batch", () => node.syncStatus().batch === 1);
    expect(await epoch()).toBe(1);
    await undo();
    await until("its end", () => node.syncStatus().batch === 0);
    await node.stop();
    const poster = await sequencer({ dataDir: node.dataDir });
    await agreement(poster);
    await blocks(poster, 2);
    await agreement(poster);
  });
});

function ownerAt(node: Running<Sequencer>, account: number): Uint8Array | undefined {
  const { accounts } = node.chain.state;
  return accounts.has(account) ? ownerOf(accounts, account) : undefined;
}
