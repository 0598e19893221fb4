/**
 * Attribute: for outputs of a model, which contributions each drew on, with the fee that pays them. The hot path.
 * Many records a signature; records are independent, so a bad one charges nothing and stops no other (rule 17).
 */
import type { Field } from "../eip712.ts";
import type { Bound } from "../meter.ts";
import { MAX_INDEX } from "../params.ts";
import { splitFee, splitPool } from "../split.ts";
import { BALANCE } from "../state/account.ts";
import * as contribution from "../state/contribution.ts";
import * as model from "../state/model.ts";
import type { State } from "../state/state.ts";
import { parameter, TREASURY } from "../state/system.ts";
import type { Verdict } from "../verdict.ts";
import { attributionLeaves, recordsRoot } from "./attributeRoots.ts";
import { type AnyRecord, decodeRecords, decodeWithOutput, encodeRecords, type OutputRecord } from "./outputRecord.ts";
import {
  type Context,
  type Identities,
  type Outcome,
  reject,
  SENDER_FIELDS,
  type TransactionType,
} from "./transaction.ts";

/** Shared by Attribute and AttributeCommitted: two forms of record, one outcome. */
export interface Attributions<R extends AnyRecord = AnyRecord> {
  model: number;
  /** How the shares were found (docs/spec/attribution.md#methods). */
  method: number;
  /** Root over the records' evidence documents; zeros when there is none. */
  evidenceRoot: Uint8Array;
  records: R[];
}

export type Attribute = Attributions<OutputRecord>;

/** Nodes hashed per record: share list, signed record with identities, attribution leaf. */
const HASHES_PER_RECORD = 4 + 20 + 3;

const unused = new BigUint64Array(4);

export const ATTRIBUTIONS_FIELDS = [
  ...SENDER_FIELDS,
  { name: "model", type: "uint64" },
  { name: "artifactRoot", type: "bytes32" },
  { name: "ownerBps", type: "uint16" },
  { name: "method", type: "uint8" },
  { name: "evidenceRoot", type: "bytes32" },
  { name: "records", type: "uint16" },
  { name: "fees", type: "uint64" },
  { name: "recordsRoot", type: "bytes32" },
] as const satisfies readonly Field[];

export function attributionsBound({ records }: Attributions): Bound {
  let shares = 0;
  for (const record of records) shares += record.shares.length;
  return {
    named: { accounts: 1, models: 1, contributions: shares },
    appended: { attributions: records.length },
    hashes: HASHES_PER_RECORD * records.length,
  };
}

export const attributionsMessage = (
  { model, method, evidenceRoot, records }: Attributions,
  identities: Identities,
) => ({
  model,
  artifactRoot: identities.artifactRoot(model),
  ownerBps: identities.modelTerms(model).ownerBps,
  method,
  evidenceRoot,
  records: records.length,
  fees: records.reduce((sum, record) => sum + record.fee, 0),
  recordsRoot: recordsRoot(records, identities),
});

export function identifyAttributions({ model, records }: Attributions, identities: Identities): void {
  identities.artifactRoot(model);
  identities.lookAhead?.(records);
  for (const { shares } of records) {
    for (const share of shares) {
      if (identities.copyContentRoot === undefined) identities.contentRoot(share.contribution);
      else identities.copyContentRoot(share.contribution, unused, 0);
    }
  }
}

