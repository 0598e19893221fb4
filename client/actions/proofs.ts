/** Proofs of records, and receipts made of them. */
import type { ProofView } from "../../protocol/api.ts";
import { type Receipt as ReceiptFile, receiptFromProof } from "../../protocol/receipt.ts";
import type { TableName } from "../../protocol/state/state.ts";
import { indexArgument } from "../arguments.ts";
import type { Context } from "../context.ts";

export interface GetProofParameters {
  table: TableName;
  index: number;
  /** Attributions and withdrawals: any block at or after the record. */
  height?: number | undefined;
  /** Attributions and withdrawals: the last block of this batch. */
  batch?: number | undefined;
}
export type GetProofReturnType = ProofView;

/** A record with its path to a block's state root: the latest sealed block's unless told otherwise. */
export async function getProof({ transport }: Context, parameters: GetProofParameters): Promise<GetProofReturnType> {
  indexArgument("index", parameters.index);
  return transport.request("getProof", parameters);
}

export interface CreateReceiptParameters {
  table: TableName;
  index: number;
  /**
   * Batch to prove the record in. By default an attribution is proven in the batch that brought it, the first to be
   * final; other records in the latest sealed block, which is usually in no batch yet.
   */
  batch?: number | undefined;
}
export type CreateReceiptReturnType = ReceiptFile;

/**
 * A portable receipt of a record: a JSON file that anyone verifies with `verifyReceipt`, offline up to the batch
 * commitment.
 *
 * @example
 * const receipt = await client.createReceipt({ table: "attributions", index });
 * const { valid } = verifyReceipt(JSON.parse(JSON.stringify(receipt)));
 */
export async function createReceipt(
  context: Context,
  { table, index, batch }: CreateReceiptParameters,
): Promise<CreateReceiptReturnType> {
  indexArgument("index", index);
  const chosen = batch ?? (table === "attributions" ? await batchOfAttribution(context, index) : undefined);
  const parameters = chosen === undefined ? { table, index } : { table, index, batch: chosen };
  const [chain, proof] = await Promise.all([context.chain(), getProof(context, parameters)]);
  return receiptFromProof(chain, proof);
}

async function batchOfAttribution({ transport }: Context, index: number): Promise<number | undefined> {
  const { items } = await transport.request("getAttributions", { index });
  const height = items[0]?.height;
  return height === undefined ? undefined : (await transport.request("getBatch", { height }))?.id;
}
