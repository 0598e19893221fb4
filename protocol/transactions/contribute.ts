/** Contribute: adds work to a datanet, many pieces at once; each locks a bond and keeps the datanet's terms of today. */
import { MAX_INDEX, MAX_ITEMS } from "../params.ts";
import { BALANCE } from "../state/account.ts";
import {
  ACCEPTED,
  BOND,
  CONTRIBUTION_KINDS,
  CONTRIBUTOR_REF,
  DATANET_REF,
  EXPIRES_AT,
  PARENT_REF,
  PENDING,
  packTerms,
  setContentRoot,
  TERMS,
} from "../state/contribution.ts";
import { datanetOwner, policyOf } from "../state/datanet.ts";
import type { State } from "../state/state.ts";
import { parameter } from "../state/system.ts";
import type { Verdict } from "../verdict.ts";
import { ok, reject, SENDER_FIELDS, type TransactionType } from "./transaction.ts";

export interface ContributionItem {
  /** Merkle root of the content's tokens, 32 bytes (docs/spec/attribution.md). */
  contentRoot: Uint8Array;
  /** The work this one corrects or builds on, in the same datanet. */
  parent?: number | undefined;
  /** Place in `CONTRIBUTION_KINDS`. */
  kind: number;
  /** A subset of the datanet's purposes. */
  purposes: number;
  /** Seconds; 0 for never. */
  expiresAt: number;
}

export interface Contribute {
  datanet: number;
  items: ContributionItem[];
}

const MAX_TIME = 2 ** 40 - 1;

export const contribute: TransactionType<Contribute> = {
  kind: 5,
  name: "Contribute",
  structs: {
    Contribute: [
      ...SENDER_FIELDS,
      { name: "datanet", type: "uint64" },
      { name: "metadataHash", type: "bytes32" },
      { name: "lineageBps", type: "uint16" },
      { name: "curatorBps", type: "uint16" },
      { name: "items", type: "Item[]" },
    ],
    Item: [
      { name: "contentRoot", type: "bytes32" },
      { name: "parent", type: "uint64" }, // index + 1, 0 for none
      { name: "parentContentRoot", type: "bytes32" },
      { name: "kind", type: "uint8" },
      { name: "purposes", type: "uint8" },
      { name: "expiresAt", type: "uint64" },
    ],
  },

  decode(reader) {
    const datanet = reader.varint();
    const count = reader.varint(MAX_ITEMS);
    if (count === 0) reader.fail();
    const items: ContributionItem[] = [];
    for (let i = 0; i < count && reader.ok; i++) {
      const contentRoot = reader.take(32).slice();
      const parentRef = reader.varint();
      const parent = parentRef === 0 ? undefined : parentRef - 1;
      items.push({
        contentRoot,
        parent,
        kind: reader.byte(),
        purposes: reader.byte(),
        expiresAt: reader.varint(MAX_TIME),
      });
    }
    return { datanet, items };
  },

  encode(writer, { datanet, items }) {
    if (items.length === 0) throw new RangeError(`"items" is empty`);
    writer.varint(datanet).varint(items.length, MAX_ITEMS);
    for (const item of items) {
      writer.fixed(item.contentRoot, 32).varint(item.parent === undefined ? 0 : item.parent + 1);
      writer.uint(item.kind, 1).uint(item.purposes, 1).varint(item.expiresAt, MAX_TIME);
    }
  },

  bound: ({ items }) => ({
    named: { accounts: 1, datanets: 1, contributions: items.filter((item) => item.parent !== undefined).length },
    appended: { contributions: items.length },
  }),

  message: ({ datanet, items }, identities) => {
    const { lineageBps, curatorBps } = identities.datanetTerms(datanet);
    return {
      datanet,
      metadataHash: identities.metadataHash(datanet),
      lineageBps,
      curatorBps,
      items: items.map((item) => ({
        contentRoot: item.contentRoot,
        parent: item.parent === undefined ? 0 : item.parent + 1,
        parentContentRoot: item.parent === undefined ? new Uint8Array(32) : identities.contentRoot(item.parent),
        kind: item.kind,
        purposes: item.purposes,
        expiresAt: item.expiresAt,
      })),
    };
  },

  apply({ state, account, timestamp }, { datanet, items }) {
    const { accounts, datanets, contributions, system } = state;
    if (!datanets.has(datanet)) return reject("UnknownDatanet");
    const policy = policyOf(datanets, datanet);
    if (policy.closed) return reject("DatanetClosed");
    for (const item of items) {
      const verdict = checkItem(state, datanet, policy.purposes, item, timestamp);
      if (verdict !== "Ok") return reject(verdict);
    }
    const bond = parameter(system, "contributionBond");
    if (!accounts.covers(account, BALANCE, bond * items.length)) return reject("InsufficientBalance");
    if (contributions.length + items.length > MAX_INDEX + 1) return reject("TableFull");
    accounts.subtract(account, BALANCE, bond * items.length);
    const status = policy.curated && datanetOwner(datanets, datanet) !== account ? PENDING : ACCEPTED;
    const first = contributions.length;
    for (const item of items) {
      const index = contributions.append();
      setContentRoot(contributions, index, item.contentRoot);
      contributions.setNumber(index, DATANET_REF, datanet + 1);
      contributions.setNumber(index, CONTRIBUTOR_REF, account + 1);
      if (item.parent !== undefined) contributions.setNumber(index, PARENT_REF, item.parent + 1);
      const { kind, purposes, expiresAt } = item;
      const { lineageBps, curatorBps } = policy;
      contributions.setNumber(index, TERMS, packTerms({ kind, status, purposes, lineageBps, curatorBps }));
      contributions.setNumber(index, EXPIRES_AT, expiresAt);
      contributions.setNumber(index, BOND, bond);
    }
    return ok({ table: "contributions", first, count: items.length });
  },
};

function checkItem(
  { contributions }: State,
  datanet: number,
  purposes: number,
  item: ContributionItem,
  timestamp: number,
): Verdict {
  if (item.kind >= CONTRIBUTION_KINDS.length) return "InvalidKind";
  if ((item.purposes & ~purposes) !== 0) return "PurposeNotAllowed";
  if (item.expiresAt !== 0 && item.expiresAt <= timestamp) return "AlreadyExpired";
  if (item.parent === undefined) return "Ok";
  // A parent is an earlier record of the same datanet, so lineage has no cycle.
  if (!contributions.has(item.parent)) return "UnknownParent";
  return contributions.number(item.parent, DATANET_REF) === datanet + 1 ? "Ok" : "WrongDatanet";
}
