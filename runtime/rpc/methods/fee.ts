/** `estimateFee`: what a transaction costs its sender, and what it would cost to prove. */
import type { FeeEstimate } from "../../../protocol/api.ts";
import { transactionFee } from "../../../protocol/block.ts";
import { type Bound, Meter, type MeterReading } from "../../../protocol/meter.ts";
import { HEADER_BYTES, MAX_BLOCK_BYTES } from "../../../protocol/params.ts";
import type { State } from "../../../protocol/state/state.ts";
import { boundOf, encodeTransaction, SIGNATURE_BYTES } from "../../../protocol/transactions/registry.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";

export function estimateFee({ chain }: NodeView, { transaction }: ParamsOf<"estimateFee">): FeeEstimate {
  const { state } = chain;
  const bound = boundOf(transaction);
  const packedBytes = encodeTransaction(transaction).length + SIGNATURE_BYTES;
  return {
    packedBytes,
    fee: String(transactionFee(state, packedBytes)),
    bound: boundCost(state, bound, packedBytes),
    fits: HEADER_BYTES + packedBytes <= MAX_BLOCK_BYTES && new Meter(state, 0).add(bound, packedBytes),
  };
}

/** What the transaction adds to an empty block, as the meter counts, whether it fits one or not. */
export function boundCost(state: State, bound: Bound, packedBytes: number): MeterReading {
  const meter = new Meter(state, 0);
  const [empty, full] = [meter.reading(), meter.readingWith(bound, packedBytes)];
  return { bytes: full.bytes - empty.bytes, gas: full.gas - empty.gas };
}
