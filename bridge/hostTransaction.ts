/** One transaction on the host: tried out first, sent, and waited for. */
import type { Address, Hex, TransactionReceipt } from "viem";
import { call, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { TributaryError } from "../runtime/errors.ts";
import { onHost } from "../runtime/host/hostErrors.ts";
import type { HostWriter } from "./contracts.ts";

export interface HostTransaction {
  to: Address;
  data: Hex;
  /** Wei. */
  value?: bigint | undefined;
}

/**
 * Resolves with the receipt of a successful transaction. Throws TributaryError: `host-reverted` with the contract's
 * error in `details`, from the trial or from inclusion.
 */
export async function transactOnHost(
  client: HostWriter,
  doing: string,
  { to, data, value = 0n }: HostTransaction,
): Promise<TransactionReceipt> {
  const { account } = client;
  return onHost(doing, async () => {
    await call(client, { account, to, data, value });
    const hash = await sendTransaction(client, { account, to, data, value, chain: client.chain ?? null });
    const receipt = await waitForTransactionReceipt(client, { hash });
    if (receipt.status === "success") return receipt;
    throw new TributaryError("host-reverted", `${doing}: ${hash} reverted, though its trial had not`, {
      details: { hash },
    });
  });
}
