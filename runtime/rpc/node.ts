/** What the RPC serves from: a sequencer and a verifier both provide this. */
import type { ChainInfo, Confirmation, SignedHeaderView, SyncStatus, TransactionReceipt } from "../../protocol/api.ts";
import type { SignedTransaction } from "../../protocol/transactions/registry.ts";
import type { AttributionIndex } from "../chain/attributionIndex.ts";
import type { BatchRecord } from "../chain/batches.ts";
import type { Chain } from "../chain/chain.ts";

/** The parts of `ChainInfo` that come from the host and never change. */
export type Instance = Omit<ChainInfo, "parameters" | "tables" | "recordsPerBlock">;

export interface NodeView {
  readonly chain: Chain;
  readonly instance: Instance;
  readonly batches: {
    byId(id: number): Promise<BatchRecord | undefined>;
    byHeight(height: number): Promise<BatchRecord | undefined>;
    latest(): Promise<BatchRecord | undefined>;
    /** How far the block at `height` has come. */
    confirmationOf(height: number): Confirmation;
  };
  /** The one index of the chain's attributions; whoever rewinds the chain rewinds it too. */
  readonly attributions: Pick<AttributionIndex, "find">;
  syncStatus(): SyncStatus;
  /** Nonce that the next transaction of an account needs, with all that the node has accepted. */
  pendingNonce(account: number): number;
  /** Runs `read` when the state is exactly that of the head: at once, or when the block in progress is sealed and written. */
  atBoundary<T>(read: () => T): Promise<T>;
  /**
   * Accepts a transaction and resolves when it is durable; `packed` spares encoding it again. Absent on a verifier. Throws TributaryError with one of the codes busy,
   * wrong-signature, nonce-too-low, nonce-too-high, insufficient-funds, over-weight, unknown-account.
   */
  submit?(transaction: SignedTransaction, nonce: number, packed?: Uint8Array): Promise<TransactionReceipt>;
  /** The receipt of a durable transaction whose block is not sealed yet; only a sequencer has such. */
  openReceipt?(hash: Uint8Array): TransactionReceipt | undefined;
  /** What was signed of a sealed block; only a sequencer has such. */
  signedHeader?(height: number): Promise<SignedHeaderView | undefined>;
  /** The durable part of the block in progress; only a sequencer has one. */
  openContent?(): { height: number; content: Uint8Array } | undefined;
  /** Receipts as they become durable. */
  onReceipt(listener: (receipt: TransactionReceipt) => void): () => void;
}
