/**
 * Proof of one record against a state root: one constant path, nothing elided (rules 11, 12).
 * Siblings bottom up: 48 of the table, the table's length, 4 of the state container.
 */
import { equalBytes } from "../bytes.ts";
import { RECORD_PROOF_LENGTH, STATE_DEPTH, TABLE_DEPTH } from "../params.ts";
import { hashPair } from "./hasher.ts";
import { uint64Chunk } from "./merkleize.ts";
import { ZERO_HASHES } from "./zeroHashes.ts";

export interface RecordProof {
  /** Field of the state container: the table's number. */
  readonly field: number;
  readonly index: number;
  /** Exactly 53 nodes of 32 bytes. */
  readonly siblings: readonly Uint8Array[];
}

/** The root that `leaf` and `proof` give, or undefined when the proof does not have the one allowed shape. */
export function proofRoot(leaf: Uint8Array, proof: RecordProof): Uint8Array | undefined {
  const { field, index, siblings } = proof;
  if (siblings.length !== RECORD_PROOF_LENGTH || leaf.length !== 32 || siblings.some((s) => s.length !== 32)) return;
  if (!(Number.isSafeInteger(index) && index >= 0 && index < 2 ** TABLE_DEPTH)) return;
  if (!(Number.isSafeInteger(field) && field >= 0 && field < 2 ** STATE_DEPTH)) return;
  let node = leaf;
  let at = index;
  for (const [level, sibling] of siblings.entries()) {
    if (level === TABLE_DEPTH) at = 0; // the length is always the right sibling
    if (level === TABLE_DEPTH + 1) at = field;
    node = at % 2 === 0 ? hashPair(node, sibling) : hashPair(sibling, node);
    at = Math.floor(at / 2);
  }
  return node;
}

/** Whether the record with root `leaf` is in the state with `root`. The zero root and the empty leaf prove nothing. */
export function verifyRecordProof(root: Uint8Array, leaf: Uint8Array, proof: RecordProof): boolean {
  if (equalBytes(root, ZERO_HASHES[0]!) || equalBytes(leaf, ZERO_HASHES[0]!)) return false;
  const computed = proofRoot(leaf, proof);
  return computed !== undefined && equalBytes(computed, root);
}

/** Siblings of field `field` in the state container, given all sixteen field roots, bottom up. */
export function fieldBranch(fieldRoots: readonly Uint8Array[], field: number): Uint8Array[] {
  const siblings: Uint8Array[] = [];
  let nodes = [...fieldRoots];
  for (let at = field; nodes.length > 1; at = at >>> 1) {
    siblings.push(nodes[at ^ 1]!);
    nodes = nodes.flatMap((node, i) => (i % 2 === 0 ? [hashPair(node, nodes[i + 1]!)] : []));
  }
  return siblings;
}

export function lengthSibling(length: number): Uint8Array {
  return uint64Chunk(length);
}
