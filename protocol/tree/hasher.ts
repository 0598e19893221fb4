/** SHA-256 of node pairs, the only hash of the state tree. All hashers give the same bytes; they differ in speed. */
import { sha256 } from "@noble/hashes/sha2.js";

export interface Hasher {
  readonly name: string;
  /** Hashes `input.length / 64` pairs; writes 32 bytes each to `output`. The two must not overlap. */
  hashPairs(input: Uint8Array, output: Uint8Array): void;
}

/** Runs anywhere, the browser included. */
export const portableHasher: Hasher = {
  name: "noble",
  hashPairs(input, output) {
    for (let from = 0, to = 0; from < input.length; from += 64, to += 32) {
      output.set(sha256(input.subarray(from, from + 64)), to);
    }
  },
};

let current: Hasher = portableHasher;

/** Selects the hasher of this process; daemons choose the native one at start. */
export function useHasher(hasher: Hasher): void {
  current = hasher;
}

export function hashPairs(input: Uint8Array, output: Uint8Array): void {
  current.hashPairs(input, output);
}

const pair = new Uint8Array(64);

/** SHA-256(left || right), 32 bytes each. */
export function hashPair(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 0);
  pair.set(right, 32);
  const out = new Uint8Array(32);
  current.hashPairs(pair, out);
  return out;
}
