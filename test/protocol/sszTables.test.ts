import fc from "fast-check";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAX_INDEX } from "../../protocol/params.ts";
import { attributionRoot, writeShares } from "../../protocol/state/attribution.ts";
import { packTerms, unpackTerms } from "../../protocol/state/contribution.ts";
import { packPolicy, unpackPolicy } from "../../protocol/state/datanet.ts";
import { packModelTerms, unpackModelTerms } from "../../protocol/state/model.ts";
import { portableHasher, useHasher } from "../../protocol/tree/hasher.ts";
import { merkleize } from "../../protocol/tree/merkleize.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { SEGMENT_ITEMS } from "../../protocol/tree/segments.ts";
import { Table } from "../../protocol/tree/table.ts";
import { bytes, reportCases, sharesOf, U64 } from "../support/arbitraries.ts";
import { root } from "../support/world.ts";
import { leafListRoot, oracleAttribution, rawListRoot } from "./sszOracle.ts";

const counts = { "table roots": 0, "field writes": 0, "attribution roots": 0 };
afterAll(() => reportCases("ssz tables", counts));
beforeEach(() => useHasher(nativeHasher));
afterEach(() => useHasher(portableHasher));

const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 129, 256, 257, 2_049, 4_095, 4_096, 4_097, 8_193];

/** Word `field` of record `index`: any value, told apart everywhere. */
const wordAt = (index: number, field: number): bigint => (BigInt(index) << 40n) | BigInt(field + 1);
const recordAt = (index: number): bigint[] => Array.from({ length: 16 }, (_, field) => wordAt(index, field));

function grow(table: Table, length: number): void {
  while (table.length < length) {
    const index = table.append();
    for (let field = 0; field < 16; field++) table.setU64(index, field, wordAt(index, field));
  }
}

