/** Each kind of transaction by itself: once, and as often as a block holds, with records as far apart as they can be. */
import { encodeMessage } from "../../protocol/inbox.ts";
import { MAX_ITEMS } from "../../protocol/params.ts";
import type { Claimable } from "../../protocol/transactions/claim.ts";
import type { OutputRecord } from "../../protocol/transactions/outputRecord.ts";
import { encodeTransaction, type Transaction, type TransactionName } from "../../protocol/transactions/registry.ts";
import type { Verdict } from "../../protocol/verdict.ts";
import { root } from "../support/world.ts";
import type { Play, Step, Stretch } from "./block.ts";
import type { Places, Stage } from "./stage.ts";

/** A block worth measuring. */
export interface Ceiling {
  readonly name: string;
  readonly places: Places;
  /** What its transactions and items end with; `Ok` when left out. */
  readonly verdicts?: readonly Verdict[];
  /** Measured among as many blocks like it as fill a batch, not among as many as a batch may have. */
  readonly isTypical?: boolean;
  play(stage: Stage): Play;
}

/** More records than any block names. */
export const MANY = 512;
/** What adversaries send; few of its bytes are zero. */
const AMOUNT = 0x1234567n;
const FEE = 0x7fffffff;

export const output = (i: number): Uint8Array => root(`output ${i}`);

/** `count` contributions as the shares of a record, by increasing index. */
export function shares(stage: Stage, first: number, count: number): OutputRecord["shares"] {
  const indices = Array.from({ length: count }, (_, i) => stage.at("contributions", first + i));
  return [...new Set(indices)].sort((a, b) => a - b).map((contribution, i) => ({ contribution, weight: 0x7f - i }));
}

/** An Attribute with as many records of `width` shares as fit, no contribution named twice while there are others. */
export function attribute(stage: Stage, width: number, most = 256, from = 0): Stretch {
  return {
    most,
    make: (count) => ({
      name: "Attribute",
      account: stage.at("accounts", 0),
      body: {
        model: stage.at("models", 0),
        method: 1,
        evidenceRoot: root("evidence"),
        records: Array.from({ length: count }, (_, i) => ({
          output: output(i),
          fee: FEE,
          shares: shares(stage, from + i * width, width),
        })),
      },
    }),
  };
}

/** The same with a root for the outputs. */
export function committed({ most, make }: Stretch): Stretch {
  return {
    most,
    make(items) {
      const { account, body } = make(items) as Transaction & { name: "Attribute" };
      const records = body.records.map(({ fee, shares }) => ({ fee, shares }));
      return { name: "AttributeCommitted", account, body: { ...body, outputsRoot: root("outputs"), records } };
    },
  };
}

/** Half of the contributions name one of the others as parent, each of a datanet and a contributor of its own. */
export function families(stage: Stage): void {
  const children = Math.floor(stage.count("contributions") / 2);
  for (let i = 0; i < children; i++) {
    stage.setContribution(i, { datanet: i, contributor: i, parent: children + i });
    stage.setContribution(children + i, { datanet: i, contributor: i });
  }
}

/** No record twice: the second time nothing would be due. Of contributions and models only children. */
export function claim(stage: Stage, table: Claimable, from = 0): Stretch {
  const there = table === "datanets" ? stage.count(table) : Math.floor(stage.count(table) / 2);
  return {
    most: Math.min(MAX_ITEMS, there),
    make: (count) => ({
      name: "Claim",
      account: stage.at("accounts", MANY - 1),
      body: {
        items: Array.from({ length: count }, (_, i) => ({ table, index: stage.at(table, (from + i) % there) })),
      },
    }),
  };
}

export function contribute(stage: Stage, withParents: boolean, from = 0, most = MAX_ITEMS): Stretch {
  return {
    most,
    make: (count) => ({
      name: "Contribute",
      account: stage.at("accounts", 0),
      body: {
        datanet: stage.at("datanets", 0),
        items: Array.from({ length: count }, (_, i) => ({
          contentRoot: root(`work ${i}`),
          parent: withParents ? stage.at("contributions", from + i) : undefined,
          kind: 1,
          purposes: 3,
          expiresAt: 0,
        })),
      },
    }),
  };
}

function decide(stage: Stage, name: "Accept" | "Reject"): Stretch {
  for (let i = 0; i < MANY; i++) stage.setContribution(i, { status: 0 });
  return {
    most: 256,
    make(count) {
      const contributions = shares(stage, 0, count).map(({ contribution }) => contribution);
      const decision = { account: stage.at("accounts", 0), body: { datanet: stage.at("datanets", 0), contributions } };
      return name === "Accept" ? { name, ...decision } : { name, ...decision };
    },
  };
}

