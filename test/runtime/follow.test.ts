/** Following a host that reorganises or answers from several nodes: nothing is missed, and nothing false is believed. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FaultReport } from "../../protocol/api.ts";
import { toHex } from "../../protocol/bytes.ts";
import { Verifier } from "../../prover/verifier.ts";
import { Batches } from "../../runtime/chain/batches.ts";
import type { Chain } from "../../runtime/chain/chain.ts";
import { InboxFollower } from "../../runtime/follow/inboxFollower.ts";
import { SteadyHeads } from "../../runtime/follow/steadyHeads.ts";
import { connectHost, type HostReader } from "../../runtime/host/hostReader.ts";
import { openChain } from "../../runtime/node/openChain.ts";
import { Devnet, TOKENS } from "../support/devnet.ts";
import { Scribe } from "../support/scribe.ts";
import { alice, bob, depositMessage } from "../support/world.ts";

let devnet: Devnet;
let reader: HostReader;

beforeEach(async () => {
  devnet = await Devnet.start();
  reader = await connectHost({ rpcUrl: devnet.host.rpcUrl, rollup: devnet.rollup });
});
afterEach(() => devnet.stop());

const now = async () => Number((await devnet.client.getBlock()).timestamp);
const blockNumber = async () => Number(await devnet.client.getBlockNumber());

/** Everything on the host from here on is undone by the function it returns. */
async function branch(): Promise<() => Promise<void>> {
  const id = await devnet.client.snapshot();
  return () => devnet.client.revert({ id }).then(() => undefined);
}

describe("the inbox", () => {
  test("shows messages that a reorg moved below what was searched", async () => {
    const inbox = new InboxFollower(reader, { index: 0, acc: new Uint8Array(32) });
    const undo = await branch();
    const time = (await now()) + 10;
    await devnet.client.setNextBlockTimestamp({ timestamp: BigInt(time) });
    await devnet.deposit(alice);
    await devnet.mine(4);
    expect(await inbox.poll(await blockNumber())).toHaveLength(1);

    await undo();
    await devnet.client.setNextBlockTimestamp({ timestamp: BigInt(time) });
    await devnet.deposit(alice);
    await devnet.deposit(bob);
    await devnet.mine(5);
    await expect(inbox.poll(await blockNumber())).rejects.toMatchObject({ code: "host-reorged", retryable: true });
    const [message] = await inbox.poll(await blockNumber());
    expect(message).toMatchObject({ index: 1 });
  });

  test("is a reorg when its messages are no longer those that were read", async () => {
    const inbox = new InboxFollower(reader, { index: 0, acc: new Uint8Array(32) });
    const undo = await branch();
    await devnet.deposit(alice);
    const [first] = await inbox.poll(await blockNumber());
    const cursor = { index: 1, acc: first!.acc };
    expect(await inbox.agrees(cursor, await blockNumber())).toBe(true);
    await undo();
    expect(await inbox.agrees(cursor, await blockNumber())).toBeUndefined();
    await devnet.deposit(bob);
    expect(await inbox.agrees(cursor, await blockNumber())).toBe(false);
    await devnet.deposit(bob);
    await expect(inbox.poll(await blockNumber())).rejects.toMatchObject({ code: "host-reorged" });
  });
});

describe("the host's heads", () => {
  const heads = (number: number) => {
    const block = { number, hash: `0x${number}`, parentHash: "0x", timestamp: number } as const;
    return { latest: block, safe: block, finalized: block };
  };

  test("do not go back for a node that lags", async () => {
    const numbers = [10, 9, 11, 10, 10, 12];
    const steady = new SteadyHeads({ heads: () => Promise.resolve(heads(numbers.shift()!)) });
    const seen: (number | string)[] = [];
    while (numbers.length > 0) {
      seen.push(
        await steady.read().then(
          ({ latest }) => latest.number,
          (error: { code: string }) => error.code,
        ),
      );
    }
    expect(seen).toEqual([10, "host-reorged", 11, "host-reorged", "host-reorged", 12]);
  });

  test("do go back when the host insists", async () => {
    let number = 10;
    const steady = new SteadyHeads({ heads: () => Promise.resolve(heads(number)) });
    await steady.read();
    number = 5;
    for (let i = 0; i < 4; i++) await expect(steady.read()).rejects.toMatchObject({ code: "host-reorged" });
    expect((await steady.read()).latest.number).toBe(5);
    number = 6;
    expect((await steady.read()).latest.number).toBe(6);
  });
});

