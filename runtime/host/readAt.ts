/** Reading the host's state at one block, which may vanish while it is read. */
import { BlockNotFoundError } from "viem";
import type { Hex } from "../../protocol/bytes.ts";
import { isTributaryError, TributaryError } from "../errors.ts";
import type { HostClient } from "./hostClient.ts";
import { onHost } from "./hostErrors.ts";

/** A block by number, or by hash so that the answer cannot come from another fork. Undefined means the latest. */
export type BlockRef = number | Hex;

export interface HostBlock {
  number: number;
  hash: Hex;
  parentHash: Hex;
  /** Seconds. */
  timestamp: number;
}

type BlockParameters = { blockNumber: bigint } | { blockHash: Hex } | { blockTag: "latest" };

/** The part of a viem request that says at which block. */
export function atBlock(block: BlockRef | undefined): BlockParameters {
  if (block === undefined) return { blockTag: "latest" };
  return typeof block === "number" ? { blockNumber: BigInt(block) } : { blockHash: block };
}

/** `onHost` for a read at `block`. Throws `host-reorged` when the host refuses because it has no such block any more. */
export async function readAt<T>(
  client: HostClient,
  doing: string,
  block: BlockRef | undefined,
  request: (at: BlockParameters) => Promise<T>,
): Promise<T> {
  try {
    return await onHost(doing, () => request(atBlock(block)));
  } catch (error) {
    // Nodes word it in many ways, and pruned state sounds alike: so we look.
    if (block === undefined || !isTributaryError(error, "host-refused")) throw error;
    if ((await readBlock(client, block)) !== undefined) throw error;
    throw new TributaryError("host-reorged", `${doing}: the host has no block ${block} any more`, { cause: error });
  }
}

/** Undefined when the host has no such block. */
export function readBlock(client: HostClient, block: BlockRef): Promise<HostBlock | undefined> {
  return onHost(`reading host block ${block}`, () => orMissing(client.getBlock(atBlock(block)))).then(toHostBlock);
}

/** Undefined when the node has none. Throws `host-refused` where it says so with an error. */
export function readTaggedBlock(
  client: HostClient,
  blockTag: "latest" | "safe" | "finalized",
): Promise<HostBlock | undefined> {
  return onHost(`reading the ${blockTag} block`, () => orMissing(client.getBlock({ blockTag }))).then(toHostBlock);
}

interface RawBlock {
  number: bigint | null;
  hash: Hex | null;
  parentHash: Hex;
  timestamp: bigint;
}

function toHostBlock(block: RawBlock | undefined): HostBlock | undefined {
  // Only a pending block has no number, and none is asked for here.
  if (block === undefined || block.number === null || block.hash === null) return undefined;
  const { hash, parentHash } = block;
  return { number: Number(block.number), hash, parentHash, timestamp: Number(block.timestamp) };
}

function orMissing<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((error: unknown) => {
    if (error instanceof BlockNotFoundError) return undefined;
    throw error;
  });
}
