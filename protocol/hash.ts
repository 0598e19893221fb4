/** Keccak-256, the host's hash: signatures, messages and commitments. */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { concat } from "./bytes.ts";

export type Keccak = (bytes: Uint8Array) => Uint8Array;

export const portableKeccak: Keccak = keccak_256;

let current: Keccak = portableKeccak;

/** Selects the implementation of this process; daemons choose a faster one at start. All give the same bytes. */
export function useKeccak(keccak: Keccak): void {
  current = keccak;
}

export const keccak256: Keccak = (bytes) => current(bytes);

/** Keccak-256 over the parts as they stand, without lengths (Solidity's `abi.encodePacked`). */
export function keccakPacked(...parts: Uint8Array[]): Uint8Array {
  return keccak256(concat(...parts));
}

/** A number as a big-endian 32-byte word. */
export function word(value: number | bigint): Uint8Array {
  const out = new Uint8Array(32);
  let rest = BigInt(value);
  for (let i = 31; rest > 0n; i--) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}
