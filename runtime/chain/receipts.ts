/** Receipts as the RPC gives them. */
import type { TransactionReceipt } from "../../protocol/api.ts";
import type { TransactionResult } from "../../protocol/block.ts";
import { toHex } from "../../protocol/bytes.ts";

/** A receipt at level `sequenced`; `confirmation` and `batch` follow when its block is posted. */
export function receiptOf(
  result: TransactionResult,
  place: { height: number; position: number; timestamp: number },
  progress: Pick<TransactionReceipt, "confirmation" | "batch"> = { confirmation: "sequenced", batch: null },
): TransactionReceipt {
  return {
    hash: toHex(result.hash),
    name: result.name,
    account: result.account ?? null,
    verdict: result.verdict,
    items: [...(result.items ?? [])],
    fee: String(result.fee),
    created: (result.created ?? []).map((range) => ({ ...range })),
    ...place,
    ...progress,
  };
}
