import type { Transaction } from "../../protocol/transactions/registry.ts";

export const transfer = (account: number, to: number, amount = 1n): Transaction => ({
  name: "Transfer",
  account,
  body: { to, amount },
});
