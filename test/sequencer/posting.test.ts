import { decodeFunctionResult, encodeFunctionData, encodeFunctionResult } from "viem";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SEQUENCER } from "../../cli/devnet/accounts.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { fromHex } from "../../protocol/bytes.ts";
import type { VerifierNode } from "../../prover/service.ts";
import { Batches } from "../../runtime/chain/batches.ts";
import { entriesOf } from "../../runtime/chain/blockLog.ts";
import { openStore } from "../../runtime/store/store.ts";
import { Devnet, type Running, send, sendMany } from "../support/devnet.ts";
import { startHostProxy } from "../support/hostProxy.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, mallory } from "../support/world.ts";

let devnet: Devnet;
let verifier: Running<VerifierNode>;
let dataDir: string;

/** One store, one verifier: each test's sequencer goes on where the one before stopped. */
beforeAll(async () => {
  devnet = await Devnet.start();
  dataDir = await devnet.directory();
  verifier = await devnet.verifier();
});
afterAll(() => devnet.stop());

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const node of running.splice(0)) await node.stop();
});

async function sequencer(options: Parameters<Devnet["sequencer"]>[0] = {}) {
  const node = await devnet.sequencer({ dataDir, ...options });
  running.push(node);
  return node;
}

/** The stopped sequencer has yet to find the later batches on the host. */
async function forgetAbove(batch: number): Promise<void> {
  const store = await openStore(dataDir);
  await (await Batches.open(store, 0)).removeAbove(batch);
  await store.close();
}

const DAY = 24 * 3_600;
const NEVER = 10 * 365 * DAY;

describe("deposits", () => {
  test("are credited when the host's block is safe, and not before", async () => {
    const node = await sequencer({ creditTag: undefined });
    await devnet.deposit(alice);
    const latest = Number(await devnet.client.getBlockNumber());
    await until("a look at the host", () => node.syncStatus().hostBlock >= latest);
    expect(node.syncStatus()).toMatchObject({ inboxLength: 0, height: 0 });
    await devnet.mine();
    await devnet.accounts(node, 1);
    await devnet.deposit(bob);
    await devnet.mine();
    await devnet.accounts(node, 2);
  });
});

describe("a host that stands still", () => {
  test("is asked for its heads and for nothing else", async () => {
    const proxy = await startHostProxy(devnet.host.rpcUrl);
    const { asked } = proxy;
    const node = await sequencer({ hostRpcUrl: proxy.url });
    running.push(proxy);
    await devnet.agreement(node, verifier);
    const latest = () => asked.filter((method) => method === "eth_getBlockByNumber").length;
    const before = latest();
    await until("a look", () => latest() >= before + 3); // the one that found the last block has ended
    asked.length = 0;
    await until("some more", () => latest() >= 15);
    expect(new Set(asked)).toEqual(new Set(["eth_getBlockByNumber"]));
    await devnet.mine();
    await until("a look at what is new", () => asked.includes("eth_call"));
  });
});

