/** How certain the host's blocks are. */
import { isTributaryError, TributaryError } from "../errors.ts";
import type { HostClient } from "./hostClient.ts";
import { type HostBlock, readBlock, readTaggedBlock } from "./readAt.ts";

export type { HostBlock } from "./readAt.ts";

export interface HostHeads {
  latest: HostBlock;
  /** Derived from L1 data: lost only if L1 reorganises. */
  safe: HostBlock;
  finalized: HostBlock;
}

export async function readHeads(client: HostClient): Promise<HostHeads> {
  const [latest, safe, finalized] = await Promise.all([
    readTaggedBlock(client, "latest"),
    readYoung(client, "safe"),
    readYoung(client, "finalized"),
  ]);
  if (latest === undefined) throw new TributaryError("host-unreachable", "the host has no latest block");
  const genesis = safe && finalized ? finalized : await readBlock(client, 0);
  if (genesis === undefined) throw new TributaryError("host-refused", "the host has no block 0");
  const heads = { latest, safe: safe ?? genesis, finalized: finalized ?? genesis };
  // The three answers are of different moments: a more certain block above a less certain one replaces it.
  if (heads.safe.number < heads.finalized.number) heads.safe = heads.finalized;
  if (heads.latest.number < heads.safe.number) heads.latest = heads.safe;
  return heads;
}

/** A young chain has no such block and says so with null or with an error; a failing connection must not pass for that. */
async function readYoung(client: HostClient, blockTag: "safe" | "finalized"): Promise<HostBlock | undefined> {
  try {
    return await readTaggedBlock(client, blockTag);
  } catch (error) {
    if (isTributaryError(error, "host-refused")) return undefined;
    throw error;
  }
}
