/** Encodings that mean nothing, byte by byte: what one client accepts and another refuses would split the chain. */
import { describe, expect, test } from "vitest";
import { ByteReader, ByteWriter, concat } from "../../protocol/bytes.ts";
import { MAX_FEE, MAX_INDEX } from "../../protocol/params.ts";
import { decodeTransaction, encodeTransaction, type Transaction } from "../../protocol/transactions/registry.ts";
import { root, work } from "../support/world.ts";

const OUTPUT = root("output");
const B32 = root(32);
const B20 = B32.slice(12);

type Part = number | Uint8Array | { varint: number };

/** Bytes as listed: a number is a byte. */
function packed(...parts: Part[]): Uint8Array {
  const writer = new ByteWriter();
  for (const part of parts) {
    if (typeof part === "number") writer.byte(part);
    else if (part instanceof Uint8Array) writer.put(part);
    else writer.varint(part.varint, Number.MAX_SAFE_INTEGER);
  }
  return writer.finish();
}

function decodes(bytes: Uint8Array): boolean {
  const reader = new ByteReader(bytes);
  return decodeTransaction(reader) !== undefined && reader.atEnd;
}

const attribute = (...records: Part[]): Uint8Array => packed(11, 0, 0, 1, B32, ...records);
const committed = (...records: Part[]): Uint8Array => packed(13, 0, 0, 1, B32, B32, ...records);
const share = (contribution: number, weight: number): Uint8Array =>
  packed({ varint: contribution }, { varint: weight });
const shares = (count: number): Uint8Array => concat(...Array.from({ length: count }, () => share(0, 1)));
const STATED = 0x80;
const U16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
const contribution = packed(B32, 0, 0, 0, 0);

