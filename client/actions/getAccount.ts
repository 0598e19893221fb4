import type { Hex } from "../../protocol/bytes.ts";
import { addressArgument, indexArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { type Account, toAccount } from "../views.ts";

/** One account by index, or all accounts of an owner. */
export type GetAccountParameters = { index: number } | { address: Hex };
/** Lowest index first; empty when there is none. */
export type GetAccountReturnType = Account[];

/**
 * Accounts by index or by owner: an address may own several.
 *
 * @example
 * const [account] = await client.getAccount({ address: "0x..." });
 */
export async function getAccount(context: Context, parameters: GetAccountParameters): Promise<GetAccountReturnType> {
  if ("index" in parameters) indexArgument("index", parameters.index);
  else addressArgument("address", parameters.address);
  const views = await context.transport.request("getAccount", parameters);
  return views.map(toAccount).sort((a, b) => a.index - b.index);
}
