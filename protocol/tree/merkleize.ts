/** SSZ merkleization of short values (the long-lived tables have their own tree). Spec: Ethereum's simple-serialize. */
import { hashPair, hashPairs } from "./hasher.ts";
import { ZERO_HASHES } from "./zeroHashes.ts";

/** Root of `chunks` (n x 32 bytes) as a tree of `depth` levels, padded with zero chunks. */
export function merkleize(chunks: Uint8Array, depth: number): Uint8Array {
  let nodes = chunks;
  if (nodes.length === 0) return ZERO_HASHES[depth]!.slice();
  for (let level = 0; level < depth; level++) {
    const count = nodes.length / 32;
    const padded = count % 2 === 0 ? nodes : appendNode(nodes, ZERO_HASHES[level]!);
    const parents = new Uint8Array(padded.length / 2);
    hashPairs(padded, parents);
    nodes = parents;
  }
  return nodes.slice(0, 32);
}

/** SSZ's `mix_in_length`. */
export function mixInLength(root: Uint8Array, length: number): Uint8Array {
  return hashPair(root, uint64Chunk(length));
}

/** A length or number as a little-endian 32-byte chunk. */
export function uint64Chunk(value: number | bigint): Uint8Array {
  const chunk = new Uint8Array(32);
  new BigUint64Array(chunk.buffer)[0] = BigInt(value);
  return chunk;
}

/**
 * Roots of `rows` equal trees at once: `nodes` holds rows x 2^depth chunks, row after row; returns rows x 32 bytes.
 * One hasher call a level, however many rows.
 */
export function merkleizeRows(nodes: Uint8Array, depth: number): Uint8Array {
  for (let level = 0; level < depth; level++) {
    const parents = new Uint8Array(nodes.length / 2);
    hashPairs(nodes, parents);
    nodes = parents;
  }
  return nodes;
}

function appendNode(nodes: Uint8Array, node: Uint8Array): Uint8Array {
  const out = new Uint8Array(nodes.length + 32);
  out.set(nodes);
  out.set(node, nodes.length);
  return out;
}
