/**
 * The proof that a posted root is not what the rules give, as `Rollup.proveFault` takes it: the one block, what it consumes, and
 * the part of the state before that it touches. Spec: docs/spec/faults.md#provefault.
 */
import { encodeHeader } from "../protocol/batch.ts";
import { executeBlock } from "../protocol/block.ts";
import { concat, equalBytes, type Hex, toHex } from "../protocol/bytes.ts";
import { keccak256 } from "../protocol/hash.ts";
import type { EnqueuedMessage } from "../protocol/inbox.ts";
import { witnessOf } from "../protocol/witness/witnessOf.ts";
import type { Chain } from "../runtime/chain/chain.ts";
import type { FetchedBatch } from "../runtime/follow/fetchBatch.ts";
import type { FaultProof } from "../runtime/host/faults.ts";
import { nativeRecover } from "../runtime/signatures/nativeRecover.ts";

const ZERO_HASH: Hex = `0x${"00".repeat(32)}`;

/**
 * The proof for block `blockIndex` of a batch that the chain is about to take in; `messages` are those of the whole batch. The
 * chain's state runs through the blocks before it and is the head's again in the end. Throws Error when the block's root is right:
 * there is nothing to prove.
 */
export async function faultProofOf(
  chain: Chain,
  { record, blocks }: FetchedBatch,
  messages: readonly EnqueuedMessage[],
  blockIndex: number,
): Promise<FaultProof> {
  const environment = { separator: chain.separator, recover: nativeRecover };
  const consumed = blocks.slice(0, blockIndex).reduce((sum, { header }) => sum + header.inboxCount, 0);
  const own = messages.slice(consumed, consumed + blocks[blockIndex]!.header.inboxCount).map(({ bytes }) => bytes);
  let from = 0;
  for (const { header, content } of blocks.slice(0, blockIndex)) {
    const before = messages.slice(from, from + header.inboxCount).map(({ bytes }) => bytes);
    executeBlock(chain.state, environment, { ...header, messages: before }, content);
    from += header.inboxCount;
  }
  const { header, content } = blocks[blockIndex]!;
  const { witness, postRoot } = witnessOf(chain.state, environment, { ...header, messages: own }, content);
  await chain.rewind(chain.head.height);
  if (equalBytes(postRoot, header.stateRoot)) throw new Error(`block ${blockIndex} of batch ${record.id} is right`);

  const previous = blocks[blockIndex - 1];
  const { parentCommitment, parentRoot, parentTimestamp, firstHeight, firstInboxIndex, epoch, blockCommitments } =
    record;
  return {
    batchId: BigInt(record.id),
    blockIndex: BigInt(blockIndex),
    preimage: {
      parentCommitment,
      parentRoot,
      parentTimestamp,
      firstHeight,
      firstInboxIndex,
      epoch,
      blockCommitments,
    },
    previousHeader: previous === undefined ? "0x" : toHex(encodeHeader(previous.header)),
    previousContentHash: previous === undefined ? ZERO_HASH : toHex(keccak256(previous.content)),
    blockBytes: toHex(concat(encodeHeader(header), content)),
    messages: own.map(toHex),
    witness: toHex(witness),
  };
}
