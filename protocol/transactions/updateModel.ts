/** UpdateModel: new shares for fees and for children registered from now on; retiring is final. */
import { BPS } from "../params.ts";
import { modelOwner, modelTermsOf, packModelTerms, TERMS } from "../state/model.ts";
import { ok, reject, SENDER_FIELDS, type TransactionType } from "./transaction.ts";

export interface UpdateModel {
  model: number;
  ownerBps: number;
  royaltyBps: number;
  retired: boolean;
}

export const updateModel: TransactionType<UpdateModel> = {
  kind: 10,
  name: "UpdateModel",
  structs: {
    UpdateModel: [
      ...SENDER_FIELDS,
      { name: "model", type: "uint64" },
      { name: "artifactRoot", type: "bytes32" },
      { name: "ownerBps", type: "uint16" },
      { name: "royaltyBps", type: "uint16" },
      { name: "retired", type: "bool" },
    ],
  },

  decode(reader) {
    const model = reader.varint();
    const flags = reader.byte();
    if (flags > 1) reader.fail();
    return { model, ownerBps: reader.uint(2), royaltyBps: reader.uint(2), retired: flags === 1 };
  },

  encode(writer, { model, ownerBps, royaltyBps, retired }) {
    writer
      .varint(model)
      .byte(retired ? 1 : 0)
      .uint(ownerBps, 2)
      .uint(royaltyBps, 2);
  },

  bound: () => ({ named: { accounts: 1, models: 1 } }),

  message: ({ model, ownerBps, royaltyBps, retired }, identities) => ({
    model,
    artifactRoot: identities.artifactRoot(model),
    ownerBps,
    royaltyBps,
    retired,
  }),

  apply({ state: { models }, account }, { model, ownerBps, royaltyBps, retired }) {
    if (!models.has(model)) return reject("UnknownModel");
    if (modelOwner(models, model) !== account) return reject("NotOwner");
    const terms = modelTermsOf(models, model);
    if (terms.retired) return reject("ModelRetired");
    if (ownerBps > BPS || royaltyBps > BPS) return reject("InvalidTerms");
    models.setNumber(model, TERMS, packModelTerms({ ...terms, ownerBps, royaltyBps, retired }));
    return ok();
  },
};
