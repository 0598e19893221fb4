/**
 * The batch poster. It keeps nothing of its own: every round starts from the host's tip and our log, so a restart, a host
 * reorg or a removed batch is just another round.
 */
import { type Block, encodeBatch } from "../protocol/batch.ts";
import { type Hex, toHex } from "../protocol/bytes.ts";
import { MAX_BATCH_BLOCKS, MAX_BATCH_BYTES } from "../protocol/params.ts";
import type { Batches } from "../runtime/chain/batches.ts";
import type { Chain } from "../runtime/chain/chain.ts";
import { genesisParent } from "../runtime/follow/fetchBatch.ts";
import type { Unposted } from "./unposted.ts";

export interface PosterOptions {
  chain: Chain;
  batches: Batches;
  unposted: Unposted;
  genesisRoot: Hex;
  /** A batch is posted when it has this many bytes ... */
  targetBytes: number;
  /** ... or when its oldest block is this old, in host time. */
  maxAgeSeconds: number;
  /** Blocks from this height on are not to be posted. */
  below?: number | undefined;
}

export interface PreparedBatch {
  parentCommitment: Hex;
  inboxAcc: Hex;
  blocks: Hex;
  firstHeight: number;
  lastHeight: number;
}

/** The next batch to post at host time `now` (seconds), or undefined when none is due or the chain moves under it. */
export async function prepareBatch(options: PosterOptions, now: number): Promise<PreparedBatch | undefined> {
  const { chain, batches, unposted, genesisRoot } = options;
  const { generation } = chain;
  const { tip, postedHeight } = batches;
  const chosen = chooseBlocks(options, now);
  if (chosen === 0) return undefined;
  const firstHeight = unposted.entries[0]!.height;
  if (firstHeight !== postedHeight + 1) return undefined; // the follower has news that we have not yet
  const blocks: Block[] = [];
  let inboxAcc: Uint8Array | undefined;
  for (let height = firstHeight; height < firstHeight + chosen; height++) {
    const block = await chain.log.block(height);
    if (block === undefined) return undefined; // rewound meanwhile
    blocks.push(block);
    inboxAcc = block.inboxAcc;
  }
  const parent = await batches.byId(tip);
  // Blocks of two chains, or on another parent than the one they were built on, would be a fault: ours.
  if (chain.generation !== generation || batches.tip !== tip) return undefined;
  return {
    parentCommitment: parent?.commitment ?? genesisParent(genesisRoot).commitment,
    inboxAcc: toHex(inboxAcc!),
    blocks: toHex(encodeBatch(blocks)),
    firstHeight,
    lastHeight: firstHeight + chosen - 1,
  };
}

/** How many of the unposted blocks the next batch takes: 0 while it is neither large nor old enough. */
function chooseBlocks({ unposted, targetBytes, maxAgeSeconds, below }: PosterOptions, now: number): number {
  const limit = Math.min(targetBytes, MAX_BATCH_BYTES);
  let bytes = 0;
  let count = 0;
  let isFull = false;
  for (const entry of unposted.entries) {
    if (entry.timestamp > now) break; // the host refuses a block that is ahead of its clock
    if (below !== undefined && entry.height >= below) break;
    isFull = count === MAX_BATCH_BLOCKS || (count > 0 && bytes + entry.bytes > limit);
    if (isFull) break;
    bytes += entry.bytes;
    count++;
  }
  const oldest = unposted.oldestTimestamp;
  const isDue = isFull || bytes >= limit || count === MAX_BATCH_BLOCKS;
  return isDue || (oldest !== undefined && now >= oldest + maxAgeSeconds) ? count : 0;
}
