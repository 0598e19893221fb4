/** Batches as the host holds them: the only word on what is final. */
import { getBlock, readContract } from "viem/actions";
import { rollupAbi } from "../contracts/abi/rollup.ts";
import type { Hex } from "../protocol/bytes.ts";
import { onHost } from "../runtime/host/hostErrors.ts";
import type { BridgeContracts, HostReader } from "./contracts.ts";

/** The host at one block: all reads agree with each other. */
export interface HostMoment {
  blockNumber: bigint;
  /** Time of that block, seconds. The host's clock is the only one that counts. */
  timestamp: number;
}

export interface HostBatch {
  id: number;
  commitment: Hex;
  stateRoot: Hex;
  /** Height of its last block. */
  height: number;
  /** Inbox messages consumed up to and with it. */
  inboxIndex: number;
  /** Host time from which nobody can remove it. */
  finalizesAt: number;
}

export async function getHostMoment(client: HostReader): Promise<HostMoment> {
  const { number, timestamp } = await onHost("reading the host's latest block", () => getBlock(client));
  return { blockNumber: number, timestamp: Number(timestamp) };
}

/**
 * The batch that holds the block at `height`, undefined when none does yet. A binary search over the Rollup's own list,
 * so that no node has to be believed: about 17 reads among 100,000 batches.
 */
export async function findBatch(
  client: HostReader,
  contracts: BridgeContracts,
  height: number,
  moment: HostMoment,
): Promise<HostBatch | undefined> {
  const { blockNumber } = moment;
  const rollup = { address: contracts.rollup, abi: rollupAbi, blockNumber } as const;
  const tip = await onHost("reading the tip", () => readContract(client, { ...rollup, functionName: "tip" }));
  let low = 1;
  let high = Number(tip);
  let found: HostBatch | undefined;
  for (let id = high; low <= high; id = Math.floor((low + high) / 2)) {
    const batch = await readBatch(client, contracts, id, blockNumber);
    if (batch.height >= height) {
      found = batch;
      high = id - 1;
    } else low = id + 1;
  }
  return found;
}

/** The last batch that nobody can remove any more; genesis when there is no other. A binary search, as `findBatch`. */
export async function findLastFinalized(
  client: HostReader,
  contracts: BridgeContracts,
  { blockNumber, timestamp }: HostMoment,
): Promise<HostBatch> {
  const rollup = { address: contracts.rollup, abi: rollupAbi, blockNumber } as const;
  let found = await readBatch(client, contracts, 0, blockNumber);
  let low = 1;
  let high = Number(await onHost("reading the tip", () => readContract(client, { ...rollup, functionName: "tip" })));
  while (low <= high) {
    const id = Math.floor((low + high) / 2);
    const batch = await readBatch(client, contracts, id, blockNumber);
    if (timestamp >= batch.finalizesAt) {
      found = batch;
      low = id + 1;
    } else high = id - 1;
  }
  return found;
}

export interface GetFinalizedCommitmentParameters {
  contracts: BridgeContracts;
  batchId: number;
}

/**
 * The commitment of a batch that nobody can remove any more: what a receipt is checked against. Undefined while it can
 * be removed, or when there is none.
 *
 * @example
 * const finalizedCommitment = await getFinalizedCommitment(host, { contracts, batchId: receipt.batch.id });
 * const { valid, root } = verifyReceipt(receipt, { finalizedCommitment, chain: contracts });
 */
export async function getFinalizedCommitment(
  client: HostReader,
  { contracts, batchId }: GetFinalizedCommitmentParameters,
): Promise<Hex | undefined> {
  const moment = await getHostMoment(client);
  const { blockNumber } = moment;
  const rollup = { address: contracts.rollup, abi: rollupAbi, blockNumber } as const;
  const tip = await onHost("reading the tip", () => readContract(client, { ...rollup, functionName: "tip" }));
  if (batchId > Number(tip)) return undefined;
  const { commitment, finalizesAt } = await readBatch(client, contracts, batchId, blockNumber);
  return moment.timestamp >= finalizesAt ? commitment : undefined;
}

async function readBatch(
  client: HostReader,
  { rollup, challengeWindowSeconds }: BridgeContracts,
  id: number,
  blockNumber: bigint,
): Promise<HostBatch> {
  const contract = { address: rollup, abi: rollupAbi, blockNumber } as const;
  const { commitment, stateRoot, height, inboxIndex, postedAt } = await onHost(`reading batch ${id}`, () =>
    readContract(client, { ...contract, functionName: "batch", args: [BigInt(id)] }),
  );
  // Genesis was never posted, and is final from the start.
  const finalizesAt = id === 0 ? 0 : postedAt + challengeWindowSeconds;
  return { id, commitment, stateRoot, height, inboxIndex, finalizesAt };
}
