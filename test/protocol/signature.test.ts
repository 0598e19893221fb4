import fc from "fast-check";
import secp256k1 from "secp256k1";
import { afterAll, describe, expect, test } from "vitest";
import { ByteReader, concat, fromHex } from "../../protocol/bytes.ts";
import {
  addressOf,
  compactSignature,
  portableRecover,
  type Recover,
  splitSignature,
} from "../../protocol/signature.ts";
import { bytes, reportCases } from "../support/arbitraries.ts";
import { alice, bob, nativeRecover, person, root, signHash } from "../support/world.ts";

const counts = { recoveries: 0 };
afterAll(() => reportCases("signature", counts));

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const FIELD = 2n ** 256n - 2n ** 32n - 977n;
const word = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, "0"));
const number = (value: Uint8Array): bigint => BigInt(`0x${Buffer.from(value).toString("hex")}`);

const HASH = root("message");
const SIGNATURE = signHash(HASH, alice);
const { compact: COMPACT, yParity: Y_PARITY } = splitSignature(SIGNATURE)!;
const R = COMPACT.slice(0, 32);
const S = COMPACT.slice(32);
/** The other signature of the same message: s mirrored, parity flipped. */
const HIGH_S = word(ORDER - number(S));

const RECOVERIES: [string, Recover][] = [
  ["portable", portableRecover],
  ["native", nativeRecover],
];

describe.each(RECOVERIES)("%s recovery", (_, recover) => {
  test("names the signer", () => {
    expect(recover(HASH, SIGNATURE)).toEqual(alice.address);
    expect(recover(root("another message"), SIGNATURE)).not.toEqual(alice.address);
  });

  test("does not name the signer for the mirrored s: its top bit reads as a parity", () => {
    expect(recover(HASH, concat(R, HIGH_S))).not.toEqual(alice.address);
  });

  test("names somebody else for the other parity", () => {
    const flipped = SIGNATURE.with(32, SIGNATURE[32]! ^ 0x80);
    expect(recover(HASH, flipped)).not.toEqual(alice.address);
  });

  const withParity = (s: Uint8Array): Uint8Array => s.with(0, s[0]! | (Y_PARITY << 7));
  test.each([
    ["a zero r", concat(new Uint8Array(32), withParity(S))],
    ["a zero s", concat(R, withParity(new Uint8Array(32)))],
    ["a zero r and s", new Uint8Array(64)],
    ["r equal to the group's order", concat(word(ORDER), withParity(S))],
    ["r above the group's order", concat(word(ORDER + 1n), withParity(S))],
    ["r at the field's size", concat(word(FIELD), withParity(S))],
    ["all bits set", new Uint8Array(64).fill(0xff)],
    ["s just above half the order", concat(R, withParity(word(ORDER / 2n + 1n)))],
    ["63 bytes", SIGNATURE.slice(1)],
    ["65 bytes", concat(SIGNATURE, new Uint8Array(1))],
    ["no bytes", new Uint8Array(0)],
  ])("refuses %s", (_, signature) => {
    expect(recover(HASH, signature)).toBeUndefined();
  });

  test("takes s at exactly half the order", () => {
    expect(splitSignature(concat(R, word(ORDER / 2n)))).toBeDefined();
    expect(splitSignature(concat(R, word(ORDER / 2n + 1n)))).toBeUndefined();
  });

  test("refuses an r that is no point's x coordinate", () => {
    const offCurve = [...Array(64).keys()].map((i) => concat(word(BigInt(i + 1)), S));
    const results = offCurve.map((signature) => recover(HASH, signature) === undefined);
    expect(results).toContain(true);
    expect(results).toContain(false);
  });
});

describe("the two recoveries agree", () => {
  test("on signatures of random keys", () => {
    const name = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(name, bytes(32), (seed, hash) => {
        const signer = person(seed);
        const signature = signHash(hash, signer);
        expect(portableRecover(hash, signature)).toEqual(signer.address);
        expect(nativeRecover(hash, signature)).toEqual(signer.address);
        counts.recoveries++;
      }),
      { numRuns: 300 },
    );
  });

  test("on random bytes and on damaged signatures", () => {
    const damaged = fc.tuple(fc.nat(63), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => {
      return SIGNATURE.with(at, SIGNATURE[at]! ^ mask);
    });
    const hash = fc.oneof(
      bytes(32),
      fc.constantFrom(HASH, new Uint8Array(32), new Uint8Array(32).fill(0xff), word(ORDER)),
    );
    fc.assert(
      fc.property(hash, fc.oneof(bytes(64), damaged), (message, signature) => {
        expect(portableRecover(message, signature)).toEqual(nativeRecover(message, signature));
        counts.recoveries++;
      }),
      { numRuns: 500 },
    );
  });
});

describe("a wallet's signature", () => {
  const LONG = (v: number, s: Uint8Array = S): Uint8Array => concat(R, s, new Uint8Array([v]));

  test.each([Y_PARITY, 27 + Y_PARITY])("of 65 bytes with v = %i becomes the 64 byte form", (v) => {
    expect(compactSignature(LONG(v))).toEqual(SIGNATURE);
  });

  test.each([0, 1, 27, 28])("with v = %i is taken", (v) => {
    const compact = compactSignature(LONG(v))!;
    expect(splitSignature(compact)).toEqual({ compact: COMPACT, yParity: v % 27 });
  });

  test.each([2, 3, 26, 29, 30, 35, 128, 255])("with v = %i is refused", (v) => {
    expect(compactSignature(LONG(v))).toBeUndefined();
  });

  test("with a high s is refused in both forms", () => {
    const barelyHigh = word(ORDER / 2n + 1n);
    for (const s of [HIGH_S, barelyHigh]) expect(compactSignature(LONG(1 - Y_PARITY, s))).toBeUndefined();
    expect(compactSignature(concat(R, barelyHigh))).toBeUndefined();
  });

  test("of 64 bytes stays as it is, and other lengths are refused", () => {
    expect(compactSignature(SIGNATURE)).toEqual(SIGNATURE);
    for (const length of [0, 63, 66]) expect(compactSignature(new Uint8Array(length))).toBeUndefined();
  });

  test("is not changed in place, not even in a Buffer, whose slices are views", () => {
    const odd = Buffer.from(SIGNATURE);
    odd[32]! |= 0x80; // y parity 1, which splitting takes away
    const before = Buffer.from(odd);
    splitSignature(odd);
    compactSignature(Buffer.concat([odd.subarray(0, 32), odd.subarray(32), Buffer.from([28])]));
    expect(odd).toEqual(before);
    const read = new ByteReader(odd).take(64);
    expect(read.slice().buffer).not.toBe(odd.buffer);

    const long = LONG(28);
    compactSignature(long);
    splitSignature(SIGNATURE);
    expect(long).toEqual(LONG(28));
    expect(SIGNATURE).toEqual(signHash(HASH, alice));
  });
});

test("an address is the last twenty bytes of the public key's hash", () => {
  const key = secp256k1.publicKeyCreate(bob.key, false).subarray(1);
  expect(addressOf(key)).toEqual(bob.address);
  expect(addressOf(key).length).toBe(20);
});
