import fc, { type Arbitrary } from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { ByteReader, ByteWriter, concat } from "../../protocol/bytes.ts";
import { MAX_INDEX } from "../../protocol/params.ts";
import {
  decodeSigned,
  decodeTransaction,
  encodeSigned,
  encodeTransaction,
  TRANSACTIONS,
  type Transaction,
  type TransactionName,
} from "../../protocol/transactions/registry.ts";
import { anyTransaction, anywhere, bytes, nearby, reportCases, transactionOf, U64 } from "../support/arbitraries.ts";
import { root } from "../support/world.ts";

const counts = { "round trips": 0, "mutated encodings": 0, "of them decoded": 0 };
afterAll(() => reportCases("codec", counts));

const NAMES = Object.keys(TRANSACTIONS) as TransactionName[];

/** The transaction that `encoded` holds from its first byte to its last. */
function decodeWhole(encoded: Uint8Array): Transaction | undefined {
  const reader = new ByteReader(encoded);
  const transaction = decodeTransaction(reader);
  return transaction !== undefined && reader.atEnd ? transaction : undefined;
}

/** Bytes near `encoded`: some changed, inserted, removed, or the end cut. */
export function mutated(encoded: Arbitrary<Uint8Array>): Arbitrary<Uint8Array> {
  const edit = fc.record({
    kind: fc.constantFrom("set", "flip", "insert", "remove", "cut"),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    value: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
  });
  return fc.tuple(encoded, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([original, edits]) => {
    let out = [...original];
    for (const { kind, at, value } of edits) {
      const i = Math.floor(at * out.length);
      if (kind === "set") out[i] = value;
      else if (kind === "flip") out[i] = (out[i] ?? 0) ^ (1 << (value & 7));
      else if (kind === "insert") out.splice(i, 0, value);
      else if (kind === "remove") out.splice(i, 1);
      else out = out.slice(0, i);
    }
    return Uint8Array.from(out);
  });
}

describe.each(NAMES)("%s", (name) => {
  test("comes back from its bytes, whatever the body", () => {
    fc.assert(
      fc.property(transactionOf(name, anywhere), (transaction) => {
        const encoded = encodeTransaction(transaction);
        expect(encoded[0]).toBe(TRANSACTIONS[name].kind);
        expect(decodeWhole(encoded)).toEqual(transaction);
        counts["round trips"]++;
      }),
    );
  });

  test("has one encoding: what decodes encodes to the same bytes", () => {
    const near = fc.oneof(transactionOf(name, anywhere), transactionOf(name, nearby)).map(encodeTransaction);
    fc.assert(
      fc.property(mutated(near), (encoded) => {
        counts["mutated encodings"]++;
        const reader = new ByteReader(encoded);
        const transaction = decodeTransaction(reader);
        if (transaction === undefined) return;
        counts["of them decoded"]++;
        expect(encodeTransaction(transaction)).toEqual(encoded.slice(0, reader.offset));
      }),
      { numRuns: 1_000 },
    );
  });

  test("is refused when any number of bytes are missing, and stops at its own end", () => {
    fc.assert(
      fc.property(transactionOf(name, nearby), bytes(3), (transaction, tail) => {
        const encoded = encodeTransaction(transaction);
        for (let length = 0; length < encoded.length; length++)
          expect(decodeWhole(encoded.slice(0, length))).toBeUndefined();
        const reader = new ByteReader(concat(encoded, tail));
        expect(decodeTransaction(reader)).toEqual(transaction);
        expect(reader.offset).toBe(encoded.length);
      }),
      { numRuns: 20 },
    );
  });

  test("is not changed by decoding, nor its decoded bytes by later changes of the buffer", () => {
    fc.assert(
      fc.property(transactionOf(name, nearby), (transaction) => {
        const encoded = encodeTransaction(transaction);
        const decoded = decodeWhole(encoded);
        encoded.fill(0xee);
        expect(decoded).toEqual(transaction);
      }),
      { numRuns: 20 },
    );
  });
});

