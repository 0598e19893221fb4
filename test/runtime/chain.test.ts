import { readdir } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { toHex } from "../../protocol/bytes.ts";
import { numberKey } from "../../runtime/store/keys.ts";
import { del, openStore, put, type Store } from "../../runtime/store/store.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { grow, heads, Ledger, type LedgerOptions, snapshots } from "../support/ledger.ts";
import { transfer } from "../support/transfer.ts";
import { bob, depositMessage, forcedMessage, mallory } from "../support/world.ts";

const directory = temporaryDirectories();
const opened = new Set<Ledger>();

async function open(path: string, options: LedgerOptions = {}): Promise<Ledger> {
  const ledger = await Ledger.open(path, options);
  opened.add(ledger);
  return ledger;
}

async function close(ledger: Ledger): Promise<void> {
  opened.delete(ledger);
  await ledger.close();
}

afterEach(async () => {
  for (const ledger of opened) await close(ledger);
});

describe("a chain", () => {
  test("is the same after a restart, void and forced transactions included", async () => {
    const path = await directory();
    const first = await open(path);
    await grow(first, 4);
    await first.block([transfer(0, 1)], [forcedMessage(transfer(1, 0), bob), depositMessage(bob, 7n, 1)]);
    await first.block([transfer(0, 1), transfer(9, 1)], [], mallory);
    await first.block([]);
    const before = heads(first);
    const verdicts = (await first.chain.log.block(6))!.results.map(({ verdict }) => verdict);
    expect(verdicts).toEqual(["BadSignature", "UnknownAccount"]);
    await close(first);
    expect(heads(await open(path))).toEqual(before);
  });

  test("takes several blocks in one write, or none of them", async () => {
    const path = await directory();
    let fails = false;
    const wrap = (store: Store): Store => ({
      ...store,
      write: (...args) => (fails ? Promise.reject(new Error("disk full")) : store.write(...args)),
    });
    const first = await open(path, { wrap });
    await grow(first, 2);
    fails = true;
    await expect(first.chain.commit([first.run([transfer(0, 1)])])).rejects.toThrow("disk full");
    fails = false;
    await close(first);
    expect((await open(path)).chain.head.height).toBe(2);
  });

  test("refuses a block that does not follow the head", async () => {
    const ledger = await open(await directory());
    await grow(ledger, 2);
    const block = ledger.run([transfer(0, 1)]);
    await expect(ledger.chain.commit([{ ...block, height: 5 }])).rejects.toThrow("block 5 does not follow 2");
  });

  test("finds transactions by hash, and no longer after their block went", async () => {
    const ledger = await open(await directory());
    await grow(ledger, 3);
    const block = await ledger.block([transfer(0, 1), transfer(1, 0)]);
    const { hash } = block.results[1]!;
    expect(await ledger.chain.log.locate(hash)).toEqual({ height: 4, position: 1 });
    await ledger.chain.rewind(3);
    expect(await ledger.chain.log.locate(hash)).toBeUndefined();
  });
});

