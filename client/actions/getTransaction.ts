import type { TransactionView } from "../../protocol/api.ts";
import { ByteReader, fromHex, type Hex } from "../../protocol/bytes.ts";
import { decodeMessage } from "../../protocol/inbox.ts";
import { decodeTransaction, type Transaction } from "../../protocol/transactions/registry.ts";
import { bytesArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { type Receipt, toReceipt } from "../views.ts";

export interface GetTransactionParameters {
  hash: Hex;
}
export type GetTransactionReturnType = {
  hash: Hex;
  /** Null for a deposit and for bytes that are no transaction. */
  transaction: Transaction | null;
  /** Packed bytes, signature included; of an inbox message, the message. */
  raw: Hex;
  receipt: Receipt;
} | null;

/** A transaction with its receipt, decoded from its bytes; null when the node does not know it. */
export async function getTransaction(
  { transport }: Context,
  { hash }: GetTransactionParameters,
): Promise<GetTransactionReturnType> {
  bytesArgument("hash", hash, 32);
  const view = await transport.request("getTransaction", { hash });
  if (view === null) return null;
  return { hash: view.hash, transaction: decode(view) ?? null, raw: view.raw, receipt: toReceipt(view.receipt) };
}

function decode({ raw, receipt }: TransactionView): Transaction | undefined {
  const bytes = fromHex(raw);
  if (receipt.name !== "Deposit" && receipt.name !== "Forced" && receipt.name !== "Unknown") {
    return decodeTransaction(new ByteReader(bytes));
  }
  const message = decodeMessage(bytes);
  return message?.type === "Forced" ? decodeTransaction(new ByteReader(message.transaction)) : undefined;
}
