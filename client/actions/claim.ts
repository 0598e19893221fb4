import { MAX_ITEMS } from "../../protocol/params.ts";
import { CLAIMABLE, type Claimable } from "../../protocol/transactions/claim.ts";
import { indexArgument, listArgument, nameArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { type SendTransactionReturnType, sendTransaction, type WriteParameters } from "./sendTransaction.ts";

export interface ClaimParameters extends WriteParameters {
  /** 1 to 256. Anyone may claim for any record: its owner is paid. */
  items: readonly { table: Claimable; index: number }[];
}
/** `items` has a verdict for each. */
export type ClaimReturnType = SendTransactionReturnType;

/**
 * Moves what records earned to their owners' balances, and passes the parts of parents and curators one step up.
 *
 * @example
 * await client.claim({ items: [{ table: "contributions", index: 4 }] });
 */
export async function claim(context: Context, { items, ...options }: ClaimParameters): Promise<ClaimReturnType> {
  const checked = listArgument("items", items, 1, MAX_ITEMS).map(({ table, index }, i) => {
    nameArgument(`items[${i}].table`, table, CLAIMABLE);
    return { table, index: indexArgument(`items[${i}].index`, index) };
  });
  return sendTransaction(context, { name: "Claim", body: { items: checked }, ...options });
}
