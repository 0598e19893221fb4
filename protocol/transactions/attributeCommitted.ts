/**
 * AttributeCommitted: an Attribute that names its outputs by one root instead of a hash a record. The operator keeps the outputs'
 * hashes; whoever is to know which output a record is for needs its branch (protocol/outputs.ts).
 */
import {
  ATTRIBUTIONS_FIELDS,
  type Attributions,
  applyAttributions,
  attributionsBound,
  attributionsMessage,
  identifyAttributions,
} from "./attribute.ts";
import { type CommittedRecord, decodeCommitted, decodeRecords, encodeRecords } from "./outputRecord.ts";
import type { TransactionType } from "./transaction.ts";

export interface AttributeCommitted extends Attributions<CommittedRecord> {
  /** `hash_tree_root(List[Bytes32, 256])` of the outputs' SHA-256, in the order of the records. Not checked: nobody could. */
  outputsRoot: Uint8Array;
}

export const attributeCommitted: TransactionType<AttributeCommitted> = {
  kind: 13,
  name: "AttributeCommitted",
  structs: { AttributeCommitted: [...ATTRIBUTIONS_FIELDS, { name: "outputsRoot", type: "bytes32" }] },

  decode: (reader) => ({
    model: reader.varint(),
    method: reader.byte(),
    evidenceRoot: reader.take(32).slice(),
    outputsRoot: reader.take(32).slice(),
    records: decodeRecords(reader, decodeCommitted),
  }),

  encode(writer, { model, method, evidenceRoot, outputsRoot, records }) {
    if (records.some((record) => "output" in record)) throw new RangeError(`"output" has no place in these records`);
    writer.varint(model).uint(method, 1).fixed(evidenceRoot, 32).fixed(outputsRoot, 32);
    encodeRecords(writer, records);
  },

  bound: attributionsBound,
  message: (body, identities) => ({ ...attributionsMessage(body, identities), outputsRoot: body.outputsRoot }),
  identify: identifyAttributions,
  apply: (context, body) => applyAttributions(context, body, body.outputsRoot),
};
