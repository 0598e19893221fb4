import { afterEach, describe, expect, test } from "vitest";
import { Batches, type BatchRecord } from "../../runtime/chain/batches.ts";
import { numberKey } from "../../runtime/store/keys.ts";
import { del } from "../../runtime/store/store.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { grow, Ledger } from "../support/ledger.ts";

const directory = temporaryDirectories();
const WINDOW = 600;
const opened: Ledger[] = [];

afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
});

const record = (id: number, firstHeight: number, lastHeight: number): BatchRecord => ({
  id,
  commitment: `0x0${id}`,
  parentCommitment: `0x0${id - 1}`,
  parentRoot: "0x00",
  parentTimestamp: 0,
  firstHeight,
  lastHeight,
  firstInboxIndex: 0,
  epoch: 0,
  poster: "0x99",
  postedAt: 1_000 * id,
  hostBlock: 10 * id,
  hostTransaction: "0xd4",
  blockCommitments: [],
});

/** A log of nine blocks in batches of three. */
async function threeBatches() {
  const ledger = await Ledger.open(await directory());
  opened.push(ledger);
  await grow(ledger, 9);
  const { store } = ledger.chain;
  const batches = await Batches.open(store, WINDOW);
  for (const id of [1, 2, 3]) await store.write([batches.add(record(id, 3 * id - 2, 3 * id))]);
  return { ledger, store, batches };
}

describe("what the host holds of batches", () => {
  test("is there again after a restart", async () => {
    const { store } = await threeBatches();
    const batches = await Batches.open(store, WINDOW);
    expect([batches.tip, batches.postedHeight]).toEqual([3, 9]);
    expect(await batches.latest()).toEqual(record(3, 7, 9));
    expect((await batches.byHeight(4))?.id).toBe(2);
    expect((await batches.byHeight(6))?.id).toBe(2);
    expect(await batches.byHeight(10)).toBeUndefined();
    expect(await batches.byHeight(0)).toBeUndefined();
  });

  test("says how far each block has come", async () => {
    const { batches } = await threeBatches();
    expect(batches.confirmationOf(9)).toBe("posted");
    batches.setProgress({ safe: 20, finalized: 10, time: 1_600 });
    expect([3, 6, 9, 10].map((height) => batches.confirmationOf(height))).toEqual([
      "settled",
      "host-safe",
      "posted",
      "sequenced",
    ]);
    expect(batches.heightAt("host-safe")).toBe(6);
    batches.setProgress({ safe: 20, finalized: 10, time: 1_599 });
    expect(batches.confirmationOf(3)).toBe("host-finalized");
    expect(batches.heightAt("settled")).toBe(0);
  });

  test("must be in order", async () => {
    const { batches } = await threeBatches();
    expect(() => batches.add(record(5, 10, 12))).toThrow("batch 5 does not follow 3");
  });

  test("goes when the host removed it", async () => {
    const { store, batches } = await threeBatches();
    await batches.removeAbove(1);
    for (const each of [batches, await Batches.open(store, WINDOW)]) {
      expect([each.tip, each.postedHeight, await each.byId(2)]).toEqual([1, 3, undefined]);
    }
  });

  test("is forgotten from the first gap on, and where the log does not reach: the host has it", async () => {
    const { ledger, store } = await threeBatches();
    await ledger.chain.rewind(8);
    expect((await Batches.open(store, WINDOW)).tip).toBe(2);
    expect(await store.batches.get(numberKey(3))).toBeUndefined();
    await store.write([del(store.batches, numberKey(1))]);
    expect((await Batches.open(store, WINDOW)).tip).toBe(0);
    expect(await store.batches.keys().all()).toEqual([]);
  });
});
