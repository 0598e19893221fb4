/** Transfer: moves balance to an account, or to an address, for which it opens and pays an account (rule 18). */
import { isZero } from "../bytes.ts";
import { MAX_INDEX } from "../params.ts";
import { appendAccount, BALANCE } from "../state/account.ts";
import { parameter, TREASURY } from "../state/system.ts";
import { ok, reject, SENDER_FIELDS, type TransactionType } from "./transaction.ts";

export interface Transfer {
  /** An account's index, or the owner of an account to open (20 bytes). */
  to: number | Uint8Array;
  /** Gwei. */
  amount: bigint;
}

export const transfer: TransactionType<Transfer> = {
  kind: 1,
  name: "Transfer",
  structs: {
    Transfer: [
      ...SENDER_FIELDS,
      { name: "to", type: "uint64" }, // account index + 1; 0 opens an account for the recipient
      { name: "recipient", type: "address" },
      { name: "amount", type: "uint64" },
    ],
  },

  decode(reader) {
    const reference = reader.varint();
    const to = reference === 0 ? reader.take(20).slice() : reference - 1;
    return { to, amount: reader.varint64() };
  },

  encode(writer, { to, amount }) {
    if (typeof to === "number") writer.varint(to + 1);
    else writer.varint(0).fixed(to, 20);
    writer.varint64(amount);
  },

  bound: ({ to }) =>
    typeof to === "number" ? { named: { accounts: 2 } } : { named: { accounts: 1 }, appended: { accounts: 1 } },

  message: ({ to, amount }, identities) =>
    typeof to === "number" ? { to: to + 1, recipient: identities.owner(to), amount } : { to: 0, recipient: to, amount },

  apply({ state, account }, { to, amount }) {
    const { accounts, system } = state;
    if (amount === 0n) return reject("ZeroAmount");
    const balance = accounts.u64(account, BALANCE);
    if (typeof to === "number") {
      if (!accounts.has(to)) return reject("UnknownRecipient");
      if (balance < amount) return reject("InsufficientBalance");
      accounts.setU64(account, BALANCE, balance - amount);
      accounts.setU64(to, BALANCE, accounts.u64(to, BALANCE) + amount);
      return ok();
    }
    if (isZero(to)) return reject("ZeroAddress");
    if (accounts.length > MAX_INDEX) return reject("TableFull");
    const accountFee = parameter(system, "accountFee");
    if (balance < amount + BigInt(accountFee)) return reject("InsufficientBalance");
    accounts.setU64(account, BALANCE, balance - amount - BigInt(accountFee));
    system.add(0, TREASURY, accountFee);
    const index = appendAccount(accounts, to);
    accounts.setU64(index, BALANCE, amount);
    return ok({ table: "accounts", first: index, count: 1 });
  },
};
