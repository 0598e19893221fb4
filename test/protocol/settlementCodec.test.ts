/** Headers, batches and inbox messages, as docs/spec/settlement.md lays them out. */
import fc from "fast-check";
import { encodeAbiParameters, encodePacked, type Hex, keccak256 as viemKeccak } from "viem";
import { describe, expect, test } from "vitest";
import {
  type Block,
  batchCommitment,
  blockCommitment,
  decodeBatch,
  decodeHeader,
  encodeBatch,
  encodeHeader,
  genesisCommitment,
  postedBytes,
} from "../../protocol/batch.ts";
import { concat, toHex } from "../../protocol/bytes.ts";
import {
  accumulate,
  decodeMessage,
  encodeMessage,
  type InboxMessage,
  messageId,
  messageWeight,
} from "../../protocol/inbox.ts";
import { HEADER_BYTES, MAX_BATCH_BLOCKS, MAX_BATCH_BYTES, MAX_BLOCK_BYTES, MAX_INDEX } from "../../protocol/params.ts";
import { bytes, U64 } from "../support/arbitraries.ts";
import { root } from "../support/world.ts";

const header = fc.record({
  stateRoot: bytes(32),
  timestamp: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
  inboxCount: fc.integer({ min: 0, max: 0xffff }),
  feeAccount: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
});
const block: fc.Arbitrary<Block> = fc.record({ header, content: fc.uint8Array({ maxLength: 400 }) });

const HEADER = { stateRoot: root(1), timestamp: 0x0102030405, inboxCount: 0x0607, feeAccount: 0x08090a0b0c };
const blockOf = (contentBytes: number): Block => ({ header: HEADER, content: new Uint8Array(contentBytes) });
const U16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);

describe("a block header", () => {
  test("is 44 bytes in the specified places", () => {
    const encoded = encodeHeader(HEADER);
    expect(encoded).toEqual(
      concat(
        root(1),
        Uint8Array.from({ length: 12 }, (_, i) => i + 1),
      ),
    );
    expect(encoded.length).toBe(HEADER_BYTES);
  });

  test("comes back from its bytes, and any 44 bytes are a header", () => {
    fc.assert(
      fc.property(bytes(HEADER_BYTES), (encoded) => {
        expect(encodeHeader(decodeHeader(encoded))).toEqual(encoded);
      }),
    );
    expect(() => encodeHeader({ ...HEADER, feeAccount: 2 ** 40 })).toThrow(RangeError);
    expect(() => encodeHeader({ ...HEADER, inboxCount: 2 ** 16 })).toThrow(RangeError);
  });

  test("is hashed with the hash of the content: 76 bytes", () => {
    fc.assert(
      fc.property(block, (value) => {
        const content = viemKeccak(value.content);
        const preimage = encodePacked(["bytes", "bytes32"], [toHex(encodeHeader(value.header)), content]);
        expect(preimage.length).toBe(2 + 2 * 76);
        expect(toHex(blockCommitment(value))).toBe(viemKeccak(preimage));
      }),
    );
  });
});

