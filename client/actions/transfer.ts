import type { Hex } from "../../protocol/bytes.ts";
import { addressArgument, amountArgument, referenceArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { type SendTransactionReturnType, sendTransaction, type WriteParameters } from "./sendTransaction.ts";

export interface TransferParameters extends WriteParameters {
  /** An account's index, or the address for which to open an account (which costs `accountFee`). */
  to: number | Hex;
  /** Gwei. */
  amount: bigint;
}
export type TransferReturnType = SendTransactionReturnType;

/**
 * Moves balance to another account.
 *
 * @example
 * const receipt = await client.transfer({ to: 7, amount: 1_000_000_000n });
 */
export async function transfer(
  context: Context,
  { to, amount, ...options }: TransferParameters,
): Promise<TransferReturnType> {
  const recipient = typeof to === "number" ? referenceArgument("to", to) : addressArgument("to", to);
  const body = { to: recipient, amount: amountArgument("amount", amount) };
  return sendTransaction(context, { name: "Transfer", body, ...options });
}
