/** Revoke: a contributor withdraws consent; it binds an hour later (rule 17). What was earned stays earned. */
import { CLOSING_DELAY_SECONDS } from "../params.ts";
import { CONTRIBUTOR_REF, isClosed, REVOKED_AT } from "../state/contribution.ts";
import { ok, reject, SENDER_FIELDS, type TransactionType } from "./transaction.ts";

export interface Revoke {
  contribution: number;
}

export const revoke: TransactionType<Revoke> = {
  kind: 8,
  name: "Revoke",
  structs: {
    Revoke: [...SENDER_FIELDS, { name: "contribution", type: "uint64" }, { name: "contentRoot", type: "bytes32" }],
  },

  decode: (reader) => ({ contribution: reader.varint() }),

  encode(writer, { contribution }) {
    writer.varint(contribution);
  },

  bound: () => ({ named: { accounts: 1, contributions: 1 } }),

  message: ({ contribution }, identities) => ({ contribution, contentRoot: identities.contentRoot(contribution) }),

  apply({ state: { contributions }, account, timestamp }, { contribution }) {
    if (!contributions.has(contribution)) return reject("UnknownContribution");
    if (contributions.number(contribution, CONTRIBUTOR_REF) !== account + 1) return reject("NotOwner");
    if (contributions.number(contribution, REVOKED_AT) !== 0) return reject("AlreadyRevoked");
    if (isClosed(contributions, contribution, timestamp)) return reject("ContributionClosed");
    contributions.setNumber(contribution, REVOKED_AT, timestamp + CLOSING_DELAY_SECONDS);
    return ok();
  },
};