describe("batches", () => {
  test("wait until they are large or old enough", async () => {
    const node = await sequencer({ batchMaxAgeSeconds: NEVER, batchTargetBytes: 5_000 });
    const tip = await devnet.tip();
    for (let i = 0; i < 3; i++) await send(node, transfer(0, 1), alice);
    await node.atBoundary(() => undefined);
    const block = Number(await devnet.client.getBlockNumber());
    await devnet.mine();
    await until("a look at the host", () => node.syncStatus().hostBlock > block);
    expect(await devnet.tip()).toBe(tip);
    await sendMany(node, transfer(0, 1), alice, 100);
    await until("a batch", async () => (await devnet.tip()) > tip);
    await node.stop();
    const posted = await devnet.tip();
    const patient = await sequencer({ batchMaxAgeSeconds: 1_000 });
    await devnet.advance(990);
    const advanced = Number(await devnet.client.getBlockNumber());
    await until("a look at the host", () => patient.syncStatus().hostBlock >= advanced);
    expect(await devnet.tip()).toBe(posted);
    await devnet.advance(20);
    await devnet.agreement(patient, verifier);
  });

  test("respect the target size, and none of them reverts", async () => {
    const node = await sequencer({ batchTargetBytes: 3_000, blockTimeMs: 10 });
    const from = node.syncStatus().batch;
    for (let i = 0; i < 12; i++) await sendMany(node, transfer(0, 1), alice, 8);
    await devnet.agreement(node, verifier);
    expect(node.syncStatus().batch - from).toBeGreaterThan(1);
    const events = await devnet.client.getContractEvents({
      address: devnet.rollup,
      abi: rollupAbi,
      eventName: "BatchPosted",
      fromBlock: 0n,
      strict: true,
    });
    expect(events).toHaveLength(node.syncStatus().batch);
    // One transaction for each batch, and one for the bond: none was sent in vain.
    const { address } = devnet.host.wallet(SEQUENCER).account;
    expect(await devnet.client.getTransactionCount({ address })).toBe(events.length + 1);
    for (const { transactionHash } of events.slice(from)) {
      const { input } = await devnet.client.getTransaction({ hash: transactionHash });
      expect((input.length - 2) / 2).toBeLessThan(3_000 + 4 + 160 + 32);
    }
  });

  test("of our own are not read back from the host, not after a restart either", async () => {
    const proxy = await startHostProxy(devnet.host.rpcUrl);
    running.push(proxy);
    const first = await sequencer({ hostRpcUrl: proxy.url });
    const { batch } = first.syncStatus();
    await send(first, transfer(0, 1), alice);
    await devnet.agreement(first, verifier);
    await first.stop();
    await forgetAbove(batch);
    const second = await sequencer({ hostRpcUrl: proxy.url });
    await devnet.agreement(second, verifier);
    expect(second.syncStatus().batch).toBeGreaterThan(batch);
    expect(proxy.asked).toContain("eth_getLogs");
    expect(proxy.asked).not.toContain("eth_getTransactionByHash");
  });

  test("are known by their bytes when the host names heights that no log reaches", async () => {
    const proxy = await startHostProxy(devnet.host.rpcUrl);
    running.push(proxy);
    const first = await sequencer();
    await send(first, transfer(0, 1), alice);
    await devnet.agreement(first, verifier);
    await first.stop();
    const tip = await devnet.tip();
    await forgetAbove(tip - 1);
    const read = { abi: rollupAbi, functionName: "batch" } as const;
    const about = encodeFunctionData({ ...read, args: [BigInt(tip)] });
    let lies = 0;
    proxy.alter = ({ method, params }, answer) => {
      if (method !== "eth_call" || (params[0] as { data?: unknown }).data !== about) return answer;
      const { result: data, ...rest } = JSON.parse(answer);
      lies++;
      const lie = { ...decodeFunctionResult({ ...read, data }), height: 2 ** 40 };
      return JSON.stringify({ ...rest, result: encodeFunctionResult({ ...read, result: lie }) });
    };
    const second = await sequencer({ hostRpcUrl: proxy.url });
    await until("the batch", () => second.syncStatus().batch >= tip);
    expect(lies).toBeGreaterThan(0);
    proxy.alter = undefined; // what follows the batch rests on its height
    await devnet.agreement(second, verifier);
    expect(proxy.asked).toContain("eth_getTransactionByHash");
  });

  test("are posted once when a sequencer restarts in the middle of a post", async () => {
    const first = await sequencer({ batchMaxAgeSeconds: NEVER });
    await send(first, transfer(0, 1), alice);
    await first.atBoundary(() => undefined);
    await first.stop();
    const tip = await devnet.tip();

    await devnet.client.setAutomine(false);
    const second = await sequencer();
    const { address } = devnet.host.wallet(SEQUENCER).account;
    const mined = await devnet.client.getTransactionCount({ address });
    const pending = () => devnet.client.getTransactionCount({ address, blockTag: "pending" });
    await until("a post in the pool", async () => (await pending()) > mined);
    await second.stop();
    const third = await sequencer();
    await devnet.mine();
    await devnet.client.setAutomine(true);
    await devnet.agreement(third, verifier);
    expect(await devnet.tip()).toBe(tip + 1);
  });

  test("carry overdue messages first when the host would refuse them otherwise", async () => {
    const first = await sequencer({ poster: undefined });
    const hashes: string[] = [];
    for (let i = 0; i < 12; i++) {
      hashes.push((await send(first, transfer(0, 1), alice)).hash);
      await first.atBoundary(() => undefined);
    }
    await first.stop();
    const { inboxIndex } = first.syncStatus();
    await devnet.deposit(mallory);
    await devnet.advance(25 * 3_600);
    const second = await sequencer({ batchTargetBytes: 600 });
    await until("the message on the host", () => verifier.syncStatus().inboxIndex === inboxIndex + 1);
    await devnet.agreement(second, verifier);
    const heights = await Promise.all(hashes.map((hash) => second.chain.log.locate(fromHex(hash as `0x${string}`))));
    expect(heights).not.toContain(undefined);
  });
});

describe("a forced transaction", () => {
  test("runs for its owner and for nobody else, without a sequencer's consent", async () => {
    const node = await sequencer();
    const { height, inboxIndex } = node.chain.head;
    const nonce = node.pendingNonce(0);
    await devnet.force(transfer(0, 1, 5n), alice);
    await devnet.force(transfer(0, 1, 5n), mallory);
    await until("both", () => node.syncStatus().inboxIndex === inboxIndex + 2);
    await devnet.agreement(node, verifier);
    const verdicts: string[] = [];
    for (let at = height + 1; at <= verifier.chain.head.height; at++) {
      for (const { result } of entriesOf((await verifier.chain.log.block(at))!))
        verdicts.push(`${result.name} ${result.verdict}`);
    }
    expect(verdicts).toEqual(["Forced Ok", "Forced NotOwner"]);
    expect(node.pendingNonce(0)).toBe(nonce);
  });
});
