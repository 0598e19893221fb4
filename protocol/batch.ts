/** Blocks and batches as the host sees them: bytes and commitments. Spec: docs/spec/settlement.md#blocks-and-batches. */
import { ByteReader, ByteWriter } from "./bytes.ts";
import { keccak256, keccakPacked, word } from "./hash.ts";
import { HEADER_BYTES, MAX_BATCH_BLOCKS, MAX_BATCH_BYTES, MAX_BLOCK_BYTES } from "./params.ts";

export interface BlockHeader {
  /** State root after the block. */
  stateRoot: Uint8Array;
  /** Seconds. */
  timestamp: number;
  /** Inbox messages consumed, before the content. */
  inboxCount: number;
  /** Index of the account that gets the transaction fees; the treasury does when there is none. */
  feeAccount: number;
}

export interface Block {
  header: BlockHeader;
  content: Uint8Array;
}

export function encodeHeader({ stateRoot, timestamp, inboxCount, feeAccount }: BlockHeader): Uint8Array {
  return new ByteWriter().fixed(stateRoot, 32).uint(timestamp, 5).uint(inboxCount, 2).uint(feeAccount, 5).finish();
}

export function decodeHeader(bytes: Uint8Array): BlockHeader {
  const reader = new ByteReader(bytes);
  const stateRoot = reader.take(32).slice();
  return { stateRoot, timestamp: reader.uint(5), inboxCount: reader.uint(2), feeAccount: reader.uint(5) };
}

export function blockCommitment({ header, content }: Block): Uint8Array {
  return keccakPacked(encodeHeader(header), keccak256(content));
}

/** Bytes that a block takes in a batch. */
export const postedBytes = (content: Uint8Array): number => 2 + HEADER_BYTES + content.length;

/** Throws RangeError when the blocks do not fit a batch: the builder has checked. */
export function encodeBatch(blocks: readonly Block[]): Uint8Array {
  const writer = new ByteWriter();
  for (const { header, content } of blocks) {
    if (HEADER_BYTES + content.length > MAX_BLOCK_BYTES) throw new RangeError(`"content" has ${content.length} bytes`);
    writer
      .uint(HEADER_BYTES + content.length, 2)
      .put(encodeHeader(header))
      .put(content);
  }
  if (blocks.length === 0 || blocks.length > MAX_BATCH_BLOCKS || writer.length > MAX_BATCH_BYTES) {
    throw new RangeError(`"blocks" do not fit a batch: ${blocks.length} blocks, ${writer.length} bytes`);
  }
  return writer.finish();
}

/** The blocks in `bytes`, or undefined when the host would have refused them. */
export function decodeBatch(bytes: Uint8Array): Block[] | undefined {
  if (bytes.length > MAX_BATCH_BYTES) return undefined;
  const reader = new ByteReader(bytes);
  const blocks: Block[] = [];
  while (!reader.atEnd) {
    const length = reader.uint(2);
    const block = reader.take(length);
    if (!reader.ok || length < HEADER_BYTES || length > MAX_BLOCK_BYTES) return undefined;
    blocks.push({ header: decodeHeader(block), content: block.slice(HEADER_BYTES) });
  }
  return blocks.length > 0 && blocks.length <= MAX_BATCH_BLOCKS ? blocks : undefined;
}

/** What a batch commitment commits to. */
export interface BatchPreimage {
  parentCommitment: Uint8Array;
  parentRoot: Uint8Array;
  parentTimestamp: number;
  firstHeight: number;
  firstInboxIndex: number;
  epoch: number;
  blockCommitments: readonly Uint8Array[];
}

export function batchCommitment(batch: BatchPreimage): Uint8Array {
  return keccakPacked(
    batch.parentCommitment,
    batch.parentRoot,
    word(batch.parentTimestamp),
    word(batch.firstHeight),
    word(batch.firstInboxIndex),
    word(batch.epoch),
    ...batch.blockCommitments,
  );
}

/** Commitment of batch 0. */
export const genesisCommitment = (genesisRoot: Uint8Array): Uint8Array => keccak256(genesisRoot);
