/** Withdraw: takes balance out; the Vault pays it to `recipient` on the host once the root is final. */
import { isZero } from "../bytes.ts";
import { MAX_INDEX } from "../params.ts";
import { BALANCE } from "../state/account.ts";
import { WITHDRAWN } from "../state/system.ts";
import { appendWithdrawal } from "../state/withdrawal.ts";
import { ok, reject, SENDER_FIELDS, type TransactionType } from "./transaction.ts";

export interface Withdraw {
  /** Address on the host, 20 bytes. */
  recipient: Uint8Array;
  /** Gwei. */
  amount: bigint;
}

export const withdraw: TransactionType<Withdraw> = {
  kind: 2,
  name: "Withdraw",
  structs: {
    Withdraw: [...SENDER_FIELDS, { name: "recipient", type: "address" }, { name: "amount", type: "uint64" }],
  },

  decode: (reader) => ({ recipient: reader.take(20).slice(), amount: reader.varint64() }),

  encode(writer, { recipient, amount }) {
    writer.fixed(recipient, 20).varint64(amount);
  },

  bound: () => ({ named: { accounts: 1 }, appended: { withdrawals: 1 } }),

  message: ({ recipient, amount }) => ({ recipient, amount }),

  apply({ state, account, timestamp }, { recipient, amount }) {
    const { accounts, withdrawals, system } = state;
    if (amount === 0n) return reject("ZeroAmount");
    if (isZero(recipient)) return reject("ZeroAddress");
    const balance = accounts.u64(account, BALANCE);
    if (balance < amount) return reject("InsufficientBalance");
    if (withdrawals.length > MAX_INDEX) return reject("TableFull");
    accounts.setU64(account, BALANCE, balance - amount);
    system.setU64(0, WITHDRAWN, system.u64(0, WITHDRAWN) + amount);
    const index = appendWithdrawal(withdrawals, { recipient, amount, account, timestamp });
    return ok({ table: "withdrawals", first: index, count: 1 });
  },
};
