/** Fault proofs at the contract: what is sent, and what there is to read. Spec: docs/spec/faults.md#provefault. */
import {
  encodeAbiParameters,
  encodeFunctionData,
  keccak256,
  parseAbiParameters,
  TransactionReceiptNotFoundError,
} from "viem";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { onHost } from "./hostErrors.ts";
import type { HostReader } from "./hostReader.ts";
import { type BlockRef, readAt } from "./readAt.ts";

/** The struct of the same name in the contract. */
export interface FaultProof {
  batchId: bigint;
  /** In the batch, from 0. */
  blockIndex: bigint;
  preimage: {
    parentCommitment: Hex;
    parentRoot: Hex;
    parentTimestamp: number;
    firstHeight: number;
    firstInboxIndex: number;
    epoch: number;
    blockCommitments: readonly Hex[];
  };
  /** 44 bytes of the block before in the same batch; empty for block 0. */
  previousHeader: Hex;
  /** Of that block's content; zero for block 0. */
  previousContentHash: Hex;
  /** Header and content. */
  blockBytes: Hex;
  /** What the block consumes of the Inbox, in order. */
  messages: readonly Hex[];
  witness: Hex;
}

/** What a removal brings, until it is collected. */
export interface Reward {
  beneficiary: Hex;
  /** Host time, seconds, from which it is paid and no commit counts any more. */
  payableAt: number;
  /** Host block of the beneficiary's commit; that of the proof when none was shown. */
  committedAt: number;
  /** Wei. */
  amount: bigint;
}

export interface CommitSubject {
  prover: Hex;
  batchCommitment: Hex;
  blockIndex: number;
  expectedRoot: Hex;
  salt: Hex;
}

const COMMIT_FIELDS = parseAbiParameters("address, bytes32, uint256, bytes32, bytes32");
const abi = rollupAbi;

/** What `commitProof` takes. */
export function proofCommit({ prover, batchCommitment, blockIndex, expectedRoot, salt }: CommitSubject): Hex {
  const fields = [prover, batchCommitment, BigInt(blockIndex), expectedRoot, salt] as const;
  return keccak256(encodeAbiParameters(COMMIT_FIELDS, fields));
}

export const encodeCommitProof = (commit: Hex): Hex =>
  encodeFunctionData({ abi, functionName: "commitProof", args: [commit] });

export const encodeProveFault = (proof: FaultProof): Hex =>
  encodeFunctionData({ abi, functionName: "proveFault", args: [proof] });

export const encodeRevealProof = (batchCommitment: Hex, salt: Hex): Hex =>
  encodeFunctionData({ abi, functionName: "revealProof", args: [batchCommitment, salt] });

export const encodeCollectReward = (batchCommitment: Hex): Hex =>
  encodeFunctionData({ abi, functionName: "collectReward", args: [batchCommitment] });

/** The host block of a commit; undefined when there is none. */
export async function readProofCommit(
  { client, rollup: address }: HostReader,
  commit: Hex,
  block?: BlockRef,
): Promise<number | undefined> {
  const found = await readAt(client, "reading a commitment", block, (at) =>
    client.readContract({ address, abi, functionName: "proofCommits", args: [commit], ...at }),
  );
  return found === 0n ? undefined : Number(found);
}

/** Undefined when there is none, or it was paid. */
export async function readReward(
  { client, rollup: address }: HostReader,
  batchCommitment: Hex,
  block?: BlockRef,
): Promise<Reward | undefined> {
  const [beneficiary, payableAt, committedAt, amount] = await readAt(client, "reading a reward", block, (at) =>
    client.readContract({ address, abi, functionName: "rewards", args: [batchCommitment], ...at }),
  );
  return amount === 0n ? undefined : { beneficiary, payableAt, committedAt, amount };
}

/**
 * Whether batch `id`, posted by this transaction in host block `postedIn`, was proven false since: its post is still in that block,
 * and there is a proof against it or a batch below it.
 */
export async function wasProvenFalse(
  { client, rollup: address }: HostReader,
  { id, hostBlock, hostTransaction: hash }: { id: number; hostBlock: number; hostTransaction: Hex },
): Promise<boolean> {
  return onHost("looking for the proof against a batch", async () => {
    const receipt = await client.getTransactionReceipt({ hash }).catch((error: unknown) => {
      if (error instanceof TransactionReceiptNotFoundError) return undefined;
      throw error;
    });
    if (receipt === undefined || Number(receipt.blockNumber) !== hostBlock) return false;
    const range = { fromBlock: BigInt(hostBlock), toBlock: "latest" } as const;
    const proofs = await client.getContractEvents({ address, abi, eventName: "FaultProven", strict: true, ...range });
    return proofs.some(({ args }) => Number(args.batchId) <= id && id <= Number(args.removedTip));
  });
}

/** Whether the rollup has ended for good. */
export function readFrozen({ client, rollup: address }: HostReader, block?: BlockRef): Promise<boolean> {
  return readAt(client, "reading whether the rollup is frozen", block, (at) =>
    client.readContract({ address, abi, functionName: "frozen", ...at }),
  );
}
