import { hashPair } from "./hasher.ts";

/** `ZERO_HASHES[l]` is the root of an empty subtree of `l` levels (SSZ's zero hashes). */
export const ZERO_HASHES: readonly Uint8Array[] = (() => {
  const hashes: Uint8Array[] = [new Uint8Array(32)];
  for (let level = 1; level <= 64; level++) hashes.push(hashPair(hashes[level - 1]!, hashes[level - 1]!));
  return hashes;
})();
