/** Signing with native libsecp256k1: about 60 us, against a millisecond in JavaScript. */
import secp256k1 from "secp256k1";
import { addressOf } from "../../protocol/signature.ts";
import { TributaryError } from "../errors.ts";

/** A key that signs digests. The key itself stays inside. */
export interface DigestSigner {
  /** 20 bytes. */
  readonly address: Uint8Array;
  /** The one signature of RFC 6979, low s, 64 bytes as in EIP-2098. */
  sign(digest: Uint8Array): Uint8Array;
}

/** Throws `invalid-config` when `key` is no private key (32 bytes, in range). */
export function createDigestSigner(key: Uint8Array): DigestSigner {
  if (key.length !== 32 || !secp256k1.privateKeyVerify(key)) {
    throw new TributaryError("invalid-config", "the header key is no private key");
  }
  return {
    address: addressOf(secp256k1.publicKeyCreate(key, false).subarray(1)),
    sign(digest) {
      const { signature, recid } = secp256k1.ecdsaSign(digest, key);
      signature[32]! |= recid << 7;
      return signature;
    },
  };
}
