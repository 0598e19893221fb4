import { CONFIRMATIONS, type Confirmation } from "../../protocol/api.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { bytesArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { TributaryRpcError } from "../errors.ts";
import { type Receipt, toReceipt } from "../views.ts";

export interface GetReceiptParameters {
  hash: Hex;
}
export type GetReceiptReturnType = Receipt | null;

/** What became of a transaction; null while the node does not know it. */
export async function getReceipt(
  { transport }: Context,
  { hash }: GetReceiptParameters,
): Promise<GetReceiptReturnType> {
  bytesArgument("hash", hash, 32);
  const view = await transport.request("getReceipt", { hash });
  return view && toReceipt(view);
}

export interface WaitForConfirmationParameters {
  hash: Hex;
  /** @default "posted" */
  level?: Confirmation | undefined;
  /** @default 1_000 */
  pollingIntervalMs?: number | undefined;
  /** Ends the wait; none by default: "settled" takes the whole challenge window. */
  timeoutMs?: number | undefined;
}
export type WaitForConfirmationReturnType = Receipt;

/**
 * Waits until a transaction has come as far as `level`, or further. A rollback takes it back to unknown; then this goes
 * on waiting. Throws TributaryRpcError "timeout".
 *
 * @example
 * const receipt = await client.waitForConfirmation({ hash, level: "host-safe" });
 */
export async function waitForConfirmation(
  context: Context,
  { hash, level = "posted", pollingIntervalMs = 1_000, timeoutMs }: WaitForConfirmationParameters,
): Promise<WaitForConfirmationReturnType> {
  const wanted = CONFIRMATIONS.indexOf(level);
  const deadline = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
  for (;;) {
    const receipt = await getReceipt(context, { hash });
    if (receipt && CONFIRMATIONS.indexOf(receipt.confirmation) >= wanted) return receipt;
    if (deadline !== undefined && performance.now() >= deadline) {
      const state = receipt?.confirmation ?? "unknown";
      throw new TributaryRpcError("timeout", `${hash} is ${state}, not ${level}, after ${timeoutMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollingIntervalMs));
  }
}