describe("a table's root is SSZ's", () => {
  test.each(LENGTHS)("with %i records written at once", (length) => {
    const table = new Table("t");
    grow(table, length);
    expect(table.root()).toEqual(rawListRoot(Array.from({ length }, (_, i) => recordAt(i))));
  });

  test("while it grows through powers of two, hashed at every step", () => {
    const table = new Table("t");
    const log = new Table("log", "log");
    const leaves: Uint8Array[] = [];
    for (const length of LENGTHS) {
      grow(table, length);
      while (log.length < length) {
        leaves.push(root(log.length));
        log.appendLeaf(leaves.at(-1)!);
      }
      expect(table.root()).toEqual(rawListRoot(Array.from({ length }, (_, i) => recordAt(i))));
      expect(log.root()).toEqual(leafListRoot(leaves));
      counts["table roots"] += 2;
    }
  });

  test("after random writes of every kind, in any order, with roots taken in between", () => {
    const write = fc.record({
      kind: fc.constantFrom("append", "u64", "number", "add", "subtract", "chunk", "root"),
      at: fc.nat(),
      field: fc.integer({ min: 0, max: 15 }),
      value: U64,
      amount: fc.maxSafeNat(),
      chunk: bytes(32),
    });
    fc.assert(
      fc.property(
        fc.array(write, { maxLength: 200 }),
        fc.constantFrom(nativeHasher, portableHasher),
        (writes, hasher) => {
          useHasher(hasher);
          const table = new Table("t");
          const model: bigint[][] = [];
          for (const { kind, at, field, value, amount, chunk } of writes) {
            const index = model.length === 0 ? 0 : at % model.length;
            if (kind === "append" || model.length === 0) {
              expect(table.append()).toBe(model.length);
              model.push(Array.from({ length: 16 }, () => 0n));
              continue;
            }
            counts["field writes"]++;
            const record = model[index]!;
            const before = record[field]!;
            if (kind === "root") expect(table.root()).toEqual(rawListRoot(model));
            else if (kind === "chunk") {
              table.setChunk(index, field % 4, chunk);
              const view = new DataView(chunk.buffer, chunk.byteOffset);
              for (let i = 0; i < 4; i++) record[(field % 4) * 4 + i] = view.getBigUint64(i * 8, true);
            } else if (kind === "u64") {
              table.setU64(index, field, value);
              record[field] = value;
            } else if (kind === "number") {
              table.setNumber(index, field, amount);
              record[field] = BigInt(amount);
              expect(table.number(index, field)).toBe(amount);
            } else if (kind === "add") {
              table.add(index, field, amount);
              record[field] = BigInt.asUintN(64, before + BigInt(amount));
            } else {
              const covers = before >= BigInt(amount);
              expect(table.covers(index, field, amount)).toBe(covers);
              if (!covers) continue;
              table.subtract(index, field, amount);
              record[field] = before - BigInt(amount);
            }
            expect(table.u64(index, field)).toBe(record[field]);
          }
          expect(table.root()).toEqual(rawListRoot(model));
          counts["table roots"]++;
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("a restored table", () => {
  test.each(LENGTHS)("of %i records has the root, the leaves and the future of the one it was taken from", (length) => {
    for (const kind of ["records", "log"] as const) {
      const original = new Table("t", kind);
      const extend = (table: Table, to: number): void => {
        if (kind === "records") grow(table, to);
        else while (table.length < to) table.appendLeaf(root(table.length));
      };
      extend(original, length);
      const copy = new Table("t", kind);
      for (let i = 0; i < original.items.segmentCount; i++) copy.restoreSegment(i, original.items.segment(i).slice());
      copy.restoreLength(length);
      expect(copy.length).toBe(length);
      expect(copy.takeChangedSegments()).toEqual([]);
      expect(copy.root()).toEqual(original.root());
      extend(original, length + 3);
      extend(copy, length + 3);
      expect(copy.root()).toEqual(original.root());
      expect(copy.branch(0)).toEqual(original.branch(0));
      counts["table roots"] += 2;
    }
  });

  test("names the segments that changed since it was asked last", () => {
    const table = new Table("t");
    grow(table, SEGMENT_ITEMS + 1);
    expect(table.takeChangedSegments()).toEqual([0, 1]);
    expect(table.takeChangedSegments()).toEqual([]);
    table.root();
    table.setU64(SEGMENT_ITEMS, 0, 7n);
    expect(table.takeChangedSegments()).toEqual([1]);
  });

  test("names a segment that is written again before the root is taken, also after a restore", () => {
    const table = new Table("t");
    grow(table, 1);
    expect(table.takeChangedSegments()).toEqual([0]);
    table.setU64(0, 0, 8n);
    expect(table.takeChangedSegments()).toEqual([0]);
    const copy = new Table("t");
    copy.restoreSegment(0, table.items.segment(0).slice());
    copy.restoreLength(1);
    copy.setU64(0, 0, 9n);
    expect(copy.takeChangedSegments()).toEqual([0]);
  });
});

describe("packed words", () => {
  test("an attribution's root is SSZ's", () => {
    const index = fc.integer({ min: 0, max: MAX_INDEX - 1 });
    const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const record = fc.record({
      output: bytes(32),
      evidenceRoot: bytes(32),
      model: index,
      payer: index,
      fee: uint32,
      pool: uint32,
      method: fc.integer({ min: 0, max: 255 }),
      timestamp: fc.oneof(fc.integer({ min: 0, max: 2 ** 40 - 1 }), fc.constant(2 ** 40 - 1)),
      position: fc.option(fc.nat(255), { nil: undefined }),
      shares: sharesOf(fc.oneof(index, fc.constant(MAX_INDEX))),
    });
    fc.assert(
      fc.property(record, (value) => {
        expect(attributionRoot(value)).toEqual(oracleAttribution(value));
        counts["attribution roots"]++;
      }),
    );
  });

  test("a share is its contribution above its weight, for the largest of both", () => {
    const bytesOut = new Uint8Array(8);
    writeShares([{ contribution: MAX_INDEX, weight: 0xffff }], new Uint32Array(bytesOut.buffer), 0);
    expect(bytesOut).toEqual(new Uint8Array(8).fill(0xff));
  });

  test("terms, policies and model terms come back as they were packed", () => {
    const bps = fc.integer({ min: 0, max: 10_000 });
    const terms = fc.record({
      kind: fc.nat(3),
      status: fc.nat(2),
      purposes: fc.nat(3),
      lineageBps: bps,
      curatorBps: bps,
    });
    fc.assert(
      fc.property(terms, (value) => {
        expect(unpackTerms(packTerms(value))).toEqual(value);
      }),
    );
    const policy = fc.record({
      curated: fc.boolean(),
      closed: fc.boolean(),
      purposes: fc.nat(3),
      lineageBps: bps,
      curatorBps: bps,
    });
    fc.assert(
      fc.property(policy, (value) => {
        expect(unpackPolicy(packPolicy(value))).toEqual(value);
      }),
    );
    const model = fc.record({
      ownerBps: bps,
      royaltyBps: bps,
      parentBps: bps,
      relation: fc.nat(6),
      live: fc.boolean(),
      retired: fc.boolean(),
    });
    fc.assert(
      fc.property(model, (value) => {
        expect(unpackModelTerms(packModelTerms(value))).toEqual(value);
      }),
    );
  });

  test("a short value is padded with zero chunks on the right", () => {
    expect(merkleize(new Uint8Array(0), 2)).toEqual(merkleize(new Uint8Array(128), 2));
    expect(merkleize(root(1), 2)).toEqual(merkleize(new Uint8Array([...root(1), ...new Uint8Array(96)]), 2));
  });
});
