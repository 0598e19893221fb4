/**
 * The portable receipt: one record, its path to a block's state root, and the block's place in a batch (rule 32).
 * It verifies offline to a batch commitment; only the host can say whether that commitment is final.
 * Spec: docs/spec/receipts.md.
 */

import type { Amount, ProofView } from "./api.ts";
import { batchCommitment, decodeHeader } from "./batch.ts";
import { equalBytes, fromHex, type Hex, toHex } from "./bytes.ts";
import { keccakPacked } from "./hash.ts";
import { toJson } from "./json.ts";
import { outputProblem, type ReceiptCommitted } from "./receiptOutput.ts";
import { RECEIPT_SHAPE, RECEIPT_VERSION } from "./receiptShape.ts";
import { readAccount } from "./state/account.ts";
import { attributionRoot } from "./state/attribution.ts";
import { CONTRIBUTION_KINDS, CONTRIBUTION_STATUSES, readContribution } from "./state/contribution.ts";
import { readDatanet } from "./state/datanet.ts";
import { RELATIONS, readModel } from "./state/model.ts";
import { TABLES, type TableName } from "./state/state.ts";
import { readWithdrawal } from "./state/withdrawal.ts";
import { merkleize } from "./tree/merkleize.ts";
import { verifyRecordProof } from "./tree/proof.ts";
import { RECORD_BYTES, Table } from "./tree/table.ts";

/** Where a rollup lives: the host's chain and the Rollup contract on it. */
export interface ChainIdentity {
  chainId: number;
  rollup: Hex;
}

/** An attribution's fields, all that its leaf commits to. */
export interface ReceiptAttribution {
  /** Null while a record that does not name its output lacks the proof of it. */
  output: Hex | null;
  evidenceRoot: Hex;
  model: number;
  payer: number;
  fee: Amount;
  pool: Amount;
  method: number;
  timestamp: number;
  shares: { contribution: number; weight: number }[];
  /** Only of a record that does not name its output. */
  committed?: ReceiptCommitted;
}

/** A batch's commitment taken apart, and its number on the host. */
export interface ReceiptBatch {
  id: number;
  parentCommitment: Hex;
  parentRoot: Hex;
  parentTimestamp: number;
  firstHeight: number;
  firstInboxIndex: number;
  epoch: number;
  blockCommitments: Hex[];
}

/**
 * JSON, one form only: lower-case hex, no further fields. `chainId`, `rollup` and `batch.id` say where on the host to
 * look.
 */
export interface Receipt extends ChainIdentity {
  version: typeof RECEIPT_VERSION;
  table: TableName;
  index: number;
  /** An attribution's fields; of any other record its four chunks, 128 bytes. */
  record: Hex | ReceiptAttribution;
  /** 53 nodes, bottom up. */
  siblings: Hex[];
  block: { height: number; header: Hex; contentHash: Hex };
  /** Null when the block was in no batch yet: then nothing ties the receipt to the host. */
  batch: ReceiptBatch | null;
}

export interface ReceiptVerification {
  /** Everything that could be checked holds. */
  valid: boolean;
  /** What does not hold; null when valid. */
  reason: string | null;
  /** What the host must hold as the commitment of batch `batch.id`; null without a batch, or when invalid. */
  batchCommitment: Hex | null;
  root: "checked against the host" | "not checked against the host";
  /** The record in words; null when invalid. */
  record: Record<string, unknown> | null;
}

/** What the caller knows from the host. */
export interface VerifyReceiptOptions {
  /** Commitment of batch `receipt.batch.id`, read from the Rollup contract while the batch is finalized. */
  finalizedCommitment?: Hex | undefined;
  /** The rollup it was read from; compared with the receipt's when given. */
  chain?: ChainIdentity | undefined;
}

/** The receipt that an RPC's proof makes. Throws TypeError if an attribution's proof lacks the fields. */
export function receiptFromProof(chain: ChainIdentity, proof: ProofView): Receipt {
  const { table, index, siblings, batch } = proof;
  return {
    version: RECEIPT_VERSION,
    chainId: chain.chainId,
    rollup: chain.rollup.toLowerCase() as Hex,
    table,
    index,
    record: table === "attributions" ? attributionFields(proof) : proof.data,
    siblings: [...siblings],
    block: { height: proof.height, header: proof.header, contentHash: proof.contentHash },
    batch: batch && {
      id: batch.id,
      parentCommitment: batch.parentCommitment,
      parentRoot: batch.parentRoot,
      parentTimestamp: batch.parentTimestamp,
      firstHeight: batch.firstHeight,
      firstInboxIndex: batch.firstInboxIndex,
      epoch: batch.epoch,
      blockCommitments: [...batch.blockCommitments],
    },
  };
}

/**
 * Checks a receipt. Total: any JSON value gets an answer, none an exception.
 *
 * @example
 * const { valid, root } = verifyReceipt(JSON.parse(text), { finalizedCommitment });
 */
