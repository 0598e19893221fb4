/** Blocks and forced transactions exactly at the limits of the meter, and the least bit past them. */
import { Meter, type MeterReading } from "../../protocol/meter.ts";
import { FORCED_WEIGHT, GAS_PER_LEAF, GAS_PER_WEIGHT, METER_BYTES, METER_GAS } from "../../protocol/params.ts";
import { ACCEPTED, packTerms } from "../../protocol/state/contribution.ts";
import type { State } from "../../protocol/state/state.ts";
import { boundOf, encodeSigned, type Transaction } from "../../protocol/transactions/registry.ts";
import { claimItem } from "../protocol/scenarios.ts";
import { seasonedWorld } from "../support/world.ts";

const SIGNATURE = new Uint8Array(64);
const MAX_ITEMS = 256;

/** The seasoned state with more contributions: each number of them gives the meter another sum, and with many bytes bind. */
function longState(count: number): State {
  const { state } = seasonedWorld();
  const { contributions } = state;
  const terms = packTerms({ kind: 0, status: ACCEPTED, purposes: 3, lineageBps: 100, curatorBps: 100 });
  while (contributions.length < count) {
    const index = contributions.append();
    for (const field of [4, 5]) contributions.setNumber(index, field, 1);
    contributions.setNumber(index, 7, terms);
  }
  return state;
}

/** What a Claim holds, by how much its items cost: a contribution is four mentions, a model three, a datanet two. */
interface Items {
  contributions: number;
  models: number;
  /** Bytes of each item of a datanet, 2 to 7. */
  datanets: readonly number[];
}

/** Claims of at most 256 items, each from an account of its own. */
function claimsOf({ contributions, models, datanets }: Items): Transaction[] {
  const all = [
    ...Array.from({ length: contributions }, (_, i) => claimItem("contributions", i % 8)),
    ...Array.from({ length: models }, () => claimItem("models", 0)),
    ...datanets.map((bytes) => claimItem("datanets", bytes === 2 ? 0 : 2 ** (7 * (bytes - 2)))),
  ];
  const claims: Transaction[] = [];
  for (let from = 0; from < all.length; from += MAX_ITEMS) {
    claims.push({ name: "Claim", account: claims.length, body: { items: all.slice(from, from + MAX_ITEMS) } });
  }
  return claims;
}

const small = (count: number): number[] => new Array<number>(count).fill(2);

/** Few items with `bytes` together, at least 2. */
function itemsOf(bytes: number): number[] {
  const sizes = new Array<number>(Math.floor(bytes / 7)).fill(7);
  const rest = bytes % 7;
  if (rest === 1) return [...sizes.slice(1), 6, 2];
  return rest === 0 ? sizes : [...sizes, rest];
}

/** What the transactions add to an empty block. */
function addedBy(state: State, transactions: readonly Transaction[]): MeterReading {
  const meter = new Meter(state, 0);
  const base = meter.reading();
  for (const transaction of transactions) {
    const { length } = encodeSigned({ ...transaction, signature: SIGNATURE });
    if (!meter.add(boundOf(transaction), length)) return { bytes: Infinity, gas: Infinity };
  }
  const { bytes, gas } = meter.reading();
  return { bytes: bytes - base.bytes, gas: gas - base.gas };
}

interface AtLimit {
  readonly state: State;
  readonly exact: Transaction[];
  readonly past: Transaction[];
}

/** Claims that add exactly `gas`, and others with one mention more. Tries states until one has a sum that divides. */
function atGas(gas: number, claims: number): AtLimit {
  for (let count = 8; count < 200; count++) {
    const state = longState(count);
    const datanetItems = MAX_ITEMS * claims - count - 8;
    const items = (contributions: number, models: number, datanets: number): Transaction[] =>
      claimsOf({ contributions, models, datanets: small(datanets) });
    const left = (gas - addedBy(state, items(count, 8, datanetItems)).gas) / GAS_PER_LEAF;
    // An item of a datanet becomes one of a contribution: two mentions more. Of a model: one.
    if (!Number.isInteger(left) || left < 0 || left / 2 > datanetItems - 2) continue;
    const withMore = (mentions: number): Transaction[] => {
      const [more, odd] = [Math.floor(mentions / 2), mentions % 2];
      return items(count + more, 8 + odd, datanetItems - more - odd);
    };
    return { state, exact: withMore(left), past: withMore(left + 1) };
  }
  throw new Error(`no ${claims} claims add ${gas} gas`);
}

/** Claims that add exactly `bytes`, and others with one byte more. */
function atBytes(bytes: number): AtLimit {
  const state = longState(3_000);
  const withItems = (contributions: number, more: number): Transaction[] =>
    claimsOf({ contributions, models: 0, datanets: itemsOf(more) });
  const adds = (contributions: number, more: number): number => addedBy(state, withItems(contributions, more)).bytes;
  let contributions = 1;
  while (adds(contributions + 1, 2) <= bytes) contributions++;
  // A claim more, or the wider count of one, may jump over the limit; then it is fewer contributions and more of the rest.
  for (; contributions > 0; contributions--) {
    let more = 2;
    while (adds(contributions, more) < bytes) more++;
    if (adds(contributions, more) !== bytes) continue;
    return { state, exact: withItems(contributions, more), past: withItems(contributions, more + 1) };
  }
  throw new Error(`no claims add ${bytes} bytes`);
}

export interface Limit {
  readonly name: string;
  readonly state: State;
  readonly transactions: readonly Transaction[];
  /** Through the inbox, or signed, with a transfer behind them. */
  readonly isForced: boolean;
}

export function limits(): Limit[] {
  const base = new Meter(seasonedWorld().state, 0).reading();
  const found: [string, AtLimit, boolean][] = [
    ["gas of a block", atGas(METER_GAS - base.gas, 3), false],
    ["bytes of a block", atBytes(METER_BYTES - base.bytes), false],
    ["gas of a forced transaction", atGas(FORCED_WEIGHT * GAS_PER_WEIGHT, 1), true],
    ["bytes of a forced transaction", atBytes(FORCED_WEIGHT), true],
  ];
  return found.flatMap(([name, { state, exact, past }, isForced]) => [
    { name: `exactly the ${name}`, state, transactions: exact, isForced },
    { name: `past the ${name}`, state, transactions: past, isForced },
  ]);
}
