/** A verifier that only ever sees the host comes to the sequencer's roots. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { BALANCE } from "../../protocol/state/account.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";
import { Batches } from "../../runtime/chain/batches.ts";
import { openStore } from "../../runtime/store/store.ts";
import type { Sequencer } from "../../sequencer/service.ts";
import { Devnet, type Running, send, signFor, TOKENS } from "../support/devnet.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, OPEN_POLICY, root, work } from "../support/world.ts";

let devnet: Devnet;
let sequencer: Running<Sequencer>;

beforeAll(async () => {
  devnet = await Devnet.start();
  sequencer = await devnet.sequencer();
  await devnet.deposit(alice);
  await devnet.deposit(bob, 50n * TOKENS);
  await devnet.accounts(sequencer, 2);
});
afterAll(() => devnet.stop());

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const node of running.splice(0)) await node.stop();
});

async function startVerifier(options: Parameters<Devnet["verifier"]>[0] = {}) {
  const verifier = await devnet.verifier(options);
  running.push(verifier);
  return verifier;
}

const datanet: Transaction = {
  name: "CreateDatanet",
  account: 0,
  body: { metadataHash: root("datanet"), ...OPEN_POLICY },
};
const contribution = (seed: string): Transaction => ({
  name: "Contribute",
  account: 1,
  body: { datanet: 0, items: [work(seed)] },
});

describe("a verifier", () => {
  test("that starts late with an empty disk reaches the same root", async () => {
    await send(sequencer, datanet, alice);
    for (let i = 0; i < 5; i++) await send(sequencer, transfer(0, 1, 7n), alice);
    for (let i = 0; i < 5; i++) await send(sequencer, contribution(`late ${i}`), bob);
    const verifier = await startVerifier();
    await devnet.agreement(sequencer, verifier);
    expect(verifier.chain.state.contributions.length).toBe(5);
    expect(verifier.chain.state.accounts.u64(0, BALANCE)).toBe(sequencer.chain.state.accounts.u64(0, BALANCE));
  });

  test("that restarts from a snapshot goes on with the batches after it", async () => {
    const dataDir = await devnet.directory();
    const first = await startVerifier({ dataDir, snapshotEvery: 1 });
    await devnet.agreement(sequencer, first);
    await first.stop();
    for (let i = 0; i < 3; i++) await send(sequencer, transfer(0, 1), alice);
    const second = await startVerifier({ dataDir, snapshotEvery: 1 });
    await devnet.agreement(sequencer, second);
  });

  test("that crashed between two writes of a rewind is right again", async () => {
    const dataDir = await devnet.directory();
    const first = await startVerifier({ dataDir });
    await devnet.agreement(sequencer, first);
    await first.stop();
    const store = await openStore(dataDir);
    const batches = await Batches.open(store, 1);
    await batches.removeAbove(batches.tip - 1);
    await store.close();
    const second = await startVerifier({ dataDir });
    await devnet.agreement(sequencer, second);
  });

  test("refuses the store of a sequencer, which holds what is nowhere else", async () => {
    const { dataDir } = sequencer;
    await sequencer.stop();
    await expect(devnet.verifier({ dataDir })).rejects.toMatchObject({ code: "store-mismatch" });
    sequencer = await devnet.sequencer({ dataDir });
  });

  test("agrees on batches under load, each within the limits of the host", async () => {
    const count = 600;
    const nonces = [sequencer.pendingNonce(0), sequencer.pendingNonce(1)] as const;
    const people = [alice, bob];
    const sent = Array.from({ length: count }, (_, i) => {
      const nonce = nonces[i % 2]! + Math.floor(i / 2);
      return sequencer.submit!(signFor(sequencer, transfer(i % 2, (i + 1) % 2), nonce, people[i % 2]!), nonce);
    });
    const receipts = await Promise.all(sent);
    expect(new Set(receipts.map(({ verdict }) => verdict))).toEqual(new Set(["Ok"]));
    const verifier = await startVerifier();
    await devnet.agreement(sequencer, verifier);
    for (let id = 1; id <= sequencer.syncStatus().batch; id++) {
      const { firstHeight, lastHeight } = (await sequencer.batches.byId(id))!;
      expect(lastHeight - firstHeight).toBeLessThan(256);
    }
    await until("settled receipts", () => sequencer.syncStatus().unpostedBytes === 0);
  });
});
