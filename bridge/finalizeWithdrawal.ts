/** The end of a withdrawal, on the host: the proof, and the payment. */
import { type Address, encodeFunctionData, type TransactionReceipt } from "viem";
import { vaultAbi } from "../contracts/abi/vault.ts";
import type { Hex } from "../protocol/bytes.ts";
import { receiptFromProof, verifyReceipt } from "../protocol/receipt.ts";
import { TributaryError } from "../runtime/errors.ts";
import type { BridgeContracts, HostReader, HostWriter } from "./contracts.ts";
import { findBatch, getHostMoment } from "./hostBatches.ts";
import { transactOnHost } from "./hostTransaction.ts";
import type { RollupRpc } from "./rollupRpc.ts";
import type { Withdrawal } from "./withdrawals.ts";

/** The arguments of `Vault.withdraw`. */
export interface WithdrawalProof {
  batchId: number;
  index: number;
  recipient: Address;
  /** Gwei. */
  amount: bigint;
  account: number;
  timestamp: number;
  /** 53 siblings, bottom up. */
  siblings: Hex[];
}

export interface BuildWithdrawalProofParameters {
  contracts: BridgeContracts;
  /** Any node: what it says is checked against the host. */
  rpc: Pick<RollupRpc, "getProof">;
  withdrawal: Pick<Withdrawal, "index" | "height">;
}

/**
 * The proof that the Vault asks for, in the first batch that holds the withdrawal. It can be built as soon as that
 * batch is posted. Throws TributaryError `not-available`: in no batch yet, or the node's proof does not hold against
 * the host.
 *
 * @example
 * const proof = await buildWithdrawalProof(host, { contracts, rpc: client, withdrawal });
 */
export async function buildWithdrawalProof(
  client: HostReader,
  { contracts, rpc, withdrawal: { index, height } }: BuildWithdrawalProofParameters,
): Promise<WithdrawalProof> {
  const batch = await findBatch(client, contracts, height, await getHostMoment(client));
  if (batch === undefined) {
    throw new TributaryError("not-available", `block ${height} is in no batch on the host yet`, {
      details: { height },
    });
  }
  const proof = await rpc.getProof({ table: "withdrawals", index, batch: batch.id });
  const receipt = receiptFromProof(contracts, proof);
  const { reason, record } = verifyReceipt(receipt, { finalizedCommitment: batch.commitment });
  // The Vault knows the state after the batch's last block only.
  const isOther = proof.table !== "withdrawals" || proof.index !== index || proof.height !== batch.height;
  if (record === null || isOther) {
    const why = reason ?? `it proves ${proof.table} ${proof.index} in block ${proof.height}`;
    const details = { index, batchId: batch.id };
    throw new TributaryError("not-available", `the node's proof of withdrawal ${index} does not hold: ${why}`, {
      details,
    });
  }
  const { recipient, amount, account, timestamp } = record as Record<"recipient" | "amount", string> &
    Record<"account" | "timestamp", number>;
  const fields = { recipient: recipient as Address, amount: BigInt(amount), account, timestamp };
  return { batchId: batch.id, index, ...fields, siblings: receipt.siblings };
}

export interface FinalizeWithdrawalParameters {
  contracts: BridgeContracts;
  proof: WithdrawalProof;
}

/**
 * Pays a withdrawal to its recipient; anyone may send it. Throws TributaryError `host-reverted`: BatchNotFinalized,
 * AlreadyWithdrawn.
 *
 * @example
 * const receipt = await finalizeWithdrawal(wallet, { contracts, proof });
 */
export async function finalizeWithdrawal(
  client: HostWriter,
  { contracts, proof }: FinalizeWithdrawalParameters,
): Promise<TransactionReceipt> {
  const { batchId, index, recipient, amount, account, timestamp, siblings } = proof;
  const data = encodeFunctionData({
    abi: vaultAbi,
    functionName: "withdraw",
    args: [BigInt(batchId), index, recipient, amount, account, BigInt(timestamp), siblings],
  });
  return transactOnHost(client, "finalizing a withdrawal", { to: contracts.vault, data });
}
