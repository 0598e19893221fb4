import { encodeErrorResult, parseGwei, parseTransaction } from "viem";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { isTributaryError, type TributaryError } from "../../runtime/errors.ts";
import { createHostSender, type HostSender, type HostSenderOptions } from "../../runtime/host/hostSender.ts";
import { devAccount, faultyTransport, startTestHost, type TestHost } from "../support/anvil.ts";

const KEEPER = devAccount(1);
const RECIPIENT = "0x00000000000000000000000000000000000a11ce";
/** Reverts with its calldata: a call to it can raise any custom error. */
const REVERTER = "0x000000000000000000000000000000000000c0de";
const REVERTER_CODE = "0x365f5f37365ffd";

let host: TestHost;
let now = 0;

beforeEach(async () => {
  now = 0;
  host = await startTestHost({ noMining: true });
  await host.client.setCode({ address: REVERTER, bytecode: REVERTER_CODE });
});
afterEach(() => host.stop());

const sender = (options: Partial<HostSenderOptions> = {}): Promise<HostSender> =>
  createHostSender({
    ...(options.transport ? {} : { rpcUrl: host.rpcUrl }),
    account: KEEPER,
    confirmations: 1,
    replaceAfterBlocks: 2,
    timeoutMs: 1_000,
    clock: { now: () => now },
    ...options,
  });

const pay = (wei: bigint) => ({ to: RECIPIENT, data: "0x", value: wei }) as const;
const received = () => host.client.getBalance({ address: RECIPIENT });

/** Mines one block in which only those take part who pay `gwei` per gas. */
async function mineAtBaseFee(gwei: string): Promise<void> {
  await host.client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei(gwei) });
  await host.client.mine({ blocks: 1 });
}

/** What the pool could include now, of the keeper, in the order of nonces. */
async function inPool() {
  const { pending } = await host.client.getTxpoolContent();
  const own = Object.entries(pending).find(([address]) => address.toLowerCase() === KEEPER.address.toLowerCase());
  return Object.values(own?.[1] ?? {}).map((raw) => ({
    hash: raw.hash,
    to: raw.to,
    nonce: Number(raw.nonce),
    value: BigInt(raw.value),
    maxFeePerGas: BigInt(raw.maxFeePerGas ?? 0),
    maxPriorityFeePerGas: BigInt(raw.maxPriorityFeePerGas ?? 0),
  }));
}

/** Blocks, and a look at each. Anvil throws transactions out whose predecessor a reorg took, so that more than one is needed. */
async function advance(lane: HostSender, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    await lane.tick();
    await host.client.mine({ blocks: 1 });
  }
  await lane.tick();
}

/** A transaction of an earlier run, or of a second user of the key. */
async function submitDirectly(nonce: number, gwei: string, value = 0n): Promise<Hex> {
  const fee = parseGwei(gwei);
  const chainId = host.client.chain.id;
  const gasFees = { gas: 21_000n, maxFeePerGas: fee, maxPriorityFeePerGas: fee };
  const raw = await KEEPER.signTransaction({ type: "eip1559", chainId, nonce, to: RECIPIENT, value, ...gasFees });
  return host.client.sendRawTransaction({ serializedTransaction: raw });
}

const failure = (promise: Promise<unknown>): Promise<TributaryError> =>
  promise.then(
    () => expect.unreachable("the promise should reject"),
    (error: unknown) => (isTributaryError(error) ? error : Promise.reject(error)),
  );

