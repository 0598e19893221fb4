import type { BatchView } from "../../../protocol/api.ts";
import type { BatchRecord } from "../../chain/batches.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";

/** A batch by id, by a block in it, or the last one on the host; null when there is none. Batch 0, genesis, has no record. */
export async function getBatch(node: NodeView, params: ParamsOf<"getBatch">): Promise<BatchView | null> {
  return batchView(node, await find(node, params));
}

/** The batch with its confirmation, which is that of its last block. */
export function batchView({ batches }: NodeView, batch: BatchRecord | undefined): BatchView | null {
  return batch === undefined ? null : { ...batch, confirmation: batches.confirmationOf(batch.lastHeight) };
}

function find({ batches }: NodeView, params: ParamsOf<"getBatch">): Promise<BatchRecord | undefined> {
  if ("height" in params) return batches.byHeight(params.height);
  return params.id === "latest" ? batches.latest() : batches.byId(params.id);
}
