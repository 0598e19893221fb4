import { hashTypedData, recoverAddress } from "viem";
import { afterEach, describe, expect, test } from "vitest";
import type { SignedHeaderView, SoftConfirmationView } from "../../protocol/api.ts";
import { blockCommitment } from "../../protocol/batch.ts";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import { headerFromView, headerHash } from "../../protocol/confirmation.ts";
import { DOMAIN_NAME, DOMAIN_VERSION } from "../../protocol/eip712.ts";
import { keccak256 } from "../../protocol/hash.ts";
import { splitSignature } from "../../protocol/signature.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { deposits } from "../support/inbox.ts";
import { transfer } from "../support/transfer.ts";
import { alice, bob, carol, DOMAIN, mallory, person } from "../support/world.ts";
import { Workshop, type WorkshopOptions } from "./workshop.ts";

const directory = temporaryDirectories();
const OWNERS = [alice, bob, carol];
const NEVER_MS = 3_600_000;
const headerKey = person("header key");
const opened: Workshop[] = [];

async function start(options: Partial<WorkshopOptions> = {}, epoch: number | undefined = 4): Promise<Workshop> {
  const workshop = await Workshop.open({ path: await directory(), inbox: deposits(OWNERS), headerKey, ...options });
  opened.push(workshop);
  workshop.signer.setEpoch(epoch);
  workshop.run();
  workshop.readInbox();
  await workshop.accounts(OWNERS.length);
  return workshop;
}

afterEach(async () => {
  for (const workshop of opened.splice(0)) await workshop.close();
});

const domain = {
  name: DOMAIN_NAME,
  version: DOMAIN_VERSION,
  chainId: DOMAIN.chainId,
  verifyingContract: toHex(DOMAIN.verifyingContract),
};
const uint64 = (name: string) => ({ name, type: "uint64" });
const bytes32 = (name: string) => ({ name, type: "bytes32" });
/** As the specification writes the structs. */
const types = {
  Header: [
    uint64("epoch"),
    uint64("height"),
    bytes32("parent"),
    bytes32("blockCommitment"),
    uint64("inboxIndex"),
    bytes32("inboxAcc"),
  ],
  Confirmation: [
    uint64("epoch"),
    uint64("height"),
    uint64("inboxIndex"),
    bytes32("inboxAcc"),
    uint64("contentLength"),
    bytes32("contentHash"),
  ],
};

/** Who signed, by an implementation that is not ours. */
function signerOf(primaryType: "Header" | "Confirmation", said: SignedHeaderView | SoftConfirmationView) {
  const hash = hashTypedData({ domain, types, primaryType, message: { ...said } });
  const { compact, yParity } = splitSignature(fromHex(said.signature))!;
  const [r, s] = [toHex(compact.subarray(0, 32)), toHex(compact.subarray(32))];
  return recoverAddress({ hash, signature: { r, s, yParity } });
}

const headerAt = async (workshop: Workshop, height: number) =>
  (await workshop.signer.statements.statement(height))?.header ?? undefined;

describe("a confirmation", () => {
  test("is in the receipt, signed, and covers the block up to the transaction", async () => {
    const workshop = await start({ blockTimeMs: NEVER_MS });
    await workshop.submit(transfer(0, 1), alice);
    await Promise.all([1, 2, 3].map(() => workshop.submit(transfer(1, 0), bob)));
    const { content, height } = workshop.builder.openContent!;
    expect(workshop.receipts).toHaveLength(4);
    for (const receipt of workshop.receipts) {
      const said = receipt.softConfirmation!;
      expect((await signerOf("Confirmation", said)).toLowerCase()).toBe(toHex(headerKey.address));
      expect(said).toMatchObject({ epoch: 4, height, inboxIndex: 3, inboxAcc: toHex(deposits(OWNERS)[2]!.acc) });
      expect(said.contentHash).toBe(toHex(keccak256(content.subarray(0, said.contentLength))));
    }
    expect(workshop.receipts.at(-1)!.softConfirmation!.contentLength).toBe(content.length);
  });

  test("is one for all transactions of a write, and none is given where nothing can be signed", async () => {
    const workshop = await start({ blockTimeMs: NEVER_MS });
    await Promise.all([1, 2, 3, 4].map(() => workshop.submit(transfer(1, 0), bob)));
    const said = new Set(workshop.receipts.map(({ softConfirmation }) => softConfirmation!.signature));
    expect(said.size).toBeLessThan(4);
    workshop.signer.setEpoch(undefined);
    await workshop.submit(transfer(0, 1), alice);
    expect(workshop.receipts.at(-1)!.softConfirmation).toBeUndefined();
  });

  test("is not carried on in another epoch within a block", async () => {
    const workshop = await start({ blockTimeMs: 100 });
    await workshop.submit(transfer(0, 1), alice);
    const { height } = workshop.receipts[0]!;
    workshop.signer.setEpoch(5);
    await workshop.submit(transfer(0, 1), alice);
    await workshop.quiet();
    const same = workshop.receipts.filter((receipt) => receipt.height === height);
    expect(same.map(({ softConfirmation }) => softConfirmation?.epoch)).toEqual(
      same.map((_, i) => (i === 0 ? 4 : undefined)),
    );
    expect(await headerAt(workshop, height)).toBeUndefined();
    await workshop.submit(transfer(0, 1), alice);
    await workshop.quiet();
    expect((await headerAt(workshop, workshop.chain.head.height))?.epoch).toBe(5);
  });
});

