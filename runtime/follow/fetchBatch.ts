/** From a log of the host to a batch whose bytes are proved to be the posted ones. */
import {
  type BatchPreimage,
  type Block,
  batchCommitment,
  blockCommitment,
  decodeBatch,
  genesisCommitment,
} from "../../protocol/batch.ts";
import { equalBytes, fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import type { BatchRecord } from "../chain/batches.ts";
import type { StoredBlock } from "../chain/storedBlock.ts";
import { TributaryError } from "../errors.ts";
import type { HostReader, PostedBatch, StoredBatch } from "../host/hostReader.ts";

export interface FetchedBatch {
  record: BatchRecord;
  blocks: readonly Block[];
  /** Accumulator at the batch's end cursor, as the contract checked it. */
  inboxAcc: Uint8Array;
  /** Whether the blocks are those of our log. */
  isOwn: boolean;
}

/** What the batch after it builds on. */
export interface Parent {
  commitment: Hex;
  root: Hex;
  timestamp: number;
  height: number;
  inboxIndex: number;
}

export const genesisParent = (genesisRoot: Hex): Parent => ({
  commitment: toHex(genesisCommitment(fromHex(genesisRoot))),
  root: genesisRoot,
  timestamp: 0,
  height: 0,
  inboxIndex: 0,
});

/**
 * `own` are the blocks of our log at its heights: those with its commitment are what was posted, and nothing need be read.
 * Throws `host-reorged` when the host's answers do not belong together; asking again later is right.
 */
export async function fetchBatch(
  reader: HostReader,
  posted: PostedBatch,
  stored: StoredBatch,
  parent: Parent,
  own?: readonly StoredBlock[],
): Promise<FetchedBatch> {
  const preimageOf = (blocks: readonly Block[]): BatchPreimage | undefined => {
    const preimage = preimageAfter(parent, stored.epoch, blocks);
    return equalBytes(batchCommitment(preimage), stored.commitment) ? preimage : undefined;
  };
  const known = own && preimageOf(own);
  if (own && known) {
    const record = recordOf(posted, stored, parent, known);
    return { record, blocks: own, inboxAcc: own.at(-1)!.inboxAcc, isOwn: true };
  }
  const calldata = await reader.batchBytes(posted.transactionHash);
  const blocks = calldata && decodeBatch(calldata.blocks);
  const preimage = blocks && preimageOf(blocks);
  if (calldata === undefined || blocks === undefined || preimage === undefined) throw reorged(posted.id);
  const record = recordOf(posted, stored, parent, preimage);
  return { record, blocks, inboxAcc: calldata.inboxAcc, isOwn: false };
}

function recordOf(posted: PostedBatch, stored: StoredBatch, parent: Parent, preimage: BatchPreimage): BatchRecord {
  return {
    id: posted.id,
    commitment: toHex(stored.commitment),
    parentCommitment: parent.commitment,
    parentRoot: parent.root,
    parentTimestamp: parent.timestamp,
    firstHeight: preimage.firstHeight,
    lastHeight: parent.height + preimage.blockCommitments.length,
    firstInboxIndex: parent.inboxIndex,
    epoch: stored.epoch,
    poster: posted.poster,
    postedAt: stored.postedAt,
    hostBlock: posted.hostBlock,
    hostTransaction: posted.transactionHash,
    blockCommitments: preimage.blockCommitments.map(toHex),
  };
}

/** What the commitment of `blocks` commits to, posted behind `parent` in `epoch`. */
export const preimageAfter = (parent: Parent, epoch: number, blocks: readonly Block[]): BatchPreimage => ({
  parentCommitment: fromHex(parent.commitment),
  parentRoot: fromHex(parent.root),
  parentTimestamp: parent.timestamp,
  firstHeight: parent.height + 1,
  firstInboxIndex: parent.inboxIndex,
  epoch,
  blockCommitments: blocks.map(blockCommitment),
});

/** The parent that a fetched batch is for the next one. */
export function parentAfter({ record, blocks }: FetchedBatch): Parent {
  const { header } = blocks.at(-1)!;
  return {
    commitment: record.commitment,
    root: toHex(header.stateRoot),
    timestamp: header.timestamp,
    height: record.lastHeight,
    inboxIndex: blocks.reduce((index, block) => index + block.header.inboxCount, record.firstInboxIndex),
  };
}

function reorged(id: number): TributaryError {
  return new TributaryError("host-reorged", `batch ${id}: the host's log, calldata and storage do not belong together`);
}
