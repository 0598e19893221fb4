/** Deposits after they were made: found in a host transaction, followed until they are credited. */
import { parseEventLogs, type TransactionReceipt } from "viem";
import { inboxAbi } from "../contracts/abi/inbox.ts";
import { fromHex, type Hex, toHex } from "../protocol/bytes.ts";
import { decodeMessage, messageId } from "../protocol/inbox.ts";
import { TributaryError } from "../runtime/errors.ts";
import type { BridgeContracts } from "./contracts.ts";
import { type PollParameters, poll } from "./poll.ts";
import type { RollupReceipt, RollupRpc } from "./rollupRpc.ts";

/** A message in the Inbox. */
export interface EnqueuedMessage {
  /** Under which the rollup knows the message: for `getReceipt`. */
  hash: Hex;
  messageIndex: number;
  bytes: Uint8Array;
}

export interface Deposit extends Omit<EnqueuedMessage, "bytes"> {
  owner: Hex;
  /** Gwei. */
  amount: bigint;
  /** The account that the depositor named. It is credited if it is the owner's, else a new one. */
  hint: number | undefined;
}

export interface GetDepositsParameters {
  contracts: BridgeContracts;
  /** Of a host transaction. */
  receipt: TransactionReceipt;
}

/** The messages that a host transaction enqueued. */
export function getEnqueuedMessages({ contracts, receipt }: GetDepositsParameters): EnqueuedMessage[] {
  const logs = receipt.logs.filter(({ address }) => address.toLowerCase() === contracts.inbox.toLowerCase());
  return parseEventLogs({ abi: inboxAbi, eventName: "MessageEnqueued", logs }).map(({ args }) => {
    const bytes = fromHex(args.message);
    const messageIndex = Number(args.index);
    return { hash: toHex(messageId(messageIndex, bytes)), messageIndex, bytes };
  });
}

/** The deposits that a host transaction made. */
export function getDeposits(parameters: GetDepositsParameters): Deposit[] {
  return getEnqueuedMessages(parameters).flatMap(({ hash, messageIndex, bytes }) => {
    const message = decodeMessage(bytes);
    if (message?.type !== "Deposit") return [];
    return [{ hash, messageIndex, owner: toHex(message.owner), amount: message.amount, hint: message.hint }];
  });
}

/**
 * "waiting-for-host": the rollup waits until the host cannot take the deposit back. "waiting-to-credit": it is next in
 * the queue. "failed": consumed, and no account could be opened for it.
 */
export type GetDepositStatusReturnType = "waiting-for-host" | "waiting-to-credit" | "credited" | "failed";
export interface GetDepositStatusParameters {
  deposit: Pick<Deposit, "hash" | "messageIndex">;
}

export async function getDepositStatus(
  rpc: Pick<RollupRpc, "getReceipt" | "syncStatus">,
  { deposit }: GetDepositStatusParameters,
): Promise<GetDepositStatusReturnType> {
  const receipt = await rpc.getReceipt({ hash: deposit.hash });
  if (receipt !== null) return receipt.verdict === "Ok" ? "credited" : "failed";
  const { inboxLength } = await rpc.syncStatus();
  return inboxLength > deposit.messageIndex ? "waiting-to-credit" : "waiting-for-host";
}

export interface WaitForCreditParameters extends PollParameters {
  deposit: Pick<Deposit, "hash" | "hint">;
}
export interface WaitForCreditReturnType {
  /** The credited account. */
  account: number;
  receipt: RollupReceipt;
}

/**
 * Waits until a deposit is in the rollup's state. Throws TributaryError `not-available` when it could not be credited.
 *
 * @example
 * const { account } = await waitForCredit(client, { deposit });
 */
export async function waitForCredit(
  rpc: Pick<RollupRpc, "getReceipt">,
  { deposit, ...options }: WaitForCreditParameters,
): Promise<WaitForCreditReturnType> {
  const receipt = await poll(async () => (await rpc.getReceipt({ hash: deposit.hash })) ?? undefined, options);
  const account = receipt.created[0]?.first ?? deposit.hint;
  if (receipt.verdict === "Ok" && account !== undefined) return { account, receipt };
  throw new TributaryError("not-available", `the deposit was not credited: ${receipt.verdict}`, {
    details: { ...receipt },
  });
}