describe("a header", () => {
  test("is signed for every sealed block, each naming the one before", async () => {
    const workshop = await start();
    for (let i = 0; i < 6; i++) {
      await workshop.submit(transfer(0, 1), alice);
      await workshop.quiet();
    }
    let parent = toHex(new Uint8Array(32));
    for (let height = 1; height <= workshop.chain.head.height; height++) {
      const header = (await headerAt(workshop, height))!;
      const block = (await workshop.chain.log.block(height))!;
      expect((await signerOf("Header", header)).toLowerCase()).toBe(toHex(headerKey.address));
      expect(header).toMatchObject({ epoch: 4, height, parent, blockCommitment: toHex(blockCommitment(block)) });
      parent = toHex(headerHash(headerFromView(header)));
    }
  });

  test("is the last word on its height in an epoch, whatever is built there later", async () => {
    const workshop = await start();
    for (let i = 0; i < 4; i++) {
      await workshop.submit(transfer(0, 1), alice);
      await workshop.quiet();
    }
    const { height: top } = workshop.chain.head;
    const { statements } = workshop.signer;
    await workshop.rewind(1);
    await workshop.submit(transfer(1, 2), bob);
    await workshop.quiet();
    expect(statements.withdrawn.map(({ height }) => height)).toEqual(Array.from({ length: top - 1 }, (_, i) => i + 2));
    for (let height = 2; height <= workshop.chain.head.height; height++) {
      expect(await headerAt(workshop, height)).toBeUndefined();
    }
    await statements.release(statements.withdrawn);
    while (workshop.chain.head.height <= top) {
      await workshop.submit(transfer(1, 2), bob);
      await workshop.quiet();
    }
    expect(await headerAt(workshop, top)).toBeUndefined();
    expect((await headerAt(workshop, top + 1))?.height).toBe(top + 1);
  });

  test("can be of another block in a later epoch, once the one before is void", async () => {
    const workshop = await start();
    await workshop.submit(transfer(0, 1), alice);
    await workshop.quiet();
    const { statements } = workshop.signer;
    await workshop.rewind(0, deposits([alice, bob, carol, mallory]));
    await workshop.signer.statements.release(statements.withdrawn);
    workshop.signer.setEpoch(5);
    await workshop.quiet();
    await workshop.submit(transfer(0, 1), alice);
    await workshop.quiet();
    const signed = await headerAt(workshop, workshop.chain.head.height);
    expect(signed?.epoch).toBe(5);
  });

  test("is not signed where a post was tried, nor in an epoch below one signed for", async () => {
    const workshop = await start();
    await workshop.quiet();
    await workshop.signer.statements.attempt(workshop.chain.head.height + 1);
    await workshop.submit(transfer(0, 1), alice);
    await workshop.quiet();
    expect(workshop.receipts.at(-1)!.softConfirmation).toBeUndefined();
    expect(await headerAt(workshop, workshop.chain.head.height)).toBeUndefined();
    workshop.signer.setEpoch(3);
    await workshop.submit(transfer(0, 1), alice);
    expect(workshop.receipts.at(-1)!.softConfirmation).toBeUndefined();
  });
});

describe("a restart", () => {
  test("goes on confirming the block that was open, with what was confirmed of it", async () => {
    const path = await directory();
    const first = await start({ path, blockTimeMs: NEVER_MS });
    await first.submit(transfer(0, 1), alice);
    const before = first.receipts[0]!.softConfirmation!;
    await first.close();
    opened.pop();
    const second = await start({ path, blockTimeMs: NEVER_MS });
    await second.submit(transfer(0, 1), alice);
    const after = second.receipts[0]!.softConfirmation!;
    const { content } = second.builder.openContent!;
    expect(after).toMatchObject({ epoch: before.epoch, height: before.height });
    expect(before.contentHash).toBe(toHex(keccak256(content.subarray(0, before.contentLength))));
    expect(after.contentHash).toBe(toHex(keccak256(content)));
  });

  test("does not take a block for one whose confirmed namesake another epoch sealed and a rewind withdrew", async () => {
    const path = await directory();
    const again = async (options: Partial<WorkshopOptions>, epoch?: number): Promise<Workshop> => {
      await opened.pop()?.close();
      return start({ path, ...options }, epoch);
    };
    const confirming = await again({ blockTimeMs: NEVER_MS });
    await confirming.submit(transfer(0, 1), alice);
    const { height } = confirming.receipts[0]!.softConfirmation!;
    const sealing = await again({}, 5);
    await sealing.quiet();
    expect(sealing.chain.head.height).toBe(height);
    const rewinding = await again({ blockTimeMs: NEVER_MS });
    await rewinding.rewind(height - 1);
    await rewinding.accounts(OWNERS.length);
    await rewinding.submit(transfer(1, 2), bob);
    expect(rewinding.builder.openContent).toMatchObject({ height });
    const last = await again({ blockTimeMs: NEVER_MS });
    await last.submit(transfer(1, 2), bob);
    expect(last.receipts.at(-1)).toMatchObject({ height });
    expect(last.receipts.at(-1)!.softConfirmation).toBeUndefined();
  });

  test("does not confirm a block that is built anew after a rewind", async () => {
    const path = await directory();
    const first = await start({ path, blockTimeMs: NEVER_MS });
    await first.submit(transfer(0, 1), alice);
    await first.builder.rewind(0, async () => {});
    await first.close();
    opened.pop();
    const second = await start({ path, blockTimeMs: NEVER_MS });
    await second.submit(transfer(1, 2), bob);
    expect(second.receipts.at(-1)!.softConfirmation).toBeUndefined();
    expect(second.signer.statements.withdrawn).toMatchObject([{ height: 1, statement: { epoch: 4, header: null } }]);
  });
});
