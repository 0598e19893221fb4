/** Results of every method as schemas: what the OpenRPC document shows, and what tests hold the answers against. */
import { z } from "zod";
import { CONFIRMATIONS, type RpcMethod, type RpcMethods } from "../../protocol/api.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { CONTRIBUTION_KINDS, CONTRIBUTION_STATUSES } from "../../protocol/state/contribution.ts";
import { RELATIONS } from "../../protocol/state/model.ts";
import { TABLES } from "../../protocol/state/state.ts";
import { PARAMETERS } from "../../protocol/state/system.ts";
import { TRANSACTIONS, type TransactionName } from "../../protocol/transactions/registry.ts";
import { VERDICTS } from "../../protocol/verdict.ts";

const number = z.int().min(0);
const amount = z
  .string()
  .regex(/^(0|[1-9][0-9]*)$/)
  .meta({ description: "Gwei, decimal" });
const bytesOf = (pattern: RegExp): z.ZodType<Hex> => z.string().regex(pattern) as unknown as z.ZodType<Hex>;
const anyBytes = bytesOf(/^0x([0-9a-f]{2})*$/);
const address = bytesOf(/^0x[0-9a-fA-F]{40}$/);
const hash = bytesOf(/^0x[0-9a-f]{64}$/);
const table = z.enum(TABLES);
const verdict = z.enum(VERDICTS);
const confirmation = z.enum(CONFIRMATIONS);
const transactionNames = Object.keys(TRANSACTIONS) as TransactionName[];
const batchId = number.nullable();

const chainInfo = z.strictObject({
  chainId: number,
  rollup: address,
  token: address,
  vault: address,
  inbox: address,
  genesisRoot: hash,
  configHash: hash,
  deploymentBlock: number,
  challengeWindowSeconds: number,
  parameters: z.record(z.enum(PARAMETERS), number),
  tables: z.record(table, number),
  recordsPerBlock: z.strictObject({ now: number, afterDoubling: number }),
});

const proofProgress = z.strictObject({ stage: z.enum(["commit", "prove", "blocked"]), problem: z.string().nullable() });
const faultReport = z.strictObject({
  batch: number,
  height: number,
  expectedRoot: hash,
  postedRoot: hash,
  proof: proofProgress.optional(),
});
const syncStatus = z.strictObject({
  role: z.enum(["sequencer", "verifier"]),
  height: number,
  stateRoot: hash,
  posted: number,
  hostSafe: number,
  hostFinalized: number,
  settled: number,
  inboxIndex: number,
  inboxLength: number,
  hostBlock: number,
  batch: number,
  fault: faultReport.nullable(),
  unpostedBytes: number,
});

const signature = bytesOf(/^0x[0-9a-f]{128}$/);
const softConfirmation = z.strictObject({
  epoch: number,
  height: number,
  inboxIndex: number,
  inboxAcc: hash,
  contentLength: number,
  contentHash: hash,
  signature,
});
const signedHeader = z.strictObject({
  epoch: number,
  height: number,
  parent: hash,
  blockCommitment: hash,
  inboxIndex: number,
  inboxAcc: hash,
  signature,
});

export const receiptSchema = z.strictObject({
  hash,
  name: z.enum([...transactionNames, "Deposit", "Forced", "Unknown"]),
  account: number.nullable(),
  verdict,
  items: z.array(verdict),
  fee: amount,
  created: z.array(z.strictObject({ table, first: number, count: number })),
  height: number,
  position: number,
  timestamp: number,
  confirmation,
  batch: batchId,
  softConfirmation: softConfirmation.optional(),
});

const transactionView = z.strictObject({
  hash,
  transaction: z
    .strictObject({ name: z.enum(transactionNames), account: number, body: z.record(z.string(), z.unknown()) })
    .nullable(),
  raw: anyBytes,
  receipt: receiptSchema,
});

