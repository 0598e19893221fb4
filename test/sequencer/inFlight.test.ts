/** Several batches on their way to the host at once. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SEQUENCER } from "../../cli/devnet/accounts.ts";
import type { VerifierNode } from "../../prover/service.ts";
import type { Sequencer } from "../../sequencer/service.ts";
import { Devnet, type Running, send } from "../support/devnet.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob } from "../support/world.ts";

let devnet: Devnet;
let verifier: Running<VerifierNode>;
let dataDir: string;

/** One store, one verifier: each test's sequencer goes on where the one before stopped. The tip is ours when a test begins. */
beforeAll(async () => {
  devnet = await Devnet.start();
  dataDir = await devnet.directory();
  verifier = await devnet.verifier();
  const node = await sequencer();
  await devnet.deposit(alice);
  await devnet.accounts(node, 1);
  await devnet.agreement(node, verifier);
  await node.stop();
});
afterAll(() => devnet.stop());

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const node of running.splice(0)) await node.stop();
});

async function sequencer(options: Parameters<Devnet["sequencer"]>[0] = {}) {
  const node = await devnet.sequencer({ dataDir, batchTargetBytes: 1, ...options }); // a block a batch
  running.push(node);
  return node;
}

/** Blocks of one transaction each. */
async function build(node: Sequencer, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    await send(node, transfer(0, 0), alice);
    await node.atBoundary(() => undefined);
  }
}

const poster = () => devnet.host.wallet(SEQUENCER).account.address;
/** Transactions of the poster so far. */
const sent = (blockTag: "latest" | "pending") => devnet.client.getTransactionCount({ address: poster(), blockTag });

/** Of them those in the host's pool. */
async function inPool(): Promise<number> {
  const [mined, all] = await Promise.all([sent("latest"), sent("pending")]);
  return all - mined;
}

test("up to four wait in the host's pool, each on the one before; one block takes them all, and none reverts", async () => {
  const node = await sequencer();
  const tip = await devnet.tip();
  const mined = await sent("latest");
  await devnet.client.setAutomine(false);
  await build(node, 6);
  await until("four", async () => (await inPool()) === 4);
  await devnet.mine();
  expect(await devnet.tip()).toBe(tip + 4);
  await until("the rest", async () => (await inPool()) === 2);
  await devnet.client.setAutomine(true);
  await devnet.mine();
  await devnet.agreement(node, verifier);
  expect((await sent("latest")) - mined).toBe((await devnet.tip()) - tip);
});

test("with one at a time the next waits until it is on the host", async () => {
  const node = await sequencer({ batchesInFlight: 1 });
  const tip = await devnet.tip();
  await devnet.client.setAutomine(false);
  await build(node, 3);
  await until("one", async () => (await inPool()) === 1);
  await devnet.mine();
  expect(await devnet.tip()).toBe(tip + 1);
  await devnet.client.setAutomine(true);
  await devnet.mine();
  await devnet.agreement(node, verifier);
});

test("a restart in the middle posts none of them twice", async () => {
  const node = await sequencer();
  const tip = await devnet.tip();
  const mined = await sent("latest");
  await devnet.client.setAutomine(false);
  await build(node, 3);
  await until("posts", async () => (await inPool()) >= 2);
  await node.stop();
  const waiting = await inPool();
  const next = await sequencer();
  await build(next, 3);
  await devnet.mine();
  expect(await devnet.tip()).toBe(tip + waiting);
  await devnet.client.setAutomine(true);
  await devnet.mine();
  await devnet.agreement(next, verifier);
  expect((await sent("latest")) - mined).toBe((await devnet.tip()) - tip);
});

test("one that the pool loses is sent again, and those behind it wait for it", async () => {
  const node = await sequencer();
  const tip = await devnet.tip();
  await devnet.client.setAutomine(false);
  await build(node, 3);
  await until("posts", async () => (await inPool()) >= 2);
  const { pending } = await devnet.client.getTxpoolContent();
  const [, own] = Object.entries(pending).find(([from]) => from.toLowerCase() === poster().toLowerCase())!;
  await devnet.client.dropTransaction({ hash: own[String(await sent("latest"))]!.hash });
  await until("it again", async () => (await inPool()) >= 2);
  await devnet.client.setAutomine(true);
  await devnet.mine();
  await devnet.agreement(node, verifier);
  expect(await devnet.tip()).toBeGreaterThan(tip);
});

test("one that reverts takes those behind it with it, and all of them are posted again", async () => {
  const node = await sequencer({ creditTag: "finalized" });
  const tip = await devnet.tip();
  const { length } = node.chain.state.accounts;
  await devnet.deposit(bob); // not final for long: the sequencer does not take it in
  await devnet.client.setAutomine(false);
  await build(node, 3);
  await until("posts", async () => (await inPool()) >= 2);
  await devnet.client.increaseTime({ seconds: 25 * 3_600 });
  await devnet.mine(); // the message is overdue now
  expect(await devnet.tip()).toBe(tip);
  await devnet.client.setAutomine(true);
  const nonce = node.pendingNonce(0);
  await devnet.mine(100);
  await devnet.accounts(node, length + 1);
  await devnet.agreement(node, verifier);
  expect(node.pendingNonce(0)).toBe(nonce);
});