/** `outputsRoot` when the records do not name their outputs. */
export function applyAttributions(context: Context, body: Attributions, outputsRoot?: Uint8Array): Outcome {
  const { models, attributions, system } = context.state;
  if (!models.has(body.model)) return reject("UnknownModel");
  const terms = model.modelTermsOf(models, body.model);
  if (terms.retired) return reject("ModelRetired");
  const protocolBps = parameter(system, "protocolBps");
  const rules = {
    datanets: model.datanetsOf(models, body.model).map((datanet) => datanet + 1),
    trainedAt: terms.live ? MAX_INDEX + 1 : models.number(body.model, model.TRAINED_AT),
    purpose: terms.live ? 2 : 1,
  };
  const first = attributions.length;
  const pools: number[] = [];
  const positions: number[] = [];
  const items = body.records.map((record, position): Verdict => {
    const verdict = checkRecord(context, record, rules, pools.length);
    if (verdict !== "Ok") return verdict;
    const split = splitFee(record.fee, protocolBps, terms.ownerBps);
    pay(context, body.model, record, split);
    pools.push(split.pool);
    positions.push(position);
    return "Ok";
  });
  const isWhole = positions.length === body.records.length;
  const accepted = isWhole ? body.records : positions.map((position) => body.records[position]!);
  const { account, timestamp } = context;
  const common = { ...body, payer: account, pools, timestamp, outputsRoot, positions };
  for (const leaf of attributionLeaves(accepted, common)) attributions.appendLeaf(leaf);
  return { verdict: "Ok", items, created: [{ table: "attributions", first, count: accepted.length }] };
}

export const attribute: TransactionType<Attribute> = {
  kind: 11,
  name: "Attribute",
  structs: { Attribute: ATTRIBUTIONS_FIELDS },

  decode: (reader) => ({
    model: reader.varint(),
    method: reader.byte(),
    evidenceRoot: reader.take(32).slice(),
    records: decodeRecords(reader, decodeWithOutput),
  }),

  encode(writer, { model, method, evidenceRoot, records }) {
    writer.varint(model).uint(method, 1).fixed(evidenceRoot, 32);
    encodeRecords(writer, records);
  },

  bound: attributionsBound,
  message: attributionsMessage,
  identify: identifyAttributions,
  apply: (context, body) => applyAttributions(context, body),
};

interface CreditRules {
  /** References of the model's datanets. */
  datanets: number[];
  /** Contributions below this index are old enough. */
  trainedAt: number;
  purpose: number;
}

/** The order of these checks is consensus. `appended` records of this transaction come before it in the log. */
function checkRecord(
  { state, account, timestamp }: Context,
  record: AnyRecord,
  rules: CreditRules,
  appended: number,
): Verdict {
  for (const share of record.shares) {
    const verdict = checkShare(state, share.contribution, rules, timestamp);
    if (verdict !== "Ok") return verdict;
  }
  if (!state.accounts.covers(account, BALANCE, record.fee)) return "InsufficientBalance";
  return state.attributions.length + appended > MAX_INDEX ? "TableFull" : "Ok";
}

function checkShare({ contributions }: State, index: number, rules: CreditRules, timestamp: number): Verdict {
  if (!contributions.has(index)) return "UnknownContribution";
  if (contribution.isClosed(contributions, index, timestamp)) return "ContributionClosed";
  if (contribution.statusOf(contributions, index) !== contribution.ACCEPTED) return "ContributionPending";
  if ((contribution.purposesOf(contributions, index) & rules.purpose) === 0) return "PurposeNotAllowed";
  if (!rules.datanets.includes(contributions.number(index, contribution.DATANET_REF))) return "WrongDatanet";
  return index < rules.trainedAt ? "Ok" : "ContributionTooYoung";
}

function pay(
  { state, account }: Context,
  modelIndex: number,
  record: AnyRecord,
  split: { protocol: number; model: number; pool: number },
): void {
  const { accounts, models, contributions, system } = state;
  accounts.subtract(account, BALANCE, record.fee);
  const unattributed = record.shares.length === 0 ? split.pool : 0;
  system.add(0, TREASURY, split.protocol + unattributed);
  models.add(modelIndex, model.EARNED, split.model);
  models.add(modelIndex, model.LIFETIME, split.model);
  if (record.shares.length === 0) return;
  const parts = splitPool(split.pool, record.shares);
  for (let i = 0; i < parts.length; i++) {
    const index = record.shares[i]!.contribution;
    contributions.add(index, contribution.EARNED, parts[i]!);
    contributions.add(index, contribution.LIFETIME, parts[i]!);
  }
}
