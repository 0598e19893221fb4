/** Forced transactions that are just about well-formed, and the same with one field just not. */
import { concat } from "../../protocol/bytes.ts";
import { root } from "../support/world.ts";

/** Kind, account 0 and the body's parts. */
const of = (kind: number, ...parts: (number | bigint | Uint8Array)[]): Uint8Array =>
  concat(
    Uint8Array.of(kind, 0),
    ...parts.map((part) =>
      part instanceof Uint8Array ? part : typeof part === "bigint" ? leb128(part) : Uint8Array.of(part),
    ),
  );

export function leb128(value: bigint): Uint8Array {
  const out: number[] = [];
  for (; value >= 0x80n; value >>= 7n) out.push(Number(value & 0x7fn) | 0x80);
  return Uint8Array.from([...out, Number(value)]);
}

const H = root("malformed");
const A = H.slice(0, 20);
const repeated = (count: number, ...bytes: number[]): Uint8Array =>
  concat(...Array.from({ length: count }, () => Uint8Array.of(...bytes)));
const items = (count: number): Uint8Array =>
  concat(...Array.from({ length: count }, () => concat(H, repeated(1, 0, 0, 3, 0))));
const records = (count: number): Uint8Array =>
  concat(H, repeated(1, 0x80, 5), ...Array.from({ length: count - 1 }, () => concat(H, repeated(1, 0))));
const POLICY = Uint8Array.of(3, 0, 1, 0, 1);
const LAST = 2n ** 48n - 1n;

