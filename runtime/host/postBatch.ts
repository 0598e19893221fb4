/** The calldata of what a sequencer sends. Spec: docs/spec/settlement.md#blocks-and-batches. */
import { encodeFunctionData } from "viem";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import type { Hex } from "../../protocol/bytes.ts";

export interface PostBatchArguments {
  /** Commitment of the tip that the batch builds on. */
  parentCommitment: Hex;
  /** The Inbox's accumulator at the batch's end cursor. */
  inboxAcc: Hex;
  /** `encodeBatch` of the blocks. */
  blocks: Hex;
}

export function encodePostBatch({ parentCommitment, inboxAcc, blocks }: PostBatchArguments): Hex {
  return encodeFunctionData({ abi: rollupAbi, functionName: "postBatch", args: [parentCommitment, inboxAcc, blocks] });
}

/** Ends the epoch. Reverts while no message is overdue, and for all but the slot's holder. */
export const encodeRestart = (): Hex => encodeFunctionData({ abi: rollupAbi, functionName: "restart" });

/** Its value is added to the sender's bond. */
export const encodeBond = (): Hex => encodeFunctionData({ abi: rollupAbi, functionName: "bond" });

/** Reverts unless the slot is vacant, unclaimed, and the sender has the slot's bond. */
export const encodeClaimSlot = (headerKey: Hex): Hex =>
  encodeFunctionData({ abi: rollupAbi, functionName: "claimSlot", args: [headerKey] });