describe("the usual way", () => {
  test("a receipt counts only at the asked depth", async () => {
    const lane = await sender({ confirmations: 3 });
    let isDone = false;
    const sent = lane.send(pay(5n)).then((receipt) => {
      isDone = true;
      return receipt;
    });
    await lane.tick();
    await host.client.mine({ blocks: 2 });
    await lane.tick();
    expect(isDone).toBe(false);
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    expect((await sent).blockNumber).toBe(1);
    expect(await received()).toBe(5n);
  });

  test("one transaction at a time is in the pool, in the order of the calls", async () => {
    const lane = await sender();
    const sent = [lane.send(pay(1n)), lane.send(pay(2n))];
    await lane.tick();
    expect((await inPool()).map(({ value }) => value)).toEqual([1n]);
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    expect((await inPool()).map(({ value }) => value)).toEqual([2n]);
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    const receipts = await Promise.all(sent);
    expect(receipts.map(({ blockNumber }) => blockNumber)).toEqual([1, 2]);
    await lane.settled();
  });

  test("those with a gas of their own may wait in the pool side by side; one that must be tried first waits", async () => {
    const lane = await sender({ maxPending: 3 });
    const sent = [1n, 2n, 3n, 4n].map((wei) => lane.send({ ...pay(wei), gas: 21_000n }));
    sent.push(lane.send(pay(5n)));
    await lane.tick();
    expect((await inPool()).map(({ value }) => value)).toEqual([1n, 2n, 3n]);
    expect(lane.waiting).toBe(2);
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    expect((await inPool()).map(({ value }) => value)).toEqual([4n]);
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    const receipts = await Promise.all(sent);
    expect(receipts.map(({ blockNumber }) => blockNumber)).toEqual([1, 1, 1, 2, 3]);
  });

  test("until there is another block the host is asked for nothing but its head", async () => {
    const asked: string[] = [];
    const transport = faultyTransport(host.rpcUrl, ({ method, forward }) => {
      asked.push(method);
      return forward();
    });
    const lane = await sender({ transport, maxPending: 3, confirmations: 2 });
    const sent = [1n, 2n].map((wei) => lane.send({ ...pay(wei), gas: 21_000n }));
    for (let blocks = 0; blocks < 3; blocks++) {
      await lane.tick();
      asked.length = 0;
      await lane.tick();
      await lane.tick();
      expect(asked.filter((method) => method !== "eth_getBlockByNumber")).toEqual([]);
      await host.client.mine({ blocks: 1 });
    }
    await Promise.all(sent);
  });

  test("run works by itself and rejects what is unfinished when it is stopped", async () => {
    const lane = await sender({ pollIntervalMs: 5 });
    const stop = new AbortController();
    const running = lane.run(stop.signal);
    await lane.settled();
    const unfinished = failure(lane.send(pay(1n)));
    stop.abort();
    await running;
    expect((await unfinished).code).toBe("stopped");
    expect((await failure(lane.send(pay(1n)))).code).toBe("stopped");
  });
});

describe("transactions that are not included", () => {
  test("one that is too cheap is replaced at an eighth more or at the market", async () => {
    const lane = await sender();
    const sent = lane.send(pay(5n));
    await lane.tick();
    const first = (await inPool())[0]!;
    await mineAtBaseFee("20");
    await mineAtBaseFee("20");
    await lane.tick();
    const second = (await inPool())[0]!;
    expect(second.nonce).toBe(first.nonce);
    expect(second.maxFeePerGas * 8n).toBeGreaterThanOrEqual(first.maxFeePerGas * 9n);
    expect(second.maxPriorityFeePerGas * 8n).toBeGreaterThanOrEqual(first.maxPriorityFeePerGas * 9n);
    await mineAtBaseFee("20");
    await lane.tick();
    expect((await sent).transactionHash).toBe(second.hash);
    expect(await received()).toBe(5n);
  });

  test('"replacement transaction underpriced" raises the offer until the pool takes it', async () => {
    const offered: bigint[] = [];
    const transport = faultyTransport(host.rpcUrl, async ({ method, params, forward }) => {
      if (method !== "eth_sendRawTransaction") return forward();
      offered.push(parseTransaction((params as [Hex])[0]).maxPriorityFeePerGas ?? 0n);
      return offered.length > 1 && offered.length < 5 ? { error: "replacement transaction underpriced" } : forward();
    });
    const lane = await sender({ transport });
    const sent = lane.send(pay(5n));
    await lane.tick();
    await mineAtBaseFee("20");
    await mineAtBaseFee("20");
    await lane.tick();
    expect(offered).toHaveLength(5);
    for (let i = 1; i < 5; i++) expect(offered[i]! * 8n).toBeGreaterThanOrEqual(offered[i - 1]! * 9n);
    await mineAtBaseFee("20");
    await lane.tick();
    await sent;
  });

  test("the fee limit holds; in the end the send times out and says what may still be included", async () => {
    const limit = parseGwei("10");
    const offered: bigint[] = [];
    const transport = faultyTransport(host.rpcUrl, ({ method, params, forward }) => {
      if (method === "eth_sendRawTransaction") offered.push(parseTransaction((params as [Hex])[0]).maxFeePerGas ?? 0n);
      return forward();
    });
    const lane = await sender({ transport, maxFeePerGasLimit: limit });
    const sent = failure(lane.send(pay(5n)));
    await lane.tick();
    for (let i = 0; i < 6; i++) {
      await mineAtBaseFee("20");
      await lane.tick();
    }
    expect(offered.filter((fee) => fee > limit)).toEqual([]);
    expect(offered).toContain(limit);
    now = 1_000;
    await lane.tick();
    const error = await sent;
    expect(error).toMatchObject({ code: "host-timeout", retryable: true });
    expect(error.details?.hashes).not.toEqual([]);
  });

  test("a timed-out transaction makes way for the next: its nonce is used by a transfer of nothing", async () => {
    const lane = await sender();
    const first = failure(lane.send(pay(5n)));
    await lane.tick();
    now = 1_000;
    await lane.tick();
    expect((await first).code).toBe("host-timeout");
    const second = lane.send(pay(7n));
    await mineAtBaseFee("20");
    await mineAtBaseFee("20");
    await lane.tick();
    expect(await inPool()).toMatchObject([{ nonce: 0, value: 0n, to: KEEPER.address.toLowerCase() }]);
    await mineAtBaseFee("20");
    await lane.tick();
    await mineAtBaseFee("20");
    await lane.tick();
    await second;
    expect(await received()).toBe(7n);
  });

  test("a dropped one is submitted again at the next block, unchanged", async () => {
    const lane = await sender();
    const sent = lane.send(pay(5n));
    await lane.tick();
    const { hash } = (await inPool())[0]!;
    await host.client.dropTransaction({ hash });
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    expect((await inPool()).map((each) => each.hash)).toEqual([hash]);
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    expect((await sent).transactionHash).toBe(hash);
  });

  test("without an answer to the submission, the transaction is neither lost nor sent twice", async () => {
    let isBroken = true;
    const transport = faultyTransport(host.rpcUrl, async ({ method, forward }) => {
      const answer = await forward();
      if (method !== "eth_sendRawTransaction" || !isBroken) return answer;
      isBroken = false;
      throw new Error("connection reset");
    });
    const lane = await sender({ transport });
    const sent = lane.send(pay(5n));
    expect(await failure(lane.tick())).toMatchObject({ code: "host-unreachable", retryable: true });
    await lane.tick();
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await sent;
    expect(await received()).toBe(5n);
  });
});