const CASES: [string, boolean, Uint8Array][] = [
  ["Attribute: one record without shares", true, attribute(1, OUTPUT, STATED, 5)],
  ["Attribute: a second record that keeps the fee", true, attribute(2, OUTPUT, STATED, 5, OUTPUT, 0)],
  ["Attribute: a second record with another fee", true, attribute(2, OUTPUT, STATED, 5, OUTPUT, STATED, 6)],
  ["Attribute: a second record that restates the same fee", false, attribute(2, OUTPUT, STATED, 5, OUTPUT, STATED, 5)],
  ["Attribute: a first record without a fee", false, attribute(1, OUTPUT, 0)],
  ["Attribute: a first fee of zero, stated", true, attribute(1, OUTPUT, STATED, 0)],
  ["Attribute: the largest fee", true, attribute(1, OUTPUT, STATED, { varint: MAX_FEE })],
  ["Attribute: a fee of 2^32", false, attribute(1, OUTPUT, STATED, { varint: MAX_FEE + 1 })],
  ["Attribute: a padded fee", false, attribute(1, OUTPUT, STATED, 0x85, 0)],
  ["Attribute: no record", false, attribute(0)],
  ["Attribute: 16 shares", true, attribute(1, OUTPUT, STATED + 16, 5, shares(16))],
  ["Attribute: 17 shares", false, attribute(1, OUTPUT, STATED + 17, 5, shares(17))],
  ["Attribute: 127 shares", false, attribute(1, OUTPUT, 0xff, 5, shares(127))],
  ["Attribute: a weight of zero", false, attribute(1, OUTPUT, STATED + 1, 5, share(3, 0))],
  ["Attribute: the largest weight", true, attribute(1, OUTPUT, STATED + 1, 5, share(3, 0xffff))],
  ["Attribute: a weight of 65,536", false, attribute(1, OUTPUT, STATED + 1, 5, share(3, 0x10000))],
  ["Attribute: the last contribution there can be", true, attribute(1, OUTPUT, STATED + 1, 5, share(MAX_INDEX, 1))],
  [
    "Attribute: a contribution past the last",
    false,
    attribute(1, OUTPUT, STATED + 2, 5, share(MAX_INDEX, 1), share(0, 1)),
  ],
  [
    "Attribute: 257 records",
    false,
    attribute({ varint: 257 }, ...Array.from({ length: 257 }, () => packed(OUTPUT, STATED, 5))),
  ],
  ["Transfer: to an account", true, packed(1, 0, 1, 5)],
  ["Transfer: to an address", true, packed(1, 0, 0, B20, 5)],
  ["Transfer: an amount of 2^64", false, packed(1, 0, 1, ...Array<number>(9).fill(0x80), 2)],
  ["Transfer: a padded amount", false, packed(1, 0, 1, 0x85, 0)],
  ["Transfer: a padded account", false, packed(1, 0x80, 0, 1, 5)],
  ["CreateDatanet: curated", true, packed(3, 0, B32, 1, 3, U16(1), U16(2))],
  ["CreateDatanet: closed from the start", false, packed(3, 0, B32, 2, 3, U16(1), U16(2))],
  ["CreateDatanet: an unknown flag", false, packed(3, 0, B32, 4, 3, U16(1), U16(2))],
  ["UpdateDatanet: curated and closed", true, packed(4, 0, 0, B32, 3, 3, U16(1), U16(2))],
  ["UpdateDatanet: an unknown flag", false, packed(4, 0, 0, B32, 4, 3, U16(1), U16(2))],
  ["Contribute: one item", true, packed(5, 0, 0, 1, contribution)],
  ["Contribute: no item", false, packed(5, 0, 0, 0)],
  ["Contribute: fewer items than announced", false, packed(5, 0, 0, 2, contribution)],
  ["Contribute: an expiry of 2^40", false, packed(5, 0, 0, 1, B32, 0, 0, 0, { varint: 2 ** 40 })],
  ["Contribute: 257 items", false, packed(5, 0, 0, { varint: 257 }, ...Array<Uint8Array>(257).fill(contribution))],
  ["Accept: two in order", true, packed(6, 0, 0, 2, 5, 0)],
  ["Accept: none", false, packed(6, 0, 0, 0)],
  ["Accept: past the last index", false, packed(6, 0, 0, 2, { varint: MAX_INDEX }, 0)],
  ["Reject: none", false, packed(7, 0, 0, 0)],
  ["Revoke: the last index", true, packed(8, 0, { varint: MAX_INDEX })],
  ["Revoke: past the last index", false, packed(8, 0, { varint: MAX_INDEX + 1 })],
  ["RegisterModel: one datanet", true, packed(9, 0, B32, 0, 0, 2, 0, U16(1), U16(2), 0)],
  ["RegisterModel: four datanets, live", true, packed(9, 0, B32, 0, 0, 9, 0, 0, 0, 0, U16(1), U16(2), 0)],
  ["RegisterModel: five datanets", false, packed(9, 0, B32, 0, 0, 10, 0, 0, 0, 0, 0, U16(1), U16(2), 0)],
  ["RegisterModel: no datanet", false, packed(9, 0, B32, 0, 0, 0, U16(1), U16(2), 0)],
  ["UpdateModel: retired", true, packed(10, 0, 0, 1, U16(1), U16(2))],
  ["UpdateModel: an unknown flag", false, packed(10, 0, 0, 2, U16(1), U16(2))],
  ["AttributeCommitted: one record without shares", true, committed(1, STATED, 5)],
  ["AttributeCommitted: a second record that keeps the fee", true, committed(2, STATED, 5, 0)],
  ["AttributeCommitted: a second record that restates the same fee", false, committed(2, STATED, 5, STATED, 5)],
  ["AttributeCommitted: a first record without a fee", false, committed(1, 0)],
  ["AttributeCommitted: a record with its output", false, committed(1, OUTPUT, STATED, 5)],
  ["AttributeCommitted: no outputs root", false, packed(13, 0, 0, 1, B32, 1, STATED, 5)],
  ["AttributeCommitted: no record", false, committed(0)],
  ["AttributeCommitted: 16 shares", true, committed(1, STATED + 16, 5, shares(16))],
  ["AttributeCommitted: 17 shares", false, committed(1, STATED + 17, 5, shares(17))],
  ["AttributeCommitted: 256 records", true, committed({ varint: 256 }, STATED, 5, new Uint8Array(255))],
  ["AttributeCommitted: 257 records", false, committed({ varint: 257 }, STATED, 5, new Uint8Array(256))],
  ["Claim: one of each table", true, packed(12, 0, 3, 0, 5, 1, 5, 2, 5)],
  ["Claim: an unknown table", false, packed(12, 0, 1, 3, 5)],
  ["Claim: nothing", false, packed(12, 0, 0)],
  ["Claim: 257 items", false, packed(12, 0, { varint: 257 }, new Uint8Array(514))],
];

test.each(CASES)("%s: %s", (_, valid, bytes) => {
  expect(decodes(bytes)).toBe(valid);
});

test.each(CASES.filter(([, valid]) => valid))("%s has no longer form", (_, __, bytes) => {
  expect(decodes(packed(bytes, 0))).toBe(false);
});

