import type { AccountView } from "../../../protocol/api.ts";
import { toHex } from "../../../protocol/bytes.ts";
import { readAccount } from "../../../protocol/state/account.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";

/** Anyone may open accounts for an address; an answer holds the first of them. */
export const MAX_ACCOUNTS = 1_000;

/** The account at an index, or those of an owner, lowest index first; empty when there is none. */
export function getAccount(node: NodeView, params: ParamsOf<"getAccount">): AccountView[] {
  const indices = "index" in params ? [params.index] : node.chain.accountsOf(params.address).slice(0, MAX_ACCOUNTS);
  return indices.flatMap((index) => accountView(node, index) ?? []);
}

function accountView(node: NodeView, index: number): AccountView | undefined {
  const account = readAccount(node.chain.state.accounts, index);
  if (account === undefined) return undefined;
  const { owner, nonce, balance, stake, unbonding, unbondsAt } = account;
  return {
    index,
    owner: toHex(owner),
    nonce,
    pendingNonce: node.pendingNonce(index),
    balance: String(balance),
    stake: String(stake),
    unbonding: String(unbonding),
    unbondsAt,
  };
}
