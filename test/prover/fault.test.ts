/** A wrong root on the host: the verifier says which, and stays where it last agreed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FaultReport } from "../../protocol/api.ts";
import { equalBytes, fromHex, toHex } from "../../protocol/bytes.ts";
import type { VerifierNode } from "../../prover/service.ts";
import { Devnet, type PostableBlock, type Running, send } from "../support/devnet.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, root } from "../support/world.ts";

let devnet: Devnet;
let written: PostableBlock[];
let verifier: Running<VerifierNode>;
const faults: FaultReport[] = [];
const WRONG = root("wrong");

/** A sequencer writes blocks and does not post them: the tests do. */
beforeAll(async () => {
  devnet = await Devnet.start();
  const author = await devnet.sequencer({ poster: undefined });
  verifier = await devnet.verifier({ onFault: (fault) => faults.push(fault) });
  await devnet.deposit(alice);
  await devnet.deposit(bob);
  await devnet.accounts(author, 2);
  for (let i = 0; i < 6; i++) {
    await send(author, transfer(0, 1), alice);
    await author.atBoundary(() => undefined);
  }
  const { height } = author.chain.head;
  await until("all blocks", async () => (await author.chain.log.block(height)) !== undefined);
  written = await Promise.all(Array.from({ length: height }, async (_, i) => (await author.chain.log.block(i + 1))!));
  await author.stop();
});
afterAll(() => devnet.stop());

const blocks = (from: number, to: number): PostableBlock[] => written.slice(from - 1, to);

const withRoot = (block: PostableBlock, stateRoot: Uint8Array): PostableBlock => ({
  ...block,
  header: { ...block.header, stateRoot },
});

const reached = (height: number) => until(`height ${height}`, () => verifier.chain.written.height === height);

describe("a wrong root", () => {
  let snapshot: `0x${string}`;

  test("is named with batch, block, expected and posted root, once", async () => {
    await devnet.post(blocks(1, 2));
    await reached(2);
    snapshot = await devnet.client.snapshot();
    const faulty = blocks(3, 5);
    const right = toHex(faulty[1]!.header.stateRoot);
    faulty[1] = withRoot(faulty[1]!, WRONG);
    await devnet.post(faulty);
    await until("the fault", () => verifier.syncStatus().fault ?? undefined);
    const report = { batch: 2, height: 4, expectedRoot: right, postedRoot: toHex(WRONG) };
    expect(verifier.syncStatus()).toMatchObject({ fault: report, height: 2, batch: 1 });
    expect(faults).toEqual([report]);
  });

  test("is not worked on again at every look at the host", async () => {
    const { generation } = verifier.chain;
    const { hostBlock } = verifier.syncStatus();
    for (let i = 1; i <= 3; i++) {
      await devnet.mine();
      await until("another look", () => verifier.syncStatus().hostBlock >= hostBlock + i);
      expect(verifier.syncStatus().fault).not.toBeNull();
    }
    expect(verifier.chain.generation).toBe(generation);
    expect(faults).toHaveLength(1);
  });

  test("leaves the last agreed state to be served", async () => {
    const { head } = verifier.chain;
    expect(equalBytes(head.root, blocks(2, 2)[0]!.header.stateRoot)).toBe(true);
    const read = await verifier.atBoundary(() => toHex(verifier.chain.state.root()));
    expect(read).toBe(toHex(head.root));
  });

  test("is found again by a verifier that starts now, and after a restart", async () => {
    const late = await devnet.verifier();
    await until("the fault", () => late.syncStatus().fault ?? undefined);
    expect(late.syncStatus()).toMatchObject({ height: 2, fault: { batch: 2, height: 4 } });
    await late.stop();
    const again = await devnet.verifier({ dataDir: late.dataDir });
    await until("the fault", () => again.syncStatus().fault ?? undefined);
    await again.stop();
  });

  test("is over when the host no longer holds it, and the verifier goes on", async () => {
    await devnet.client.revert({ id: snapshot });
    await devnet.mine(5);
    await until("no fault", () => verifier.syncStatus().fault === null);
    await devnet.post(blocks(3, 5));
    await reached(5);
    expect(faults).toHaveLength(1);
  });
});

describe("a sequencer that meets a wrong root", () => {
  test("does not take it in, loses nothing, and does not go back at every look", async () => {
    const own = await devnet.sequencer({ poster: undefined });
    expect(own.chain.head.height).toBe(5);
    const receipt = await send(own, transfer(1, 0), bob);
    await devnet.post([withRoot(blocks(6, 6)[0]!, WRONG)]);
    await until("the fault", () => own.syncStatus().fault ?? undefined);
    expect(own.syncStatus().fault).toMatchObject({ batch: 3, height: 6, postedRoot: toHex(WRONG) });
    await own.atBoundary(() => undefined); // after the rewind, which also sequences again what was dropped
    await until("the transaction", () => own.chain.log.locate(fromHex(receipt.hash)));
    const after = own.chain.generation;
    for (let i = 0; i < 3; i++) {
      const { hostBlock } = own.syncStatus();
      await devnet.mine();
      await until("another look", () => own.syncStatus().hostBlock > hostBlock);
    }
    expect(own.chain.generation).toBe(after);
    expect(own.syncStatus().batch).toBe(2);
    expect(own.failure()).toBeUndefined();
  });
});
