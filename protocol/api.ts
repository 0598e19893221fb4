/**
 * The JSON-RPC of sequencer and verifier, namespace `tributary_`, as types: one entry per method.
 * Conventions: params by name; bytes as 0x-hex; amounts in Gwei as decimal strings; indices, heights and times (seconds) as
 * numbers. Spec: docs/spec/rpc.md.
 */
import type { Hex } from "./bytes.ts";
import type { EconomicParameters } from "./params.ts";
import type { ContributionKind, ContributionStatus } from "./state/contribution.ts";
import type { Relation } from "./state/model.ts";
import type { TableName } from "./state/state.ts";
import type { TransactionName } from "./transactions/registry.ts";
import type { Verdict } from "./verdict.ts";

/** How far a transaction has come; each level includes the ones before. */
export const CONFIRMATIONS = ["sequenced", "posted", "host-safe", "host-finalized", "settled"] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];
/** Decimal string, Gwei. */
export type Amount = string;

export interface ChainInfo {
  chainId: number;
  rollup: Hex;
  token: Hex;
  vault: Hex;
  inbox: Hex;
  genesisRoot: Hex;
  configHash: Hex;
  deploymentBlock: number;
  challengeWindowSeconds: number;
  parameters: EconomicParameters;
  /** Length of every table at the head. */
  tables: Record<TableName, number>;
  /** Eight-share records that one block holds today, and after the contributions table doubles (rule 18). */
  recordsPerBlock: { now: number; afterDoubling: number };
}

export interface SyncStatus {
  role: "sequencer" | "verifier";
  /** Last sealed block. */
  height: number;
  stateRoot: Hex;
  /** Last block whose batch is on the host, is host-safe, host-finalized, past its window. */
  posted: number;
  hostSafe: number;
  hostFinalized: number;
  settled: number;
  /** Inbox messages consumed, and known on the host. */
  inboxIndex: number;
  inboxLength: number;
  hostBlock: number;
  /** Verifier: last batch it agreed with. Sequencer: last batch seen on the host that is not faulty. */
  batch: number;
  /** The fault in the batch after that, while it stands. */
  fault: FaultReport | null;
  /** Bytes sequenced and not yet posted. */
  unpostedBytes: number;
}

export interface FaultReport {
  batch: number;
  height: number;
  expectedRoot: Hex;
  postedRoot: Hex;
  /** How far the node is with proving it; absent where it does not prove. */
  proof?: ProofProgress | undefined;
}

export interface ProofProgress {
  /** The transaction it is at: the commitment to the proof, or the proof. It is blocked when it can send neither. */
  stage: "commit" | "prove" | "blocked";
  /** Why it is blocked, or why the last attempt failed. */
  problem: string | null;
}

/**
 * The sequencer's signed word that block `height`, posted in `epoch`, begins with `contentLength` bytes of this hash.
 * Spec: docs/spec/faults.md#soft-confirmations.
 */
export interface SoftConfirmationView {
  epoch: number;
  height: number;
  /** Cursor and accumulator of the Inbox after the block's messages: what the statement rests on. */
  inboxIndex: number;
  inboxAcc: Hex;
  contentLength: number;
  contentHash: Hex;
  /** 64 bytes, EIP-2098. */
  signature: Hex;
}

/** The sequencer's signed word that block `height`, posted in `epoch`, is this one. */
export interface SignedHeaderView {
  epoch: number;
  height: number;
  /** Struct hash of the signed header at height - 1; zero when there is none. */
  parent: Hex;
  blockCommitment: Hex;
  inboxIndex: number;
  inboxAcc: Hex;
  /** 64 bytes, EIP-2098. */
  signature: Hex;
}