/** Pairs of good and bad, by what is wrong with the bad one. */
export const MALFORMED: Readonly<Record<string, readonly [good: Uint8Array, bad: Uint8Array]>> = {
  "a kind below the first": [of(8, 0n), of(0, 0n)],
  "a kind past the last": [of(12, 1n, 0, 0n), of(14, 1n, 0, 0n)],
  "a byte behind the end": [of(8, 0n), of(8, 0n, 0)],
  "a byte too few": [of(2, A, 1n), of(2, A.slice(1), 1n)],
  "an account past the last index": [
    concat(Uint8Array.of(8), leb128(LAST), leb128(0n)),
    concat(Uint8Array.of(8), leb128(LAST + 1n), leb128(0n)),
  ],
  "an index past the last": [of(8, LAST), of(8, LAST + 1n)],
  "an index of eight bytes": [of(8, LAST), of(8, 2n ** 49n)],
  "an index that is not minimal": [of(8, 0n), of(8, 0x80, 0)],
  "a small index in seven bytes": [of(8, 1n), of(8, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0)],
  "an amount past 64 bits": [of(2, A, 2n ** 64n - 1n), of(2, A, 2n ** 64n)],
  "an amount of eleven bytes": [of(2, A, 2n ** 63n), of(2, A, 2n ** 70n)],
  "an amount that is not minimal": [of(2, A, 0n), of(2, A, 0x80, 0)],
  "a reference past the last": [of(1, LAST, 1n), of(1, LAST + 1n, 1n)],
  "a transfer without its address": [of(1, 0, A, 1n), of(1, 0, 1n)],
  "a new datanet that is closed": [of(3, H, 1, POLICY), of(3, H, 2, POLICY)],
  "an unknown flag of a datanet": [of(4, 0n, H, 3, POLICY), of(4, 0n, H, 4, POLICY)],
  "no work": [of(5, 0n, 1n, items(1)), of(5, 0n, 0n)],
  "more work than there may be": [of(5, 0n, 256n, items(256)), of(5, 0n, 257n, items(257))],
  "work that expires past the end of time": [
    of(5, 0n, 1n, H, 0, 0, 3, 2n ** 40n - 1n),
    of(5, 0n, 1n, H, 0, 0, 3, 2n ** 40n),
  ],
  "nothing accepted": [of(6, 0n, 1n, 0n), of(6, 0n, 0n)],
  "too much accepted": [of(6, 0n, 256n, repeated(256, 0)), of(6, 0n, 257n, repeated(257, 0))],
  "nothing rejected": [of(7, 0n, 1n, 0n), of(7, 0n, 0n)],
  "a list of indices that passes the last": [of(7, 0n, 2n, LAST - 1n, 0n), of(7, 0n, 2n, LAST - 1n, 1n)],
  "a model of no datanet": [of(9, H, 0, 0, 2, 0n, repeated(4, 0), 0n), of(9, H, 0, 0, 0, repeated(4, 0), 0n)],
  "a model of five datanets": [
    of(9, H, 0, 0, 9, repeated(4, 0), repeated(4, 0), 0n),
    of(9, H, 0, 0, 11, repeated(5, 0), repeated(4, 0), 0n),
  ],
  "a model of 127 datanets": [
    of(9, H, 0, 0, 8, repeated(4, 0), repeated(4, 0), 0n),
    of(9, H, 0, 0, 255, repeated(127, 0), repeated(4, 0), 0n),
  ],
  "a flag of a model": [of(10, 0n, 1, repeated(4, 0)), of(10, 0n, 2, repeated(4, 0))],
  "no record": [of(11, 0n, 1, H, 1n, records(1)), of(11, 0n, 1, H, 0n)],
  "more records than there may be": [of(11, 0n, 1, H, 256n, records(256)), of(11, 0n, 1, H, 257n, records(257))],
  "a first record without its fee": [of(11, 0n, 1, H, 1n, H, 0x80, 0n), of(11, 0n, 1, H, 1n, H, 0)],
  "the same fee stated again": [
    of(11, 0n, 1, H, 2n, H, 0x80, 7n, H, 0x80, 8n),
    of(11, 0n, 1, H, 2n, H, 0x80, 7n, H, 0x80, 7n),
  ],
  "a fee of no Gwei stated again": [
    of(11, 0n, 1, H, 2n, H, 0x80, 0n, H, 0),
    of(11, 0n, 1, H, 2n, H, 0x80, 0n, H, 0x80, 0n),
  ],
  "a fee past 32 bits": [of(11, 0n, 1, H, 1n, H, 0x80, 2n ** 32n - 1n), of(11, 0n, 1, H, 1n, H, 0x80, 2n ** 32n)],
  "more shares than there may be": [
    of(11, 0n, 1, H, 1n, H, 0x90, 0n, repeated(16, 0, 1)),
    of(11, 0n, 1, H, 1n, H, 0x91, 0n, repeated(17, 0, 1)),
  ],
  "a share without weight": [of(11, 0n, 1, H, 1n, H, 0x81, 0n, 0n, 1n), of(11, 0n, 1, H, 1n, H, 0x81, 0n, 0n, 0n)],
  "a weight past 16 bits": [
    of(11, 0n, 1, H, 1n, H, 0x81, 0n, 0n, 65_535n),
    of(11, 0n, 1, H, 1n, H, 0x81, 0n, 0n, 65_536n),
  ],
  "a weight that is not minimal": [
    of(11, 0n, 1, H, 1n, H, 0x81, 0n, 0n, 1n),
    of(11, 0n, 1, H, 1n, H, 0x81, 0n, 0n, 0x81, 0),
  ],
  "a share's index that is not minimal": [
    of(11, 0n, 1, H, 1n, H, 0x81, 0n, 1n, 1n),
    of(11, 0n, 1, H, 1n, H, 0x81, 0n, 0x81, 0, 1n),
  ],
  "a share past the last index": [
    of(11, 0n, 1, H, 1n, H, 0x81, 0n, LAST, 1n),
    of(11, 0n, 1, H, 1n, H, 0x81, 0n, LAST + 1n, 1n),
  ],
  "a second share past the last index": [
    of(11, 0n, 1, H, 1n, H, 0x82, 0n, LAST - 1n, 1n, 0n, 1n),
    of(11, 0n, 1, H, 1n, H, 0x82, 0n, LAST - 1n, 1n, 1n, 1n),
  ],
  "a record cut short": [of(11, 0n, 1, H, 1n, H, 0x81, 0n, 0n, 1n), of(11, 0n, 1, H, 1n, H, 0x81, 0n, 0n)],
  "no committed record": [of(13, 0n, 1, H, H, 1n, 0x80, 5n), of(13, 0n, 1, H, H, 0n)],
  "more committed records than there may be": [
    of(13, 0n, 1, H, H, 256n, 0x80, 5n, repeated(255, 0)),
    of(13, 0n, 1, H, H, 257n, 0x80, 5n, repeated(256, 0)),
  ],
  "a committed record with its output": [of(13, 0n, 1, H, H, 1n, 0x80, 5n), of(13, 0n, 1, H, H, 1n, H, 0x80, 5n)],
  "committed records without their root": [of(13, 0n, 1, H, H, 1n, 0x80, 5n), of(13, 0n, 1, H, 1n, 0x80, 5n)],
  "a first committed record without its fee": [of(13, 0n, 1, H, H, 1n, 0x80, 0n), of(13, 0n, 1, H, H, 1n, 0)],
  "the same fee of committed records stated again": [
    of(13, 0n, 1, H, H, 2n, 0x80, 7n, 0x80, 8n),
    of(13, 0n, 1, H, H, 2n, 0x80, 7n, 0x80, 7n),
  ],
  "a committed record cut short": [of(13, 0n, 1, H, H, 1n, 0x81, 0n, 0n, 1n), of(13, 0n, 1, H, H, 1n, 0x81, 0n, 0n)],
  "no claim": [of(12, 1n, 0, 0n), of(12, 0n)],
  "more claims than there may be": [of(12, 200n, repeated(200, 1, 0)), of(12, 257n, repeated(257, 1, 0))],
  "a claim on a table that is not claimable": [of(12, 1n, 2, 0n), of(12, 1n, 3, 0n)],
};
