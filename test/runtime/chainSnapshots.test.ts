import { afterEach, describe, expect, test } from "vitest";
import { encodeJson } from "../../runtime/store/json.ts";
import { textKey } from "../../runtime/store/keys.ts";
import { del, type Operation, put, type Store } from "../../runtime/store/store.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { grow, heads, Ledger, type LedgerOptions, snapshots } from "../support/ledger.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, depositMessage } from "../support/world.ts";

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

/** Changes the store behind a closed chain's back. */
async function tamper(path: string, change: (store: Store) => Promise<Operation[]>): Promise<void> {
  const ledger = await Ledger.open(path);
  await ledger.chain.store.write(await change(ledger.chain.store), { sync: true });
  await ledger.close();
}

describe("snapshots", () => {
  test("lead to the same root with more blocks on top, with two slots in turn", async () => {
    const path = await directory();
    const first = await open(path, { snapshotEvery: 3 });
    for (const height of [4, 7, 10, 11]) {
      await grow(first, height);
      await first.chain.close();
    }
    expect(await snapshots(first)).toHaveLength(2);
    const before = heads(first);
    await close(first);
    const second = await open(path, { snapshotEvery: 3 });
    expect(heads(second)).toEqual(before);
    expect(second.warnings).toEqual([]);
    await grow(second, 17);
    const after = heads(second);
    await close(second);
    expect(heads(await open(path))).toEqual(after);
  });

  test("that were interrupted do not count", async () => {
    for (let k = 1; k <= 3; k++) {
      const path = await directory();
      let writes = 0;
      const wrap = (store: Store): Store => ({
        ...store,
        write: async (operations, options) => {
          const isSnapshot = operations.some(({ sublevel }) => sublevel === store.snapshots);
          if (isSnapshot && ++writes > k) throw new Error("the process died");
          return store.write(operations, options);
        },
      });
      const ledger = await open(path, { snapshotEvery: 3, wrap });
      await grow(ledger, 4);
      await ledger.chain.close();
      const before = heads(ledger);
      if (k < 3) expect(ledger.warnings).toEqual(["a snapshot could not be written"]);
      expect(await snapshots(ledger)).toEqual(k < 3 ? [] : [3]);
      await close(ledger);
      expect(heads(await open(path))).toEqual(before);
    }
  });

  test("that are damaged fall back to the other one, then to the log from genesis", async () => {
    const path = await directory();
    const ledger = await open(path, { snapshotEvery: 3 });
    for (const height of [4, 7, 8]) {
      await grow(ledger, height);
      await ledger.chain.close();
    }
    const before = heads(ledger);
    const [older, newer] = await snapshots(ledger);
    await close(ledger);
    const damage = async (slot: string, how: (store: Store, key: Uint8Array) => Promise<Operation>) => {
      await tamper(path, async (store) => [await how(store, textKey(`${slot}/accounts/0`))]);
      const again = await open(path);
      expect(heads(again)).toEqual(before);
      const { warnings } = again;
      await close(again);
      return warnings;
    };
    const flipped = async (store: Store, key: Uint8Array) => {
      const bytes = (await store.snapshots.get(key))!;
      bytes[40]! ^= 1;
      return put(store.snapshots, key, bytes);
    };
    const warning = (height: number | undefined) =>
      `the snapshot at block ${height} is not usable; replaying more of the log instead`;
    expect(await damage("b", flipped)).toEqual([warning(newer)]);
    expect(await damage("b", async (store, key) => del(store.snapshots, key))).toEqual([warning(newer)]);
    expect(await damage("b", async (store, key) => put(store.snapshots, key, new Uint8Array(3)))).toEqual([
      warning(newer),
    ]);
    expect(await damage("a", flipped)).toEqual([warning(newer), warning(older)]);
    await tamper(path, async (store) => [
      put(store.snapshots, textKey("a"), new Uint8Array([123])),
      put(store.snapshots, textKey("b"), encodeJson({ height: 7 })),
    ]);
    const again = await open(path, { snapshotEvery: 3 });
    expect(heads(again)).toEqual(before);
    await grow(again, 16);
    expect(await snapshots(again)).not.toEqual([]);
    const after = heads(again);
    await close(again);
    const last = await open(path);
    expect(heads(last)).toEqual(after);
    expect(last.warnings).toEqual([]);
  });

  test("are written one at a time, however fast blocks come", async () => {
    const path = await directory();
    let saving = 0;
    let most = 0;
    const wrap = (store: Store): Store => ({
      ...store,
      write: async (operations, options) => {
        const isSnapshot = operations.some(({ sublevel }) => sublevel === store.snapshots);
        if (isSnapshot) most = Math.max(most, ++saving);
        await store.write(operations, options);
        if (isSnapshot) saving--;
      },
    });
    const ledger = await open(path, { snapshotEvery: 1, wrap });
    await ledger.block([], [depositMessage(alice, 10n ** 12n), depositMessage(bob, 10n ** 12n)]);
    for (let i = 0; i < 20; i++) {
      const block = ledger.run([transfer(0, 1)]);
      const written = ledger.chain.commit([block]);
      ledger.chain.snapshotIfDue();
      await written;
    }
    await until("the last one", () => saving === 0);
    expect(most).toBe(1);
    await close(ledger);
    expect((await open(path)).warnings).toEqual([]);
  });
});
