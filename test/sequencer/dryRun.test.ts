/** The poster asks the law before it posts (rule 4). */
import { afterEach, describe, expect, test } from "vitest";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { blockCommitment } from "../../protocol/batch.ts";
import { concat } from "../../protocol/bytes.ts";
import { State } from "../../protocol/state/state.ts";
import { witnessOf } from "../../protocol/witness/witnessOf.ts";
import { numberKey } from "../../runtime/store/keys.ts";
import type { Sequencer } from "../../sequencer/service.ts";
import { Devnet, type Running, send, sendMany } from "../support/devnet.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { deposits } from "../support/inbox.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, carol, ENVIRONMENT, mallory } from "../support/world.ts";
import { Workshop } from "./workshop.ts";

const directory = temporaryDirectories();
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const TOO_MUCH = 10n ** 15n;

describe("witnesses recorded while blocks are built", () => {
  test("are those of the finished blocks, whatever was left out of these", async () => {
    const inbox = deposits([alice, bob, carol]);
    const workshop = await Workshop.start({ path: await directory(), inbox, sampleEvery: 1 });
    closers.push(() => workshop.close());
    await until("accounts", () => workshop.chain.state.accounts.length === 3);
    for (let round = 0; round < 6; round++) {
      const sent = [
        workshop.submit(transfer(0, 1), alice),
        workshop.submit(transfer(1, 2, TOO_MUCH), bob),
        // Void: it reads an account that no other transaction of the block may touch.
        workshop.submit(transfer(2, 0), mallory, workshop.builder.pendingNonce(2)).catch(() => undefined),
        workshop.submit(transfer(0, 1), alice),
      ];
      await Promise.all(sent);
      if (round % 2 === 1) await workshop.quiet();
    }
    await Promise.all(Array.from({ length: 150 }, () => workshop.submit(transfer(0, 1), alice)));
    await workshop.quiet();
    const state = new State();
    for (let height = 1; height <= workshop.chain.head.height; height++) {
      const block = (await workshop.chain.log.block(height))!;
      const start = { ...block.header, messages: block.messages };
      const { witness } = witnessOf(state, ENVIRONMENT, start, block.content);
      const stored = await workshop.chain.store.witnesses.get(numberKey(height));
      expect(Buffer.from(stored!).equals(concat(blockCommitment(block), witness)), `block ${height}`).toBe(true);
    }
  });

  test("are kept of blocks with a rejected verdict and of a sample, and go with the blocks", async () => {
    const workshop = await Workshop.start({ path: await directory(), inbox: deposits([alice]), sampleEvery: 4 });
    closers.push(() => workshop.close());
    await until("an account", () => workshop.chain.state.accounts.length === 1);
    const rejected: number[] = [];
    for (let i = 0; i < 10; i++) {
      await workshop.submit(transfer(0, 0, i % 5 === 0 ? TOO_MUCH : 1n), alice);
      await workshop.quiet();
      if (i % 5 === 0) rejected.push(workshop.chain.head.height);
    }
    const heights = async () => {
      const keys = await workshop.chain.store.witnesses.keys().all();
      return keys.map((key) => Number(`0x${Buffer.from(key).toString("hex")}`));
    };
    const sample = Array.from({ length: workshop.chain.head.height }, (_, i) => i + 1).filter((at) => at % 4 === 0);
    expect(await heights()).toEqual([...new Set([...rejected, ...sample])].sort((a, b) => a - b));
    await workshop.builder.rewind(1, async () => {});
    expect((await heights()).filter((height) => height > 1)).toEqual([]);
  });
});

describe("the dry run", () => {
  let devnet: Devnet;
  let node: Running<Sequencer>;
  const start = async (options: Parameters<Devnet["sequencer"]>[0] = {}) => {
    devnet = await Devnet.start();
    closers.push(() => devnet.stop());
    node = await devnet.sequencer({ dryRunEvery: 1, ...options });
    await devnet.deposit(alice);
    await devnet.accounts(node, 1);
  };
  const waiting = () => node.chain.store.witnesses.keys().all();

  test("agrees with the contract on every block, and posting goes on", async () => {
    await start();
    const verifier = await devnet.verifier();
    await devnet.force(transfer(0, 0, 3n), alice);
    await devnet.force(transfer(0, 0, 3n), bob);
    for (let i = 0; i < 3; i++) {
      await send(node, transfer(0, 0, TOO_MUCH), alice);
      await sendMany(node, transfer(0, 0), alice, 20);
    }
    await until("the messages", () => node.syncStatus().inboxIndex === 3);
    await devnet.agreement(node, verifier);
    expect(await waiting()).toEqual([]);
  });

  test("stops posting for good at a block on which the contract does not agree, and the rest goes on", async () => {
    await start({ dryRunEvery: 1_000 });
    const verifier = await devnet.verifier();
    await devnet.agreement(node, verifier);
    const rollup = { address: devnet.rollup, abi: rollupAbi } as const;
    const address = await devnet.client.readContract({ ...rollup, functionName: "transition" });
    const code = await devnet.client.getCode({ address });
    // Always the zero root, and no verdicts.
    await devnet.client.setCode({ address, bytecode: "0x60006000526040602052600060405260606000f3" });
    const { batch } = node.syncStatus();
    const { height } = await send(node, transfer(0, 0, TOO_MUCH), alice);
    await send(node, transfer(0, 0), alice);
    await until("a block to post", () => node.syncStatus().unpostedBytes > 0);
    const block = Number(await devnet.client.getBlockNumber());
    await devnet.mine(3);
    await until("looks at the host", () => node.syncStatus().hostBlock >= block + 3);
    expect(node.syncStatus()).toMatchObject({ batch });
    expect(node.syncStatus().unpostedBytes).toBeGreaterThan(0);
    expect((await send(node, transfer(0, 0), alice)).verdict).toBe("Ok");
    await devnet.client.setCode({ address, bytecode: code! });
    await node.stop();
    const again = await devnet.sequencer({ dataDir: node.dataDir });
    await devnet.agreement(again, verifier);
    expect(again.syncStatus().posted).toBeGreaterThanOrEqual(height);
  });
});
