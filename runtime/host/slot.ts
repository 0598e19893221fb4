/** Who may post, as the contract holds it. Spec: docs/spec/settlement.md#who-may-post. */
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import type { Hex } from "../../protocol/bytes.ts";
import type { HostClient } from "./hostClient.ts";
import { onHost } from "./hostErrors.ts";
import { type BlockRef, readAt } from "./readAt.ts";

export interface Bond {
  /** Wei. */
  amount: bigint;
  /** Host time of this address's last batch or of its leaving the slot, seconds; 0 for none. */
  lastActiveAt: number;
}

/** All times in seconds of the host. */
export interface Slot {
  /** Undefined when the slot is vacant. A successor who is due counts only once `enactSuccessor` ran. */
  poster: Hex | undefined;
  headerKey: Hex | undefined;
  epoch: number;
  /** The one poster of the epoch. Undefined from the slot's falling vacant to the next post. */
  epochPoster: Hex | undefined;
  /** Since when open posting is allowed, undefined while it is not. */
  silentSince: number | undefined;
  /** 0 when no batch was ever removed. */
  lastRollbackAt: number;
  successor: { poster: Hex; headerKey: Hex; effectiveAt: number; accepted: boolean } | undefined;
  /** From when the next message is overdue, and from when others may post; undefined when no message waits. */
  overdueAt: number | undefined;
  openModeAt: number | undefined;
}

export async function readBond(client: HostClient, rollup: Hex, address: Hex, block?: BlockRef): Promise<Bond> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  const [amount, lastActiveAt] = await readAt(client, `reading the bond of ${address}`, block, (at) =>
    client.readContract({ ...contract, functionName: "bonds", args: [address], ...at }),
  );
  return { amount, lastActiveAt };
}

/** The present epoch, and under whose key it stands. */
export interface Epoch {
  epoch: number;
  /** The one poster of the epoch. Undefined from the slot's falling vacant to the next post. */
  poster: Hex | undefined;
  /** The slot's holder and its header key; undefined when the slot is vacant. */
  slotPoster: Hex | undefined;
  slotHeaderKey: Hex | undefined;
}

export function readEpoch(client: HostClient, rollup: Hex, block: BlockRef): Promise<Epoch> {
  return readAt(client, "reading the epoch", block, async (at) => {
    const contract = { address: rollup, abi: rollupAbi, ...at } as const;
    const [epoch, slotPoster, slotHeaderKey] = await Promise.all([
      client.readContract({ ...contract, functionName: "epoch" }),
      client.readContract({ ...contract, functionName: "slotPoster" }),
      client.readContract({ ...contract, functionName: "slotHeaderKey" }),
    ]);
    const poster = await client.readContract({ ...contract, functionName: "epochPoster", args: [BigInt(epoch)] });
    return {
      epoch,
      poster: unlessZero(poster),
      slotPoster: unlessZero(slotPoster),
      slotHeaderKey: unlessZero(slotHeaderKey),
    };
  });
}

export async function readSlot(client: HostClient, rollup: Hex, block?: BlockRef): Promise<Slot> {
  // All values of one block: the parts of a change must not be mixed.
  const pinned = block ?? Number(await onHost("reading the block number", () => client.getBlockNumber()));
  return readAt(client, "reading the slot", pinned, async (at) => {
    const contract = { address: rollup, abi: rollupAbi, ...at } as const;
    const [poster, headerKey, epoch, silentSince, lastRollbackAt] = await Promise.all([
      client.readContract({ ...contract, functionName: "slotPoster" }),
      client.readContract({ ...contract, functionName: "slotHeaderKey" }),
      client.readContract({ ...contract, functionName: "epoch" }),
      client.readContract({ ...contract, functionName: "silentSince" }),
      client.readContract({ ...contract, functionName: "lastRollbackAt" }),
    ]);
    const [successor, overdueAt, openModeAt, epochPoster] = await Promise.all([
      client.readContract({ ...contract, functionName: "successor" }),
      client.readContract({ ...contract, functionName: "overdueAt" }),
      client.readContract({ ...contract, functionName: "openModeAt" }),
      client.readContract({ ...contract, functionName: "epochPoster", args: [BigInt(epoch)] }),
    ]);
    const [nextPoster, effectiveAt, accepted, nextKey] = successor;
    return {
      poster: unlessZero(poster),
      headerKey: unlessZero(headerKey),
      epoch,
      epochPoster: unlessZero(epochPoster),
      silentSince: silentSince === 0 ? undefined : silentSince,
      lastRollbackAt,
      successor: unlessZero(nextPoster) && { poster: nextPoster, headerKey: nextKey, effectiveAt, accepted },
      overdueAt: unlessNever(overdueAt),
      openModeAt: unlessNever(openModeAt),
    };
  });
}

const NEVER = 2n ** 256n - 1n;

const unlessZero = (address: Hex): Hex | undefined => (BigInt(address) === 0n ? undefined : address);
const unlessNever = (time: bigint): number | undefined => (time === NEVER ? undefined : Number(time));
