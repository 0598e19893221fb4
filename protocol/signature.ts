/** Signatures: secp256k1 over the transaction hash, 64 bytes as in EIP-2098, low s only, so that each has one form. */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak256 } from "./hash.ts";

/** The address (20 bytes) that signed `hash`, or undefined: never throws. */
export type Recover = (hash: Uint8Array, signature: Uint8Array) => Uint8Array | undefined;

const HALF_ORDER = new Uint8Array([
  0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e,
  0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
]);

/** Splits the EIP-2098 form; undefined when s is above half the group's order. */
export function splitSignature(signature: Uint8Array): { compact: Uint8Array; yParity: number } | undefined {
  if (signature.length !== 64) return undefined;
  const compact = new Uint8Array(signature); // not slice(): of a Buffer that is a view, and the caller's bytes would change
  const yParity = compact[32]! >>> 7;
  compact[32]! &= 0x7f;
  for (let i = 0; i < 32; i++) {
    const difference = compact[32 + i]! - HALF_ORDER[i]!;
    if (difference > 0) return undefined;
    if (difference < 0) break;
  }
  return { compact, yParity };
}

/** The address of an uncompressed public key without its 0x04 prefix (64 bytes). */
export function addressOf(publicKey: Uint8Array): Uint8Array {
  return keccak256(publicKey).slice(12);
}

/** Pure JavaScript: the browser, and the second oracle of the native one. */
export const portableRecover: Recover = (hash, signature) => {
  const split = splitSignature(signature);
  if (split === undefined) return undefined;
  try {
    const parsed = secp256k1.Signature.fromBytes(split.compact, "compact").addRecoveryBit(split.yParity);
    return addressOf(parsed.recoverPublicKey(hash).toBytes(false).subarray(1));
  } catch {
    return undefined; // r or s zero or not below the order, or no such point
  }
};

/** As contracts take it: r, s, v in {27, 28}, 65 bytes. Throws RangeError for one that no contract takes. */
export function wideSignature(signature: Uint8Array): Uint8Array {
  const split = splitSignature(signature);
  if (split === undefined) throw new RangeError(`"signature" is not of 64 bytes with a low s`);
  const wide = new Uint8Array(65);
  wide.set(split.compact);
  wide[64] = 27 + split.yParity;
  return wide;
}

/** From the 65 bytes that wallets give (r, s, v in {0, 1, 27, 28}) or 64; undefined when it is neither, or s is high. */
export function compactSignature(signature: Uint8Array): Uint8Array | undefined {
  if (signature.length === 64) return splitSignature(signature) === undefined ? undefined : signature;
  if (signature.length !== 65) return undefined;
  const v = signature[64]!;
  const yParity = v >= 27 ? v - 27 : v;
  if (yParity > 1 || signature[32]! >= 0x80) return undefined;
  const compact = Uint8Array.from(signature.subarray(0, 64));
  compact[32]! |= yParity << 7;
  return splitSignature(compact) === undefined ? undefined : compact;
}
