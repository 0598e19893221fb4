/** Accounts: `Container{owner: Bytes20, Vector[uint64, 4], Vector[uint64, 4], Bytes32}`. Amounts in Gwei. */
import type { Table } from "../tree/table.ts";

const OWNER = 0;
export const NONCE = 4;
export const BALANCE = 5;
export const STAKE = 6;
export const UNBONDING = 7;
export const UNBONDS_AT = 8;

export interface Account {
  owner: Uint8Array;
  nonce: number;
  balance: bigint;
  stake: bigint;
  unbonding: bigint;
  unbondsAt: number;
}

/** The 20 bytes that may sign for the account. */
export function ownerOf(accounts: Table, index: number): Uint8Array {
  return accounts.chunk(index, OWNER).subarray(0, 20);
}

/** Whether the account is this owner's, 20 bytes. */
export function isOwner(accounts: Table, index: number, address: Uint8Array): boolean {
  return accounts.beginsWith(index, OWNER, address);
}

/** Opens an account with nothing in it; the caller has checked that the owner is not zero and the table not full. */
export function appendAccount(accounts: Table, owner: Uint8Array): number {
  const index = accounts.append();
  accounts.setChunk(index, OWNER, owner);
  return index;
}

/** The whole record, or undefined when there is none at `index`. */
export function readAccount(accounts: Table, index: number): Account | undefined {
  if (!accounts.has(index)) return undefined;
  return {
    owner: ownerOf(accounts, index),
    nonce: accounts.number(index, NONCE),
    balance: accounts.u64(index, BALANCE),
    stake: accounts.u64(index, STAKE),
    unbonding: accounts.u64(index, UNBONDING),
    unbondsAt: accounts.number(index, UNBONDS_AT),
  };
}
