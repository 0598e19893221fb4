/** Contents that an adversary would choose: the most bytes, the most gas, the most of what the meter hardly counts. */
import { concat } from "../../protocol/bytes.ts";
import { MAX_RECORDS } from "../../protocol/params.ts";
import type { Share } from "../../protocol/state/attribution.ts";
import { encodeTransaction, SIGNATURE_BYTES, type Transaction } from "../../protocol/transactions/registry.ts";
import { root } from "../support/world.ts";
import type { Step, Stretch } from "./block.ts";
import {
  attribute,
  type Ceiling,
  claim,
  committed,
  contribute,
  families,
  KINDS,
  MANY,
  manyOf,
  nthTransfer,
  output,
  shares,
} from "./kinds.ts";
import type { Stage } from "./stage.ts";

/** A signature of a form that is taken, of nobody. */
const NOISE = concat(
  root("r"),
  root("s").map((byte, i) => (i === 0 ? byte & 0x3f : byte)),
);
const unsigned = <T extends Transaction>(transaction: T) => ({ ...transaction, signature: NOISE });

/** Bytes that end the content at once: no transaction is of kind 255. */
const junk = (room: number): Uint8Array => new Uint8Array(room).fill(0xff);

function attributeOf(stage: Stage, count: number, fee: number, same: Share[]): Transaction {
  const records = Array.from({ length: count }, (_, i) => ({ output: output(i), fee, shares: same }));
  const body = { model: stage.at("models", 0), method: 1, evidenceRoot: root("evidence"), records };
  return { name: "Attribute", account: stage.at("accounts", 0), body };
}

/** Attributions of the same few contributions over and over: work that leaves do not count. */
export function repeated(stage: Stage, width: number, fee = 0x7fffffff): Stretch {
  const same = shares(stage, 0, width);
  return { most: MAX_RECORDS, make: (count) => attributeOf(stage, count, fee, same) };
}

/** The longest Attribute but one byte of its signature: decoded in vain. */
export const longTail = (stage: Stage, room: number): Uint8Array => undecided(repeated(stage, 16, 1), room);

/** The same of committed records. They hold more in their bytes, and as many as there may be cost the most. */
function longCommittedTail(stage: Stage, room: number): Uint8Array {
  const width = Math.min(16, Math.floor((room / MAX_RECORDS - 1) / 2));
  return undecided(committed(repeated(stage, width, 1)), room);
}

function undecided({ make }: Stretch, room: number): Uint8Array {
  for (let count = MAX_RECORDS; count > 0; count--) {
    const packed = encodeTransaction(make(count));
    const rest = SIGNATURE_BYTES - 1;
    if (packed.length + rest <= room) return concat(packed, junk(rest));
  }
  return junk(room);
}

/** Everything about these contributions takes the longest way. */
function costliest(stage: Stage): void {
  for (let i = 0; i < stage.count("contributions"); i++) stage.setContribution(i, { revoked: true, datanet: 3 });
  stage.setModel(0, { datanets: [0, 1, 2, 3] });
}

/** As much of everything that names leaves as fits, each of its own. */
function* allKinds(stage: Stage): Generator<Step> {
  const names = ["Transfer", "Withdraw", "UpdateDatanet", "UpdateModel", "RegisterModel", "CreateDatanet"] as const;
  const singles = names.map((name) => KINDS[name].steps(stage) as (i: number) => Transaction);
  yield contribute(stage, true, 0, 10);
  yield attribute(stage, 8, 2);
  yield { ...claim(stage, "datanets", 300), most: 10 };
  for (let i = 0; i < MANY; i++) for (const make of singles) yield make(i);
}

/** The same one over and over: nothing is due after the first. */
function claimsOfOne(stage: Stage): Stretch {
  const item = { table: "contributions", index: stage.at("contributions", 0) } as const;
  const account = stage.at("accounts", 0);
  return {
    most: 256,
    make: (count) => ({ name: "Claim", account, body: { items: Array.from({ length: count }, () => item) } }),
  };
}

const opening = (i: number, account: number): Transaction => ({
  name: "Transfer",
  account,
  body: { to: root(`new ${i}`).slice(0, 20), amount: 0x1234567n },
});

