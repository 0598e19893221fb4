import type { BlockView } from "../../../protocol/api.ts";
import { blockCommitment, postedBytes } from "../../../protocol/batch.ts";
import { toHex } from "../../../protocol/bytes.ts";
import type { StoredBlock } from "../../chain/storedBlock.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";

/** A sealed block; null when there is none at the height (0 is genesis, which has no block). */
export async function getBlock(node: NodeView, { height }: ParamsOf<"getBlock">): Promise<BlockView | null> {
  const { log } = node.chain;
  const block = await log.block(height === "latest" ? await log.head() : height);
  return block === undefined ? null : blockView(node, block);
}

/** `inboxIndex` is that of the first message it consumed, or would have; `bytes` is what it takes in a batch. */
export async function blockView({ batches }: NodeView, block: StoredBlock): Promise<BlockView> {
  const { height, header, firstInboxIndex, content, results } = block;
  return {
    height,
    stateRoot: toHex(header.stateRoot),
    timestamp: header.timestamp,
    feeAccount: header.feeAccount,
    inboxIndex: firstInboxIndex,
    inboxCount: header.inboxCount,
    commitment: toHex(blockCommitment(block)),
    bytes: postedBytes(content),
    transactions: results.map(({ hash }) => toHex(hash)),
    batch: (await batches.byHeight(height))?.id ?? null,
  };
}
