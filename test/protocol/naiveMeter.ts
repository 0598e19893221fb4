/** The meter once more, from the formula alone. */
import * as params from "../../protocol/params.ts";
import { TABLES, type TableName } from "../../protocol/state/state.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";

/** The formula of rule 10 with the counts of each kind written out by hand. */
export function naiveMeter(
  state: Record<TableName, { length: number }>,
  ran: { transaction: Transaction; size: number }[],
) {
  const named: Record<string, number> = { accounts: 1 };
  const appended: Record<string, number> = {};
  let bytes = params.METER_BASE_BYTES;
  let gas = params.METER_BASE_GAS;
  const add = (to: Record<string, number>, table: TableName, count: number): void => {
    to[table] = (to[table] ?? 0) + count;
  };
  for (const { transaction, size } of ran) {
    bytes += size;
    gas += 20_000;
    add(named, "accounts", 1);
    const { name, body } = transaction;
    if (name === "Transfer") add(typeof body.to === "number" ? named : appended, "accounts", 1);
    if (name === "Withdraw") add(appended, "withdrawals", 1);
    if (name === "CreateDatanet") add(appended, "datanets", 1);
    if (name === "UpdateDatanet" || name === "Contribute" || name === "Accept" || name === "Reject")
      add(named, "datanets", 1);
    if (name === "Contribute") {
      add(appended, "contributions", body.items.length);
      for (const item of body.items) add(named, "contributions", item.parent === undefined ? 0 : 1);
    }
    if (name === "Accept" || name === "Reject") add(named, "contributions", body.contributions.length);
    if (name === "Revoke") add(named, "contributions", 1);
    if (name === "RegisterModel") {
      add(appended, "models", 1);
      add(named, "models", body.parent === undefined ? 0 : 1);
      add(named, "datanets", body.datanets.length);
    }
    if (name === "UpdateModel") add(named, "models", 1);
    if (name === "Attribute" || name === "AttributeCommitted") {
      add(named, "models", 1);
      add(appended, "attributions", body.records.length);
      for (const record of body.records) add(named, "contributions", record.shares.length);
      gas += 27 * 460 * body.records.length;
    }
    if (name === "Claim") {
      for (const { table } of body.items) {
        add(named, "accounts", 1);
        if (table !== "datanets") add(named, table, 2);
        if (table !== "models") add(named, "datanets", 1);
      }
    }
  }
  for (const table of TABLES) {
    const { length } = state[table];
    let depth = 0;
    while (2 ** depth < length + 1_024) depth++;
    // The fee account is named by the block, not by a transaction.
    gas += 3_000 * ((named[table] ?? 0) + (appended[table] ?? 0) - (table === "accounts" ? 1 : 0));
    const leaves = Math.min(named[table] ?? 0, length);
    const fresh = appended[table] ?? 0;
    if (leaves + fresh === 0) continue;
    let siblings = fresh > 0 ? depth : 0;
    for (let l = 1; l <= depth; l++) siblings += 2 * Math.min(leaves, 2 ** (l - 1)) - Math.min(leaves, 2 ** l);
    let nodes = 48 - depth + 1 + 3 * (leaves + fresh);
    for (let l = 0; l < depth; l++) nodes += Math.min(leaves + fresh, 2 ** l);
    bytes += 32 * siblings + 128 * leaves;
    gas += 920 * nodes;
  }
  return { bytes, gas };
}