describe("the encoder refuses what has no encoding", () => {
  const record = { output: OUTPUT, fee: 5, shares: [] };
  const body = { model: 0, method: 1, evidenceRoot: B32 };
  const many = (count: number) => Array.from({ length: count }, (_, contribution) => ({ contribution, weight: 1 }));
  const inOrder = [
    { contribution: 5, weight: 1 },
    { contribution: 5, weight: 1 },
  ];
  const model = {
    artifactRoot: B32,
    relation: 0,
    datanets: [0],
    ownerBps: 0,
    royaltyBps: 0,
    live: false,
    trainedAt: 0,
  };
  const refused: [string, Transaction][] = [
    ["no record", { name: "Attribute", account: 0, body: { ...body, records: [] } }],
    ["257 records", { name: "Attribute", account: 0, body: { ...body, records: Array(257).fill(record) } }],
    ["17 shares", { name: "Attribute", account: 0, body: { ...body, records: [{ ...record, shares: many(17) }] } }],
    ["a share twice", { name: "Attribute", account: 0, body: { ...body, records: [{ ...record, shares: inOrder }] } }],
    [
      "weight 0",
      {
        name: "Attribute",
        account: 0,
        body: { ...body, records: [{ ...record, shares: [{ contribution: 1, weight: 0 }] }] },
      },
    ],
    [
      "weight 65,536",
      {
        name: "Attribute",
        account: 0,
        body: { ...body, records: [{ ...record, shares: [{ contribution: 1, weight: 65_536 }] }] },
      },
    ],
    ["fee 2^32", { name: "Attribute", account: 0, body: { ...body, records: [{ ...record, fee: 2 ** 32 }] } }],
    ["a negative fee", { name: "Attribute", account: 0, body: { ...body, records: [{ ...record, fee: -1 }] } }],
    ["an account past the last", { name: "Transfer", account: MAX_INDEX + 1, body: { to: 0, amount: 1n } }],
    ["a recipient past the last", { name: "Transfer", account: 0, body: { to: MAX_INDEX, amount: 1n } }],
    ["a negative amount", { name: "Transfer", account: 0, body: { to: 0, amount: -1n } }],
    ["an amount of 2^64", { name: "Withdraw", account: 0, body: { recipient: B20, amount: 2n ** 64n } }],
    [
      "bps above 65,535",
      { name: "UpdateModel", account: 0, body: { model: 0, ownerBps: 65_536, royaltyBps: 0, retired: false } },
    ],
    [
      "purposes above 255",
      {
        name: "CreateDatanet",
        account: 0,
        body: { metadataHash: B32, curated: false, purposes: 256, lineageBps: 0, curatorBps: 0 },
      },
    ],
    ["no item", { name: "Contribute", account: 0, body: { datanet: 0, items: [] } }],
    [
      "a fraction of a second",
      { name: "Contribute", account: 0, body: { datanet: 0, items: [{ ...work(0), expiresAt: 0.5 }] } },
    ],
    ["indices out of order", { name: "Accept", account: 0, body: { datanet: 0, contributions: [2, 1] } }],
    ["no index", { name: "Reject", account: 0, body: { datanet: 0, contributions: [] } }],
    ["five datanets", { name: "RegisterModel", account: 0, body: { ...model, datanets: [0, 1, 2, 3, 4] } }],
    [
      "an output in a committed record",
      { name: "AttributeCommitted", account: 0, body: { ...body, outputsRoot: B32, records: [record] } },
    ],
    [
      "a short outputs root",
      {
        name: "AttributeCommitted",
        account: 0,
        body: { ...body, outputsRoot: B20, records: [{ fee: 5, shares: [] }] },
      },
    ],
    [
      "no committed record",
      { name: "AttributeCommitted", account: 0, body: { ...body, outputsRoot: B32, records: [] } },
    ],
    ["no claim", { name: "Claim", account: 0, body: { items: [] } }],
  ];
  test.each(refused)("%s", (_, transaction) => {
    expect(() => encodeTransaction(transaction)).toThrow(RangeError);
  });
});

test.each([
  ["Withdraw", { recipient: new Uint8Array(19), amount: 1n }],
  ["Transfer", { to: new Uint8Array(21), amount: 1n }],
  ["CreateDatanet", { metadataHash: new Uint8Array(31), curated: false, purposes: 0, lineageBps: 0, curatorBps: 0 }],
  ["Contribute", { datanet: 0, items: [{ contentRoot: new Uint8Array(33), kind: 0, purposes: 0, expiresAt: 0 }] }],
  [
    "Attribute",
    { model: 0, method: 0, evidenceRoot: new Uint8Array(0), records: [{ output: OUTPUT, fee: 0, shares: [] }] },
  ],
] as const)("%s with bytes of a wrong length has no encoding", (name, body) => {
  expect(() => encodeTransaction({ name, account: 0, body } as unknown as Transaction)).toThrow(RangeError);
});