const account = z.strictObject({
  index: number,
  owner: address,
  nonce: number,
  pendingNonce: number,
  balance: amount,
  stake: amount,
  unbonding: amount,
  unbondsAt: number,
});

const datanet = z.strictObject({
  index: number,
  metadataHash: hash,
  owner: number,
  curated: z.boolean(),
  closed: z.boolean(),
  purposes: number,
  lineageBps: number,
  curatorBps: number,
  bond: amount,
  earned: amount,
  lifetime: amount,
});

const contribution = z.strictObject({
  index: number,
  contentRoot: hash,
  datanet: number,
  contributor: number,
  parent: number.nullable(),
  kind: z.enum(CONTRIBUTION_KINDS),
  status: z.enum(CONTRIBUTION_STATUSES),
  purposes: number,
  lineageBps: number,
  curatorBps: number,
  expiresAt: number,
  revokedAt: number,
  bond: amount,
  earned: amount,
  inherited: amount,
  lifetime: amount,
});

const model = z.strictObject({
  index: number,
  artifactRoot: hash,
  owner: number,
  parent: number.nullable(),
  relation: z.enum(RELATIONS),
  datanets: z.array(number),
  ownerBps: number,
  royaltyBps: number,
  parentBps: number,
  live: z.boolean(),
  retired: z.boolean(),
  trainedAt: number,
  bond: amount,
  earned: amount,
  lifetime: amount,
});

const attribution = z.strictObject({
  index: number,
  output: hash.nullable(),
  committed: z.strictObject({ outputsRoot: hash, position: number }).nullable(),
  model: number,
  payer: number,
  method: number,
  evidenceRoot: hash,
  fee: amount,
  pool: amount,
  timestamp: number,
  shares: z.array(z.strictObject({ contribution: number, weight: number, amount })),
  height: number,
  transaction: hash,
});

export const blockSchema = z.strictObject({
  height: number,
  stateRoot: hash,
  timestamp: number,
  feeAccount: number,
  inboxIndex: number,
  inboxCount: number,
  commitment: hash,
  bytes: number,
  transactions: z.array(hash),
  batch: batchId,
});

const batch = z.strictObject({
  id: number,
  commitment: hash,
  parentCommitment: hash,
  parentRoot: hash,
  parentTimestamp: number,
  firstHeight: number,
  lastHeight: number,
  firstInboxIndex: number,
  epoch: number,
  poster: address,
  postedAt: number,
  hostBlock: number,
  hostTransaction: hash,
  blockCommitments: z.array(hash),
  confirmation,
});

const proof = z.strictObject({
  table,
  index: number,
  data: anyBytes,
  attribution: attribution.nullable(),
  siblings: z.array(hash),
  height: number,
  header: anyBytes,
  contentHash: hash,
  batch: batch.nullable(),
});

const feeEstimate = z.strictObject({
  packedBytes: number,
  fee: amount,
  bound: z.strictObject({ bytes: number, gas: number }),
  fits: z.boolean(),
});

export const RESULTS: { [Method in RpcMethod]: z.ZodType<RpcMethods[Method]["result"]> } = {
  chainInfo,
  syncStatus,
  sendTransaction: receiptSchema,
  sendRawTransaction: receiptSchema,
  estimateFee: feeEstimate,
  getTransaction: transactionView.nullable(),
  getReceipt: receiptSchema.nullable(),
  getAccount: z.array(account),
  getDatanet: datanet.nullable(),
  getContribution: contribution.nullable(),
  getModel: model.nullable(),
  getLineage: z.strictObject({ contributions: z.array(contribution), models: z.array(model) }),
  getAttributions: z.strictObject({ items: z.array(attribution), next: number.nullable() }),
  getBlock: blockSchema.nullable(),
  getContent: z.strictObject({ height: number, content: anyBytes, sealed: z.boolean() }).nullable(),
  getHeader: signedHeader.nullable(),
  getBatch: batch.nullable(),
  getProof: proof,
};
