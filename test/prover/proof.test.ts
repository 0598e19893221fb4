/** A verifier with a key, alone with a host and a liar: every wrong root goes, whatever happens meanwhile. */
import { bytesToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { developmentAccount, SEQUENCER } from "../../cli/devnet/accounts.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import { keccak256 } from "../../protocol/hash.ts";
import type { VerifierNode, VerifierServiceOptions } from "../../prover/service.ts";
import { encodeProveFault, wasProvenFalse } from "../../runtime/host/faults.ts";
import { connectHost } from "../../runtime/host/hostReader.ts";
import { Devnet, type PostableBlock, type Running, send } from "../support/devnet.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, root } from "../support/world.ts";

const ETHER = 10n ** 18n;
const DAY = 24 * 3_600;
const WRONG = root("wrong");
/** Development accounts: honest poster, a liar, and who copies proofs. */
const HONEST = 5;
const LIAR = 6;
const COPYIST = 7;

let devnet: Devnet;
let written: PostableBlock[];
let clean: `0x${string}`;
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  devnet = await Devnet.start();
  const author = await devnet.sequencer({ poster: undefined });
  await devnet.deposit(alice);
  await devnet.deposit(bob);
  await devnet.accounts(author, 2);
  for (let i = 0; i < 8; i++) {
    await send(author, transfer(0, 1), alice);
    await author.atBoundary(() => undefined);
  }
  const { height } = author.chain.head;
  await until("all blocks", async () => (await author.chain.log.block(height)) !== undefined);
  written = await Promise.all(Array.from({ length: height }, async (_, i) => (await author.chain.log.block(i + 1))!));
  await author.stop();
  await bond(HONEST);
});
beforeEach(async () => {
  clean = await devnet.client.snapshot();
});
afterEach(async () => {
  for (const node of running.splice(0)) await node.stop();
  await devnet.client.setAutomine(true);
  await devnet.client.revert({ id: clean });
});
afterAll(() => devnet.stop());

/** A key that nothing else uses, with ETH. */
async function proverKey(name: string) {
  const account = privateKeyToAccount(bytesToHex(keccak256(new TextEncoder().encode(name))));
  await devnet.client.setBalance({ address: account.address, value: 100n * ETHER });
  return account;
}

async function start(options: Partial<VerifierServiceOptions> = {}): Promise<Running<VerifierNode>> {
  const verifier = await devnet.verifier({ prover: await proverKey("prover"), ...options });
  running.push(verifier);
  return verifier;
}

const rollup = () => ({ address: devnet.rollup, abi: rollupAbi }) as const;

async function bond(index: number, value = ETHER): Promise<void> {
  await devnet.mined(devnet.host.wallet(index).writeContract({ ...rollup(), functionName: "bond", value }));
}

const bondOf = async (index: number): Promise<bigint> => {
  const args = [developmentAccount(index).address] as const;
  return (await devnet.client.readContract({ ...rollup(), functionName: "bonds", args }))[0];
};

const rewardOf = async (commitment: `0x${string}`) => {
  const args = [commitment] as const;
  const [beneficiary, payableAt, , amount] = await devnet.client.readContract({
    ...rollup(),
    functionName: "rewards",
    args,
  });
  return { beneficiary, payableAt, amount };
};

const commitmentOf = async (id: number) =>
  (await devnet.client.readContract({ ...rollup(), functionName: "batch", args: [BigInt(id)] })).commitment;

const blocks = (from: number, to: number): PostableBlock[] => written.slice(from - 1, to);

/** Blocks of these heights, the root of one of them wrong. */
const faulty = (from: number, to: number, height: number, stateRoot = WRONG): PostableBlock[] =>
  blocks(from, to).map((block, i) =>
    from + i === height ? { ...block, header: { ...block.header, stateRoot } } : block,
  );

const tipIs = (tip: number) => until(`tip ${tip}`, async () => (await devnet.tip()) === tip);
const reached = (node: VerifierNode, height: number) =>
  until(
    () => `height ${height}: ${JSON.stringify(node.syncStatus())}`,
    () => node.syncStatus().height === height && node.syncStatus().fault === null,
  );

