/** Reads of blocks and batches. */
import type { BatchView, BlockView } from "../../protocol/api.ts";
import type { Context } from "../context.ts";

export interface GetBlockParameters {
  /** @default "latest" */
  height?: number | "latest" | undefined;
}
export type GetBlockReturnType = BlockView | null;

export function getBlock(
  { transport }: Context,
  { height = "latest" }: GetBlockParameters = {},
): Promise<GetBlockReturnType> {
  return transport.request("getBlock", { height });
}

/** By number, or the batch that holds a block. */
export type GetBatchParameters = { id: number | "latest" } | { height: number };
export type GetBatchReturnType = BatchView | null;

/** Null when there is no such batch, or the block is in none yet. */
export function getBatch({ transport }: Context, parameters: GetBatchParameters): Promise<GetBatchReturnType> {
  return transport.request("getBatch", parameters);
}
