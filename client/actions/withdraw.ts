import type { Hex } from "../../protocol/bytes.ts";
import { addressArgument, amountArgument } from "../arguments.ts";
import { type Context, signerOf } from "../context.ts";
import { type SendTransactionReturnType, sendTransaction, type WriteParameters } from "./sendTransaction.ts";

export interface WithdrawParameters extends WriteParameters {
  /** Address on the host. By default the signer's. */
  recipient?: Hex | undefined;
  /** Gwei. */
  amount: bigint;
}
export type WithdrawReturnType = SendTransactionReturnType;

/**
 * Takes balance out of the rollup. The Vault pays it on the host once the block's batch is final (see the bridge).
 *
 * @example
 * const receipt = await client.withdraw({ amount: 5_000_000_000n });
 */
export async function withdraw(
  context: Context,
  { recipient, amount, ...options }: WithdrawParameters,
): Promise<WithdrawReturnType> {
  const to = recipient ?? signerOf(context, options.signer).address;
  const body = { recipient: addressArgument("recipient", to), amount: amountArgument("amount", amount) };
  return sendTransaction(context, { name: "Withdraw", body, ...options });
}
