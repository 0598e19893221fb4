/** CreateDatanet: opens a domain for contributions, with the terms its work will carry; locks a bond. */
import type { ByteReader, ByteWriter } from "../bytes.ts";
import { BPS, MAX_INDEX } from "../params.ts";
import { BALANCE } from "../state/account.ts";
import {
  ALL_PURPOSES,
  BOND,
  type DatanetPolicy,
  OWNER_REF,
  POLICY,
  packPolicy,
  setMetadataHash,
} from "../state/datanet.ts";
import { parameter } from "../state/system.ts";
import { ok, reject, SENDER_FIELDS, type TransactionType } from "./transaction.ts";

/** A policy as transactions carry it: all but `closed`. */
export type Policy = Omit<DatanetPolicy, "closed">;

export interface CreateDatanet extends Policy {
  /** Hash of the datanet's description (Croissant metadata), 32 bytes. */
  metadataHash: Uint8Array;
}

export const POLICY_FIELDS = [
  { name: "curated", type: "bool" },
  { name: "purposes", type: "uint8" },
  { name: "lineageBps", type: "uint16" },
  { name: "curatorBps", type: "uint16" },
] as const;

/** `flags (curated bit 0, closed bit 1) || purposes || lineageBps (uint16) || curatorBps (uint16)`; other flags are malformed. */
export function decodePolicy(reader: ByteReader): DatanetPolicy {
  const flags = reader.byte();
  if (flags > 3) reader.fail();
  return {
    curated: (flags & 1) !== 0,
    closed: (flags & 2) !== 0,
    purposes: reader.byte(),
    lineageBps: reader.uint(2),
    curatorBps: reader.uint(2),
  };
}

export function encodePolicy(writer: ByteWriter, policy: DatanetPolicy): void {
  writer.byte((policy.curated ? 1 : 0) | (policy.closed ? 2 : 0)).uint(policy.purposes, 1);
  writer.uint(policy.lineageBps, 2).uint(policy.curatorBps, 2);
}

export function validPolicy(policy: Policy): boolean {
  return policy.purposes <= ALL_PURPOSES && policy.lineageBps + policy.curatorBps <= BPS;
}

export const createDatanet: TransactionType<CreateDatanet> = {
  kind: 3,
  name: "CreateDatanet",
  structs: { CreateDatanet: [...SENDER_FIELDS, { name: "metadataHash", type: "bytes32" }, ...POLICY_FIELDS] },

  decode(reader) {
    const metadataHash = reader.take(32).slice();
    const { closed, ...policy } = decodePolicy(reader);
    if (closed) reader.fail();
    return { metadataHash, ...policy };
  },

  encode(writer, { metadataHash, ...policy }) {
    writer.fixed(metadataHash, 32);
    encodePolicy(writer, { ...policy, closed: false });
  },

  bound: () => ({ named: { accounts: 1 }, appended: { datanets: 1 } }),

  message: ({ metadataHash, curated, purposes, lineageBps, curatorBps }) => ({
    metadataHash,
    curated,
    purposes,
    lineageBps,
    curatorBps,
  }),

  apply({ state, account }, { metadataHash, ...policy }) {
    const { accounts, datanets, system } = state;
    if (!validPolicy(policy)) return reject("InvalidTerms");
    const bond = parameter(system, "datanetBond");
    if (!accounts.covers(account, BALANCE, bond)) return reject("InsufficientBalance");
    if (datanets.length > MAX_INDEX) return reject("TableFull");
    accounts.subtract(account, BALANCE, bond);
    const index = datanets.append();
    setMetadataHash(datanets, index, metadataHash);
    datanets.setNumber(index, OWNER_REF, account + 1);
    datanets.setNumber(index, POLICY, packPolicy({ ...policy, closed: false }));
    datanets.setNumber(index, BOND, bond);
    return ok({ table: "datanets", first: index, count: 1 });
  },
};
