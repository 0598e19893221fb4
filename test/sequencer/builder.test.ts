import { afterEach, describe, expect, test } from "vitest";
import { equalBytes } from "../../protocol/bytes.ts";
import { MAX_BLOCK_BYTES } from "../../protocol/params.ts";
import { NONCE } from "../../protocol/state/account.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";
import type { Store } from "../../runtime/store/store.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { deposits } from "../support/inbox.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, carol, mallory, root } from "../support/world.ts";
import { Workshop, type WorkshopOptions } from "./workshop.ts";

const directory = temporaryDirectories();
const OWNERS = [alice, bob, carol];
const opened: Workshop[] = [];
/** Longer than any test. */
const NEVER_MS = 3_600_000;

async function start(options: Partial<WorkshopOptions> = {}): Promise<Workshop> {
  const workshop = await Workshop.start({ path: await directory(), inbox: deposits(OWNERS), ...options });
  opened.push(workshop);
  await workshop.accounts(OWNERS.length);
  return workshop;
}

afterEach(async () => {
  for (const workshop of opened.splice(0)) await workshop.close();
});

/** Proving it takes much of what a block may cost, although it is refused: there is no such model. */
const heavy = (account: number, records: number): Transaction => {
  const shares = Array.from({ length: 16 }, (_, i) => ({ contribution: i, weight: 1 }));
  const record = (i: number) => ({ output: root(i), fee: 0, shares });
  const body = {
    model: 7,
    method: 0,
    evidenceRoot: root(0),
    records: Array.from({ length: records }, (_, i) => record(i)),
  };
  return { name: "Attribute", account, body };
};

describe("the order of transactions", () => {
  test("is that of their arrival, across blocks", async () => {
    const workshop = await start();
    const sent = Array.from({ length: 300 }, (_, i) => workshop.submit(transfer(i % 3, (i + 1) % 3), OWNERS[i % 3]!));
    const hashes = await Promise.all(sent);
    await workshop.quiet();
    expect(await workshop.logged()).toEqual(hashes);
    expect(workshop.chain.head.height).toBeGreaterThan(2);
  });

  test("is not disturbed by wrong nonces, whose senders learn the right one", async () => {
    const workshop = await start({ blockTimeMs: NEVER_MS });
    const first = workshop.submit(transfer(0, 1), alice, 0);
    const tooHigh = workshop.submit(transfer(0, 1), alice, 5);
    const tooLow = workshop.submit(transfer(0, 1), alice, 0);
    const second = workshop.submit(transfer(0, 1), alice, 1);
    await expect(tooHigh).rejects.toMatchObject({ code: "nonce-too-high", details: { expected: 1 } });
    await expect(tooLow).rejects.toMatchObject({ code: "nonce-too-low", details: { expected: 1 } });
    await Promise.all([first, second]);
    expect(workshop.builder.pendingNonce(0)).toBe(2);
    expect(workshop.chain.state.accounts.number(0, NONCE)).toBe(2);
  });

  test("leaves out what is void at its turn", async () => {
    const workshop = await start();
    await expect(workshop.submit(transfer(0, 1), mallory, 0)).rejects.toMatchObject({ code: "wrong-signature" });
    const all = 100_000_000_000n - 2_000n;
    await workshop.submit(transfer(0, 1, all), alice, 0);
    await expect(workshop.submit(transfer(0, 1), alice, 1)).rejects.toMatchObject({ code: "insufficient-funds" });
    await workshop.quiet();
    expect(await workshop.logged()).toHaveLength(1);
    expect(workshop.builder.pendingNonce(0)).toBe(1);
  });
});

