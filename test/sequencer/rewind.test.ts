import { afterEach, describe, expect, test } from "vitest";
import { ownerOf } from "../../protocol/state/account.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { deposits } from "../support/inbox.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, carol, mallory, type Person } from "../support/world.ts";
import { Workshop, type WorkshopOptions } from "./workshop.ts";

const directory = temporaryDirectories();
const OWNERS = [alice, bob, carol];
const NEVER_MS = 3_600_000;
const opened: Workshop[] = [];

async function start(options: Partial<WorkshopOptions> = {}): Promise<Workshop> {
  const workshop = await Workshop.start({ path: await directory(), inbox: deposits(OWNERS), ...options });
  opened.push(workshop);
  return workshop;
}

/** Some blocks of transfers, the last one still open. */
async function fill(workshop: Workshop, owners: readonly Person[] = OWNERS): Promise<string[]> {
  await workshop.accounts(owners.length);
  const hashes: string[] = [];
  for (let i = 0; i < 9; i++) {
    const account = i % owners.length;
    hashes.push(await workshop.submit(transfer(account, 0, BigInt(i + 1)), owners[account]!));
    if (i % 3 === 2) await workshop.quiet();
  }
  hashes.push(await workshop.submit(transfer(0, 1), owners[0]!));
  return hashes;
}

afterEach(async () => {
  for (const workshop of opened.splice(0)) await workshop.close();
});

describe("a rewind", () => {
  test("sequences the dropped transactions again in their order, those of the open block too", async () => {
    const workshop = await start();
    const hashes = await fill(workshop);
    await workshop.rewind(0);
    expect(workshop.builder.isResequencing).toBe(true);
    await until("the end of it", () => !workshop.builder.isResequencing);
    const late = await workshop.submit(transfer(1, 2), bob);
    await workshop.quiet();
    expect(await workshop.logged()).toEqual([...hashes, late]);
  });

  test("of nothing changes nothing but the open block's end", async () => {
    const workshop = await start();
    const hashes = await fill(workshop);
    await workshop.quiet();
    const { head } = workshop.chain;
    await workshop.rewind(head.height);
    await workshop.quiet();
    expect(workshop.chain.head).toEqual(head);
    expect(await workshop.logged()).toEqual(hashes);
  });

  test("while the transactions of the one before still wait keeps them all", async () => {
    const workshop = await start();
    const hashes = await fill(workshop);
    await Promise.all([workshop.rewind(3), workshop.rewind(2), workshop.rewind(1)]);
    await workshop.quiet();
    expect(await workshop.logged()).toEqual(hashes);
  });

  test("takes all waiting messages in before the transactions that may rest on them", async () => {
    const many = Array.from({ length: 50 }, (_, i) => OWNERS[i % 3]!);
    const workshop = await start({ inbox: deposits(many) });
    await workshop.accounts(many.length);
    const hash = await workshop.submit(transfer(49, 0), many[49]!);
    await workshop.rewind(0);
    await workshop.quiet();
    expect(await workshop.logged()).toEqual([hash]);
  });

  test("drops what rests on a deposit that is gone, and keeps the rest", async () => {
    const workshop = await start();
    await workshop.accounts(3);
    const kept = [await workshop.submit(transfer(0, 1), alice)];
    await workshop.submit(transfer(2, 1), carol);
    kept.push(await workshop.submit(transfer(0, 1), alice));
    await workshop.rewind(0, deposits([alice, bob, mallory]));
    await workshop.quiet();
    expect(await workshop.logged()).toEqual(kept);
    expect(ownerOf(workshop.chain.state.accounts, 2)).toEqual(mallory.address);
    expect(await workshop.chain.store.dropped.keys().all()).toEqual([]);
  });

  test("hands on what the replacement throws, and the transactions are sequenced again", async () => {
    const workshop = await start();
    const hashes = await fill(workshop);
    const failing = workshop.builder.rewind(1, async () => {
      workshop.readInbox();
      throw new Error("no replacement");
    });
    await expect(failing).rejects.toThrow("no replacement");
    await workshop.quiet();
    expect(await workshop.logged()).toEqual(hashes);
  });

  test("counts what waits, so that the next nonce is right meanwhile", async () => {
    const workshop = await start();
    await workshop.accounts(3);
    for (let i = 0; i < 4; i++) await workshop.submit(transfer(0, 1), alice);
    await workshop.quiet();
    let waiting: number | undefined;
    await workshop.builder.rewind(0, async () => {
      waiting = workshop.builder.pendingNonce(0);
      workshop.readInbox();
    });
    expect(waiting).toBe(4);
    await workshop.quiet();
    expect(workshop.builder.pendingNonce(0)).toBe(4);
  });
});

