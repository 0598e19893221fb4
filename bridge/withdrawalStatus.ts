/** Where a withdrawal stands, judged by the host alone. */
import { readContract } from "viem/actions";
import { vaultAbi } from "../contracts/abi/vault.ts";
import { onHost } from "../runtime/host/hostErrors.ts";
import type { BridgeContracts, HostReader } from "./contracts.ts";
import { findBatch, getHostMoment, type HostBatch, type HostMoment } from "./hostBatches.ts";
import { type PollParameters, poll } from "./poll.ts";
import type { Withdrawal } from "./withdrawals.ts";

/**
 * The names are those of viem's op-stack, where proving is a transaction of its own before the wait. Here proof and
 * claim are one transaction after the wait, so the wait begins with the batch and viem's "ready-to-prove" does not
 * occur:
 *
 * | ours | means | viem's |
 * | --- | --- | --- |
 * | waiting-to-prove | its block is in no posted batch | waiting-to-prove |
 * | waiting-to-finalize | its batch is posted and can still be proven false | ready-to-prove, waiting-to-finalize |
 * | ready-to-finalize | `finalizeWithdrawal` will pay it | ready-to-finalize |
 * | finalized | paid | finalized |
 */
export type GetWithdrawalStatusReturnType =
  | "waiting-to-prove"
  | "waiting-to-finalize"
  | "ready-to-finalize"
  | "finalized";
export interface GetWithdrawalStatusParameters {
  contracts: BridgeContracts;
  withdrawal: Pick<Withdrawal, "index" | "height">;
}

/**
 * The status of a withdrawal. It goes back to "waiting-to-prove" when its batch is proven false.
 *
 * @example
 * const status = await getWithdrawalStatus(host, { contracts, withdrawal });
 */
export async function getWithdrawalStatus(
  client: HostReader,
  parameters: GetWithdrawalStatusParameters,
): Promise<GetWithdrawalStatusReturnType> {
  const moment = await getHostMoment(client);
  if (await isPaid(client, parameters, moment)) return "finalized";
  const batch = await batchOf(client, parameters, moment);
  if (batch === undefined) return "waiting-to-prove";
  return moment.timestamp >= batch.finalizesAt ? "ready-to-finalize" : "waiting-to-finalize";
}

export interface GetTimeToFinalizeReturnType {
  /** The challenge window, seconds. */
  period: number;
  /** What is left of it by the host's clock; undefined while the withdrawal is in no posted batch. */
  seconds: number | undefined;
  /** Host time at which it ends. */
  timestamp: number | undefined;
}

/** How long until a withdrawal can be finalized. */
export async function getTimeToFinalize(
  client: HostReader,
  parameters: GetWithdrawalStatusParameters,
): Promise<GetTimeToFinalizeReturnType> {
  const moment = await getHostMoment(client);
  const batch = await batchOf(client, parameters, moment);
  const seconds = batch && Math.max(0, batch.finalizesAt - moment.timestamp);
  return { period: parameters.contracts.challengeWindowSeconds, seconds, timestamp: batch?.finalizesAt };
}

export type WaitToFinalizeParameters = GetWithdrawalStatusParameters & PollParameters;

/**
 * Waits until a withdrawal can be finalized, or is. The host's clock is looked at each time, since a host may stand
 * still and a batch be removed.
 */
export async function waitToFinalize(
  client: HostReader,
  { pollingIntervalMs, signal, ...parameters }: WaitToFinalizeParameters,
): Promise<"ready-to-finalize" | "finalized"> {
  const look = async () => {
    const status = await getWithdrawalStatus(client, parameters);
    return status === "ready-to-finalize" || status === "finalized" ? status : undefined;
  };
  return poll(look, { pollingIntervalMs, signal });
}

async function isPaid(
  client: HostReader,
  { contracts, withdrawal }: GetWithdrawalStatusParameters,
  { blockNumber }: HostMoment,
): Promise<boolean> {
  const vault = { address: contracts.vault, abi: vaultAbi, blockNumber } as const;
  const args = [BigInt(withdrawal.index)] as const;
  return onHost("reading the Vault", () => readContract(client, { ...vault, functionName: "isWithdrawn", args }));
}

function batchOf(
  client: HostReader,
  { contracts, withdrawal }: GetWithdrawalStatusParameters,
  moment: HostMoment,
): Promise<HostBatch | undefined> {
  return findBatch(client, contracts, withdrawal.height, moment);
}
