/** What the bridge asks of a rollup node. The client has all of it; so has anything that serves the node's RPC. */
import type { ProofView, SyncStatus } from "../protocol/api.ts";
import type { Hex } from "../protocol/bytes.ts";
import type { TableName } from "../protocol/state/state.ts";
import type { Verdict } from "../protocol/verdict.ts";

/** The part of a transaction's receipt that the bridge reads. */
export interface RollupReceipt {
  hash: Hex;
  verdict: Verdict;
  created: { table: TableName; first: number; count: number }[];
  height: number;
}

export interface RollupRpc {
  /** Accounts of an owner, lowest index first. */
  getAccount(parameters: { address: Hex }): Promise<{ index: number }[]>;
  getReceipt(parameters: { hash: Hex }): Promise<RollupReceipt | null>;
  getProof(parameters: { table: TableName; index: number; batch?: number | undefined }): Promise<ProofView>;
  syncStatus(): Promise<Pick<SyncStatus, "inboxLength">>;
}
