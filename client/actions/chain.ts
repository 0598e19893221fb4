/** Reads about the chain as a whole. */
import type { ChainInfo, SyncStatus } from "../../protocol/api.ts";
import type { Context } from "../context.ts";

export type ChainInfoReturnType = ChainInfo;
export type SyncStatusReturnType = SyncStatus;

/** What the rollup is: addresses, parameters, sizes. */
export function chainInfo({ transport }: Context): Promise<ChainInfoReturnType> {
  return transport.request("chainInfo", {});
}

/** How far the node is, and how far the host. */
export function syncStatus({ transport }: Context): Promise<SyncStatusReturnType> {
  return transport.request("syncStatus", {});
}
