import { encodeFunctionData } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inboxAbi } from "../../contracts/abi/inbox.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { transitionCodeHash } from "../../contracts/abi/transition.ts";
import { deployDevnet, ensureContractsBuilt } from "../../contracts/script/deploy.ts";
import { batchCommitment, blockCommitment, decodeBatch, encodeBatch, genesisCommitment } from "../../protocol/batch.ts";
import { fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import { keccak256 } from "../../protocol/hash.ts";
import { decodeMessage } from "../../protocol/inbox.ts";
import { HOST_CONSTANTS, SLOT_BOND } from "../../runtime/host/constants.ts";
import { connectHost, type HostReader, type HostReaderOptions } from "../../runtime/host/hostReader.ts";
import { devAccount, faultyTransport, startTestHost, type TestHost } from "../support/anvil.ts";

const GENESIS_ROOT = keccak256(Uint8Array.of(1));
const CHALLENGE_WINDOW = 3_600;
const SEQUENCER = devAccount(1);
const HEADER_KEY = devAccount(2);

let host: TestHost;
let reader: HostReader;
let rollup: Hex;

beforeAll(async () => {
  await ensureContractsBuilt();
  host = await startTestHost({ slotsInAnEpoch: 2 });
  const deployment = await deployDevnet({
    walletClient: host.client as never,
    publicClient: host.client as never,
    genesisRoot: toHex(GENESIS_ROOT),
    challengeWindow: CHALLENGE_WINDOW,
    sequencer: SEQUENCER.address,
    headerKey: HEADER_KEY.address,
  });
  rollup = deployment.rollup;
  reader = await connectHost({ rpcUrl: host.rpcUrl, rollup });
  await send(rollup, encodeFunctionData({ abi: rollupAbi, functionName: "bond" }), SLOT_BOND);
});
afterAll(() => host.stop());

const connect = (options: Partial<HostReaderOptions> = {}) =>
  connectHost({ ...(options.transport ? {} : { rpcUrl: host.rpcUrl }), rollup, ...options });

/** From the sequencer's key. */
async function send(to: Hex, data: Hex, value = 0n): Promise<Hex> {
  // An estimate is of this second: a post in the next one writes its time, which costs more.
  const hash = await host.client.sendTransaction({ account: SEQUENCER, to, data, value, gas: 1_000_000n });
  const receipt = await host.client.waitForTransactionReceipt({ hash });
  if (receipt.status !== "success") throw new Error(`reverted: ${hash}`);
  return hash;
}

const force = async (transaction: Hex): Promise<Hex> =>
  send(
    reader.inbox,
    encodeFunctionData({ abi: inboxAbi, functionName: "enqueueForced", args: [transaction] }),
    await reader.inboxFee(),
  );

/** One block on top of the tip that consumes every message. */
async function post(content: Uint8Array) {
  const id = await reader.tip();
  const parent = (await reader.storedBatch(id))!;
  const length = await reader.inboxLength();
  const { latest } = await reader.heads();
  const header = {
    stateRoot: keccak256(content),
    timestamp: latest.timestamp,
    inboxCount: length - parent.inboxIndex,
    feeAccount: 3,
  };
  const block = { header, content };
  const blocks = encodeBatch([block]);
  const args = [toHex(parent.commitment), toHex((await reader.acc(length))!), toHex(blocks)] as const;
  const hash = await send(rollup, encodeFunctionData({ abi: rollupAbi, functionName: "postBatch", args }));
  return { hash, block, blocks, parent };
}

describe("connecting", () => {
  test("the address alone gives the deployment", () => {
    expect(reader).toMatchObject({ chainId: 31_337, challengeWindow: CHALLENGE_WINDOW, predecessor: undefined });
    expect(reader.genesisRoot).toEqual(GENESIS_ROOT);
    expect(reader.deploymentBlock).toBeGreaterThan(0);
    expect(reader.constants).toHaveLength(HOST_CONSTANTS.length + 1);
  });

  test("a different constant is refused by name", async () => {
    const expectedConstants = HOST_CONSTANTS.map(([name, value]) =>
      name === "MAX_BATCH_BYTES" ? ([name, 120_000] as const) : ([name, value] as const),
    );
    await expect(connect({ expectedConstants })).rejects.toMatchObject({
      code: "host-mismatch",
      retryable: false,
      message: "the rollup was deployed with MAX_BATCH_BYTES = 110000, this node has 120000",
      details: { constant: "MAX_BATCH_BYTES" },
    });
  });

  test("other rules are refused", async () => {
    const expectedTransition: Hex = `0x${"77".repeat(32)}`;
    await expect(connect({ expectedTransition })).rejects.toMatchObject({
      code: "host-mismatch",
      details: { constant: "transition", deployed: transitionCodeHash, expected: expectedTransition },
    });
  });

  test("a constant too many, another config hash, another chain id", async () => {
    const expectedConstants = HOST_CONSTANTS.slice(0, -1);
    await expect(connect({ expectedConstants })).rejects.toMatchObject({ code: "host-mismatch" });
    await expect(connect({ chainId: 10 })).rejects.toMatchObject({ code: "host-mismatch" });
    const transport = faultyTransport(host.rpcUrl, async ({ forward }) => {
      const answer = await forward();
      const isHash = "result" in answer && answer.result === toHex(reader.configHash);
      return isHash ? { result: `0x${"77".repeat(32)}` } : answer;
    });
    await expect(connect({ transport })).rejects.toMatchObject({
      code: "host-mismatch",
      details: { constant: "configHash" },
    });
  });

  test("no contract, or another one, is refused", async () => {
    await expect(connect({ rollup: HEADER_KEY.address })).rejects.toMatchObject({ code: "host-mismatch" });
    await expect(connect({ rollup: reader.token })).rejects.toMatchObject({ code: "host-mismatch" });
  });

  test("a host that does not answer is unreachable, after the retries", async () => {
    await expect(connectHost({ rpcUrl: "http://127.0.0.1:1", rollup, retryCount: 1 })).rejects.toMatchObject({
      code: "host-unreachable",
      retryable: true,
    });
  });
});

describe("batches", () => {
  test("a post is found, read back and bound by its commitment", async () => {
    await force("0x0102");
    const { hash, block, blocks, parent } = await post(Uint8Array.of(1, 2, 3));
    const { latest } = await reader.heads();
    const posted = await reader.postedBatches({ fromBlock: reader.deploymentBlock, toBlock: latest.number });
    const found = posted.at(-1)!;
    expect(found).toMatchObject({ id: await reader.tip(), epoch: 0, poster: SEQUENCER.address, transactionHash: hash });
    expect(found.hostBlockHash).toBe((await reader.block(found.hostBlock))!.hash);

    const calldata = (await reader.batchBytes(hash))!;
    expect(calldata.blocks).toEqual(blocks);
    expect(decodeBatch(calldata.blocks)).toEqual([block]);
    expect(calldata.parentCommitment).toEqual(parent.commitment);
    const commitment = batchCommitment({
      parentCommitment: parent.commitment,
      parentRoot: parent.stateRoot,
      parentTimestamp: parent.timestamp,
      firstHeight: parent.height + 1,
      firstInboxIndex: parent.inboxIndex,
      epoch: 0,
      blockCommitments: [blockCommitment(block)],
    });
    expect(found.commitment).toEqual(commitment);
    const stored = await reader.storedBatch(found.id);
    expect(stored).toMatchObject({ commitment, inboxIndex: await reader.inboxLength(), height: parent.height + 1 });
  });

  test("storage is read at the block that is asked for", async () => {
    await post(Uint8Array.of(9));
    const { latest } = await reader.heads();
    const id = await reader.tip();
    const before = (await reader.block(latest.number - 1))!;
    expect(await reader.tip(before.number)).toBe(id - 1);
    expect(await reader.tip(before.hash)).toBe(id - 1);
    expect(await reader.storedBatch(id, before.hash)).toBeUndefined();
    expect(await reader.storedBatch(id + 1)).toBeUndefined();
    const genesis = await reader.storedBatch(0);
    expect(genesis).toMatchObject({ commitment: genesisCommitment(GENESIS_ROOT), stateRoot: GENESIS_ROOT, height: 0 });
  });

  test("a transaction that is gone is undefined; one that posts nothing is an error", async () => {
    expect(await reader.batchBytes(`0x${"12".repeat(32)}`)).toBeUndefined();
    const hash = await force("0x01");
    await expect(reader.batchBytes(hash)).rejects.toMatchObject({ code: "host-reorged" });
  });

  test("logs are read in pages, in smaller ones when the provider refuses", async () => {
    const toBlock = (await reader.heads()).latest.number;
    const range = { fromBlock: reader.deploymentBlock, toBlock };
    const whole = await reader.postedBatches(range);
    expect(whole.length).toBeGreaterThan(1);
    const paged = await connect({ pageBlocks: 2 });
    expect(await paged.postedBatches(range)).toEqual(whole);

    const lengths: number[] = [];
    const transport = faultyTransport(host.rpcUrl, async ({ method, params, forward }) => {
      if (method !== "eth_getLogs") return forward();
      const [{ fromBlock, toBlock: last }] = params as [{ fromBlock: Hex; toBlock: Hex }];
      lengths.push(Number(last) - Number(fromBlock) + 1);
      return lengths.at(-1)! > 3 ? { error: "query exceeds the maximum block range" } : forward();
    });
    const limited = await connect({ transport });
    expect(await limited.postedBatches(range)).toEqual(whole);
    const refused = lengths.filter((length) => length > 3).length;
    expect(refused).toBeGreaterThan(0);
    // The size that works is remembered.
    await limited.postedBatches(range);
    expect(lengths.filter((length) => length > 3)).toHaveLength(refused);
  });
});

describe("the inbox", () => {
  test("messages come in order, with the accumulator of the contract", async () => {
    await force("0x0a0b");
    await force("0x0c");
    const { latest } = await reader.heads();
    const length = await reader.inboxLength(latest.hash);
    const messages = await reader.messages({ fromIndex: 0, previousAcc: new Uint8Array(32), toBlock: latest.number });
    expect(messages.map(({ index }) => index)).toEqual(Array.from({ length }, (_, i) => i));
    expect(messages.at(-1)!.acc).toEqual(await reader.acc(length));
    expect(messages.at(-1)!.enqueuedAt).toBe(latest.timestamp);
    expect(decodeMessage(messages.at(-1)!.bytes)).toEqual({
      type: "Forced",
      sender: fromHex(SEQUENCER.address),
      transaction: Uint8Array.of(0x0c),
    });
    const tail = await reader.messages({ fromIndex: length - 1, toBlock: latest.number });
    expect(tail).toEqual(messages.slice(-1));
    expect(await reader.messages({ fromIndex: length, toBlock: latest.number })).toEqual([]);
    expect(await reader.acc(length + 1)).toBeUndefined();
  });

  test("another accumulator before, or a message that is missing, is a reorg", async () => {
    await force("0x0d");
    const toBlock = (await reader.heads()).latest.number;
    const wrong = { fromIndex: 0, previousAcc: new Uint8Array(32).fill(1), toBlock };
    await expect(reader.messages(wrong)).rejects.toMatchObject({ code: "host-reorged", retryable: true });
    const transport = faultyTransport(host.rpcUrl, async ({ method, forward }) => {
      const answer = await forward();
      if (method !== "eth_getLogs" || !("result" in answer)) return answer;
      return { result: (answer.result as unknown[]).toSpliced(1, 1) };
    });
    const lossy = await connect({ transport });
    await expect(lossy.messages({ fromIndex: 0, toBlock })).rejects.toMatchObject({ code: "host-reorged" });
  });
});

describe("the host's blocks", () => {
  test("safe and finalized lag behind", async () => {
    await host.client.mine({ blocks: 8 });
    const { latest, safe, finalized } = await reader.heads();
    expect(latest.number - safe.number).toBe(2);
    expect(latest.number - finalized.number).toBe(4);
    expect(await reader.block(safe.hash)).toEqual(safe);
    expect(await reader.block(latest.number + 1)).toBeUndefined();
  });

  test("a young chain without them gives genesis; a broken connection does not", async () => {
    const young = (answer: "error" | "null") =>
      faultyTransport(host.rpcUrl, async ({ method, params, forward }) => {
        const tag = method === "eth_getBlockByNumber" ? (params as [string])[0] : undefined;
        if (tag !== "safe" && tag !== "finalized") return forward();
        return answer === "null" ? { result: null } : { error: `${tag} block not found` };
      });
    for (const answer of ["error", "null"] as const) {
      const heads = await (await connect({ transport: young(answer) })).heads();
      expect([heads.safe.number, heads.finalized.number]).toEqual([0, 0]);
    }
    let isBroken = false;
    const transport = faultyTransport(host.rpcUrl, async ({ forward }) => {
      if (isBroken) throw new Error("connection reset");
      return forward();
    });
    const broken = await connect({ transport });
    isBroken = true;
    await expect(broken.heads()).rejects.toMatchObject({ code: "host-unreachable" });
  });

  test("an address that is none is no outage", async () => {
    const reader = await connect({});
    await expect(reader.bondOf("0x12")).rejects.toMatchObject({ code: "invalid-params", retryable: false });
  });

  test("what a removed block held is refused, not taken from the other fork", async () => {
    const { latest } = await reader.heads();
    await host.reorg(1);
    expect((await reader.block(latest.number))!.hash).not.toBe(latest.hash);
    await expect(reader.tip(latest.hash)).rejects.toMatchObject({ code: "host-reorged", retryable: true });
    expect(await reader.block(latest.hash)).toBeUndefined();
  });
});

test("bond and slot", async () => {
  expect((await reader.bondOf(SEQUENCER.address)).amount).toBe(SLOT_BOND);
  expect(await reader.bondOf(HEADER_KEY.address)).toEqual({ amount: 0n, lastActiveAt: 0 });
  expect(await reader.slot()).toMatchObject({
    poster: SEQUENCER.address,
    headerKey: HEADER_KEY.address,
    epochPoster: SEQUENCER.address,
    epoch: 0,
    silentSince: undefined,
    successor: undefined,
  });
});