test("a signed transaction is its bytes and 64 of signature", () => {
  fc.assert(
    fc.property(anyTransaction(anywhere), bytes(64), (transaction, signature) => {
      const packed = encodeSigned({ ...transaction, signature });
      expect(packed).toEqual(concat(encodeTransaction(transaction), signature));
      expect(decodeSigned(new ByteReader(packed))).toEqual({ ...transaction, signature });
      expect(decodeSigned(new ByteReader(packed.slice(0, -1)))).toBeUndefined();
    }),
  );
});

test("kinds are distinct, from 1 to 127, and every other first byte is refused", () => {
  const kinds = NAMES.map((name) => TRANSACTIONS[name].kind as number);
  expect(new Set(kinds).size).toBe(kinds.length);
  expect(kinds).toEqual(kinds.map((_, i) => i + 1));
  const tail = new Uint8Array(500);
  for (let kind = 0; kind < 256; kind++) {
    const decoded = decodeTransaction(new ByteReader(concat(Uint8Array.of(kind), tail)));
    if (!kinds.includes(kind)) expect(decoded).toBeUndefined();
  }
});

describe("a varint", () => {
  const read = (...encoded: number[]) => {
    const reader = new ByteReader(Uint8Array.from(encoded));
    const value = reader.varint();
    return reader.ok ? value : undefined;
  };

  test.each([
    ["0", 0, [0]],
    ["127", 127, [127]],
    ["128", 128, [0x80, 1]],
    ["the largest index", MAX_INDEX, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f]],
  ])("of %s has its minimal form", (_, value, encoded) => {
    expect(new ByteWriter().varint(value).finish()).toEqual(Uint8Array.from(encoded));
    expect(read(...encoded)).toBe(value);
  });

  test.each([
    ["zero in two bytes", [0x80, 0]],
    ["one in two bytes", [0x81, 0]],
    ["one past the largest index", [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40]],
    ["eight bytes", [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]],
    ["no end", [0x80]],
    ["nothing", []],
  ])("is refused: %s", (_, encoded) => {
    expect(read(...encoded)).toBeUndefined();
  });

  test("of 64 bits round-trips and is refused beyond or padded", () => {
    const read64 = (encoded: Uint8Array) => {
      const reader = new ByteReader(encoded);
      const value = reader.varint64();
      return reader.ok && reader.atEnd ? value : undefined;
    };
    fc.assert(fc.property(U64, (value) => read64(new ByteWriter().varint64(value).finish()) === value));
    expect(read64(Uint8Array.of(...Array(9).fill(0xff), 1))).toBe(2n ** 64n - 1n);
    expect(read64(Uint8Array.of(...Array(9).fill(0xff), 2))).toBeUndefined();
    expect(read64(Uint8Array.of(...Array(9).fill(0x80), 0))).toBeUndefined();
    expect(read64(Uint8Array.of(...Array(10).fill(0x80), 0))).toBeUndefined();
    expect(read64(Uint8Array.of(0x80, 0))).toBeUndefined();
  });

  test("writer refuses what has no encoding", () => {
    for (const value of [-1, 0.5, MAX_INDEX + 1, Number.NaN]) {
      expect(() => new ByteWriter().varint(value)).toThrow(RangeError);
    }
    for (const value of [-1n, 2n ** 64n]) expect(() => new ByteWriter().varint64(value)).toThrow(RangeError);
    expect(() => new ByteWriter().uint(256, 1)).toThrow(RangeError);
  });
});

test("a reader past its end stays failed and gives zeros", () => {
  const reader = new ByteReader(Uint8Array.of(7));
  expect(reader.take(2)).toEqual(new Uint8Array(2));
  expect([reader.ok, reader.uint(2), reader.varint64()]).toEqual([false, 0, 0n]);
  expect(root(0).length).toBe(32);
});
