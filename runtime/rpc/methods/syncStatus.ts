import type { SyncStatus } from "../../../protocol/api.ts";
import type { NodeView } from "../node.ts";

/** How far the node is, and what it knows of the host. */
export function syncStatus(node: NodeView): SyncStatus {
  return node.syncStatus();
}
