/**
 * What a state holds for an owner, as the Vault of a frozen rollup pays it: record by record, each against the state's root.
 * Spec: docs/spec/faults.md#freeze-and-escape.
 */
import { encodeFunctionData, type Hex } from "viem";
import { vaultAbi } from "../contracts/abi/vault.ts";
import { equalBytes, toHex } from "../protocol/bytes.ts";
import { decodeMessage, type EnqueuedMessage } from "../protocol/inbox.ts";
import { ownerOf, readAccount } from "../protocol/state/account.ts";
import { readContribution } from "../protocol/state/contribution.ts";
import { readDatanet } from "../protocol/state/datanet.ts";
import { readModel } from "../protocol/state/model.ts";
import { type State, SYSTEM_FIELD, TABLES, type TableName } from "../protocol/state/state.ts";
import { readSystem } from "../protocol/state/system.ts";
import { readWithdrawal } from "../protocol/state/withdrawal.ts";
import { fieldBranch } from "../protocol/tree/proof.ts";

export type EarningTable = "datanets" | "contributions" | "models";

/** One payment; amounts in Gwei. */
export type EscapePayment = { index: number; amount: bigint } & (
  | { kind: "account" }
  /** What a record earned, and its bond; `account` is its owner's. */
  | { kind: "earnings"; table: EarningTable; account: number }
  /** To whom the record says, whoever withdrew. */
  | { kind: "withdrawal" }
  /** Of a message that no finalized batch consumed. */
  | { kind: "deposit"; message: Uint8Array }
  /** To the Timelock. */
  | { kind: "treasury" }
);

export interface ListEscapesParameters {
  /** After the last finalized batch. */
  state: State;
  /** Inbox messages at and past its cursor. */
  messages: readonly EnqueuedMessage[];
  /** 20 bytes; undefined for everybody's, the treasury included. */
  owner: Uint8Array | undefined;
}

/** In order of the state; what holds nothing is left out. What was paid before is not known here. */
export function listEscapes({ state, messages, owner }: ListEscapesParameters): EscapePayment[] {
  const { accounts, datanets, contributions, models, withdrawals, system } = state;
  const isFor = (address: Uint8Array): boolean => owner === undefined || equalBytes(address, owner);
  const payments: EscapePayment[] = [];
  const add = (payment: EscapePayment): void => void (payment.amount > 0n && payments.push(payment));
  for (let index = 0; index < accounts.length; index++) {
    if (!isFor(ownerOf(accounts, index))) continue;
    const { balance, stake, unbonding } = readAccount(accounts, index)!;
    add({ kind: "account", index, amount: balance + stake + unbonding });
  }
  const earnings = (table: EarningTable, index: number, account: number, amount: bigint): void => {
    if (isFor(ownerOf(accounts, account))) add({ kind: "earnings", table, index, account, amount });
  };
  for (let index = 0; index < datanets.length; index++) {
    const { owner: account, bond, earned } = readDatanet(datanets, index)!;
    earnings("datanets", index, account, bond + earned);
  }
  for (let index = 0; index < contributions.length; index++) {
    const { contributor, bond, earned, inherited } = readContribution(contributions, index)!;
    earnings("contributions", index, contributor, bond + earned + inherited);
  }
  for (let index = 0; index < models.length; index++) {
    const { owner: account, bond, earned } = readModel(models, index)!;
    earnings("models", index, account, bond + earned);
  }
  for (let index = 0; index < withdrawals.length; index++) {
    const { recipient, amount } = readWithdrawal(withdrawals, index)!;
    if (isFor(recipient)) add({ kind: "withdrawal", index, amount });
  }
  for (const { index, bytes } of messages) {
    const message = decodeMessage(bytes);
    if (message?.type !== "Deposit" || !isFor(message.owner)) continue;
    add({ kind: "deposit", index, amount: message.amount, message: bytes });
  }
  if (owner === undefined) add({ kind: "treasury", index: 0, amount: readSystem(system).treasury });
  return payments;
}

/** Calldata of the Vault for one payment; `batchId` is the last finalized batch. */
export function encodeEscape(state: State, payment: EscapePayment, batchId: number): Hex {
  const abi = vaultAbi;
  const { index } = payment;
  switch (payment.kind) {
    case "account":
      return encodeFunctionData({
        abi,
        functionName: "escapeAccount",
        args: [index, recordOf(state, "accounts", index), siblingsOf(state, "accounts", index)],
      });
    case "earnings": {
      const { table, account } = payment;
      const record = [recordOf(state, table, index), siblingsOf(state, table, index)] as const;
      const owner = [recordOf(state, "accounts", account), siblingsOf(state, "accounts", account)] as const;
      const args = [BigInt(TABLES.indexOf(table)), index, ...record, account, ...owner] as const;
      return encodeFunctionData({ abi, functionName: "escapeEarnings", args });
    }
    case "withdrawal": {
      const { recipient, amount, account, timestamp } = readWithdrawal(state.withdrawals, index)!;
      const fields = [toHex(recipient), amount, account, BigInt(timestamp)] as const;
      const args = [BigInt(batchId), index, ...fields, siblingsOf(state, "withdrawals", index)] as const;
      return encodeFunctionData({ abi, functionName: "withdraw", args });
    }
    case "deposit":
      return encodeFunctionData({ abi, functionName: "refundDeposit", args: [BigInt(index), toHex(payment.message)] });
    case "treasury": {
      const siblings = fieldBranch(state.fieldRoots(), SYSTEM_FIELD).map(toHex);
      return encodeFunctionData({ abi, functionName: "escapeTreasury", args: [chunksOf(state.system, 0), siblings] });
    }
  }
}

/** The state's field under whose nullifiers the Vault keeps what it paid. */
export const fieldOf = (payment: EscapePayment): number =>
  payment.kind === "treasury" ? SYSTEM_FIELD : TABLES.indexOf(payment.kind === "earnings" ? payment.table : "accounts");

const recordOf = (state: State, table: TableName, index: number) => chunksOf(state[table], index);

const siblingsOf = (state: State, table: TableName, index: number): Hex[] =>
  state.prove(table, index).siblings.map(toHex);

function chunksOf(table: State[TableName], index: number): readonly [Hex, Hex, Hex, Hex] {
  return [
    toHex(table.chunk(index, 0)),
    toHex(table.chunk(index, 1)),
    toHex(table.chunk(index, 2)),
    toHex(table.chunk(index, 3)),
  ];
}
