/** Transactions that succeed in the seasoned world, each with what to change in it, and the scenarios made of them. */

import type { ClaimItem } from "../../protocol/transactions/claim.ts";
import type { OutputRecord } from "../../protocol/transactions/outputRecord.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";
import type { Verdict } from "../../protocol/verdict.ts";
import { alice, OPEN_POLICY, root, type World, work } from "../support/world.ts";

/** Plays on a seasoned world; its last result's verdict. */
export type Scenario = (world: World) => Verdict | undefined;
type Body<Name extends Transaction["name"]> = Extract<Transaction, { name: Name }>["body"];

export const RICH = 10n ** 12n;
export const ZERO = new Uint8Array(20);
const H = root("hash");

export const transfer = (change: Partial<Body<"Transfer">> = {}, account = 0): Transaction => ({
  name: "Transfer",
  account,
  body: { to: 1, amount: 1n, ...change },
});
export const withdraw = (change: Partial<Body<"Withdraw">> = {}): Transaction => ({
  name: "Withdraw",
  account: 0,
  body: { recipient: alice.address, amount: 1n, ...change },
});
export const create = (change: Partial<Body<"CreateDatanet">> = {}, account = 0): Transaction => ({
  name: "CreateDatanet",
  account,
  body: { metadataHash: H, ...OPEN_POLICY, ...change },
});
export const update = (change: Partial<Body<"UpdateDatanet">> = {}, account = 0): Transaction => ({
  name: "UpdateDatanet",
  account,
  body: { datanet: 0, metadataHash: H, closed: false, ...OPEN_POLICY, ...change },
});
export const contribute = (change: Partial<ReturnType<typeof work>> = {}, datanet = 0, account = 0): Transaction => ({
  name: "Contribute",
  account,
  body: { datanet, items: [{ ...work("new"), ...change }] },
});
export const decide = (name: "Accept" | "Reject", contributions: number[], datanet = 1, account = 1): Transaction => ({
  name,
  account,
  body: { datanet, contributions },
});
export const revoke = (contribution: number, account = 0): Transaction => ({
  name: "Revoke",
  account,
  body: { contribution },
});
export const register = (change: Partial<Body<"RegisterModel">> = {}, account = 0): Transaction => {
  const base = { artifactRoot: H, relation: 0, datanets: [0], ownerBps: 0, royaltyBps: 0, live: false, trainedAt: 0 };
  return { name: "RegisterModel", account, body: { ...base, ...change } };
};
export const updateModel = (change: Partial<Body<"UpdateModel">> = {}, account = 2): Transaction => ({
  name: "UpdateModel",
  account,
  body: { model: 0, ownerBps: 0, royaltyBps: 0, retired: false, ...change },
});
export const attribute = (
  contributions: number[],
  change: { model?: number; fee?: number; account?: number } = {},
): Transaction => {
  const { model = 0, fee = 1_000, account = 0 } = change;
  const records = [{ output: H, fee, shares: contributions.map((contribution) => ({ contribution, weight: 1 })) }];
  return { name: "Attribute", account, body: { model, method: 0, evidenceRoot: H, records } };
};
export const claim = (table: "contributions" | "datanets" | "models", index: number): Transaction => ({
  name: "Claim",
  account: 0,
  body: { items: [{ table, index }] },
});

export const run =
  (transaction: Transaction): Scenario =>
  (world) =>
    world.run(transaction).verdict;
export const item =
  (transaction: Transaction): Scenario =>
  (world) =>
    world.run(transaction).items?.[0];
export const after =
  (before: Transaction, scenario: Scenario, seconds = 0): Scenario =>
  (world) => {
    world.ok(before);
    world.timestamp += seconds;
    return scenario(world);
  };
export const message =
  (bytes: Uint8Array): Scenario =>
  (world) =>
    world.messages([bytes])[0]!.verdict;

/** Account 0 with `left` Gwei. */
export const poor =
  (left: bigint, scenario: Scenario): Scenario =>
  (world) => {
    world.state.accounts.setU64(0, 5, left);
    return scenario(world);
  };

export const balance = (world: World, account: number): bigint => world.state.accounts.u64(account, 5);
export const earned = (world: World, contribution: number): bigint => world.state.contributions.u64(contribution, 10);
export const record = (shares: [number, number][], fee = 1_000_000): OutputRecord => ({
  output: root(`output ${shares}`),
  fee,
  shares: shares.map(([contribution, weight]) => ({ contribution, weight })),
});
export const attributeAll = (records: OutputRecord[], model = 0, account = 3): Transaction => ({
  name: "Attribute",
  account,
  body: { model, method: 1, evidenceRoot: root("evidence"), records },
});
/** The same as an AttributeCommitted. */
export function commit(transaction: Transaction, outputsRoot = root("outputs")): Transaction {
  if (transaction.name !== "Attribute") throw new Error("only an Attribute names outputs");
  const { account, body } = transaction;
  const records = body.records.map(({ fee, shares }) => ({ fee, shares }));
  return { name: "AttributeCommitted", account, body: { ...body, outputsRoot, records } };
}
export const claimAll = (...items: ClaimItem[]): Transaction => ({ name: "Claim", account: 4, body: { items } });
export const claimItem = (table: ClaimItem["table"], index: number): ClaimItem => ({ table, index });