describe("a verifier", () => {
  let chain: Chain;
  let batches: Batches;
  let verifier: Verifier;
  let scribe: Scribe;
  let faults: FaultReport[];

  beforeEach(async () => {
    ({ chain } = await openChain(reader, await devnet.directory(), { role: "verifier" }));
    batches = await Batches.open(chain.store, reader.challengeWindow);
    faults = [];
    verifier = new Verifier({ reader, chain, batches, onFault: ({ report }) => void faults.push(report) });
    scribe = new Scribe(chain.separator);
  });
  afterEach(() => chain.store.close());

  const messages = async () => reader.messages({ fromIndex: 0, toBlock: await blockNumber() });

  /** Polls until the host is understood, which takes a few looks after a reorg; returns the number of looks. */
  async function settle(): Promise<number> {
    for (let looks = 1; looks < 10; looks++) {
      const isDone = await verifier.poll().then(
        () => true,
        (error: { code?: string }) => {
          if (error.code !== "host-reorged") throw error;
          return false;
        },
      );
      if (isDone) return looks;
    }
    throw new Error("it does not settle");
  }

  test("does not take a reorg of messages it has read, but not judged by, for a fault", async () => {
    const undo = await branch();
    await devnet.deposit(alice);
    await verifier.poll();
    await undo();
    await devnet.deposit(bob);
    await devnet.post([scribe.block(await now(), [], await messages())]);
    expect(await settle()).toBeLessThanOrEqual(3);
    expect(faults).toEqual([]);
    expect(toHex(chain.head.root)).toBe(toHex(scribe.state.root()));
  });

  test("does not either when only their times changed", async () => {
    const undo = await branch();
    await devnet.deposit(alice);
    await verifier.poll();
    await undo();
    await devnet.advance(77);
    await devnet.deposit(alice);
    await devnet.post([scribe.block(await now(), [], await messages())]);
    await settle();
    expect(faults).toEqual([]);
    expect(chain.head.inboxAcc).toEqual((await messages())[0]!.acc);
  });

  test("notes the new place of a batch that was posted again as it was", async () => {
    const block = scribe.block(await now(), []);
    const undo = await branch();
    const first = await devnet.post([block]);
    await verifier.poll();
    expect(await batches.latest()).toMatchObject({ id: 1, hostTransaction: first.transactionHash });
    await undo();
    await devnet.advance(50);
    const second = await devnet.post([block]);
    await settle();
    const expected = { id: 1, hostTransaction: second.transactionHash, hostBlock: Number(second.blockNumber) };
    expect(await batches.latest()).toMatchObject(expected);
  });

  test("reads a batch again that is the same to the byte, but stands on other messages", async () => {
    const undo = await branch();
    const begin = await now();
    const post = async (depositAt: number) => {
      await devnet.client.setNextBlockTimestamp({ timestamp: BigInt(begin + depositAt) });
      await devnet.deposit(alice);
      const [message] = await messages();
      const own = new Scribe(chain.separator);
      const block = own.block(begin + 50, [], [message!]);
      await devnet.client.setNextBlockTimestamp({ timestamp: BigInt(begin + 100) });
      await devnet.post([block]);
      return message!.acc;
    };
    await post(10);
    await verifier.poll();
    expect(chain.head.height).toBe(1);
    await undo();
    const acc = await post(20);
    await settle();
    expect(chain.head).toMatchObject({ height: 1, inboxAcc: acc });
    await devnet.deposit(bob);
    await verifier.poll();
  });

  test("judges the same bytes again when a reorg puts other messages under them", async () => {
    const undo = await branch();
    const begin = await now();
    const post = async (owner: typeof alice) => {
      await devnet.client.setNextBlockTimestamp({ timestamp: BigInt(begin + 10) });
      await devnet.deposit(owner);
      const [message] = await messages();
      // Its root is right with alice's deposit only.
      const own = new Scribe(chain.separator);
      const block = own.block(begin + 10, [], [{ ...message!, bytes: depositMessage(alice, 100n * TOKENS) }]);
      await devnet.client.setNextBlockTimestamp({ timestamp: BigInt(begin + 100) });
      await devnet.post([{ ...block, inboxAcc: message!.acc }]);
      return own.state.root();
    };
    await post(bob);
    await verifier.poll();
    expect(verifier.fault?.report).toMatchObject({ batch: 1, height: 1 });
    await undo();
    const right = await post(alice);
    await settle();
    expect(verifier.fault).toBeUndefined();
    expect(toHex(chain.head.root)).toBe(toHex(right));
    expect(faults).toHaveLength(1);
  });

  test("follows a host that removes batches, and messages under them", async () => {
    await devnet.deposit(alice);
    const undo = await branch();
    const [first] = await messages();
    const time = await now();
    await devnet.post([scribe.block(time, [], [first!]), scribe.block(time, [])]);
    await devnet.deposit(bob);
    const second = (await messages())[1]!;
    await devnet.post([scribe.block(await now(), [], [second])]);
    await verifier.poll();
    expect([batches.tip, chain.head.height]).toEqual([2, 3]);
    await undo();
    await devnet.mine(6);
    await settle();
    expect([batches.tip, chain.head.height, chain.head.inboxIndex]).toEqual([0, 0, 0]);
  });
});