describe("a rewind", () => {
  test("gives back the state of every height, and what was removed", async () => {
    const ledger = await open(await directory(), { snapshotEvery: 4 });
    const roots = await grow(ledger, 12);
    for (const height of [12, 11, 8, 3, 1]) {
      const removed = await ledger.chain.rewind(height);
      expect(ledger.chain.head.height).toBe(height);
      if (height > 1) expect(toHex(ledger.chain.head.root)).toBe(roots[height - 2]);
      expect(toHex(ledger.chain.state.root())).toBe(toHex(ledger.chain.head.root));
      expect(removed.map((block) => block.height)).toEqual([...removed.keys()].map((i) => height + 1 + i));
    }
    await ledger.chain.rewind(0);
    expect(ledger.chain.head).toMatchObject({ height: 0, inboxIndex: 0, timestamp: 0 });
  });

  test("below all snapshots forgets them, and the chain goes on from there", async () => {
    const path = await directory();
    const ledger = await open(path, { snapshotEvery: 3 });
    await grow(ledger, 9);
    expect(await snapshots(ledger)).not.toEqual([]);
    await ledger.chain.rewind(2);
    expect(await snapshots(ledger)).toEqual([]);
    ledger.timestamp += 10;
    await grow(ledger, 11);
    const before = heads(ledger);
    await close(ledger);
    const again = await open(path);
    expect(heads(again)).toEqual(before);
    expect(again.warnings).toEqual([]);
  });

  test("undoes what an open block did to the state", async () => {
    const ledger = await open(await directory());
    await grow(ledger, 3);
    const before = heads(ledger);
    ledger.run([transfer(0, 1)]);
    expect(heads(ledger)).not.toEqual(before);
    await ledger.chain.rewind(3);
    expect(heads(ledger)).toEqual(before);
  });

  test("writes what belongs to it with the removal, in one piece", async () => {
    const path = await directory();
    const ledger = await open(path);
    await grow(ledger, 5);
    const { store } = ledger.chain;
    await ledger.chain.rewind(3, (removed) =>
      removed.map(({ height }) => put(store.dropped, numberKey(height), new Uint8Array(1))),
    );
    expect(await store.dropped.keys().all()).toEqual([numberKey(4), numberKey(5)].map(Buffer.from));
  });

  test("shows the whole old state or the whole new one to whoever looks meanwhile", async () => {
    const ledger = await open(await directory());
    await grow(ledger, 30);
    const { chain } = ledger;
    let isOver = false;
    const lengths = new Set<number>();
    const { generation } = chain;
    const rewinding = chain.rewind(20).then(() => {
      isOver = true;
    });
    while (!isOver) {
      lengths.add(chain.state.accounts.length);
      await new Promise(setImmediate);
    }
    await rewinding;
    expect([...lengths]).toEqual([2]);
    expect(chain.generation).toBeGreaterThan(generation);
  });
});

describe("a store that is not what it should be", () => {
  test("is refused when it belongs to another rollup, chain, genesis or role", async () => {
    const path = await directory();
    const identity = { chainId: 901, rollup: "0xAb", genesisRoot: "0x00", role: "sequencer" } as const;
    await close(await open(path, { identity }));
    await close(await open(path, { identity: { ...identity, rollup: "0xab" } }));
    const others = [
      { ...identity, chainId: 1 },
      { ...identity, rollup: "0xcd" },
      { ...identity, genesisRoot: "0x01" },
      { ...identity, role: "verifier" },
    ] as const;
    for (const other of others) {
      await expect(open(path, { identity: other })).rejects.toMatchObject({ code: "store-mismatch" });
    }
  });

  test("is refused when a block's bytes were changed, with the way out", async () => {
    const path = await directory();
    const ledger = await open(path);
    await grow(ledger, 5);
    await close(ledger);
    const store = await openStore(path);
    const bytes = (await store.blocks.get(numberKey(3)))!;
    bytes[100]! ^= 4;
    await store.write([put(store.blocks, numberKey(3), bytes)]);
    await store.close();
    await expect(open(path)).rejects.toMatchObject({ code: "store-corrupt" });
  });

  test("is refused when a block is missing", async () => {
    const path = await directory();
    const ledger = await open(path);
    await grow(ledger, 5);
    await ledger.chain.store.write([del(ledger.chain.store.blocks, numberKey(3))]);
    await close(ledger);
    await expect(open(path)).rejects.toMatchObject({
      code: "store-corrupt",
      message: expect.stringContaining("block 3"),
    });
  });

  test("holds nothing but LevelDB's files", async () => {
    const path = await directory();
    await close(await open(path));
    expect(
      (await readdir(path)).every((name) => /^(CURRENT|LOCK|LOG(\.old)?|MANIFEST-\d+|\d+\.(log|ldb))$/.test(name)),
    ).toBe(true);
  });
});
