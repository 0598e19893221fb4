/** Signature recovery with native libsecp256k1: about 70 us, against milliseconds in JavaScript. */
import secp256k1 from "secp256k1";
import { addressOf, type Recover, splitSignature } from "../../protocol/signature.ts";

export const nativeRecover: Recover = (hash, signature) => {
  const split = splitSignature(signature);
  if (split === undefined) return undefined;
  try {
    return addressOf(secp256k1.ecdsaRecover(split.compact, split.yParity, hash, false).subarray(1));
  } catch {
    return undefined; // r or s zero or not below the order, or no such point
  }
};
