/** Which blocks the next batch holds, and what it builds on. It keeps nothing: all is in our log and on the host. */
import { batchCommitment, encodeBatch } from "../protocol/batch.ts";
import { fromHex, type Hex, toHex } from "../protocol/bytes.ts";
import { MAX_BATCH_BLOCKS, MAX_BATCH_BYTES } from "../protocol/params.ts";
import type { Batches } from "../runtime/chain/batches.ts";
import { type Chain, headOf } from "../runtime/chain/chain.ts";
import type { StoredBlock } from "../runtime/chain/storedBlock.ts";
import { genesisParent, preimageAfter } from "../runtime/follow/fetchBatch.ts";
import { sameAddress } from "./startChecks.ts";
import type { Unposted } from "./unposted.ts";

export interface PosterOptions {
  chain: Chain;
  batches: Batches;
  unposted: Unposted;
  genesisRoot: Hex;
  /** Address that posts. */
  poster: Hex;
  /** The host's epoch as it was seen; 0 while nobody looks. */
  epoch: number;
  /** A batch is posted when it has this many bytes ... */
  targetBytes: number;
  /** ... or when its oldest block is this old, in host time. */
  maxAgeSeconds: number;
  /** Blocks from this height on are not to be posted. */
  below?: number | undefined;
}

/** Where the next batch goes on: after a batch on the host, or after one that is on its way there. */
export interface Tail {
  commitment: Hex;
  /** Of its last block. */
  height: number;
  /** In which our next post falls, as far as can be known. */
  epoch: number | undefined;
}

export interface PreparedBatch {
  parentCommitment: Uint8Array;
  inboxAcc: Uint8Array;
  blocks: Uint8Array;
  firstHeight: number;
  lastHeight: number;
  /** Number of blocks. */
  count: number;
  /** Where the batch after it goes on; undefined when its commitment is known only once it is on the host. */
  tail: Tail | undefined;
}

/**
 * The next batch to post at host time `now` (seconds), or undefined when none is due or the chain moves under it. `after` is the
 * last batch that was sent; by default the host's tip.
 */
export async function prepareBatch(
  options: PosterOptions,
  now: number,
  after?: Tail,
): Promise<PreparedBatch | undefined> {
  const { chain, batches } = options;
  const { generation } = chain;
  const { tip } = batches;
  const firstHeight = (after?.height ?? batches.postedHeight) + 1;
  const entries = entriesFrom(options, firstHeight);
  const chosen = chooseBlocks(entries, options, now);
  if (chosen === 0) return undefined;
  if (entries[0]!.height !== firstHeight) return undefined; // the follower has news that we have not yet
  const parent = after ?? (await hostTail(options));
  const before = parent.epoch === undefined ? undefined : await chain.log.block(parent.height);
  const blocks = await chain.log.blocks(firstHeight, firstHeight + chosen - 1);
  if (blocks === undefined) return undefined; // rewound meanwhile
  // Blocks of two chains, or on another parent than the one they were built on, would be a fault: ours.
  if (chain.generation !== generation || (after === undefined && batches.tip !== tip)) return undefined;
  return {
    parentCommitment: fromHex(parent.commitment),
    inboxAcc: blocks.at(-1)!.inboxAcc,
    blocks: encodeBatch(blocks),
    firstHeight,
    lastHeight: firstHeight + chosen - 1,
    count: chosen,
    tail: before && tailAfter(parent, before, blocks),
  };
}

/** The host's tip, and the epoch of our next post where the tip is ours. */
async function hostTail({ batches, genesisRoot, poster, epoch: seen }: PosterOptions): Promise<Tail> {
  const record = await batches.latest();
  if (record === undefined) return { commitment: genesisParent(genesisRoot).commitment, height: 0, epoch: undefined };
  const { commitment, lastHeight, epoch } = record;
  const goesOn = sameAddress(record.poster, poster) && seen <= epoch;
  return { commitment, height: lastHeight, epoch: goesOn ? epoch : undefined };
}

/** The commitment as the contract will make it, if the epoch does not change before. `before` is the block before the batch. */
function tailAfter(parent: Tail, before: StoredBlock, blocks: readonly StoredBlock[]): Tail | undefined {
  const { commitment, epoch } = parent;
  if (epoch === undefined) return undefined;
  const head = headOf(before);
  const preimage = preimageAfter({ ...head, root: toHex(head.root), commitment }, epoch, blocks);
  return { commitment: toHex(batchCommitment(preimage)), height: blocks.at(-1)!.height, epoch };
}

/** The unposted blocks from `height` on, lowest first. */
function entriesFrom({ unposted: { entries } }: PosterOptions, height: number): Unposted["entries"] {
  const first = entries[0]?.height ?? 0;
  return height <= first ? entries : entries.slice(height - first);
}

/** How many of the blocks the next batch takes: 0 while it is neither large nor old enough. */
function chooseBlocks(
  entries: Unposted["entries"],
  { targetBytes, maxAgeSeconds, below }: PosterOptions,
  now: number,
): number {
  const limit = Math.min(targetBytes, MAX_BATCH_BYTES);
  let bytes = 0;
  let count = 0;
  let isFull = false;
  for (const entry of entries) {
    if (entry.timestamp > now) break; // the host refuses a block that is ahead of its clock
    if (below !== undefined && entry.height >= below) break;
    isFull = count === MAX_BATCH_BLOCKS || (count > 0 && bytes + entry.bytes > limit);
    if (isFull) break;
    bytes += entry.bytes;
    count++;
  }
  const oldest = entries[0]?.timestamp;
  const isDue = isFull || bytes >= limit || count === MAX_BATCH_BLOCKS;
  return isDue || (oldest !== undefined && now >= oldest + maxAgeSeconds) ? count : 0;
}