describe("a start after an interrupted rewind", () => {
  test("waits for a look at the inbox before anything is sequenced again", async () => {
    const path = await directory();
    const first = await start({ path });
    const hashes = await fill(first);
    const stuck = first.builder.rewind(0, () => new Promise(() => {}));
    stuck.catch(() => {});
    await until("the rewind", () => first.chain.head.height === 0);
    await first.chain.store.close();
    opened.splice(opened.indexOf(first), 1);

    const second = await Workshop.open({ path, inbox: deposits(OWNERS), blockTimeMs: 5 });
    opened.push(second);
    second.run();
    expect(second.builder.queueLength).toBe(hashes.length);
    const read = second.builder.atBoundary(() => second.chain.head.height);
    expect(await read).toBe(0);
    second.readInbox();
    await second.quiet();
    expect(await second.logged()).toEqual(hashes);
  });
});

describe("the end", () => {
  test("leaves the open block for the next start, which runs it as it was", async () => {
    const path = await directory();
    const first = await start({ path, blockTimeMs: NEVER_MS });
    await first.accounts(3);
    const hashes = await Promise.all([1n, 2n, 3n].map((amount) => first.submit(transfer(0, 1, amount), alice)));
    expect(first.chain.head.height).toBe(0);
    const root = first.chain.state.root();
    await first.close();
    opened.splice(opened.indexOf(first), 1);

    const second = await start({ path });
    expect(second.chain.state.root()).toEqual(root);
    await second.quiet();
    expect(await second.logged()).toEqual(hashes);
  });

  test("rejects what waits, and what comes after, with `stopped`", async () => {
    const workshop = await start({ blockTimeMs: NEVER_MS });
    await workshop.accounts(3);
    const read = workshop.builder.atBoundary(() => 1);
    const ending = workshop.finish();
    const late = [workshop.submit(transfer(0, 1), alice), workshop.builder.rewind(0, async () => {}), read];
    for (const waiting of late) await expect(waiting).rejects.toMatchObject({ code: "stopped" });
    await ending;
    await expect(workshop.submit(transfer(0, 1), alice)).rejects.toMatchObject({ code: "stopped" });
    await expect(workshop.builder.rewind(0, async () => {})).rejects.toMatchObject({ code: "stopped" });
  });

  test("comes also when the stop falls into a rewind", async () => {
    const workshop = await start();
    await workshop.accounts(3);
    await workshop.quiet();
    let ending: Promise<void> | undefined;
    await workshop.builder.rewind(0, async () => {
      ending = workshop.finish();
      workshop.readInbox([]);
    });
    await ending;
  });

  test("is an error when the disk fails, for everybody who waits", async () => {
    const wrap = (store: WorkshopStore): WorkshopStore => ({
      ...store,
      write: (operations, options) =>
        isFull ? Promise.reject(new Error("disk full")) : store.write(operations, options),
    });
    let isFull = false;
    const workshop = await start({ wrap, blockTimeMs: NEVER_MS });
    await workshop.accounts(3);
    isFull = true;
    const sent = workshop.submit(transfer(0, 1), alice);
    await expect(sent).rejects.toMatchObject({ code: "stopped" });
    await expect(workshop.finish()).rejects.toThrow("disk full");
  });
});

type WorkshopStore = Parameters<NonNullable<WorkshopOptions["wrap"]>>[0];