describe("reorgs", () => {
  test("an included transaction that a reorg removes is submitted again", async () => {
    const lane = await sender({ confirmations: 3 });
    const sent = lane.send(pay(5n));
    await lane.tick();
    await host.client.mine({ blocks: 2 });
    await lane.tick();
    await host.reorg(2);
    expect(await received()).toBe(0n);
    await lane.tick();
    await host.client.mine({ blocks: 3 });
    await lane.tick();
    expect((await sent).blockNumber).toBe(3);
    expect(await received()).toBe(5n);
  });

  test("those that a reorg removes together are submitted again together", async () => {
    const lane = await sender({ confirmations: 3, maxPending: 3 });
    const sent = [1n, 2n, 3n].map((wei) => lane.send({ ...pay(wei), gas: 21_000n }));
    await lane.tick();
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await host.reorg(1);
    await advance(lane, 8);
    await Promise.all(sent);
    expect(await received()).toBe(6n);
  });

  test("what follows a removed transaction waits for it", async () => {
    const lane = await sender({ confirmations: 5 });
    const sent = [lane.send(pay(1n)), lane.send(pay(2n))];
    await lane.tick();
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await host.reorg(1);
    await advance(lane, 8);
    const receipts = await Promise.all(sent);
    expect(receipts[1]!.blockNumber).toBeGreaterThanOrEqual(receipts[0]!.blockNumber);
    expect(await received()).toBe(3n);
  });
});

