/** The end of a rollup whose operators are gone, judged by the host alone. Spec: docs/spec/faults.md#freeze-and-escape. */
import { encodeFunctionData, type TransactionReceipt } from "viem";
import { readContract } from "viem/actions";
import { inboxAbi } from "../contracts/abi/inbox.ts";
import { rollupAbi } from "../contracts/abi/rollup.ts";
import { FREEZE_SECONDS } from "../runtime/host/constants.ts";
import { onHost } from "../runtime/host/hostErrors.ts";
import type { BridgeContracts, HostReader, HostWriter } from "./contracts.ts";
import { findLastFinalized, getHostMoment, type HostBatch } from "./hostBatches.ts";
import { transactOnHost } from "./hostTransaction.ts";

export interface FreezeStatus {
  frozen: boolean;
  /** The last finalized batch; once frozen, the one against which everybody leaves. 0 for genesis. */
  batch: HostBatch;
  /** Host time from which anyone may freeze. Undefined when no message waits for a finalized batch: then the clock stands. */
  freezableAt: number | undefined;
  /** The host's clock, seconds. */
  timestamp: number;
}

export interface GetFreezeStatusParameters {
  contracts: BridgeContracts;
}

/** Whether a rollup is frozen, and if not, from when it may be. */
export async function getFreezeStatus(
  client: HostReader,
  { contracts }: GetFreezeStatusParameters,
): Promise<FreezeStatus> {
  const moment = await getHostMoment(client);
  const { blockNumber, timestamp } = moment;
  const batch = await findLastFinalized(client, contracts, moment);
  const rollup = { address: contracts.rollup, abi: rollupAbi, blockNumber } as const;
  const inbox = { address: contracts.inbox, abi: inboxAbi, blockNumber } as const;
  return onHost("reading whether the rollup is frozen", async () => {
    const frozen = await readContract(client, { ...rollup, functionName: "frozen" });
    const count = await readContract(client, { ...inbox, functionName: "count" });
    const next = BigInt(batch.inboxIndex) + 1n;
    const waiting =
      next > count ? undefined : await readContract(client, { ...inbox, functionName: "checkpoint", args: [next] });
    return { frozen, batch, freezableAt: waiting && waiting.enqueuedAt + FREEZE_SECONDS, timestamp };
  });
}

export interface FreezeParameters {
  contracts: BridgeContracts;
  /** The last finalized batch. */
  batchId: number;
}

/**
 * Ends the rollup for good, for everybody. Throws TributaryError `host-reverted`: NotFreezable, BatchNotLast, RollupFrozen.
 *
 * @example
 * const { batch } = await getFreezeStatus(wallet, { contracts });
 * await freeze(wallet, { contracts, batchId: batch.id });
 */
export function freeze(client: HostWriter, { contracts, batchId }: FreezeParameters): Promise<TransactionReceipt> {
  const data = encodeFunctionData({ abi: rollupAbi, functionName: "freeze", args: [BigInt(batchId)] });
  return transactOnHost(client, "freezing the rollup", { to: contracts.rollup, data });
}
