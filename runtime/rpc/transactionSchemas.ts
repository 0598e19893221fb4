/**
 * Typed transaction JSON to the protocol's bodies: the inverse of `protocol/json.ts`. What has no packed form, or a verdict
 * that is certain whatever the state, is refused here, before it costs its sender a fee.
 */
import { z } from "zod";
import {
  BPS,
  MAX_FEE,
  MAX_INDEX,
  MAX_ITEMS,
  MAX_MODEL_DATANETS,
  MAX_RECORDS,
  MAX_SHARES,
} from "../../protocol/params.ts";
import { CONTRIBUTION_KINDS } from "../../protocol/state/contribution.ts";
import { ALL_PURPOSES } from "../../protocol/state/datanet.ts";
import { RELATIONS } from "../../protocol/state/model.ts";
import { CLAIMABLE } from "../../protocol/transactions/claim.ts";
import type { BodyOf, TransactionName } from "../../protocol/transactions/registry.ts";
import { bps, bytes, flag, index, integer, list, positiveAmount, reference, requireIncreasing } from "./fields.ts";

const MAX_TIME = 2 ** 40 - 1;

const address = bytes(20).refine((value) => value.some((byte) => byte !== 0), "must not be the zero address");
const indices = (max: number) => list(index, 1, max).superRefine(requireIncreasing((value) => value));

const policy = {
  curated: flag,
  purposes: integer(0, ALL_PURPOSES, "a set of purposes (1 training, 2 retrieval)"),
  lineageBps: bps,
  curatorBps: bps,
};
const POLICY_RULE = { path: ["curatorBps"], error: `must not exceed ${BPS} together with "lineageBps"` };
const fitsWhole = (terms: { lineageBps: number; curatorBps: number }): boolean =>
  terms.lineageBps + terms.curatorBps <= BPS;

const decision = z.strictObject({ datanet: index, contributions: indices(MAX_ITEMS) });

const contributionItem = z.strictObject({
  contentRoot: bytes(32),
  parent: reference.optional(),
  kind: integer(0, CONTRIBUTION_KINDS.length - 1, `a place in ${CONTRIBUTION_KINDS.join(", ")}:`),
  purposes: policy.purposes,
  expiresAt: integer(0, MAX_TIME, "seconds"),
});

const share = z.strictObject({ contribution: index, weight: integer(1, 0xffff) });
const committedRecord = z.strictObject({
  fee: integer(0, MAX_FEE, "Gwei, a number"),
  shares: list(share, 0, MAX_SHARES).superRefine(requireIncreasing((item) => item.contribution, ["contribution"])),
});
const record = committedRecord.extend({ output: bytes(32) });
const attributions = { model: index, method: integer(0, 255), evidenceRoot: bytes(32) };

/** The body of each kind. */
const BODIES = {
  Transfer: z.strictObject({
    to: z.union([reference, address], {
      error: "must be the index of an account, or an address of 20 bytes other than zero",
    }),
    amount: positiveAmount,
  }),
  Withdraw: z.strictObject({ recipient: address, amount: positiveAmount }),
  CreateDatanet: z.strictObject({ metadataHash: bytes(32), ...policy }).refine(fitsWhole, POLICY_RULE),
  UpdateDatanet: z
    .strictObject({ datanet: index, metadataHash: bytes(32), closed: flag, ...policy })
    .refine(fitsWhole, POLICY_RULE),
  Contribute: z.strictObject({ datanet: index, items: list(contributionItem, 1, MAX_ITEMS) }),
  Accept: decision,
  Reject: decision,
  Revoke: z.strictObject({ contribution: index }),
  RegisterModel: z
    .strictObject({
      artifactRoot: bytes(32),
      parent: reference.optional(),
      relation: integer(0, RELATIONS.length - 1, `a place in ${RELATIONS.join(", ")}:`),
      datanets: indices(MAX_MODEL_DATANETS),
      ownerBps: bps,
      royaltyBps: bps,
      live: flag,
      trainedAt: integer(0, MAX_INDEX, "a number of contributions"),
    })
    .refine(({ relation, parent }) => (relation === 0) === (parent === undefined), {
      path: ["relation"],
      error: `must be 0 exactly when there is no "parent"`,
    }),
  UpdateModel: z.strictObject({ model: index, ownerBps: bps, royaltyBps: bps, retired: flag }),
  Attribute: z.strictObject({ ...attributions, records: list(record, 1, MAX_RECORDS) }),
  Claim: z.strictObject({
    items: list(z.strictObject({ table: z.enum(CLAIMABLE), index }), 1, MAX_ITEMS),
  }),
  AttributeCommitted: z.strictObject({
    ...attributions,
    outputsRoot: bytes(32),
    records: list(committedRecord, 1, MAX_RECORDS),
  }),
} satisfies { [Name in TransactionName]: z.ZodType<BodyOf<Name>> };

const transactionOf = <Name extends TransactionName>(name: Name) =>
  z.strictObject({ name: z.literal(name), account: index, body: BODIES[name] });

/** Any transaction, without nonce and signature. */
export const transactionSchema = z.discriminatedUnion(
  "name",
  [
    transactionOf("Transfer"),
    transactionOf("Withdraw"),
    transactionOf("CreateDatanet"),
    transactionOf("UpdateDatanet"),
    transactionOf("Contribute"),
    transactionOf("Accept"),
    transactionOf("Reject"),
    transactionOf("Revoke"),
    transactionOf("RegisterModel"),
    transactionOf("UpdateModel"),
    transactionOf("Attribute"),
    transactionOf("Claim"),
    transactionOf("AttributeCommitted"),
  ],
  { error: `must be an object with "name", "account" and "body"` },
);
