/** Blocks with messages: each alone, and as many as the host lets one block consume, with whatever content still fits. */
import { DEPOSIT_WEIGHT, FORCED_WEIGHT, INBOX_BLOCK_WEIGHT, MAX_FORCED_BYTES } from "../../protocol/params.ts";
import { encodeTransaction, type Transaction } from "../../protocol/transactions/registry.ts";
import { longTail, repeated } from "./adversaries.ts";
import type { Play, Stretch } from "./block.ts";
import { attribute, type Ceiling, claim, contribute, deposit, families, forced, MANY, nthTransfer } from "./kinds.ts";
import type { Stage } from "./stage.ts";

const MOST_DEPOSITS = Math.floor(INBOX_BLOCK_WEIGHT / DEPOSIT_WEIGHT);
const MOST_FORCED = Math.floor(INBOX_BLOCK_WEIGHT / FORCED_WEIGHT);

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** Each touches an account in vain and opens another. */
const wrongHints = (stage: Stage): Uint8Array[] => times(MOST_DEPOSITS, (i) => deposit(i, stage.at("accounts", i)));

/** The longest that a message may hold, and whose bound fits its weight. */
function heaviest(stage: Stage, { most, make }: Stretch): Uint8Array {
  for (let count = most; count > 0; count--) {
    const transaction: Transaction = make(count);
    const isShort = encodeTransaction(transaction).length <= MAX_FORCED_BYTES;
    if (isShort && stage.fitsForced(transaction)) return forced(stage.owner, transaction);
  }
  throw new Error("not even one item fits a message");
}

/** Two messages and the content all do the same, to other records each. */
function threefold(stage: Stage, make: (from: number) => Stretch): Play {
  return {
    messages: times(MOST_FORCED, (i) => heaviest(stage, make(i * 100))),
    steps: [make(MOST_FORCED * 100)],
    tail: (room) => longTail(stage, room),
  };
}

/** As many shares as the bytes of a message hold. */
function longForced(stage: Stage): Transaction {
  const { most, make } = repeated(stage, 16);
  const count = times(most, (i) => most - i).find((n) => encodeTransaction(make(n)).length <= MAX_FORCED_BYTES);
  return make(count!);
}

export function inboxCeilings(): Ceiling[] {
  const accounts = { accounts: MANY };
  return [
    { name: "deposit, once", places: {}, play: () => ({ messages: [deposit(0)] }) },
    {
      name: "forced transfer, once",
      places: accounts,
      play: (stage) => ({ messages: [forced(stage.owner, nthTransfer(stage)(0))] }),
    },
    {
      name: "18 deposits that open accounts",
      places: {},
      play: () => ({ messages: times(MOST_DEPOSITS, (i) => deposit(i)) }),
    },
    {
      name: "18 deposits to accounts",
      places: accounts,
      play: (stage) => ({ messages: times(MOST_DEPOSITS, (i) => deposit(i, stage.at("accounts", i), stage.owner)) }),
    },
    { name: "18 deposits with wrong hints", places: accounts, play: (stage) => ({ messages: wrongHints(stage) }) },
    {
      name: "18 deposits with wrong hints, full content",
      places: { accounts: MANY, contributions: MANY },
      play: (stage) => ({
        messages: wrongHints(stage),
        steps: [attribute(stage, 8)],
        tail: (room) => longTail(stage, room),
      }),
    },
    {
      name: "2 forced Attributes of 8-share records, full content",
      places: { contributions: MANY },
      play: (stage) => threefold(stage, (from) => attribute(stage, 8, 256, from)),
    },
    {
      name: "2 forced Claims of contributions, full content",
      places: { accounts: MANY, datanets: MANY, contributions: MANY },
      verdicts: ["Ok", "BelowMinimumClaim"],
      play(stage) {
        families(stage);
        return threefold(stage, (from) => claim(stage, "contributions", from));
      },
    },
    {
      name: "2 forced Contributes with parents, full content",
      places: { contributions: MANY },
      play: (stage) => threefold(stage, (from) => contribute(stage, true, from)),
    },
    {
      name: "2 forced Attributes of 1,024 bytes",
      places: { contributions: MANY },
      verdicts: ["Ok", "OverWeight"], // the first in short tables alone
      play: (stage) => ({ messages: times(MOST_FORCED, () => forced(stage.owner, longForced(stage))) }),
    },
  ];
}