export interface TransactionReceipt {
  hash: Hex;
  name: TransactionName | "Deposit" | "Forced" | "Unknown";
  account: number | null;
  verdict: Verdict;
  /** Verdicts of records or claims, for transactions that carry several. */
  items: Verdict[];
  fee: Amount;
  created: { table: TableName; first: number; count: number }[];
  height: number;
  position: number;
  timestamp: number;
  confirmation: Confirmation;
  batch: number | null;
  /** In the acknowledgement of a sequencer that signs: covers the block up to this transaction at least. */
  softConfirmation?: SoftConfirmationView | undefined;
}

/** A transaction as typed JSON: byte fields as hex, amounts as decimal strings. */
export interface TransactionJson {
  name: TransactionName;
  account: number;
  body: Record<string, unknown>;
}

export interface TransactionView {
  hash: Hex;
  /** Absent for inbox messages that are not forced transactions. */
  transaction: TransactionJson | null;
  /** Packed bytes, signature included; for inbox messages, the message. */
  raw: Hex;
  receipt: TransactionReceipt;
}

export interface AccountView {
  index: number;
  owner: Hex;
  /** In state; `pendingNonce` counts what the node has accepted on top (equal on a verifier). */
  nonce: number;
  pendingNonce: number;
  balance: Amount;
  stake: Amount;
  unbonding: Amount;
  unbondsAt: number;
}

export interface DatanetView {
  index: number;
  metadataHash: Hex;
  owner: number;
  curated: boolean;
  closed: boolean;
  purposes: number;
  lineageBps: number;
  curatorBps: number;
  bond: Amount;
  earned: Amount;
  lifetime: Amount;
}

export interface ContributionView {
  index: number;
  contentRoot: Hex;
  datanet: number;
  contributor: number;
  parent: number | null;
  kind: ContributionKind;
  status: ContributionStatus;
  purposes: number;
  lineageBps: number;
  curatorBps: number;
  expiresAt: number;
  revokedAt: number;
  bond: Amount;
  earned: Amount;
  inherited: Amount;
  lifetime: Amount;
}

export interface ModelView {
  index: number;
  artifactRoot: Hex;
  owner: number;
  parent: number | null;
  relation: Relation;
  datanets: number[];
  ownerBps: number;
  royaltyBps: number;
  parentBps: number;
  live: boolean;
  retired: boolean;
  trainedAt: number;
  bond: Amount;
  earned: Amount;
  lifetime: Amount;
}

/** Where an output stands that its record does not name: under a root, among all outputs of the transaction. */
export interface CommittedOutput {
  outputsRoot: Hex;
  position: number;
}

export interface AttributionView {
  index: number;
  /** Null when the chain does not tell: then `committed` says where it stands. */
  output: Hex | null;
  committed: CommittedOutput | null;
  model: number;
  payer: number;
  method: number;
  evidenceRoot: Hex;
  fee: Amount;
  pool: Amount;
  timestamp: number;
  /** Each share with the part of the pool it was credited. */
  shares: { contribution: number; weight: number; amount: Amount }[];
  height: number;
  transaction: Hex;
}

/** Newest first; `next` goes into `before` for the page after this one. */
export interface Page<Item> {
  items: Item[];
  next: number | null;
}

/** From a record up its parents, the record itself first. */
export interface Lineage {
  contributions: ContributionView[];
  models: ModelView[];
}

export interface BlockView {
  height: number;
  stateRoot: Hex;
  timestamp: number;
  feeAccount: number;
  inboxIndex: number;
  inboxCount: number;
  commitment: Hex;
  bytes: number;
  transactions: Hex[];
  batch: number | null;
}

/** The transactions of a block as bytes, one after the other. */
export interface BlockContent {
  height: number;
  content: Hex;
  /** False while the block is in progress: there will be more. */
  sealed: boolean;
}

export interface BatchView {
  id: number;
  commitment: Hex;
  parentCommitment: Hex;
  parentRoot: Hex;
  parentTimestamp: number;
  firstHeight: number;
  lastHeight: number;
  firstInboxIndex: number;
  epoch: number;
  poster: Hex;
  postedAt: number;
  hostBlock: number;
  hostTransaction: Hex;
  blockCommitments: Hex[];
  confirmation: Confirmation;
}

