/** Others may post when the sequencer does not, and a sequencer takes their blocks for what they are: the chain. */
import { parseEther } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CURATOR } from "../../cli/devnet/accounts.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import type { VerifierNode } from "../../prover/service.ts";
import { connectHost } from "../../runtime/host/hostReader.ts";
import type { Sequencer } from "../../sequencer/service.ts";
import { Devnet, type Running, send } from "../support/devnet.ts";
import { Scribe } from "../support/scribe.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob } from "../support/world.ts";

let devnet: Devnet;
let verifier: Running<VerifierNode>;
let silent: Running<Sequencer>;

beforeAll(async () => {
  devnet = await Devnet.start();
  verifier = await devnet.verifier();
  silent = await devnet.sequencer({ poster: undefined });
  await devnet.deposit(alice);
  await devnet.deposit(bob);
  await devnet.accounts(silent, 2);
});
afterAll(() => devnet.stop());

describe("another's batch", () => {
  const hashes: Hex[] = [];

  test("posted in open mode is taken in, and the sequencer's own transactions follow after it", async () => {
    for (let i = 0; i < 3; i++) {
      hashes.push((await send(silent, transfer(0, 1, 7n), alice)).hash);
      await silent.atBoundary(() => undefined);
    }
    await devnet.force(transfer(1, 0, 5n), bob);
    await devnet.advance(49 * 3_600);
    const other = devnet.host.wallet(CURATOR);
    const bond = { address: devnet.rollup, abi: rollupAbi, functionName: "bond", value: parseEther("1") } as const;
    await devnet.mined(other.writeContract(bond));
    const reader = await connectHost({ rpcUrl: devnet.host.rpcUrl, rollup: devnet.rollup });
    const { latest } = await reader.heads();
    const messages = await reader.messages({ fromIndex: 0, toBlock: latest.number });
    const scribe = new Scribe(silent.chain.separator);
    const blocks = [
      scribe.block(latest.timestamp, [], messages.slice(0, 2)),
      scribe.block(latest.timestamp, [scribe.pack(transfer(1, 0, 1n), bob)], messages.slice(2)),
    ];
    await devnet.post(blocks, CURATOR);
    const second = toHex(blocks[1]!.header.stateRoot);
    await until("the other's blocks", () => silent.syncStatus().batch === 1 && silent.chain.written.height >= 2);
    expect(toHex((await silent.chain.log.block(2))!.header.stateRoot)).toBe(second);
    expect(silent.syncStatus()).toMatchObject({ posted: 2, inboxIndex: 3 });
    await until("the transactions", async () => {
      const places = await Promise.all(hashes.map((hash) => silent.chain.log.locate(fromHex(hash))));
      return places.every((place) => place !== undefined && place.height > 2);
    });
    await until("the verifier", () => verifier.chain.written.height === 2);
    expect(toHex(verifier.chain.head.root)).toBe(second);
  });

  test("is built upon by the sequencer when it comes back", async () => {
    await silent.stop();
    const back = await devnet.sequencer({ dataDir: silent.dataDir });
    await devnet.agreement(back, verifier);
    for (const hash of hashes) expect(await verifier.chain.log.locate(fromHex(hash))).toBeDefined();
    await back.stop();
  });

  test("and the sequencer's own are all there is needed to start with an empty store", async () => {
    const { root, height } = verifier.chain.head;
    const anew = await devnet.sequencer({ snapshotEvery: 2 });
    expect(anew.chain.head.height).toBe(height);
    expect(anew.chain.head.root).toEqual(root);
    await send(anew, transfer(1, 0), bob);
    await devnet.agreement(anew, verifier);
    expect(verifier.chain.head.height).toBeGreaterThan(height);
  });
});