/** No account twice, while there are others. */
export const nthTransfer =
  (stage: Stage) =>
  (i: number): Transaction => ({
    name: "Transfer",
    account: stage.at("accounts", 2 * i),
    body: { to: stage.at("accounts", 2 * i + 1), amount: AMOUNT },
  });

/** What each kind needs, and its `i`-th transaction; or what makes the longest one. */
interface Kind {
  places: Places;
  steps(stage: Stage): Stretch | ((i: number) => Transaction);
  verdicts?: readonly Verdict[];
}

const policy = { purposes: 3, lineageBps: 1_234, curatorBps: 567 };
export const KINDS: Record<TransactionName, Kind> = {
  Transfer: { places: { accounts: MANY }, steps: (stage) => nthTransfer(stage) },
  Withdraw: {
    places: { accounts: MANY },
    steps: (stage) => (i) => ({
      name: "Withdraw",
      account: stage.at("accounts", i),
      body: { recipient: root(`recipient ${i}`).slice(0, 20), amount: AMOUNT },
    }),
  },
  CreateDatanet: {
    places: { accounts: MANY },
    steps: (stage) => (i) => ({
      name: "CreateDatanet",
      account: stage.at("accounts", i),
      body: { metadataHash: root(`new ${i}`), curated: true, ...policy },
    }),
  },
  UpdateDatanet: {
    places: { accounts: MANY, datanets: MANY },
    steps: (stage) => (i) => ({
      name: "UpdateDatanet",
      account: stage.at("accounts", i),
      body: {
        datanet: stage.at("datanets", i),
        metadataHash: root(`new ${i}`),
        curated: true,
        closed: false,
        ...policy,
      },
    }),
  },
  Contribute: { places: { contributions: MANY }, steps: (stage) => contribute(stage, true) },
  Accept: { places: { contributions: MANY }, steps: (stage) => decide(stage, "Accept") },
  Reject: { places: { contributions: MANY }, steps: (stage) => decide(stage, "Reject") },
  Revoke: {
    places: { accounts: MANY, contributions: MANY },
    verdicts: ["Ok", "AlreadyRevoked"], // in short tables
    steps(stage) {
      for (let i = 0; i < MANY; i++) stage.setContribution(i, { contributor: i });
      return (i) => ({
        name: "Revoke",
        account: stage.at("accounts", i),
        body: { contribution: stage.at("contributions", i) },
      });
    },
  },
  RegisterModel: {
    places: { accounts: MANY, datanets: MANY, models: MANY },
    steps: (stage) => (i) => ({
      name: "RegisterModel",
      account: stage.at("accounts", i),
      body: {
        artifactRoot: root(`artifact ${i}`),
        parent: stage.at("models", i),
        relation: 1,
        datanets: [...new Set([0, 1, 2, 3].map((k) => stage.at("datanets", 4 * i + k)))].sort((a, b) => a - b),
        ownerBps: 1_234,
        royaltyBps: 567,
        live: true,
        trainedAt: stage.length,
      },
    }),
  },
  UpdateModel: {
    places: { accounts: MANY, models: MANY },
    steps: (stage) => (i) => ({
      name: "UpdateModel",
      account: stage.at("accounts", i),
      body: { model: stage.at("models", i), ownerBps: 1_234, royaltyBps: 567, retired: false },
    }),
  },
  Attribute: { places: { contributions: MANY }, steps: (stage) => attribute(stage, 8) },
  Claim: {
    places: { accounts: MANY, datanets: MANY, contributions: MANY },
    steps(stage) {
      families(stage);
      return claim(stage, "contributions");
    },
  },
  AttributeCommitted: { places: { contributions: MANY }, steps: (stage) => committed(attribute(stage, 8)) },
};

/** By default more than any block holds. */
export function* manyOf(make: (i: number) => Step, count = 2_000): Generator<Step> {
  for (let i = 0; i < count; i++) yield make(i);
}

export const deposit = (i: number, hint?: number, owner: Uint8Array = root(`owner ${i}`).slice(0, 20)): Uint8Array =>
  encodeMessage({ type: "Deposit", owner, hint, amount: 0x1234567n });

export const forced = (sender: Uint8Array, transaction: Transaction): Uint8Array =>
  encodeMessage({ type: "Forced", sender, transaction: encodeTransaction(transaction) });

/** Each kind once, and each filling a block. */
export function kindCeilings(): Ceiling[] {
  return Object.entries(KINDS).flatMap(([name, { steps, ...kind }]): Ceiling[] => {
    const play = (stage: Stage, isFull: boolean): Play => {
      const make = steps(stage);
      if (typeof make === "function") return { steps: manyOf(make, isFull ? undefined : 1) };
      return { steps: [isFull ? make : make.make(1)] };
    };
    return [
      { ...kind, name: `${name}, once`, play: (stage) => play(stage, false) },
      { ...kind, name: `${name}, full block`, play: (stage) => play(stage, true) },
    ];
  });
}
