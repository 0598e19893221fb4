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
import { TributaryError } from "../errors.ts";
import type { HostReader, PostedBatch, StoredBatch } from "../host/hostReader.ts";

export interface FetchedBatch {
  record: BatchRecord;
  blocks: Block[];
  /** Accumulator at the batch's end cursor, as the contract checked it. */
  inboxAcc: Uint8Array;
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

/** Throws `host-reorged` when the host's answers do not belong together; asking again later is right. */
export async function fetchBatch(
  reader: HostReader,
  posted: PostedBatch,
  stored: StoredBatch,
  parent: Parent,
): Promise<FetchedBatch> {
  const calldata = await reader.batchBytes(posted.transactionHash);
  const blocks = calldata && decodeBatch(calldata.blocks);
  if (calldata === undefined || blocks === undefined) throw reorged(posted.id);
  const preimage = preimageAfter(parent, stored.epoch, blocks);
  if (!equalBytes(batchCommitment(preimage), stored.commitment)) throw reorged(posted.id);
  const record: BatchRecord = {
    id: posted.id,
    commitment: toHex(stored.commitment),
    parentCommitment: parent.commitment,
    parentRoot: parent.root,
    parentTimestamp: parent.timestamp,
    firstHeight: preimage.firstHeight,
    lastHeight: parent.height + blocks.length,
    firstInboxIndex: parent.inboxIndex,
    epoch: stored.epoch,
    poster: posted.poster,
    postedAt: stored.postedAt,
    hostBlock: posted.hostBlock,
    hostTransaction: posted.transactionHash,
    blockCommitments: preimage.blockCommitments.map(toHex),
  };
  return { record, blocks, inboxAcc: calldata.inboxAcc };
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
