/**
 * One evidence root for all records of a transaction: SSZ `hash_tree_root(List[Bytes32, 2^16])` over the evidence
 * leaves, in the order of the records. A proof always has 16 siblings and the length, so an inner node can never pass
 * for a leaf.
 */
import { equalBytes } from "../protocol/bytes.ts";
import { hashPair } from "../protocol/tree/hasher.ts";
import { merkleize, mixInLength } from "../protocol/tree/merkleize.ts";

export const EVIDENCE_DEPTH = 16;

export interface EvidenceProof {
  readonly index: number;
  /** Number of leaves under the root. */
  readonly length: number;
  /** Sixteen nodes of 32 bytes, bottom up. */
  readonly siblings: readonly Uint8Array[];
}

/** Root of the leaves (32 bytes each). Throws RangeError on more than 2^16 leaves or a leaf of another size. */
export function evidenceRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return mixInLength(merkleize(packLeaves(leaves), EVIDENCE_DEPTH), leaves.length);
}

/** Proof that leaf `index` is under `evidenceRoot(leaves)`. Throws RangeError if there is no such leaf. */
export function proveEvidence(leaves: readonly Uint8Array[], index: number): EvidenceProof {
  if (!Number.isSafeInteger(index) || index < 0 || index >= leaves.length) {
    throw new RangeError(`"index" is not one of ${leaves.length} leaves: ${index}`);
  }
  const chunks = packLeaves(leaves);
  const siblings: Uint8Array[] = [];
  for (let level = 0; level < EVIDENCE_DEPTH; level++) {
    const first = (Math.floor(index / 2 ** level) ^ 1) * 2 ** level;
    siblings.push(merkleize(chunks.subarray(first * 32, (first + 2 ** level) * 32), level));
  }
  return { index, length: leaves.length, siblings };
}

/** Whether `leaf` is under `root`. False for every proof that does not have the one allowed shape. */
export function verifyEvidenceProof(root: Uint8Array, leaf: Uint8Array, proof: EvidenceProof): boolean {
  const { index, length, siblings } = proof;
  if (!(Number.isSafeInteger(length) && length <= 2 ** EVIDENCE_DEPTH)) return false;
  if (!(Number.isSafeInteger(index) && index >= 0 && index < length)) return false;
  if (siblings.length !== EVIDENCE_DEPTH || leaf.length !== 32 || siblings.some((s) => s.length !== 32)) return false;
  let node = leaf;
  for (const [level, sibling] of siblings.entries()) {
    const isLeft = Math.floor(index / 2 ** level) % 2 === 0;
    node = isLeft ? hashPair(node, sibling) : hashPair(sibling, node);
  }
  return equalBytes(mixInLength(node, length), root);
}

function packLeaves(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length > 2 ** EVIDENCE_DEPTH) throw new RangeError(`"leaves" has more than 2^${EVIDENCE_DEPTH} entries`);
  const chunks = new Uint8Array(leaves.length * 32);
  for (const [i, leaf] of leaves.entries()) {
    if (leaf.length !== 32) throw new RangeError(`"leaves" has one of ${leaf.length} bytes, not 32`);
    chunks.set(leaf, i * 32);
  }
  return chunks;
}
