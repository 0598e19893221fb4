/** The state before a block: six tables of one length, with records at places that share as little of their paths as can be. */
import { Meter } from "../../protocol/meter.ts";
import { FORCED_WEIGHT, GAS_PER_WEIGHT } from "../../protocol/params.ts";
import { packTerms } from "../../protocol/state/contribution.ts";
import { packPolicy } from "../../protocol/state/datanet.ts";
import { packModelTerms } from "../../protocol/state/model.ts";
import { State, TABLES, type TableName } from "../../protocol/state/state.ts";
import { boundOf, encodeTransaction, SIGNATURE_BYTES, type Transaction } from "../../protocol/transactions/registry.ts";
import { root } from "../support/world.ts";
import { SpreadTable } from "./spreadTable.ts";

/** Header bytes hold fee accounts below 2^40; a place of its own where the table is long enough. */
const FEE_ACCOUNT = 3;
/** Amounts and times with few zero bytes: what a witness costs as calldata depends on them. */
const MONEY = 0x0123456789abcden;
const NONCE = 0x123456789;
const LATER = 2 ** 39 - 1;

/** How many records a case needs in each table; one when it does not say. */
export type Places = Partial<Record<Exclude<TableName, "attributions" | "withdrawals">, number>>;

export class Stage {
  readonly state = new State();
  readonly feeAccount: number;
  readonly length: number;
  /** Of all accounts. */
  readonly owner: Uint8Array;
  readonly #places: Record<string, readonly number[]> = {};

  /** Every account belongs to `owner`, and is the owner, contributor and payer of the records with its number. */
  constructor(length: number, places: Places, owner: Uint8Array) {
    this.length = length;
    this.owner = owner;
    this.feeAccount = Math.min(FEE_ACCOUNT, length - 1);
    for (const name of TABLES) {
      const kind = name === "attributions" ? "log" : "records";
      const isEmpty = name === "attributions" || name === "withdrawals";
      const spots = isEmpty ? [] : spread(places[name] ?? 1, length);
      this.#places[name] = spots;
      const there = name === "accounts" ? new Set([...spots, this.feeAccount]) : spots;
      Object.assign(this.state, { [name]: new SpreadTable(name, kind, length, [...there]) });
    }
    const { accounts } = this.state;
    for (const index of new Set([...this.#places.accounts!, this.feeAccount])) {
      accounts.setChunk(index, 0, owner);
      accounts.setNumber(index, 4, NONCE);
      for (const field of [5, 6, 7]) accounts.setU64(index, field, MONEY);
    }
    this.#places.datanets!.forEach((_, i) => {
      this.setDatanet(i);
    });
    this.#places.contributions!.forEach((_, i) => {
      this.setContribution(i);
    });
    this.#places.models!.forEach((_, i) => {
      this.setModel(i);
    });
  }

  /** Index of the `i`-th record that is there; they begin again when all were named. */
  at(table: keyof Places, i: number): number {
    const places = this.#places[table]!;
    return places[i % places.length]!;
  }

  /** How many are there. */
  count(table: keyof Places): number {
    return this.#places[table]!.length;
  }

  /** Whether a forced transaction's bound fits the weight of its message. */
  fitsForced(transaction: Transaction): boolean {
    const meter = new Meter(this.state, 0);
    const base = meter.reading();
    const { bytes, gas } = meter.readingWith(
      boundOf(transaction),
      encodeTransaction(transaction).length + SIGNATURE_BYTES,
    );
    return bytes - base.bytes <= FORCED_WEIGHT && gas - base.gas <= FORCED_WEIGHT * GAS_PER_WEIGHT;
  }

  setDatanet(i: number, { owner = i, curated = false } = {}): void {
    const { datanets } = this.state;
    const index = this.at("datanets", i);
    datanets.setChunk(index, 0, root(`datanet ${i}`));
    datanets.setNumber(index, 4, this.at("accounts", owner) + 1);
    const policy = { curated, closed: false, purposes: 3, lineageBps: 1_000, curatorBps: 500 };
    datanets.setNumber(index, 5, packPolicy(policy));
    for (const field of [6, 7, 8]) datanets.setU64(index, field, MONEY);
  }

  setContribution(i: number, options: ContributionOptions = {}): void {
    const { datanet = 0, contributor = 0, parent, status = 1, revoked = false } = options;
    const { contributions } = this.state;
    const index = this.at("contributions", i);
    contributions.setChunk(index, 0, root(`contribution ${i}`));
    contributions.setNumber(index, 4, this.at("datanets", datanet) + 1);
    contributions.setNumber(index, 5, this.at("accounts", contributor) + 1);
    contributions.setNumber(index, 6, parent === undefined ? 0 : this.at("contributions", parent) + 1);
    const terms = { kind: 1, status, purposes: 3, lineageBps: 1_000, curatorBps: 500 };
    contributions.setNumber(index, 7, packTerms(terms));
    contributions.setNumber(index, 8, LATER);
    for (const field of [9, 10, 11, 13]) contributions.setU64(index, field, MONEY);
    if (revoked) contributions.setNumber(index, 12, LATER);
  }

  setModel(i: number, options: ModelOptions = {}): void {
    const { owner = i, parent, datanets = [0] } = options;
    const { models } = this.state;
    const index = this.at("models", i);
    models.setChunk(index, 0, root(`model ${i}`));
    models.setNumber(index, 4, this.at("accounts", owner) + 1);
    models.setNumber(index, 5, parent === undefined ? 0 : this.at("models", parent) + 1);
    const shares = { ownerBps: 2_000, royaltyBps: 1_500, parentBps: 1_500 };
    models.setNumber(
      index,
      6,
      packModelTerms({ ...shares, relation: parent === undefined ? 0 : 1, live: true, retired: false }),
    );
    models.setNumber(index, 7, NONCE);
    datanets.forEach((datanet, at) => {
      models.setNumber(index, 8 + at, this.at("datanets", datanet) + 1);
    });
    for (const field of [12, 13, 14]) models.setU64(index, field, MONEY);
  }
}

interface ContributionOptions {
  datanet?: number;
  contributor?: number;
  parent?: number;
  status?: number;
  /** With effect in the far future. */
  revoked?: boolean;
}

interface ModelOptions {
  owner?: number;
  parent?: number;
  datanets?: readonly number[];
}

/** `count` indices below `length`; the first few of them, however many, are spread over the whole (van der Corput). */
export function spread(count: number, length: number): number[] {
  if (count >= length) return Array.from({ length }, (_, i) => i);
  const indices = new Set<number>();
  for (let i = 0; indices.size < count; i++) {
    let fraction = 0;
    for (let rest = i, half = 0.5; rest > 0; rest = Math.floor(rest / 2), half /= 2) fraction += (rest % 2) * half;
    indices.add(Math.floor(fraction * length));
  }
  return [...indices];
}
