/**
 * Claim: moves what records earned to their owners, passing the parts of parents and curators one step up. Anyone may send
 * it for any record: who is paid follows from state (rule 20). Items are independent.
 */
import { MAX_ITEMS } from "../params.ts";
import { upstreamPart } from "../split.ts";
import { BALANCE } from "../state/account.ts";
import * as contribution from "../state/contribution.ts";
import * as datanet from "../state/datanet.ts";
import * as model from "../state/model.ts";
import type { State } from "../state/state.ts";
import { parameter } from "../state/system.ts";
import type { Table } from "../tree/table.ts";
import type { Verdict } from "../verdict.ts";
import { SENDER_FIELDS, type TransactionType } from "./transaction.ts";

/** Their order is the code of `table`. */
export const CLAIMABLE = ["contributions", "datanets", "models"] as const;
export type Claimable = (typeof CLAIMABLE)[number];

export interface ClaimItem {
  table: Claimable;
  index: number;
}

export interface Claim {
  items: ClaimItem[];
}

export const claim: TransactionType<Claim> = {
  kind: 12,
  name: "Claim",
  structs: {
    Claim: [...SENDER_FIELDS, { name: "items", type: "Item[]" }],
    Item: [
      { name: "table", type: "uint8" },
      { name: "index", type: "uint64" },
    ],
  },

  decode(reader) {
    const count = reader.varint(MAX_ITEMS);
    if (count === 0) reader.fail();
    const items: ClaimItem[] = [];
    for (let i = 0; i < count && reader.ok; i++) {
      const table = CLAIMABLE[reader.byte()];
      if (table === undefined) reader.fail();
      items.push({ table: table ?? "contributions", index: reader.varint() });
    }
    return { items };
  },

  encode(writer, { items }) {
    if (items.length === 0) throw new RangeError(`"items" is empty`);
    writer.varint(items.length, MAX_ITEMS);
    for (const { table, index } of items) writer.byte(CLAIMABLE.indexOf(table)).varint(index);
  },

  bound: ({ items }) => {
    const count = (table: Claimable) => items.filter((item) => item.table === table).length;
    return {
      named: {
        accounts: 1 + items.length,
        contributions: 2 * count("contributions"),
        datanets: count("contributions") + count("datanets"),
        models: 2 * count("models"),
      },
    };
  },

  message: ({ items }) => ({ items: items.map(({ table, index }) => ({ table: CLAIMABLE.indexOf(table), index })) }),

  apply({ state, timestamp }, { items }) {
    const minimum = BigInt(parameter(state.system, "minimumClaim"));
    const verdicts = items.map(({ table, index }): Verdict => {
      if (table === "contributions") return claimContribution(state, index, minimum, timestamp);
      return table === "datanets" ? claimDatanet(state, index, minimum) : claimModel(state, index, minimum);
    });
    return { verdict: "Ok", items: verdicts };
  },
};

function claimContribution(state: State, index: number, minimum: bigint, timestamp: number): Verdict {
  const { contributions, datanets } = state;
  if (!contributions.has(index)) return "UnknownContribution";
  const earned = contributions.u64(index, contribution.EARNED);
  const inherited = contributions.u64(index, contribution.INHERITED);
  const closed = contribution.isClosed(contributions, index, timestamp);
  const total = earned + inherited;
  const due = closed ? total + contributions.u64(index, contribution.BOND) : total;
  if (due === 0n || (total < minimum && !closed)) return "BelowMinimumClaim";

  const terms = contribution.unpackTerms(contributions.number(index, contribution.TERMS));
  const parentRef = contributions.number(index, contribution.PARENT_REF);
  const lineage = parentRef === 0 ? 0n : upstreamPart(total, terms.lineageBps);
  // Inherited amounts paid their curator part below already; rounding up twice must not pass the whole.
  const curator = smaller(upstreamPart(earned, terms.curatorBps), total - lineage);
  contributions.setU64(index, contribution.EARNED, 0n);
  contributions.setU64(index, contribution.INHERITED, 0n);
  if (closed) contributions.setU64(index, contribution.BOND, 0n);
  if (parentRef !== 0) {
    credit(contributions, parentRef - 1, contribution.INHERITED, lineage);
    credit(contributions, parentRef - 1, contribution.LIFETIME, lineage);
  }
  const datanetIndex = contributions.number(index, contribution.DATANET_REF) - 1;
  credit(datanets, datanetIndex, datanet.EARNED, curator);
  credit(datanets, datanetIndex, datanet.LIFETIME, curator);
  const contributor = contributions.number(index, contribution.CONTRIBUTOR_REF) - 1;
  credit(state.accounts, contributor, BALANCE, due - lineage - curator);
  return "Ok";
}

function claimDatanet({ datanets, accounts }: State, index: number, minimum: bigint): Verdict {
  if (!datanets.has(index)) return "UnknownDatanet";
  const closed = datanet.policyOf(datanets, index).closed;
  const earned = datanets.u64(index, datanet.EARNED);
  const due = closed ? earned + datanets.u64(index, datanet.BOND) : earned;
  if (due === 0n || (earned < minimum && !closed)) return "BelowMinimumClaim";
  datanets.setU64(index, datanet.EARNED, 0n);
  if (closed) datanets.setU64(index, datanet.BOND, 0n);
  credit(accounts, datanet.datanetOwner(datanets, index), BALANCE, due);
  return "Ok";
}

function claimModel({ models, accounts }: State, index: number, minimum: bigint): Verdict {
  if (!models.has(index)) return "UnknownModel";
  const terms = model.modelTermsOf(models, index);
  const earned = models.u64(index, model.EARNED);
  const due = terms.retired ? earned + models.u64(index, model.BOND) : earned;
  if (due === 0n || (earned < minimum && !terms.retired)) return "BelowMinimumClaim";
  models.setU64(index, model.EARNED, 0n);
  if (terms.retired) models.setU64(index, model.BOND, 0n);
  const parentRef = models.number(index, model.PARENT_REF);
  const royalty = parentRef === 0 ? 0n : upstreamPart(earned, terms.parentBps);
  if (parentRef !== 0) {
    credit(models, parentRef - 1, model.EARNED, royalty);
    credit(models, parentRef - 1, model.LIFETIME, royalty);
  }
  credit(accounts, model.modelOwner(models, index), BALANCE, due - royalty);
  return "Ok";
}

function credit(table: Table, index: number, field: number, amount: bigint): void {
  table.setU64(index, field, table.u64(index, field) + amount);
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
