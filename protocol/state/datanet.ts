/** Datanets: a domain that a curator opens for contributions. `{metadataHash, Vector[uint64, 4], Vector[uint64, 4], zero}`. */
import type { Table } from "../tree/table.ts";

const METADATA_HASH = 0;
export const OWNER_REF = 4;
export const POLICY = 5;
export const BOND = 6;
export const EARNED = 7;
export const LIFETIME = 8;

/** What a model may do with a contribution; a bit each. */
export const PURPOSES = { training: 1, retrieval: 2 } as const;
export const ALL_PURPOSES = 3;

export interface DatanetPolicy {
  /** Contributions wait for the owner's acceptance. */
  curated: boolean;
  /** Final: takes no more contributions; the bond comes back with the next claim. */
  closed: boolean;
  purposes: number;
  /** Part of a contribution's earnings that its parent gets. */
  lineageBps: number;
  /** Part that the datanet's owner gets. */
  curatorBps: number;
}

export interface Datanet extends DatanetPolicy {
  metadataHash: Uint8Array;
  owner: number;
  bond: bigint;
  earned: bigint;
  lifetime: bigint;
}

/** `curated (bit 0) | closed (bit 1) | purposes << 8 | lineageBps << 16 | curatorBps << 32`. */
export function packPolicy(policy: DatanetPolicy): number {
  const flags = (policy.curated ? 1 : 0) + (policy.closed ? 2 : 0);
  return flags + policy.purposes * 2 ** 8 + policy.lineageBps * 2 ** 16 + policy.curatorBps * 2 ** 32;
}

export function unpackPolicy(word: number): DatanetPolicy {
  return {
    curated: (word & 1) !== 0,
    closed: (word & 2) !== 0,
    purposes: (word >>> 8) & 0xff,
    lineageBps: (word >>> 16) & 0xffff,
    curatorBps: Math.floor(word / 2 ** 32) & 0xffff,
  };
}

export function metadataHashOf(datanets: Table, index: number): Uint8Array {
  return datanets.chunk(index, METADATA_HASH);
}

export function setMetadataHash(datanets: Table, index: number, hash: Uint8Array): void {
  datanets.setChunk(index, METADATA_HASH, hash);
}

/** Index of the account that owns the datanet. */
export function datanetOwner(datanets: Table, index: number): number {
  return datanets.number(index, OWNER_REF) - 1;
}

export function policyOf(datanets: Table, index: number): DatanetPolicy {
  return unpackPolicy(datanets.number(index, POLICY));
}

export function readDatanet(datanets: Table, index: number): Datanet | undefined {
  if (!datanets.has(index)) return undefined;
  return {
    metadataHash: metadataHashOf(datanets, index),
    owner: datanetOwner(datanets, index),
    ...policyOf(datanets, index),
    bond: datanets.u64(index, BOND),
    earned: datanets.u64(index, EARNED),
    lifetime: datanets.u64(index, LIFETIME),
  };
}
