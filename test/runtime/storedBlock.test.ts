import fc, { type Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import type { TransactionResult } from "../../protocol/block.ts";
import { TABLES } from "../../protocol/state/state.ts";
import { VERDICTS } from "../../protocol/verdict.ts";
import { decodeStoredBlock, encodeStoredBlock, type StoredBlock } from "../../runtime/chain/storedBlock.ts";
import { bytes } from "../support/arbitraries.ts";

const NAMES = [
  "Unknown",
  "Deposit",
  "Forced",
  "Transfer",
  "Withdraw",
  "CreateDatanet",
  "UpdateDatanet",
  "Contribute",
  "Accept",
  "Reject",
  "Revoke",
  "RegisterModel",
  "UpdateModel",
  "Attribute",
  "Claim",
  "AttributeCommitted",
] as const;
const index = fc.integer({ min: 0, max: 2 ** 48 - 2 });
const ZERO = new Uint8Array(32);

const result: Arbitrary<TransactionResult> = fc.record({
  name: fc.constantFrom(...NAMES),
  hash: bytes(32),
  account: fc.option(index, { nil: undefined }),
  verdict: fc.constantFrom(...VERDICTS),
  fee: fc.integer({ min: 0, max: 2 ** 40 }),
  items: fc.array(fc.constantFrom(...VERDICTS), { maxLength: 5 }),
  created: fc.array(fc.record({ table: fc.constantFrom(...TABLES), first: index, count: fc.nat(300) }), {
    maxLength: 3,
  }),
});

const storedBlock: Arbitrary<StoredBlock> = fc.record({
  header: fc.record({
    stateRoot: bytes(32),
    timestamp: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
    inboxCount: fc.nat(0xffff),
    feeAccount: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
  }),
  content: fc.uint8Array({ maxLength: 8_148 }),
  height: index,
  firstInboxIndex: index,
  messages: fc.array(fc.uint8Array({ maxLength: 1_045 }), { maxLength: 6 }),
  inboxAcc: bytes(32),
  results: fc.array(result, { maxLength: 6 }),
  fieldRoots: fc
    .array(bytes(32), { minLength: TABLES.length + 1, maxLength: TABLES.length + 1 })
    .map((roots) => [...roots, ...Array.from({ length: 16 - roots.length }, () => ZERO)]),
  lengths: fc.array(index, { minLength: TABLES.length, maxLength: TABLES.length }),
});

describe("a block in the log", () => {
  test("comes back as it was written", () => {
    fc.assert(
      fc.property(storedBlock, (block) => {
        expect(decodeStoredBlock(encodeStoredBlock(block))).toEqual(block);
      }),
    );
  });

  test("does not keep the bytes it was read from", () => {
    fc.assert(
      fc.property(storedBlock, (block) => {
        const stored = Buffer.from(encodeStoredBlock(block));
        const decoded = decodeStoredBlock(stored);
        stored.fill(0xee);
        expect(decoded).toEqual(block);
      }),
      { numRuns: 20 },
    );
  });

  test("tells every change of a byte, and every cut", () => {
    fc.assert(
      fc.property(storedBlock, fc.nat(), fc.integer({ min: 1, max: 255 }), (block, at, change) => {
        const stored = encodeStoredBlock(block);
        const changed = stored.slice();
        changed[at % stored.length]! ^= change;
        expect(() => decodeStoredBlock(changed)).toThrow("checksum");
        expect(() => decodeStoredBlock(stored.subarray(0, at % stored.length))).toThrow("checksum");
      }),
    );
  });
});
