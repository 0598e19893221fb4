/** The calldata of what a sequencer sends, and a batch's read again. Spec: docs/spec/settlement.md#blocks-and-batches. */
import { encodeFunctionData, toFunctionSelector } from "viem";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { fromHex, type Hex, plainBytes, toHex } from "../../protocol/bytes.ts";

export interface PostBatchArguments {
  /** Commitment of the tip that the batch builds on. */
  parentCommitment: Uint8Array;
  /** The Inbox's accumulator at the batch's end cursor. */
  inboxAcc: Uint8Array;
  /** `encodeBatch` of the blocks. */
  blocks: Uint8Array;
}

const SELECTOR = toFunctionSelector("postBatch(bytes32,bytes32,bytes)");
/** Behind the arguments' three words are the length of `blocks` and its bytes: there only, or the contract refuses them. */
const LENGTH_OFFSET = 3 * 32;
const LENGTH_AT = 4 + LENGTH_OFFSET;
const BLOCKS_AT = LENGTH_AT + 32;

/** Written and read where the contract lets it be: a general ABI coder goes through hexadecimal digits several times. */
export function encodePostBatch({ parentCommitment, inboxAcc, blocks }: PostBatchArguments): Hex {
  const data = Buffer.alloc(BLOCKS_AT + paddedLength(blocks.length));
  data.set(fromHex(SELECTOR));
  data.set(parentCommitment, 4);
  data.set(inboxAcc, 36);
  data.writeUInt32BE(LENGTH_OFFSET, LENGTH_AT - 4);
  data.writeUInt32BE(blocks.length, BLOCKS_AT - 4);
  data.set(blocks, BLOCKS_AT);
  return toHex(data);
}

/**
 * No less gas than a `postBatch` takes, for a batch whose gas cannot be estimated. `bytes` and `blocks` are those of the batch; its
 * execution is measured by test/contracts/gas.ts. What is not used is not paid.
 */
export function postBatchGas(bytes: number, blocks: number): bigint {
  const calldata = BLOCKS_AT + bytes + 32;
  const execution = 200_000 + 12_000 * blocks;
  return BigInt(21_000 + Math.max(40 * calldata, 16 * calldata + execution)); // EIP-7623: tokens at their floor, or execution
}

/** Undefined when it is no `postBatch` that the contract can have taken. */
export function decodePostBatch(input: Hex): PostBatchArguments | undefined {
  if (!input.startsWith(SELECTOR)) return undefined;
  const bytes = plainBytes(Buffer.from(input.slice(2), "hex"));
  if (bytes.length < BLOCKS_AT || wordAt(bytes, LENGTH_AT - 32) !== LENGTH_OFFSET) return undefined;
  const length = wordAt(bytes, LENGTH_AT);
  if (bytes.length !== BLOCKS_AT + paddedLength(length)) return undefined;
  return {
    parentCommitment: bytes.slice(4, 36),
    inboxAcc: bytes.slice(36, 68),
    blocks: bytes.slice(BLOCKS_AT, BLOCKS_AT + length),
  };
}

const paddedLength = (bytes: number): number => Math.ceil(bytes / 32) * 32;
const wordAt = (bytes: Uint8Array, at: number): number => Number(BigInt(toHex(bytes.subarray(at, at + 32))));

/** Ends the epoch. Reverts while no message is overdue, and for all but the slot's holder. */
export const encodeRestart = (): Hex => encodeFunctionData({ abi: rollupAbi, functionName: "restart" });

/** Its value is added to the sender's bond. */
export const encodeBond = (): Hex => encodeFunctionData({ abi: rollupAbi, functionName: "bond" });

/** Reverts unless the slot is vacant, unclaimed, and the sender has the slot's bond. */
export const encodeClaimSlot = (headerKey: Hex): Hex =>
  encodeFunctionData({ abi: rollupAbi, functionName: "claimSlot", args: [headerKey] });