describe("what an earlier run or another user of the key left", () => {
  test.each([
    { what: "anything", maxPending: 1, gas: {} },
    { what: "what may wait in the pool behind others", maxPending: 3, gas: { gas: 21_000n } },
  ])("a pending transaction is awaited before $what is sent", async ({ maxPending, gas }) => {
    await submitDirectly(0, "5", 1n);
    const lane = await sender({ maxPending });
    const sent = lane.send({ ...pay(2n), ...gas });
    await lane.tick();
    expect((await inPool()).map(({ value }) => value)).toEqual([1n]);
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await sent;
    expect(await received()).toBe(3n);
  });

  test("a pending transaction that is too cheap is replaced by a transfer of nothing", async () => {
    await submitDirectly(0, "5", 1n);
    const lane = await sender();
    await lane.tick();
    await mineAtBaseFee("20");
    await mineAtBaseFee("20");
    await lane.tick();
    await mineAtBaseFee("20");
    await lane.tick();
    await lane.settled();
    expect(await received()).toBe(0n);
    expect(await host.client.getTransactionCount({ address: KEEPER.address })).toBe(1);
  });

  test("transactions behind a gap are counted in once the gap is filled", async () => {
    await submitDirectly(1, "5", 10n);
    const lane = await sender();
    const sent = [lane.send(pay(1n)), lane.send(pay(2n))];
    await advance(lane, 4);
    await Promise.all(sent);
    expect(await received()).toBe(13n);
    expect(await host.client.getTransactionCount({ address: KEEPER.address })).toBe(3);
  });

  test("a gap below a transaction in flight is filled", async () => {
    const lane = await sender({ confirmations: 1 });
    await submitDirectly(0, "5", 10n);
    // The first order gets nonce 1, for the pool has nonce 0; which then vanishes with its block.
    await lane.tick();
    await host.client.mine({ blocks: 1 });
    const sent = lane.send(pay(1n));
    await lane.tick();
    await host.reorg(1);
    await advance(lane, 4);
    await sent;
    expect(await received()).toBe(1n);
  });

  test("a nonce that someone else used rejects the send, and the next goes on", async () => {
    const lane = await sender();
    const sent = failure(lane.send(pay(5n)));
    await lane.tick();
    await host.client.dropTransaction({ hash: (await inPool())[0]!.hash });
    await submitDirectly(0, "5", 1n);
    await host.client.mine({ blocks: 1 });
    for (let i = 0; i < 6; i++) await lane.tick();
    expect(await sent).toMatchObject({ code: "host-nonce-taken", retryable: true });
    const next = lane.send(pay(2n));
    await lane.tick();
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await next;
    expect(await received()).toBe(3n);
  });

  test("a nonce used between the look and the submission is exchanged for the next", async () => {
    let isFirst = true;
    const transport = faultyTransport(host.rpcUrl, async ({ method, forward }) => {
      if (method === "eth_sendRawTransaction" && isFirst) {
        isFirst = false;
        await submitDirectly(0, "5", 1n);
        await host.client.mine({ blocks: 1 });
      }
      return forward();
    });
    const lane = await sender({ transport });
    const sent = lane.send(pay(2n));
    await lane.tick();
    await lane.tick();
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await sent;
    expect(await received()).toBe(3n);
  });
});

describe("what cannot be sent", () => {
  const wrongAcc = encodeErrorResult({
    abi: rollupAbi,
    errorName: "InboxAccMismatch",
    args: [`0x${"11".repeat(32)}`, `0x${"22".repeat(32)}`],
  });
  const isWrongAcc = {
    code: "host-reverted",
    retryable: false,
    details: { errorName: "InboxAccMismatch", args: [`0x${"11".repeat(32)}`, `0x${"22".repeat(32)}`] },
  };

  test("a revert is found before sending, with the custom error's name", async () => {
    const lane = await sender();
    const sent = failure(lane.send({ to: REVERTER, data: wrongAcc }));
    await lane.tick();
    expect(await sent).toMatchObject(isWrongAcc);
    expect(await inPool()).toEqual([]);
  });

  test("a revert on the host is explained, and the next goes on", async () => {
    const lane = await sender();
    const sent = failure(lane.send({ to: REVERTER, data: wrongAcc, gas: 100_000n }));
    const next = lane.send(pay(1n));
    await lane.tick();
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    expect(await sent).toMatchObject(isWrongAcc);
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await next;
  });

  test("transactions above the pool's size or the gas of one transaction are refused, at no nonce", async () => {
    const lane = await sender();
    const large = `0x${"ff".repeat(131_072)}` as const;
    const failures = [
      failure(lane.send({ to: RECIPIENT, data: large, gas: 16_000_000n })),
      failure(lane.send({ to: RECIPIENT, data: "0x", gas: 16_777_217n })),
    ];
    const next = lane.send(pay(1n));
    await lane.tick();
    for (const error of await Promise.all(failures)) expect(error.code).toBe("transaction-too-large");
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await next;
  });

  test("a key that cannot pay is reported", async () => {
    const lane = await sender();
    const failures = [failure(lane.send(pay(10n ** 30n))), failure(lane.send({ ...pay(10n ** 30n), gas: 21_000n }))];
    const next = lane.send(pay(1n));
    await lane.tick();
    for (const error of await Promise.all(failures)) expect(error.code).toBe("host-funds");
    await lane.tick();
    await host.client.mine({ blocks: 1 });
    await lane.tick();
    await next;
  });
});

test("another chain id is refused", async () => {
  expect(await failure(sender({ chainId: 1 }))).toMatchObject({ code: "host-mismatch" });
});
