/** Whether what was posted breaks what was signed of it. Spec: docs/spec/faults.md#soft-confirmations. */
import { equalBytes } from "./bytes.ts";
import { type Header, headerHash, type SoftConfirmation } from "./confirmation.ts";
import { keccak256 } from "./hash.ts";

/** The part of a batch that says which blocks it holds, and for which epoch. */
export interface PostedBlocks {
  epoch: number;
  firstHeight: number;
  blockCommitments: readonly Uint8Array[];
}

/** The commitment that a batch holds at a height; undefined when the height is not in it. */
export function postedCommitment(batch: PostedBlocks, height: number): Uint8Array | undefined {
  return batch.blockCommitments[height - batch.firstHeight];
}

/** Two headers of one place that are not the same. */
export function headersConflict(a: Header, b: Header): boolean {
  return a.epoch === b.epoch && a.height === b.height && !equalBytes(headerHash(a), headerHash(b));
}

/** The batch, of the header's epoch, holds another block at its height. */
export function batchContradictsHeader(batch: PostedBlocks, header: Header): boolean {
  const posted = postedCommitment(batch, header.height);
  return batch.epoch === header.epoch && posted !== undefined && !equalBytes(posted, header.blockCommitment);
}

/** Whether a block's content begins as was confirmed. */
export function keepsConfirmation(content: Uint8Array, { contentLength, contentHash }: SoftConfirmation): boolean {
  return content.length >= contentLength && equalBytes(keccak256(content.subarray(0, contentLength)), contentHash);
}

/** The batch, of the confirmation's epoch, holds a block at its height that begins otherwise. */
export function batchContradictsConfirmation(
  batch: PostedBlocks,
  content: Uint8Array,
  confirmation: SoftConfirmation,
): boolean {
  const isThere = postedCommitment(batch, confirmation.height) !== undefined;
  return batch.epoch === confirmation.epoch && isThere && !keepsConfirmation(content, confirmation);
}
