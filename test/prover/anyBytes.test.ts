/** Batches that no sequencer of ours made: whatever their bytes are, the verifier finds what the protocol says of them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toHex } from "../../protocol/bytes.ts";
import { HEADER_BYTES, MAX_BATCH_BYTES, MAX_BLOCK_BYTES } from "../../protocol/params.ts";
import type { VerifierNode } from "../../prover/service.ts";
import { connectHost } from "../../runtime/host/hostReader.ts";
import { Devnet, type PostableBlock, type Running } from "../support/devnet.ts";
import { Scribe } from "../support/scribe.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, mallory } from "../support/world.ts";

let devnet: Devnet;
let verifier: Running<VerifierNode>;
let scribe: Scribe;
let time: number;

beforeAll(async () => {
  devnet = await Devnet.start();
  verifier = await devnet.verifier();
  scribe = new Scribe(verifier.chain.separator);
  await devnet.deposit(alice);
  await devnet.deposit(bob);
  const reader = await connectHost({ rpcUrl: devnet.host.rpcUrl, rollup: devnet.rollup });
  const { latest } = await reader.heads();
  time = latest.timestamp;
  const messages = await reader.messages({ fromIndex: 0, toBlock: latest.number });
  await agree([scribe.block(time, [], messages)]);
});
afterAll(() => devnet.stop());

/** Posts the blocks and waits until the verifier stands behind them, at the scribe's root. */
async function agree(blocks: readonly PostableBlock[]): Promise<void> {
  const height = verifier.chain.head.height + blocks.length;
  await devnet.post(blocks);
  await until("the batch", () => {
    if (verifier.verifier.fault !== undefined) throw new Error(JSON.stringify(verifier.verifier.fault?.report));
    return verifier.chain.written.height === height;
  });
  expect(toHex(verifier.chain.head.root)).toBe(toHex(scribe.state.root()));
}

const junk = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 0xff);

describe("a verifier without any sequencer", () => {
  test("ends a block's content at bytes that decode to nothing, and leaves out what follows them", async () => {
    const good = scribe.pack(transfer(0, 1), alice);
    const after = scribe.pack(transfer(1, 0), bob);
    const block = scribe.block(time, [good, junk(200), after]);
    expect(block.results).toHaveLength(1);
    const cut = scribe.block(time, [scribe.pack(transfer(0, 1), alice).subarray(0, -1)]);
    const onlyJunk = scribe.block(time, [junk(8_000)]);
    await agree([block, cut, onlyJunk]);
    expect((await verifier.chain.log.block(2))!.results).toHaveLength(1);
  });

  test("takes empty blocks, as many as a batch may hold", async () => {
    await agree(Array.from({ length: 256 }, () => scribe.block(time, [])));
  });

  test("takes void and stale transactions as the no-ops they are", async () => {
    const packed = scribe.pack(transfer(0, 1), alice);
    const void_ = [scribe.pack(transfer(0, 1), mallory), scribe.pack(transfer(77, 1), alice), packed, packed];
    const block = scribe.block(time, [...void_, scribe.pack(transfer(0, 1), alice, scribe.nonce(0) + 9)]);
    const verdicts = block.results.map(({ verdict }) => verdict);
    expect(verdicts).toEqual(["BadSignature", "UnknownAccount", "Ok", "BadSignature", "BadSignature"]);
    await agree([block]);
  });

  test("takes a batch of the largest size", async () => {
    const blocks: PostableBlock[] = [];
    let left = MAX_BATCH_BYTES;
    while (left > HEADER_BYTES + 2) {
      const room = Math.min(MAX_BLOCK_BYTES - HEADER_BYTES, left - HEADER_BYTES - 2);
      const packed: Uint8Array[] = [];
      let used = 0;
      for (let nonce = scribe.nonce(0); ; nonce++) {
        const next = scribe.pack(transfer(0, 1), alice, nonce);
        if (used + next.length > room) break;
        packed.push(next);
        used += next.length;
      }
      blocks.push(scribe.block(time, [...packed, junk(room - used)]));
      left -= HEADER_BYTES + 2 + room;
    }
    expect(blocks.length).toBeGreaterThan(12);
    await agree(blocks);
  });

  test("is the same after a restart that runs all of it again", async () => {
    const { dataDir } = verifier;
    const before = toHex(verifier.chain.head.root);
    await verifier.stop();
    verifier = await devnet.verifier({ dataDir });
    expect(toHex(verifier.chain.state.root())).toBe(before);
    await agree([scribe.block(time, [scribe.pack(transfer(1, 0), bob)])]);
  });
});
