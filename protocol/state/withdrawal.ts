/** Withdrawals: append-only, paid by the Vault against a finalized root. `{recipient: Bytes20, Vector[uint64, 4], zero, zero}`. */
import type { Table } from "../tree/table.ts";

const RECIPIENT = 0;
const AMOUNT = 4;
const ACCOUNT_REF = 5;
const TIMESTAMP = 6;

export interface Withdrawal {
  recipient: Uint8Array;
  amount: bigint;
  account: number;
  timestamp: number;
}

export function appendWithdrawal(withdrawals: Table, withdrawal: Withdrawal): number {
  const index = withdrawals.append();
  withdrawals.setChunk(index, RECIPIENT, withdrawal.recipient);
  withdrawals.setU64(index, AMOUNT, withdrawal.amount);
  withdrawals.setNumber(index, ACCOUNT_REF, withdrawal.account + 1);
  withdrawals.setNumber(index, TIMESTAMP, withdrawal.timestamp);
  return index;
}

export function readWithdrawal(withdrawals: Table, index: number): Withdrawal | undefined {
  if (!withdrawals.has(index)) return undefined;
  return {
    recipient: withdrawals.chunk(index, RECIPIENT).subarray(0, 20),
    amount: withdrawals.u64(index, AMOUNT),
    account: withdrawals.number(index, ACCOUNT_REF) - 1,
    timestamp: withdrawals.number(index, TIMESTAMP),
  };
}
