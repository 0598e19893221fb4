/** The host takes back what it said: the sequencer and the verifier come to the same end, and users keep their transactions. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fromHex, type Hex } from "../../protocol/bytes.ts";
import { ownerOf } from "../../protocol/state/account.ts";
import type { VerifierNode } from "../../prover/service.ts";
import { Devnet, type Running, send, sendMany, sendSoon } from "../support/devnet.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, carol } from "../support/world.ts";

let devnet: Devnet;
let verifier: Running<VerifierNode>;

beforeEach(async () => {
  devnet = await Devnet.start();
  verifier = await devnet.verifier();
});
afterEach(() => devnet.stop());

const NEVER = 10 ** 9;

async function branch(): Promise<() => Promise<void>> {
  const id = await devnet.client.snapshot();
  return () => devnet.client.revert({ id }).then(() => undefined);
}

describe("a reorg of the host", () => {
  test("that removes posted batches has them posted again", async () => {
    const sequencer = await devnet.sequencer();
    await devnet.deposit(alice);
    await devnet.accounts(sequencer, 1);
    await devnet.agreement(sequencer, verifier);
    await devnet.mine(3);
    const tip = await devnet.tip();
    const undo = await branch();
    const { hash } = await send(sequencer, transfer(0, 0), alice);
    await until("two more batches", async () => (await devnet.tip()) > tip);
    await devnet.agreement(sequencer, verifier);
    await undo();
    expect(await devnet.tip()).toBe(tip);
    await devnet.mine(2);
    await until("the batch again", async () => (await devnet.tip()) > tip);
    await devnet.agreement(sequencer, verifier);
    expect(await verifier.chain.log.locate(fromHex(hash))).toBeDefined();
  });

  test("that changes the deposits under unposted blocks keeps what does not rest on them", async () => {
    const sequencer = await devnet.sequencer({ batchMaxAgeSeconds: NEVER });
    await devnet.deposit(alice);
    await devnet.accounts(sequencer, 1);
    const undo = await branch();
    await devnet.deposit(bob);
    await devnet.accounts(sequencer, 2);
    const kept: Hex[] = [];
    for (let i = 0; i < 4; i++) {
      kept.push((await send(sequencer, transfer(0, 0), alice)).hash);
      await sequencer.atBoundary(() => undefined);
    }
    await send(sequencer, transfer(1, 1), bob);
    await sequencer.atBoundary(() => undefined);
    await undo();
    await devnet.deposit(carol);
    await until("the other owner", () => {
      const { accounts } = sequencer.chain.state;
      return accounts.length === 2 && Buffer.compare(ownerOf(accounts, 1), carol.address) === 0;
    });
    await until("every transaction", async () => {
      const found = await Promise.all(kept.map((hash) => sequencer.chain.log.locate(fromHex(hash))));
      return !found.includes(undefined);
    });
    expect(sequencer.pendingNonce(0)).toBe(4);
    await sendSoon(sequencer, transfer(1, 0), carol);
    await sequencer.stop();
    const poster = await devnet.sequencer({ dataDir: sequencer.dataDir });
    await devnet.agreement(poster, verifier);
  });

  test("that takes deposits away altogether leaves a chain without them", async () => {
    const sequencer = await devnet.sequencer();
    await devnet.deposit(alice);
    await devnet.accounts(sequencer, 1);
    await devnet.agreement(sequencer, verifier);
    const undo = await branch();
    await devnet.deposit(bob);
    await devnet.accounts(sequencer, 2);
    await send(sequencer, transfer(0, 1), alice);
    await devnet.agreement(sequencer, verifier);
    await undo();
    await devnet.mine(8);
    await until("one account", () => sequencer.chain.state.accounts.length === 1);
    await sendSoon(sequencer, transfer(0, 0), alice);
    await devnet.agreement(sequencer, verifier);
    expect(verifier.chain.state.accounts.length).toBe(1);
  });

  test("of any depth up to 64 blocks ends in agreement", async () => {
    const sequencer = await devnet.sequencer();
    await devnet.deposit(alice);
    await devnet.accounts(sequencer, 1);
    await devnet.mine(64);
    for (const depth of [1, 2, 7, 64]) {
      await devnet.deposit(bob);
      await sendMany(sequencer, transfer(0, 0), alice, 5);
      await devnet.agreement(sequencer, verifier);
      await devnet.reorg(depth);
      await sendSoon(sequencer, transfer(0, 0), alice);
      await devnet.deposit(carol);
      await until("the deposits", () => {
        const { inboxIndex, inboxLength } = sequencer.syncStatus();
        return inboxIndex === inboxLength;
      });
      await devnet.passTimeOf(sequencer);
      await devnet.agreement(sequencer, verifier);
    }
  });
});
