/** RegisterModel: a model, what it descends from, what it was trained on, and what it takes of each fee; locks a bond. */
import { BPS, MAX_INDEX, MAX_MODEL_DATANETS } from "../params.ts";
import { BALANCE } from "../state/account.ts";
import {
  BOND,
  DATANET_REFS,
  modelTermsOf,
  OWNER_REF,
  PARENT_REF,
  packModelTerms,
  RELATIONS,
  setArtifactRoot,
  TERMS,
  TRAINED_AT,
} from "../state/model.ts";
import { parameter } from "../state/system.ts";
import { decodeIncreasing, encodeIncreasing } from "./accept.ts";
import { ok, reject, SENDER_FIELDS, type TransactionType } from "./transaction.ts";

export interface RegisterModel {
  /** Digest of the weights or of their manifest, 32 bytes. */
  artifactRoot: Uint8Array;
  parent?: number | undefined;
  /** Place in `RELATIONS`; 0 exactly when there is no parent. */
  relation: number;
  /** One to four datanets, strictly increasing. */
  datanets: number[];
  ownerBps: number;
  royaltyBps: number;
  live: boolean;
  /** Number of contributions that were there when it was trained. */
  trainedAt: number;
}

export const registerModel: TransactionType<RegisterModel> = {
  kind: 9,
  name: "RegisterModel",
  structs: {
    RegisterModel: [
      ...SENDER_FIELDS,
      { name: "artifactRoot", type: "bytes32" },
      { name: "parent", type: "uint64" }, // index + 1, 0 for none
      { name: "parentArtifactRoot", type: "bytes32" },
      { name: "parentRoyaltyBps", type: "uint16" },
      { name: "relation", type: "uint8" },
      { name: "datanets", type: "uint64[]" },
      { name: "metadataHashes", type: "bytes32[]" },
      { name: "ownerBps", type: "uint16" },
      { name: "royaltyBps", type: "uint16" },
      { name: "live", type: "bool" },
      { name: "trainedAt", type: "uint64" },
    ],
  },

  decode(reader) {
    const artifactRoot = reader.take(32).slice();
    const parentRef = reader.varint();
    const relation = reader.byte();
    const flags = reader.byte(); // live bit 0, number of datanets above
    const datanets = decodeIncreasing(reader, flags >> 1);
    if (datanets.length > MAX_MODEL_DATANETS) reader.fail();
    return {
      artifactRoot,
      parent: parentRef === 0 ? undefined : parentRef - 1,
      relation,
      datanets,
      ownerBps: reader.uint(2),
      royaltyBps: reader.uint(2),
      live: (flags & 1) !== 0,
      trainedAt: reader.varint(),
    };
  },

  encode(writer, model) {
    if (model.datanets.length > MAX_MODEL_DATANETS) throw new RangeError(`"datanets" has more than four`);
    writer.fixed(model.artifactRoot, 32).varint(model.parent === undefined ? 0 : model.parent + 1);
    writer.uint(model.relation, 1).byte((model.datanets.length << 1) | (model.live ? 1 : 0));
    encodeIncreasing(writer, model.datanets);
    writer.uint(model.ownerBps, 2).uint(model.royaltyBps, 2).varint(model.trainedAt);
  },

  bound: ({ parent, datanets }) => ({
    named: { accounts: 1, models: parent === undefined ? 0 : 1, datanets: datanets.length },
    appended: { models: 1 },
  }),

  message: (model, identities) => ({
    artifactRoot: model.artifactRoot,
    parent: model.parent === undefined ? 0 : model.parent + 1,
    parentArtifactRoot: model.parent === undefined ? new Uint8Array(32) : identities.artifactRoot(model.parent),
    parentRoyaltyBps: model.parent === undefined ? 0 : identities.modelTerms(model.parent).royaltyBps,
    relation: model.relation,
    datanets: model.datanets,
    metadataHashes: model.datanets.map((datanet) => identities.metadataHash(datanet)),
    ownerBps: model.ownerBps,
    royaltyBps: model.royaltyBps,
    live: model.live,
    trainedAt: model.trainedAt,
  }),

  apply({ state, account }, body) {
    const { accounts, datanets, contributions, models, system } = state;
    const { artifactRoot, parent, relation, ownerBps, royaltyBps, live, trainedAt } = body;
    if (ownerBps > BPS || royaltyBps > BPS) return reject("InvalidTerms");
    if (relation >= RELATIONS.length || (relation === 0) !== (parent === undefined)) return reject("InvalidKind");
    if (parent !== undefined && !models.has(parent)) return reject("UnknownParent");
    if (body.datanets.some((datanet) => !datanets.has(datanet))) return reject("UnknownDatanet");
    if (trainedAt > contributions.length) return reject("TrainedAtInFuture");
    const bond = parameter(system, "modelBond");
    if (!accounts.covers(account, BALANCE, bond)) return reject("InsufficientBalance");
    if (models.length > MAX_INDEX) return reject("TableFull");
    accounts.subtract(account, BALANCE, bond);
    const parentBps = parent === undefined ? 0 : modelTermsOf(models, parent).royaltyBps;
    const index = models.append();
    setArtifactRoot(models, index, artifactRoot);
    models.setNumber(index, OWNER_REF, account + 1);
    if (parent !== undefined) models.setNumber(index, PARENT_REF, parent + 1);
    const terms = packModelTerms({ ownerBps, royaltyBps, parentBps, relation, live, retired: false });
    models.setNumber(index, TERMS, terms);
    models.setNumber(index, TRAINED_AT, trainedAt);
    body.datanets.forEach((datanet, i) => {
      models.setNumber(index, DATANET_REFS + i, datanet + 1);
    });
    models.setNumber(index, BOND, bond);
    return ok({ table: "models", first: index, count: 1 });
  },
};
