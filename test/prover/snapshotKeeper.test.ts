/** The snapshots that a verifier keeps: always enough to leave with, never of what the host does not hold. */
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { toHex } from "../../protocol/bytes.ts";
import { State } from "../../protocol/state/state.ts";
import type { VerifierNode, VerifierServiceOptions } from "../../prover/service.ts";
import { readSnapshot, writeSnapshot } from "../../runtime/chain/snapshotFile.ts";
import { connectHost } from "../../runtime/host/hostReader.ts";
import { Devnet, type Running } from "../support/devnet.ts";
import { Scribe } from "../support/scribe.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob } from "../support/world.ts";

const WINDOW = 1_000;
const DAY = 24 * 3_600;
let devnet: Devnet;
let scribe: Scribe;
const running: Running<VerifierNode>[] = [];

beforeAll(async () => {
  devnet = await Devnet.start({ challengeWindowSeconds: WINDOW });
  await devnet.deposit(alice);
  await devnet.deposit(bob);
});
afterAll(() => devnet.stop());
afterEach(async () => {
  for (const node of running.splice(0)) await node.stop();
});

/** Lets time pass; what is final is so at the host's finalized block, too. */
async function pass(seconds: number): Promise<void> {
  await devnet.advance(seconds);
  await devnet.mine(5);
}

/** All that is there is final, and old enough that a verifier on its way does not stop for it. */
beforeEach(() => pass(3 * DAY));

async function start(options: Partial<VerifierServiceOptions> = {}): Promise<Running<VerifierNode>> {
  const node = await devnet.verifier({ portableSnapshotSeconds: 0, ...options });
  running.push(node);
  return node;
}

const filesOf = async ({ dataDir }: { dataDir: string }) => (await readdir(join(dataDir, "snapshots"))).sort();
const batchesOf = async (node: { dataDir: string }) =>
  (await filesOf(node)).map((name) => Number(/^batch-(\d+)\.snapshot$/.exec(name)?.[1]));

/** One batch of one block; the first takes in the deposits. */
async function post(): Promise<void> {
  const { timestamp } = await devnet.client.getBlock();
  const isFirst = (await devnet.tip()) === 0;
  const messages = isFirst ? await messagesOnHost() : [];
  const content = isFirst ? [] : [scribe.pack(transfer(0, 1), alice)];
  await devnet.post([scribe.block(Number(timestamp), content, messages)]);
}

async function messagesOnHost() {
  const reader = await connectHost({ rpcUrl: devnet.host.rpcUrl, rollup: devnet.rollup });
  return reader.messages({ fromIndex: 0, toBlock: Number(await devnet.client.getBlockNumber()) });
}

/** On disk, and as the keeper tells it. */
const keeps = (node: Running<VerifierNode>, batches: number[]) => {
  const told = () => node.snapshots.kept.map(({ batch }) => batch).join();
  return until(
    () => `snapshots of ${batches}, not ${told()}`,
    async () => (await batchesOf(node)).join() === batches.join() && told() === batches.join(),
  );
};

beforeAll(async () => {
  const probe = await start();
  scribe = new Scribe(probe.chain.separator);
});

describe("a verifier's snapshots", () => {
  test("are of all batches that can still go, and of the newest two that cannot", async () => {
    const node = await start();
    for (let i = 0; i < 4; i++) await post();
    await keeps(node, [1, 2, 3, 4]);
    await pass(WINDOW);
    await keeps(node, [3, 4]);
    await post();
    await post();
    await keeps(node, [3, 4, 5, 6]);
    await pass(WINDOW);
    await keeps(node, [5, 6]);
    for (const { path, stateRoot, batch } of node.snapshots.kept) {
      const found = await readSnapshot(path);
      expect(found).toMatchObject({ header: { batch, stateRoot, rollup: devnet.rollup } });
      const onHost = (await node.batches.byId(batch))!;
      expect(stateRoot).toBe(toHex((await node.chain.log.block(onHost.lastHeight))!.header.stateRoot));
    }
  });

  test("are taken up after a restart, also with an empty store", async () => {
    const node = await start();
    await keeps(node, [await devnet.tip()]); // the rest is final, and was not worth it on the way
    const { dataDir } = node;
    await post();
    const tip = await devnet.tip();
    await keeps(node, [tip - 1, tip]);
    await node.stop();
    const again = await start({ dataDir });
    await until("the snapshots", () => again.snapshots.kept.length === 2);
    await again.stop();

    const fresh = await devnet.directory();
    await rename(join(dataDir, "snapshots"), join(fresh, "snapshots"));
    const anew = await start({ dataDir: fresh });
    await until("the snapshots", () => anew.snapshots.kept.map(({ batch }) => batch).join() === `${tip - 1},${tip}`);
    expect(await batchesOf(anew)).toEqual([tip - 1, tip]);
  });

  test("come daily by default, and one of a chain that stood still for long", async () => {
    const node = await start({ portableSnapshotSeconds: DAY });
    const tip = await devnet.tip();
    await keeps(node, [tip]);
    await post();
    await devnet.advance(DAY / 2);
    await post();
    await devnet.advance(DAY / 2);
    await post();
    await keeps(node, [tip, tip + 1, tip + 3]);
  });

  test("go with the batches that the host no longer holds", async () => {
    const dataDir = await devnet.directory();
    const node = await start({ dataDir });
    const tip = await devnet.tip();
    await keeps(node, [tip]);
    const undo = await devnet.client.snapshot();
    await post();
    await keeps(node, [tip, tip + 1]);
    await devnet.client.revert({ id: undo });
    await devnet.mine(6);
    await keeps(node, [tip]);
    await node.stop();
  });

  test("are dropped when another batch has their number by now", async () => {
    const node = await start();
    const { dataDir } = node;
    const tip = await devnet.tip();
    await keeps(node, [tip]);
    const [kept] = node.snapshots.kept;
    const right = kept!.stateRoot;
    const about = { chainId: node.instance.chainId, rollup: devnet.rollup, batch: tip, height: kept!.height };
    await node.stop();
    const rootNow = async () => {
      const found = await readSnapshot(kept!.path).catch(() => undefined); // gone for a moment
      return found && "header" in found ? found.header.stateRoot : undefined;
    };
    // With the store that knows the batch, and with one that has yet to come to it.
    for (const lose of [false, true]) {
      await writeSnapshot(kept!.path, new State(), about);
      if (lose) {
        for (const name of await readdir(dataDir)) {
          if (name !== "snapshots") await rm(join(dataDir, name), { recursive: true });
        }
      }
      const again = await start({ dataDir });
      await until("the right one", async () => (await rootNow()) === right);
      expect(again.snapshots.kept.map(({ batch }) => batch)).toEqual([tip]);
      await again.stop();
    }
  });

  test("that cannot be written are told, and do not stop it", async () => {
    const dataDir = await devnet.directory();
    const node = await start({ dataDir });
    const tip = await devnet.tip();
    await keeps(node, [tip]);
    await rm(join(dataDir, "snapshots"), { recursive: true });
    await devnet.mine();
    const { hostBlock } = node.syncStatus();
    await devnet.mine();
    await until("another look", () => node.syncStatus().hostBlock > hostBlock);
    expect(node.failure()).toBeUndefined();
  });
});
