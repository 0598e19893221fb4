/** Reject: the owner of a curated datanet turns pending work down; its bond comes back with a Claim. */
import { REJECTED } from "../state/contribution.ts";
import {
  applyDecision,
  type Decision,
  decisionBound,
  decisionMessage,
  decisionStructs,
  decodeDecision,
  encodeDecision,
} from "./accept.ts";
import type { TransactionType } from "./transaction.ts";

export type Reject = Decision;

export const reject: TransactionType<Reject> = {
  kind: 7,
  name: "Reject",
  structs: decisionStructs("Reject"),
  decode: decodeDecision,
  encode: encodeDecision,
  bound: decisionBound,
  message: decisionMessage,
  apply: (context, body) => applyDecision(context, body, REJECTED),
};
