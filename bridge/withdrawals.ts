/** The start of a withdrawal, on the rollup: signed and sent, or forced through the Inbox. */
import { type Address, encodeFunctionData, isAddress, type TransactionReceipt } from "viem";
import { inboxAbi } from "../contracts/abi/inbox.ts";
import { fromHex, type Hex, toHex } from "../protocol/bytes.ts";
import { encodeTransaction } from "../protocol/transactions/registry.ts";
import { TributaryError } from "../runtime/errors.ts";
import type { BridgeContracts, HostWriter } from "./contracts.ts";
import { getEnqueuedMessages } from "./deposits.ts";
import { getInboxFee } from "./depositToRollup.ts";
import { transactOnHost } from "./hostTransaction.ts";
import { type PollParameters, poll } from "./poll.ts";
import type { RollupReceipt, RollupRpc } from "./rollupRpc.ts";

/** A withdrawal in the rollup's state. A rollback can move it: then `getWithdrawal` with its hash finds it again. */
export interface Withdrawal {
  /** Of the transaction; of a forced one, of its message. */
  hash: Hex;
  /** In the withdrawals table: what the Vault pays by. */
  index: number;
  /** Block that holds it. */
  height: number;
}

/** Signs and sends a Withdraw; the client does. */
export interface WithdrawSender {
  withdraw(parameters: { recipient: Hex; amount: bigint }): Promise<RollupReceipt>;
}

export interface InitiateWithdrawalParameters {
  /** Gwei. */
  amount: bigint;
  /** Address on the host that the Vault will pay. */
  recipient: Address;
}

/**
 * Takes an amount out of the sender's balance. Throws TributaryError `not-available` when the rollup rejects it.
 *
 * @example
 * const withdrawal = await initiateWithdrawal(client, { amount: 5_000_000_000n, recipient });
 * await waitToFinalize(host, { contracts, withdrawal });
 */
export async function initiateWithdrawal(
  sender: WithdrawSender,
  { amount, recipient }: InitiateWithdrawalParameters,
): Promise<Withdrawal> {
  return withdrawalOf(await sender.withdraw({ amount, recipient }));
}

export interface ForceWithdrawalParameters extends InitiateWithdrawalParameters {
  contracts: BridgeContracts;
  /** The account to take from; the sender of the host transaction must own it. */
  account: number;
}
export interface ForceWithdrawalReturnType {
  /** Of the message, for `waitForWithdrawal`. */
  hash: Hex;
  messageIndex: number;
  receipt: TransactionReceipt;
}

/**
 * The way out when the sequencer does not answer, and for smart wallets: a sequencer that leaves it out for a day can
 * post no more batches. Costs the Inbox's fee.
 *
 * @example
 * const { hash } = await forceWithdrawal(wallet, { contracts, account, amount, recipient });
 * const withdrawal = await waitForWithdrawal(client, { hash });
 */
export async function forceWithdrawal(
  client: HostWriter,
  { contracts, account, amount, recipient }: ForceWithdrawalParameters,
): Promise<ForceWithdrawalReturnType> {
  if (!isAddress(recipient)) throw new TributaryError("invalid-params", `"recipient" is not an address: ${recipient}`);
  const body = { recipient: fromHex(recipient), amount };
  const transaction = toHex(encodeTransaction({ name: "Withdraw", account, body }));
  const data = encodeFunctionData({ abi: inboxAbi, functionName: "enqueueForced", args: [transaction] });
  const value = await getInboxFee(client, { contracts });
  const receipt = await transactOnHost(client, "forcing a withdrawal", { to: contracts.inbox, data, value });
  const [message] = getEnqueuedMessages({ contracts, receipt });
  if (message === undefined) throw new Error("the Inbox enqueued no message");
  return { hash: message.hash, messageIndex: message.messageIndex, receipt };
}

export interface GetWithdrawalParameters {
  hash: Hex;
}

/**
 * The withdrawal that a transaction made, undefined while it is not executed. Throws `not-available` when it was
 * rejected.
 */
export async function getWithdrawal(
  rpc: Pick<RollupRpc, "getReceipt">,
  { hash }: GetWithdrawalParameters,
): Promise<Withdrawal | undefined> {
  const receipt = await rpc.getReceipt({ hash });
  return receipt === null ? undefined : withdrawalOf(receipt);
}

export type WaitForWithdrawalParameters = GetWithdrawalParameters & PollParameters;

/** Waits until a forced withdrawal is executed. */
export async function waitForWithdrawal(
  rpc: Pick<RollupRpc, "getReceipt">,
  { hash, ...options }: WaitForWithdrawalParameters,
): Promise<Withdrawal> {
  return poll(() => getWithdrawal(rpc, { hash }), options);
}

function withdrawalOf(receipt: RollupReceipt): Withdrawal {
  const created = receipt.created.find(({ table }) => table === "withdrawals");
  if (receipt.verdict === "Ok" && created) return { hash: receipt.hash, index: created.first, height: receipt.height };
  throw new TributaryError("not-available", `the rollup made no withdrawal: ${receipt.verdict}`, {
    details: { ...receipt },
  });
}
