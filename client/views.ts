/**
 * What the RPC returns, in native types: amounts are bigint, in Gwei. Everything else stays as in `protocol/api.ts`.
 */
import type {
  AccountView,
  AttributionView,
  ContributionView,
  DatanetView,
  FeeEstimate,
  ModelView,
  TransactionReceipt,
} from "../protocol/api.ts";
import type { Hex } from "../protocol/bytes.ts";

/** A view with the named amounts as bigint. */
type Native<View, Amounts extends keyof View> = Omit<View, Amounts> & { [Name in Amounts]: bigint };

export type Account = Native<AccountView, "balance" | "stake" | "unbonding">;
export type Datanet = Native<DatanetView, "bond" | "earned" | "lifetime">;
export type Contribution = Native<ContributionView, "bond" | "earned" | "inherited" | "lifetime">;
export type Model = Native<ModelView, "bond" | "earned" | "lifetime">;
export type Attribution = Omit<Native<AttributionView, "fee" | "pool">, "shares"> & {
  /** Each share with the part of the pool it was credited. */
  shares: Native<AttributionView["shares"][number], "amount">[];
};
export type Receipt = Native<TransactionReceipt, "fee">;
/** Of a transaction that this client sent. */
export type SentReceipt = Receipt & {
  /** The signed transaction as a block holds it: what `verifyConfirmation` looks for. */
  raw: Hex;
};
export type Fee = Native<FeeEstimate, "fee">;

function native<View extends object, Amounts extends keyof View>(view: View, amounts: readonly Amounts[]) {
  const converted = amounts.map((name) => [name, BigInt(view[name] as string)]);
  return { ...view, ...Object.fromEntries(converted) } as Native<View, Amounts>;
}

export const toAccount = (view: AccountView): Account => native(view, ["balance", "stake", "unbonding"]);
export const toDatanet = (view: DatanetView): Datanet => native(view, ["bond", "earned", "lifetime"]);
export const toContribution = (view: ContributionView): Contribution =>
  native(view, ["bond", "earned", "inherited", "lifetime"]);
export const toModel = (view: ModelView): Model => native(view, ["bond", "earned", "lifetime"]);
export const toAttribution = (view: AttributionView): Attribution => ({
  ...native(view, ["fee", "pool"]),
  shares: view.shares.map((share) => native(share, ["amount"])),
});
export const toReceipt = (view: TransactionReceipt): Receipt => native(view, ["fee"]);
export const toFee = (view: FeeEstimate): Fee => native(view, ["fee"]);