/** A record and its path to a block's state root: what a receipt is made of. */
export interface ProofView {
  table: TableName;
  index: number;
  /** The record's four chunks, 128 bytes; for an attribution, `attribution` has the fields and this is their root, 32 bytes. */
  data: Hex;
  attribution: AttributionView | null;
  siblings: Hex[];
  height: number;
  /** Header of the block, 44 bytes, and the hash of its content. */
  header: Hex;
  contentHash: Hex;
  batch: BatchView | null;
}

export interface FeeEstimate {
  packedBytes: number;
  /** Transaction fee in Gwei. */
  fee: Amount;
  /** Worst-case proof cost of the transaction alone, as the meter counts it, and whether a block can hold it. */
  bound: { bytes: number; gas: number };
  fits: boolean;
}

/** Every method: its params (by name) and result. */
export interface RpcMethods {
  chainInfo: { params: Record<string, never>; result: ChainInfo };
  syncStatus: { params: Record<string, never>; result: SyncStatus };
  /** Returns the receipt once the transaction is durable: nothing acknowledged is ever lost. Sequencer only. */
  sendTransaction: {
    params: { transaction: TransactionJson; nonce: number; signature: Hex };
    result: TransactionReceipt;
  };
  /** `raw` is nonce (varint) followed by the packed transaction. Sequencer only. */
  sendRawTransaction: { params: { raw: Hex }; result: TransactionReceipt };
  estimateFee: { params: { transaction: TransactionJson }; result: FeeEstimate };
  getTransaction: { params: { hash: Hex }; result: TransactionView | null };
  getReceipt: { params: { hash: Hex }; result: TransactionReceipt | null };
  /** By index, or all accounts of an owner. */
  getAccount: { params: { index: number } | { address: Hex }; result: AccountView[] };
  getDatanet: { params: { index: number }; result: DatanetView | null };
  getContribution: { params: { index: number }; result: ContributionView | null };
  getModel: { params: { index: number }; result: ModelView | null };
  getLineage: { params: { contribution: number } | { model: number }; result: Lineage };
  /** `output` is an output's hash, or an outputs root, which finds all its records. */
  getAttributions: {
    params: ({ output: Hex } | { contribution: number } | { model: number } | { index: number }) & {
      before?: number | undefined;
      limit?: number | undefined;
    };
    result: Page<AttributionView>;
  };
  getBlock: { params: { height: number | "latest" }; result: BlockView | null };
  /** Packed transactions of a block, the one in progress included: what soft confirmations are over. */
  getContent: { params: { height: number }; result: BlockContent | null };
  /** The signed header of a sealed block; null when none was signed, and on a verifier. */
  getHeader: { params: { height: number | "latest" }; result: SignedHeaderView | null };
  getBatch: { params: { id: number | "latest" } | { height: number }; result: BatchView | null };
  /**
   * Proof against the latest sealed block; for attributions and withdrawals, `height` may name any block at or after the record,
   * and `batch` the last block of a batch (what the Vault checks).
   */
  getProof: {
    params: { table: TableName; index: number; height?: number | undefined; batch?: number | undefined };
    result: ProofView;
  };
}
export type RpcMethod = keyof RpcMethods;

/** JSON-RPC error codes beyond the standard ones; `data.code` carries the name. */
export const RPC_ERRORS = {
  "parse-error": -32700,
  "invalid-request": -32600,
  "method-not-found": -32601,
  "invalid-params": -32602,
  internal: -32603,
  busy: -32001,
  "not-found": -32002,
  "wrong-signature": -32003,
  "nonce-too-low": -32004,
  "nonce-too-high": -32005,
  "insufficient-funds": -32006,
  "over-weight": -32007,
  "unknown-account": -32008,
  "not-available": -32009,
  "host-unreachable": -32010,
} as const;
export type RpcErrorName = keyof typeof RPC_ERRORS;
