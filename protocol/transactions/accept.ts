/** Accept: the owner of a curated datanet takes pending work in, many pieces at once. */

import type { ByteReader, ByteWriter } from "../bytes.ts";
import type { Message, Structs } from "../eip712.ts";
import type { Bound } from "../meter.ts";
import { MAX_ITEMS } from "../params.ts";
import { ACCEPTED, DATANET_REF, PENDING, setStatus, statusOf } from "../state/contribution.ts";
import { datanetOwner } from "../state/datanet.ts";
import {
  type Context,
  type Identities,
  type Outcome,
  ok,
  reject,
  SENDER_FIELDS,
  type TransactionType,
} from "./transaction.ts";

export interface Accept {
  datanet: number;
  /** Indices, strictly increasing. */
  contributions: number[];
}

/** Shared by Accept and Reject: one form, two outcomes. */
export type Decision = Accept;

export function decisionStructs(name: string): Structs {
  return {
    [name]: [
      ...SENDER_FIELDS,
      { name: "datanet", type: "uint64" },
      { name: "metadataHash", type: "bytes32" },
      { name: "contributions", type: "uint64[]" },
      { name: "contentRoots", type: "bytes32[]" },
    ],
  };
}

export function decodeDecision(reader: ByteReader): Decision {
  const datanet = reader.varint();
  return { datanet, contributions: decodeIncreasing(reader, reader.varint(MAX_ITEMS)) };
}

export function encodeDecision(writer: ByteWriter, { datanet, contributions }: Decision): void {
  writer.varint(datanet).varint(contributions.length, MAX_ITEMS);
  encodeIncreasing(writer, contributions);
}

/** At least one index, the first as it is, the others as distance to the one before, less one. */
export function decodeIncreasing(reader: ByteReader, count: number): number[] {
  if (count === 0) reader.fail();
  const indices: number[] = [];
  for (let i = 0, next = 0; i < count && reader.ok; i++) {
    const index = next + reader.varint();
    if (!Number.isSafeInteger(index) || index >= 2 ** 48) reader.fail();
    indices.push(index);
    next = index + 1;
  }
  return indices;
}

export function encodeIncreasing(writer: ByteWriter, indices: readonly number[]): void {
  if (indices.length === 0) throw new RangeError("an empty list of indices");
  let next = 0;
  for (const index of indices) {
    if (index < next) throw new RangeError(`indices are not strictly increasing at ${index}`);
    writer.varint(index - next);
    next = index + 1;
  }
}

export const decisionBound = ({ contributions }: Decision): Bound => ({
  named: { accounts: 1, datanets: 1, contributions: contributions.length },
});

export const decisionMessage = ({ datanet, contributions }: Decision, identities: Identities): Message => ({
  datanet,
  metadataHash: identities.metadataHash(datanet),
  contributions,
  contentRoots: contributions.map((index) => identities.contentRoot(index)),
});

export function applyDecision({ state, account }: Context, decision: Decision, status: number): Outcome {
  const { datanets, contributions } = state;
  if (!datanets.has(decision.datanet)) return reject("UnknownDatanet");
  if (datanetOwner(datanets, decision.datanet) !== account) return reject("NotOwner");
  for (const index of decision.contributions) {
    if (!contributions.has(index)) return reject("UnknownContribution");
    if (contributions.number(index, DATANET_REF) !== decision.datanet + 1) return reject("WrongDatanet");
    if (statusOf(contributions, index) !== PENDING) return reject("NotPending");
  }
  for (const index of decision.contributions) setStatus(contributions, index, status);
  return ok();
}

export const accept: TransactionType<Accept> = {
  kind: 6,
  name: "Accept",
  structs: decisionStructs("Accept"),
  decode: decodeDecision,
  encode: encodeDecision,
  bound: decisionBound,
  message: decisionMessage,
  apply: (context, body) => applyDecision(context, body, ACCEPTED),
};
