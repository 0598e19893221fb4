/** Random values that fit a state: mostly what exists and what works, now and then what does not. */
import { toHex } from "../../protocol/bytes.ts";
import { MAX_FEE, MAX_INDEX } from "../../protocol/params.ts";
import { BALANCE, ownerOf } from "../../protocol/state/account.ts";
import { DATANET_REF } from "../../protocol/state/contribution.ts";
import * as datanet from "../../protocol/state/datanet.ts";
import * as model from "../../protocol/state/model.ts";
import type { State, TableName } from "../../protocol/state/state.ts";
import { PEOPLE, type Person } from "../support/world.ts";
import type { Random } from "./random.ts";

/** Where and when transactions are made up. */
export interface Scene {
  readonly random: Random;
  readonly state: State;
  /** Block time, seconds. */
  readonly timestamp: number;
}

const FAR = [2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40, MAX_INDEX - 1] as const;

export function anyIndex({ random, state }: Scene, table: TableName): number {
  const { length } = state[table];
  const where = random.weighted({ within: 80, latest: 12, past: 6, far: 1 });
  if (where === "far") return random.pick(FAR);
  if (where === "past" || length === 0) return length + random.below(3);
  return where === "latest" ? Math.max(0, length - 1 - random.below(3)) : random.below(length);
}

/** Where a reference may be left out or must be followed as it stands; `of` names the field to read. */
const refOf = (state: State, table: "datanets" | "contributions" | "models", index: number, field: number): number =>
  state[table].has(index) ? state[table].number(index, field) - 1 : -1;

export const ownerOfDatanet = (state: State, index: number): number =>
  refOf(state, "datanets", index, datanet.OWNER_REF);
export const ownerOfModel = (state: State, index: number): number => refOf(state, "models", index, model.OWNER_REF);
export const datanetOf = (state: State, index: number): number => refOf(state, "contributions", index, DATANET_REF);

const BY_ADDRESS = new Map(PEOPLE.map((person) => [toHex(person.address), person]));

/** Who can sign for the account, when it is one of ours. */
export function personOf({ accounts }: State, account: number): Person | undefined {
  return accounts.has(account) ? BY_ADDRESS.get(toHex(ownerOf(accounts, account))) : undefined;
}

/** Mostly an account that somebody can sign for. */
export function anySender(scene: Scene): number {
  return scene.random.chance(0.04)
    ? anyIndex(scene, "accounts")
    : indexThat(scene, "accounts", (index) => personOf(scene.state, index) !== undefined);
}

/** Mostly the account that may, otherwise any. */
export function senderFor(scene: Scene, entitled: number): number {
  return entitled >= 0 && scene.random.chance(0.9) ? entitled : anySender(scene);
}

/** A table's index that passes `fits`, when a few tries find one; else any. */
export function indexThat(scene: Scene, table: TableName, fits: (index: number) => boolean): number {
  const { length } = scene.state[table];
  for (let tries = 0; tries < 12 && length > 0; tries++) {
    const index = scene.random.below(length);
    if (fits(index)) return index;
  }
  return anyIndex(scene, table);
}

export function anyAmount({ random, state }: Scene, account: number): bigint {
  const balance = state.accounts.has(account) ? state.accounts.u64(account, BALANCE) : 0n;
  switch (random.weighted({ part: 20, small: 6, none: 1, all: 1, more: 1, any: 1 })) {
    case "part":
      return (balance * BigInt(random.below(50))) / 1_000n;
    case "small":
      return BigInt(random.below(1_000_000));
    case "none":
      return 0n;
    case "all":
      return balance;
    case "more":
      return (balance + 1n) & (2n ** 64n - 1n);
    case "any":
      return random.u64();
  }
}

export function anyFee({ random }: Scene): number {
  switch (random.weighted({ usual: 12, none: 1, large: 2, edge: 1 })) {
    case "usual":
      return random.below(5_000_000);
    case "none":
      return 0;
    case "large":
      return random.below(MAX_FEE + 1);
    case "edge":
      return random.pick([1, 127, 128, 19, MAX_FEE]);
  }
}

export function anyBps({ random }: Scene): number {
  return random.chance(0.9) ? random.below(4_000) : random.pick([0, 1, 5_000, 9_999, 10_000, 10_001, 0xffff]);
}

export function anyPurposes({ random }: Scene): number {
  return random.chance(0.8) ? 3 : random.pick([0, 1, 2, 3, 4, 7, 255]);
}

export function anyExpiry({ random, timestamp }: Scene): number {
  const latest = 2 ** 40 - 1;
  if (random.chance(0.7)) return 0;
  const around = timestamp + random.pick([-1, 0, 1, 60, 3_600, 50_000]);
  return random.chance(0.9) ? Math.min(Math.max(around, 0), latest) : random.pick([1, latest]);
}

/** An address that owns something, or a new one, or none. */
export function anyAddress(scene: Scene): Uint8Array {
  const { random, state } = scene;
  if (random.chance(0.05)) return new Uint8Array(20);
  const index = anyIndex(scene, "accounts");
  return state.accounts.has(index) && random.chance(0.7) ? ownerOf(state.accounts, index) : random.bytes(20);
}

export function increasing(indices: Iterable<number>): number[] {
  return [...new Set(indices)].sort((a, b) => a - b);
}