const toItself = (stage: Stage): Transaction => {
  const account = stage.at("accounts", 0);
  return { name: "Transfer", account, body: { to: account, amount: 1n } };
};

export function adversaries(): Ceiling[] {
  const accounts = { accounts: MANY };
  const contributions = { contributions: MANY };
  return [
    ...attributions(),
    {
      name: "transfers, nobody's signature",
      places: accounts,
      verdicts: ["BadSignature"],
      play: (stage) => ({ steps: manyOf((i) => unsigned(nthTransfer(stage)(i))) }),
    },
    {
      name: "transfers of one account to itself, nobody's signature",
      places: {},
      verdicts: ["BadSignature"],
      play: (stage) => ({ steps: manyOf(() => unsigned(toItself(stage))) }),
    },
    {
      name: "transfers of one account to itself",
      places: {},
      play: (stage) => ({ steps: manyOf(() => toItself(stage)) }),
    },
    {
      name: "transfers that open accounts",
      places: accounts,
      play: (stage) => ({ steps: manyOf((i) => opening(i, stage.at("accounts", i))) }),
    },
    {
      name: "transfers of one account that open accounts",
      places: {},
      play: (stage) => ({ steps: manyOf((i) => opening(i, stage.at("accounts", 0))) }),
    },
    { name: "contributions without parents", places: {}, play: (stage) => ({ steps: [contribute(stage, false)] }) },
    {
      name: "claims of one contribution",
      places: contributions,
      verdicts: ["Ok", "BelowMinimumClaim"],
      play: (stage) => ({ steps: [claimsOfOne(stage)] }),
    },
    {
      name: "claims of models",
      places: { accounts: MANY, models: MANY },
      play(stage) {
        const children = Math.floor(stage.count("models") / 2);
        for (let i = 0; i < children; i++) stage.setModel(i, { parent: children + i });
        return { steps: [claim(stage, "models")] };
      },
    },
    {
      name: "claims of datanets, then junk",
      places: { accounts: MANY, datanets: MANY },
      play: (stage) => ({ steps: [claim(stage, "datanets")], tail: junk }),
    },
    {
      name: "claims of contributions, then junk",
      places: { accounts: MANY, datanets: MANY, contributions: MANY },
      play(stage) {
        families(stage);
        return { steps: [claim(stage, "contributions")], tail: junk };
      },
    },
    {
      name: "all kinds at once",
      places: { accounts: MANY, datanets: MANY, contributions: MANY, models: MANY },
      play: (stage) => ({ steps: allKinds(stage) }),
    },
  ];
}

function attributions(): Ceiling[] {
  const places = { contributions: MANY, datanets: 4 };
  return [
    { name: "records of 16 shares", places, play: (stage) => ({ steps: [attribute(stage, 16)] }) },
    {
      name: "costliest records of 16 shares, then the longest tail",
      places,
      play(stage) {
        costliest(stage);
        return { steps: [attribute(stage, 16)], tail: (room) => longTail(stage, room) };
      },
    },
    {
      name: "records of the same 16 shares",
      places: { contributions: 16 },
      play: (stage) => ({ steps: [repeated(stage, 16)] }),
    },
    {
      name: "records of the same share",
      places: { contributions: 1 },
      play: (stage) => ({ steps: [repeated(stage, 1)] }),
    },
    { name: "records without shares", places: {}, play: (stage) => ({ steps: [repeated(stage, 0)] }) },
    {
      name: "committed records without shares",
      places: {},
      play: (stage) => ({ steps: [committed(repeated(stage, 0)), committed(repeated(stage, 0))] }),
    },
    {
      name: "costliest committed records of 16 shares, then the longest tail",
      places,
      play(stage) {
        costliest(stage);
        return { steps: [committed(attribute(stage, 16))], tail: (room) => longCommittedTail(stage, room) };
      },
    },
    {
      name: "records of the same 16 shares, nobody's signature",
      places: { contributions: 16 },
      verdicts: ["BadSignature"],
      play(stage) {
        const { most, make } = repeated(stage, 16);
        return { steps: [{ most, make: (count) => unsigned(make(count)) }] };
      },
    },
  ];
}
