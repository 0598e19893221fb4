/**
 * The root that stands for a text on the rollup: SSZ `hash_tree_root(List[uint64, 2^32])` over its token identities.
 * Four tokens share a 32-byte chunk, so any span of words can later be proved against it by a few chunks.
 */
import { merkleize, mixInLength } from "../protocol/tree/merkleize.ts";
import { tokenBytes, tokenIdentity, tokenize } from "./tokenizer.ts";
import { latin1 } from "./vocabulary.ts";

export const IDENTITY_BYTES = 8;
/** 2^32 tokens of 8 bytes are 2^30 chunks. */
const CONTENT_DEPTH = 30;

/** Root of a text (32 bytes). */
export function contentRoot(text: string | Uint8Array): Uint8Array {
  const tokens = tokenize(text);
  const identities = new Uint8Array(tokens.count * IDENTITY_BYTES);
  const known = new Map<string, Uint8Array>();
  for (let i = 0; i < tokens.count; i++) {
    const token = tokenBytes(tokens, i);
    const key = latin1(token);
    let identity = known.get(key);
    if (identity === undefined) {
      identity = tokenIdentity(token);
      known.set(key, identity);
    }
    identities.set(identity, i * IDENTITY_BYTES);
  }
  return contentRootOf(identities);
}

/** Root over identities already at hand, 8 bytes each. Throws RangeError on a length that is no multiple of 8. */
export function contentRootOf(identities: Uint8Array): Uint8Array {
  if (identities.length % IDENTITY_BYTES !== 0) throw new RangeError(`"identities" is not n x 8 bytes`);
  const chunks = new Uint8Array(Math.ceil(identities.length / 32) * 32);
  chunks.set(identities);
  return mixInLength(merkleize(chunks, CONTENT_DEPTH), identities.length / IDENTITY_BYTES);
}
