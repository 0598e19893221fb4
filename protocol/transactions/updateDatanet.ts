/** UpdateDatanet: new description and terms, for work given from now on (rule 20); closing is final. */
import { type DatanetPolicy, datanetOwner, POLICY, packPolicy, policyOf, setMetadataHash } from "../state/datanet.ts";
import { decodePolicy, encodePolicy, POLICY_FIELDS, validPolicy } from "./createDatanet.ts";
import { ok, reject, SENDER_FIELDS, type TransactionType } from "./transaction.ts";

export interface UpdateDatanet extends DatanetPolicy {
  datanet: number;
  /** The description's hash from now on, 32 bytes. */
  metadataHash: Uint8Array;
}

export const updateDatanet: TransactionType<UpdateDatanet> = {
  kind: 4,
  name: "UpdateDatanet",
  structs: {
    UpdateDatanet: [
      ...SENDER_FIELDS,
      { name: "datanet", type: "uint64" },
      { name: "oldMetadataHash", type: "bytes32" },
      { name: "metadataHash", type: "bytes32" },
      ...POLICY_FIELDS,
      { name: "closed", type: "bool" },
    ],
  },

  decode(reader) {
    return { datanet: reader.varint(), metadataHash: reader.take(32).slice(), ...decodePolicy(reader) };
  },

  encode(writer, { datanet, metadataHash, ...policy }) {
    writer.varint(datanet).fixed(metadataHash, 32);
    encodePolicy(writer, policy);
  },

  bound: () => ({ named: { accounts: 1, datanets: 1 } }),

  message: ({ datanet, metadataHash, curated, closed, purposes, lineageBps, curatorBps }, identities) => ({
    datanet,
    oldMetadataHash: identities.metadataHash(datanet),
    metadataHash,
    curated,
    purposes,
    lineageBps,
    curatorBps,
    closed,
  }),

  apply({ state: { datanets }, account }, { datanet, metadataHash, ...policy }) {
    if (!datanets.has(datanet)) return reject("UnknownDatanet");
    if (datanetOwner(datanets, datanet) !== account) return reject("NotOwner");
    if (policyOf(datanets, datanet).closed) return reject("DatanetClosed");
    if (!validPolicy(policy)) return reject("InvalidTerms");
    setMetadataHash(datanets, datanet, metadataHash);
    datanets.setNumber(datanet, POLICY, packPolicy(policy));
    return ok();
  },
};