describe("blocks", () => {
  test("that are full roll over, within the limits of bytes and meter", async () => {
    const workshop = await start({ blockTimeMs: NEVER_MS });
    const sent = Array.from({ length: 40 }, (_, i) => workshop.submit(heavy(i % 3, 20), OWNERS[i % 3]!));
    const hashes = await Promise.all(sent);
    const { height } = workshop.chain.head;
    expect(height).toBeGreaterThan(5);
    const logged = await workshop.logged();
    expect(logged).toEqual(hashes.slice(0, logged.length));
    for (let at = 1; at <= height; at++) {
      const block = (await workshop.chain.log.block(at))!;
      expect(block.content.length).toBeLessThanOrEqual(MAX_BLOCK_BYTES);
    }
  });

  test("with content are sealed when their time is over, without any further transaction", async () => {
    const workshop = await start();
    await workshop.quiet();
    const { height } = workshop.chain.head;
    await workshop.submit(transfer(0, 1), alice);
    await until("the block", () => workshop.chain.head.height === height + 1);
  });

  test("are not made of nothing", async () => {
    const workshop = await start();
    await workshop.quiet();
    const { height } = workshop.chain.head;
    workshop.builder.poke();
    workshop.builder.poke();
    await workshop.submit(transfer(0, 1), alice);
    await workshop.quiet();
    expect(workshop.chain.head.height).toBe(height + 1);
  });

  test("full of messages put a heavy transaction off instead of breaking on it", async () => {
    const many = Array.from({ length: 103 }, (_, i) => OWNERS[i % 3]!);
    const workshop = await start();
    await workshop.quiet();
    const sent = workshop.submit(heavy(0, 80), alice);
    workshop.readInbox(deposits(many));
    const more = Array.from({ length: 5 }, () => workshop.submit(heavy(1, 80), bob));
    await Promise.all([sent, ...more]);
    await until("all accounts", () => workshop.chain.state.accounts.length === many.length);
  });

  test("leave out what outgrew them since it was admitted", async () => {
    const workshop = await start();
    await expect(workshop.submit(heavy(0, 150), alice, 0)).rejects.toMatchObject({ code: "over-weight" });
    await workshop.submit(transfer(0, 1), alice, 0);
  });

  test("never go back in time, whatever the host's clock does", async () => {
    const workshop = await start();
    const times: number[] = [];
    for (const step of [5, -20, 7, -1]) {
      workshop.hostTime += step;
      await workshop.submit(transfer(0, 1), alice);
      await workshop.quiet();
      times.push(workshop.chain.head.timestamp);
    }
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe("reads at a boundary", () => {
  test("see exactly the head's state, also under constant load", async () => {
    const workshop = await start({ blockTimeMs: NEVER_MS });
    let isOver = false;
    const load = async (account: number) => {
      while (!isOver) await workshop.submit(heavy(account, 20), OWNERS[account]!);
    };
    const loads = [0, 1, 2, 0, 1, 2].map(load);
    for (let i = 0; i < 20; i++) {
      const { height } = await workshop.builder.atBoundary(() => {
        const { head, state } = workshop.chain;
        expect(equalBytes(state.root(), head.root)).toBe(true);
        return head;
      });
      expect(height).toBeGreaterThan(0);
    }
    isOver = true;
    await Promise.all(loads);
  });

  test("wait until what they see is on the disk", async () => {
    let held: { reached: () => void; release: Promise<void> } | undefined;
    const wrap = (store: Store): Store => ({
      ...store,
      write: async (...write: Parameters<Store["write"]>) => {
        held?.reached();
        await held?.release;
        await store.write(...write);
      },
    });
    const workshop = await start({ blockTimeMs: 0, wrap });
    await workshop.quiet();
    const { height } = workshop.chain.head;
    let release = (): void => {};
    const isWriting = new Promise<void>((reached) => {
      held = { reached, release: new Promise((resolve) => (release = resolve)) };
    });
    const sent = workshop.submit(transfer(0, 1), alice);
    await isWriting;
    const read = workshop.builder.atBoundary(() => {
      const { head, written } = workshop.chain;
      return { head: head.height, written: written.height };
    });
    release();
    expect(await read).toEqual({ head: height + 1, written: height + 1 });
    await sent;
  });

  test("hand on what the reader throws", async () => {
    const workshop = await start();
    const failing = workshop.builder.atBoundary(() => {
      throw new RangeError("mine");
    });
    await expect(failing).rejects.toThrow("mine");
  });

  test("wait while blocks are rewound", async () => {
    const workshop = await start();
    await workshop.submit(transfer(0, 1), alice);
    await workshop.quiet();
    const reads: Promise<boolean>[] = [];
    const read = () => {
      const isTrue = workshop.builder.atBoundary(() =>
        equalBytes(workshop.chain.state.root(), workshop.chain.head.root),
      );
      reads.push(isTrue);
    };
    await workshop.submit(transfer(0, 1), alice);
    const rewound = workshop.builder.rewind(1, async () => {
      read();
      await workshop.chain.log.block(1);
      read();
      workshop.readInbox();
    });
    const turns = setInterval(read, 0);
    await rewound.finally(() => clearInterval(turns));
    expect(new Set(await Promise.all(reads))).toEqual(new Set([true]));
  });
});

describe("snapshots", () => {
  test("are written under constant load too", async () => {
    const workshop = await start({ blockTimeMs: NEVER_MS, snapshotEvery: 3 });
    let isOver = false;
    const load = async (account: number) => {
      while (!isOver) await workshop.submit(heavy(account, 20), OWNERS[account]!);
    };
    const loads = [0, 1, 2].map(load);
    const { snapshots } = workshop.chain.store;
    await until("a snapshot", async () => (await snapshots.keys().all()).length > 0);
    isOver = true;
    await Promise.all(loads);
  });
});
