/** Several batches on their way to the host at once. */
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SEQUENCER } from "../../cli/devnet/accounts.ts";
import { fromHex, type Hex } from "../../protocol/bytes.ts";
import type { VerifierNode } from "../../prover/service.ts";
import type { Sequencer } from "../../sequencer/service.ts";
import { Devnet, type Running, sendSoon } from "../support/devnet.ts";
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
  await devnet.mine(10); // deeper than a reorg here goes
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

/** Blocks of one transaction each. Returns the hashes. */
async function build(node: Sequencer, blocks: number): Promise<Hex[]> {
  const hashes: Hex[] = [];
  for (let i = 0; i < blocks; i++) {
    hashes.push((await sendSoon(node, transfer(0, 0), alice)).hash as Hex);
    await node.atBoundary(() => undefined);
  }
  return hashes;
}

const poster = () => devnet.host.wallet(SEQUENCER).account.address;
/** Transactions of the poster so far. */
const sent = (blockTag: "latest" | "pending") => devnet.client.getTransactionCount({ address: poster(), blockTag });

/** Of them those in the host's pool. */
async function inPool(): Promise<number> {
  const [mined, all] = await Promise.all([sent("latest"), sent("pending")]);
  return all - mined;
}

/** Takes the one that would come next out of the host's pool, if there is one. */
async function dropFirst(): Promise<void> {
  const { pending } = await devnet.client.getTxpoolContent();
  const own = Object.entries(pending).find(([from]) => from.toLowerCase() === poster().toLowerCase())?.[1];
  const first = own?.[String(await sent("latest"))];
  if (first !== undefined) await devnet.client.dropTransaction({ hash: first.hash });
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
  await dropFirst();
  await devnet.mine(); // the sender looks when there is a block
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

type Step = { build: number } | { reorg: number } | "mine" | "drop" | "restart";

const steps = fc.array(
  fc.oneof(
    fc.record({ build: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ reorg: fc.integer({ min: 1, max: 3 }) }),
    fc.constantFrom("mine" as const, "drop" as const, "restart" as const),
  ),
  { minLength: 6, maxLength: 14 },
);

test("whatever the host does to them, all blocks come to it in the end", async () => {
  const run = async (plan: readonly Step[]): Promise<void> => {
    let node = await sequencer({ confirmations: 2 });
    try {
      await devnet.client.setAutomine(false);
      const hashes: Hex[] = [];
      for (const step of plan) {
        if (step === "mine") await devnet.mine();
        else if (step === "drop") await dropFirst();
        else if (step === "restart") {
          await node.stop();
          node = await sequencer({ confirmations: 2 });
        } else if ("build" in step) hashes.push(...(await build(node, step.build)));
        else await devnet.client.request({ method: "anvil_reorg" as never, params: [step.reorg, []] as never });
      }
      await devnet.client.setAutomine(true);
      await devnet.passTimeOf(node);
      await until("all on the host", async () => {
        await devnet.mine();
        return node.syncStatus().unpostedBytes === 0;
      });
      await devnet.agreement(node, verifier);
      for (const hash of hashes) expect(await verifier.chain.log.locate(fromHex(hash))).toBeDefined();
    } finally {
      await node.stop();
    }
  };
  await fc.assert(fc.asyncProperty(steps, run), { numRuns: 12 });
});
