import { transactionToJson } from "../../protocol/json.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";
import type { Context } from "../context.ts";
import { type Fee, toFee } from "../views.ts";

export interface EstimateFeeParameters {
  transaction: Transaction;
}
export type EstimateFeeReturnType = Fee;

/** What a transaction would cost at today's parameters, and whether a block can hold it. */
export async function estimateFee(
  { transport }: Context,
  { transaction }: EstimateFeeParameters,
): Promise<EstimateFeeReturnType> {
  return toFee(await transport.request("estimateFee", { transaction: transactionToJson(transaction) }));
}