describe("a batch", () => {
  test("comes back from its bytes", () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 20 }), (blocks) => {
        const encoded = encodeBatch(blocks);
        expect(encoded.length).toBe(blocks.reduce((sum, { content }) => sum + postedBytes(content), 0));
        expect(decodeBatch(encoded)).toEqual(blocks);
      }),
    );
  });

  test("has one encoding: whatever decodes encodes to the same bytes", () => {
    const lengths = fc.array(
      fc.tuple(fc.integer({ min: 40, max: 60 }), fc.uint8Array({ minLength: 44, maxLength: 60 })),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(lengths, (parts) => {
        const encoded = concat(...parts.flatMap(([length, body]) => [U16(length), body]));
        const blocks = decodeBatch(encoded);
        if (blocks !== undefined) expect(encodeBatch(blocks)).toEqual(encoded);
      }),
      { numRuns: 1_000 },
    );
  });

  const full = encodeBatch(Array.from({ length: 13 }, () => blockOf(MAX_BLOCK_BYTES - HEADER_BYTES)));
  const filler = (size: number): Uint8Array => encodeBatch([blockOf(size - 2 - HEADER_BYTES)]);
  const padTo = (size: number): Uint8Array => concat(full, filler(size - full.length));

  test.each([
    ["at its largest", padTo(MAX_BATCH_BYTES)],
    ["of 256 empty blocks", encodeBatch(Array.from({ length: MAX_BATCH_BLOCKS }, () => blockOf(0)))],
    ["of one block at its largest", encodeBatch([blockOf(MAX_BLOCK_BYTES - HEADER_BYTES)])],
    ["of one block with no content", encodeBatch([blockOf(0)])],
  ])("%s is taken", (_, encoded) => {
    expect(encodeBatch(decodeBatch(encoded)!)).toEqual(encoded);
  });

  const one = encodeBatch([blockOf(10)]);
  test.each([
    ["without a block", new Uint8Array(0)],
    ["above 110,000 bytes", padTo(MAX_BATCH_BYTES + 1)],
    ["of 257 blocks", concat(...Array.from({ length: 257 }, () => encodeBatch([blockOf(0)])))],
    ["with a block shorter than its header", concat(U16(HEADER_BYTES - 1), new Uint8Array(HEADER_BYTES - 1))],
    ["with a block of no bytes", concat(one, U16(0))],
    ["with a block above 8,192 bytes", concat(U16(MAX_BLOCK_BYTES + 1), new Uint8Array(MAX_BLOCK_BYTES + 1))],
    ["whose last length runs past the end", concat(one, U16(HEADER_BYTES + 1), new Uint8Array(HEADER_BYTES))],
    ["that ends within a length", concat(one, Uint8Array.of(0))],
    ["with bytes behind its last block", concat(one, Uint8Array.of(1, 2, 3))],
  ])("%s is refused", (_, encoded) => {
    expect(decodeBatch(encoded)).toBeUndefined();
  });

  test("that does not fit is not encoded", () => {
    expect(() => encodeBatch([])).toThrow(RangeError);
    expect(() => encodeBatch([blockOf(MAX_BLOCK_BYTES - HEADER_BYTES + 1)])).toThrow(RangeError);
    expect(() => encodeBatch(Array.from({ length: 257 }, () => blockOf(0)))).toThrow(RangeError);
    expect(() => encodeBatch(Array.from({ length: 14 }, () => blockOf(MAX_BLOCK_BYTES - HEADER_BYTES)))).toThrow(
      RangeError,
    );
  });

  test("is committed to as Solidity packs it", () => {
    const at = fc.maxSafeNat();
    fc.assert(
      fc.property(
        bytes(32),
        bytes(32),
        fc.tuple(at, at, at, at),
        fc.array(bytes(32), { maxLength: 5 }),
        (parent, parentRoot, numbers, blocks) => {
          const [parentTimestamp, firstHeight, firstInboxIndex, epoch] = numbers;
          const preimage = encodePacked(
            ["bytes32", "bytes32", "uint256", "uint256", "uint256", "uint256", "bytes32[]"],
            [
              toHex(parent),
              toHex(parentRoot),
              BigInt(parentTimestamp),
              BigInt(firstHeight),
              BigInt(firstInboxIndex),
              BigInt(epoch),
              blocks.map(toHex),
            ],
          );
          const batch = { parentCommitment: parent, parentRoot, parentTimestamp, firstHeight, firstInboxIndex, epoch };
          expect(toHex(batchCommitment({ ...batch, blockCommitments: blocks }))).toBe(viemKeccak(preimage));
        },
      ),
    );
    expect(toHex(genesisCommitment(root(3)))).toBe(viemKeccak(toHex(root(3))));
  });
});

describe("an inbox message", () => {
  const hint = fc.option(fc.integer({ min: 0, max: MAX_INDEX - 1 }), { nil: undefined });
  const message: fc.Arbitrary<InboxMessage> = fc.oneof(
    fc.record({ type: fc.constant("Deposit" as const), owner: bytes(20), hint, amount: U64 }),
    fc.record({
      type: fc.constant("Forced" as const),
      sender: bytes(20),
      transaction: fc.uint8Array({ maxLength: 1_024 }),
    }),
  );

  test("comes back from its bytes", () => {
    fc.assert(
      fc.property(message, (value) => {
        expect(decodeMessage(encodeMessage(value))).toEqual(value);
      }),
    );
  });

  test("has one encoding, and any bytes decode or do not without throwing", () => {
    const raw = fc.tuple(fc.constantFrom(127, 128, 129, 130, 0, 255), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(raw, ([kind, body]) => {
        const encoded = concat(Uint8Array.of(kind), body);
        const value = decodeMessage(encoded);
        if (value !== undefined) expect(encodeMessage(value)).toEqual(encoded);
        expect(value !== undefined).toBe((kind === 128 && body.length === 34) || (kind === 129 && body.length >= 20));
      }),
      { numRuns: 1_000 },
    );
  });

  test("of a deposit is laid out as the Vault packs it", () => {
    const owner = root(4).slice(12);
    const packed = encodePacked(
      ["uint8", "address", "uint48", "uint64"],
      [128, toHex(owner) as Hex, 8, 2n ** 64n - 1n],
    );
    expect(toHex(encodeMessage({ type: "Deposit", owner, hint: 7, amount: 2n ** 64n - 1n }))).toBe(packed);
  });

  test("weighs what the spec says for its kind", () => {
    const weights = [128, 129, 130, 131, 132].map((kind) => messageWeight(Uint8Array.of(kind)));
    expect(weights).toEqual([3_000, 28_000, 500, 500, 500]);
  });

  test("moves the accumulator, and has an id, as the host hashes them", () => {
    fc.assert(
      fc.property(bytes(32), fc.uint8Array({ maxLength: 100 }), fc.nat(), (acc, body, number) => {
        const hash = viemKeccak(body);
        const next = encodePacked(["bytes32", "bytes32", "uint256"], [toHex(acc), hash, BigInt(number)]);
        expect(toHex(accumulate(acc, body, number))).toBe(viemKeccak(next));
        const id = encodeAbiParameters([{ type: "uint256" }, { type: "bytes32" }], [BigInt(number), hash]);
        expect(toHex(messageId(number, body))).toBe(viemKeccak(id));
      }),
    );
  });
});