export function verifyReceipt(value: unknown, options: VerifyReceiptOptions = {}): ReceiptVerification {
  const problem = RECEIPT_SHAPE(value, "receipt");
  if (problem !== null) return invalid(problem);
  const receipt = value as Receipt;
  const { table, index, block, batch, record } = receipt;
  if ((table === "attributions") !== (typeof record === "object")) return invalid(`"record" is not one of ${table}`);

  const leaf = typeof record === "string" ? merkleize(fromHex(record), 2) : attributionLeaf(record);
  if (leaf === undefined) return invalid(`"record.shares" are not strictly increasing`);
  const outputIsWrong = typeof record === "string" ? null : outputProblem(record);
  if (outputIsWrong !== null) return invalid(outputIsWrong);
  const header = fromHex(block.header);
  const proof = { field: TABLES.indexOf(table), index, siblings: receipt.siblings.map(fromHex) };
  if (!verifyRecordProof(decodeHeader(header).stateRoot, leaf, proof)) {
    return invalid("the record is not in the block's state");
  }
  const { chain, finalizedCommitment } = options;
  if (chain && (chain.chainId !== receipt.chainId || chain.rollup.toLowerCase() !== receipt.rollup)) {
    return invalid("the receipt is of another rollup");
  }
  if (batch === null) {
    if (finalizedCommitment !== undefined) return invalid("the receipt names no batch");
    return accept(receipt, null, false);
  }
  const claimed = batch.blockCommitments[block.height - batch.firstHeight];
  if (claimed === undefined || !equalBytes(fromHex(claimed), keccakPacked(header, fromHex(block.contentHash)))) {
    return invalid("the block is not in the batch");
  }
  const commitment = commitmentOf(batch);
  if (finalizedCommitment === undefined) return accept(receipt, commitment, false);
  if (finalizedCommitment.toLowerCase() !== commitment)
    return invalid("the host holds another commitment for this batch");
  return accept(receipt, commitment, true);
}

function accept(receipt: Receipt, commitment: Hex | null, checked: boolean): ReceiptVerification {
  const root = checked ? "checked against the host" : "not checked against the host";
  return { valid: true, reason: null, batchCommitment: commitment, root, record: readableRecord(receipt) };
}

function invalid(reason: string): ReceiptVerification {
  return { valid: false, reason, batchCommitment: null, root: "not checked against the host", record: null };
}

function attributionFields({ attribution }: ProofView): ReceiptAttribution {
  if (attribution === null) throw new TypeError(`"attribution" is missing from the proof`);
  const { output, evidenceRoot, model, payer, fee, pool, method, timestamp } = attribution;
  const shares = attribution.shares.map(({ contribution, weight }) => ({ contribution, weight }));
  const fields = { output, evidenceRoot, model, payer, fee, pool, method, timestamp, shares };
  return attribution.committed === null
    ? fields
    : { ...fields, output: null, committed: { ...attribution.committed, proof: null } };
}

/** Undefined when the shares have an order that no record has. */
function attributionLeaf(record: ReceiptAttribution): Uint8Array | undefined {
  const { shares } = record;
  if (shares.some((share, i) => i > 0 && share.contribution <= shares[i - 1]!.contribution)) return undefined;
  const { evidenceRoot, fee, pool, committed } = record;
  return attributionRoot({
    ...record,
    output: fromHex(committed?.outputsRoot ?? record.output!),
    position: committed?.position,
    evidenceRoot: fromHex(evidenceRoot),
    fee: Number(fee),
    pool: Number(pool),
  });
}

function commitmentOf(batch: ReceiptBatch): Hex {
  const commitment = batchCommitment({
    ...batch,
    parentCommitment: fromHex(batch.parentCommitment),
    parentRoot: fromHex(batch.parentRoot),
    blockCommitments: batch.blockCommitments.map(fromHex),
  });
  return toHex(commitment);
}

const READERS: Record<Exclude<TableName, "attributions">, (table: Table) => object | undefined> = {
  accounts: (table) => readAccount(table, 0),
  datanets: (table) => readDatanet(table, 0),
  contributions: (table) => {
    const record = readContribution(table, 0)!;
    return { ...record, kind: CONTRIBUTION_KINDS[record.kind], status: CONTRIBUTION_STATUSES[record.status] };
  },
  models: (table) => {
    const record = readModel(table, 0)!;
    return { ...record, relation: RELATIONS[record.relation] };
  },
  withdrawals: (table) => readWithdrawal(table, 0),
};

/** The record's fields by name, decoded by the same readers as the state's. */
function readableRecord({ table, record }: Receipt): Record<string, unknown> {
  if (table === "attributions" || typeof record !== "string") return { ...(record as ReceiptAttribution) };
  const single = new Table(table);
  const bytes = fromHex(record);
  single.append();
  for (let chunk = 0; chunk < RECORD_BYTES / 32; chunk++) {
    single.setChunk(0, chunk, bytes.subarray(chunk * 32, chunk * 32 + 32));
  }
  return toJson(READERS[table](single)) as Record<string, unknown>;
}