describe("a verifier with a key", () => {
  test.each([
    ["the first block of all, which consumes deposits", 0, 3, 1],
    ["the first block of a batch", 3, 6, 4],
    ["a block within a batch", 3, 6, 5],
    ["the last block of a batch", 3, 6, 6],
  ])("proves a fault in %s, and goes on with what is right", async (_what, before, last, height) => {
    const verifier = await start();
    if (before > 0) await devnet.post(blocks(1, before));
    const tip = await devnet.tip();
    await devnet.post(faulty(before + 1, last, height));
    const commitment = await commitmentOf(tip + 1);
    await tipIs(tip);
    await reached(verifier, before);
    expect(await bondOf(SEQUENCER)).toBe(0n);
    const { address } = await proverKey("prover");
    expect(await rewardOf(commitment)).toMatchObject({ beneficiary: address, amount: 5n * ETHER });
    // The slot is empty, so that whoever is bonded may post.
    await devnet.post(blocks(before + 1, last), HONEST);
    await reached(verifier, last);
    expect(toHex(verifier.chain.head.root)).toBe(toHex(written[last - 1]!.header.stateRoot));
  });

  test("removes all that was built on a false root with one proof", async () => {
    const verifier = await start();
    const right = await devnet.post(blocks(1, 2));
    await verifier.stop();
    const posts = [right, await devnet.post(faulty(3, 4, 4))];
    posts.push(await devnet.post(faulty(5, 6, 5)), await devnet.post(blocks(7, 8)));
    const again = await start({ dataDir: verifier.dataDir });
    await tipIs(1);
    const reader = await connectHost({ rpcUrl: devnet.host.rpcUrl, rollup: devnet.rollup });
    const removed = posts.map(({ transactionHash: hostTransaction, blockNumber }, i) =>
      wasProvenFalse(reader, { id: i + 1, hostBlock: Number(blockNumber), hostTransaction }),
    );
    expect(await Promise.all(removed)).toEqual([false, true, true, true]);
    await reached(again, 2);
    await devnet.post(blocks(3, 8), HONEST);
    await reached(again, 8);
  });

  test("proves one liar after the other, and the same bytes again", async () => {
    const verifier = await start();
    await devnet.post(blocks(1, 2));
    await devnet.post(faulty(3, 5, 4));
    await tipIs(1);
    for (let round = 0; round < 3; round++) {
      await bond(LIAR);
      await devnet.post(faulty(3, 5, 4), LIAR);
      await tipIs(1);
      expect(await bondOf(LIAR)).toBe(0n);
    }
    await devnet.post(blocks(3, 5), HONEST);
    await reached(verifier, 5);
  });

  test("collects its rewards after a day", async () => {
    const verifier = await start();
    const account = await proverKey("prover");
    await devnet.post(faulty(1, 2, 2));
    const commitment = await commitmentOf(1);
    await tipIs(0);
    await until("the commitment to be shown", async () => (await rewardOf(commitment)).beneficiary === account.address);
    const before = await devnet.client.getBalance(account);
    await devnet.advance(DAY);
    await until("the payment", async () => (await rewardOf(commitment)).amount === 0n);
    const gained = (await devnet.client.getBalance(account)) - before;
    expect(gained).toBeGreaterThan((49n * ETHER) / 10n);
    expect(verifier.failure()).toBeUndefined();
  });

  test("says how far it is, and alarms when the batch is final", async () => {
    await devnet.post(faulty(1, 2, 2));
    await devnet.advance(8 * DAY);
    const verifier = await start();
    await until("the alarm", () => verifier.syncStatus().fault?.proof?.stage === "blocked");
    expect(verifier.syncStatus().fault).toMatchObject({
      batch: 1,
      height: 2,
      proof: { problem: expect.stringContaining("final") },
    });
  });
});

describe("in the middle of a proof", () => {
  /** What the prover has sent so far, in blocks or not. */
  const sent = async () => {
    const { address } = await proverKey("prover");
    return devnet.client.getTransactionCount({ address, blockTag: "pending" });
  };
  const sends = (count: number) => until(`transaction ${count}`, async () => (await sent()) === count);

  test("a restart after the commitment, or after the proof was sent, changes nothing", async () => {
    await devnet.post(blocks(1, 2));
    await devnet.post(faulty(3, 5, 4));
    await devnet.client.setAutomine(false);
    const first = await start();
    await sends(1);
    await first.stop();
    await devnet.mine();
    const second = await start({ dataDir: first.dataDir });
    await sends(2);
    await second.stop();
    const third = await start({ dataDir: first.dataDir });
    await until("the third", () => third.syncStatus().fault ?? undefined);
    await devnet.mine();
    await devnet.client.setAutomine(true);
    await tipIs(1);
    await reached(third, 2);
  });

  test("who copies the proof and is first does not keep the reward", async () => {
    await devnet.post(faulty(1, 3, 2));
    const commitment = await commitmentOf(1);
    await devnet.client.setAutomine(false);
    const verifier = await start();
    await sends(1);
    await devnet.mine();
    await sends(2);
    // The proof is in the pool for everybody to see: who offers more is first.
    const proof = await until("the proof", () => verifier.verifier.fault?.proof);
    const copyist = devnet.host.wallet(COPYIST);
    await copyist.sendTransaction({
      to: devnet.rollup,
      data: encodeProveFault(proof),
      gas: 16_000_000n,
      maxFeePerGas: 10n ** 12n,
      maxPriorityFeePerGas: 10n ** 11n,
    });
    await devnet.mine();
    expect((await rewardOf(commitment)).beneficiary).toBe(copyist.account.address);
    await devnet.client.setAutomine(true);
    await devnet.mine();
    const { address } = await proverKey("prover");
    await until("the commitment to be shown", async () => (await rewardOf(commitment)).beneficiary === address);
    expect(verifier.failure()).toBeUndefined();
  });

  test("another prover may be first: both go on, one is paid", async () => {
    const one = await start();
    const two = await start({ prover: await proverKey("another prover") });
    await devnet.post(blocks(1, 2));
    await devnet.post(faulty(3, 4, 3));
    const commitment = await commitmentOf(2);
    await tipIs(1);
    await Promise.all([reached(one, 2), reached(two, 2)]);
    await devnet.advance(DAY);
    await until("the payment", async () => (await rewardOf(commitment)).amount === 0n);
    await devnet.post(blocks(3, 5), HONEST);
    await Promise.all([reached(one, 5), reached(two, 5)]);
  });

  test("without funds it says so, and goes on when it has some", async () => {
    const account = await proverKey("poor");
    await devnet.client.setBalance({ address: account.address, value: 0n });
    const verifier = await devnet.verifier({ prover: account });
    running.push(verifier);
    await devnet.post(faulty(1, 3, 2));
    await until("the problem", () => verifier.syncStatus().fault?.proof?.problem ?? undefined);
    expect(verifier.syncStatus().fault?.proof).toMatchObject({
      stage: "commit",
      problem: expect.stringContaining("cannot pay"),
    });
    await proverKey("poor");
    await tipIs(0);
    await reached(verifier, 0);
  });

  test("a reorg that brings a removed batch back under the number of a right one is answered with the proof", async () => {
    await devnet.post(blocks(1, 2));
    const verifier = await start();
    await reached(verifier, 2);
    await devnet.post(faulty(3, 5, 5));
    const depth = Number(await devnet.client.getBlockNumber());
    await tipIs(1);
    await reached(verifier, 2);
    await devnet.post(blocks(3, 5), HONEST);
    await reached(verifier, 5);
    await devnet.reorg(Number(await devnet.client.getBlockNumber()) - depth);
    await tipIs(1);
    await reached(verifier, 2);
    await devnet.post(blocks(3, 6), HONEST);
    await reached(verifier, 6);
  });

  test("a reorg of the host that takes the proof away is answered with the proof", async () => {
    await devnet.post(blocks(1, 2));
    const verifier = await start();
    await reached(verifier, 2);
    await devnet.post(faulty(3, 5, 5));
    const depth = Number(await devnet.client.getBlockNumber());
    await tipIs(1);
    await reached(verifier, 2);
    const lost = Number(await devnet.client.getBlockNumber()) - depth;
    expect(lost).toBeGreaterThan(0);
    await devnet.reorg(lost);
    await tipIs(2);
    await devnet.mine();
    await tipIs(1);
    await reached(verifier, 2);
    expect(fromHex(verifier.syncStatus().stateRoot)).toEqual(written[1]!.header.stateRoot);
  });
});
