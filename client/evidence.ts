/**
 * Evidence: from two statements of a sequencer that cannot both hold, or one and what was posted, to the calldata that costs it
 * its bond. Anyone may send it to the Rollup; half of the bond goes to the sender. Spec: docs/spec/faults.md#soft-confirmations.
 */
import { encodeFunctionData, parseAbi } from "viem";
import type { BatchView, SignedHeaderView, SoftConfirmationView } from "../protocol/api.ts";
import { encodeHeader } from "../protocol/batch.ts";
import { concat, fromHex, type Hex, toHex } from "../protocol/bytes.ts";
import { confirmationFromView, headerFromView } from "../protocol/confirmation.ts";
import {
  batchContradictsConfirmation,
  batchContradictsHeader,
  headersConflict,
  type PostedBlocks,
} from "../protocol/contradiction.ts";
import { wideSignature } from "../protocol/signature.ts";
import { showBlock } from "./actions/softConfirmations.ts";
import type { Context } from "./context.ts";
import { TributaryArgumentError } from "./errors.ts";

const ABI = parseAbi([
  "struct Header { uint64 epoch; uint64 height; bytes32 parent; bytes32 blockCommitment; uint64 inboxIndex; bytes32 inboxAcc; }",
  "struct Confirmation { uint64 epoch; uint64 height; uint64 inboxIndex; bytes32 inboxAcc; uint64 contentLength; bytes32 contentHash; }",
  "struct BatchPreimage { bytes32 parentCommitment; bytes32 parentRoot; uint40 parentTimestamp; uint48 firstHeight; uint48 firstInboxIndex; uint40 epoch; bytes32[] blockCommitments; }",
  "function proveHeaderConflict(Header headerA, bytes signatureA, Header headerB, bytes signatureB)",
  "function proveHeaderContradiction(Header header, bytes signature, uint256 batchId, BatchPreimage preimage)",
  "function proveConfirmationContradiction(Confirmation confirmation, bytes signature, uint256 batchId, BatchPreimage preimage, bytes blockBytes)",
]);

/** Calldata for the Rollup, from two headers of one epoch and height. Throws TributaryArgumentError when they can both hold. */
export function headerConflict(a: SignedHeaderView, b: SignedHeaderView): Hex {
  if (!headersConflict(headerFromView(a), headerFromView(b))) {
    throw new TributaryArgumentError("b", "is the same header, or of another epoch or height");
  }
  const args = [headerArgument(a), wide(a), headerArgument(b), wide(b)] as const;
  return encodeFunctionData({ abi: ABI, functionName: "proveHeaderConflict", args });
}

/** Calldata from a header and the batch that holds its height. Throws TributaryArgumentError when the batch keeps it. */
export function headerContradiction(header: SignedHeaderView, batch: BatchView): Hex {
  if (!batchContradictsHeader(postedBlocks(batch), headerFromView(header))) {
    throw new TributaryArgumentError("batch", "is of another epoch, or holds the block that was signed");
  }
  const args = [headerArgument(header), wide(header), BigInt(batch.id), batch] as const;
  return encodeFunctionData({ abi: ABI, functionName: "proveHeaderContradiction", args });
}

/** Calldata from a confirmation, the batch that holds its height, and the block there: header and content. */
export function confirmationContradiction(
  confirmation: SoftConfirmationView,
  batch: BatchView,
  block: { header: Uint8Array; content: Uint8Array },
): Hex {
  if (!batchContradictsConfirmation(postedBlocks(batch), block.content, confirmationFromView(confirmation))) {
    throw new TributaryArgumentError("batch", "is of another epoch, or its block begins as was confirmed");
  }
  const blockBytes = toHex(concat(block.header, block.content));
  const args = [confirmationArgument(confirmation), wide(confirmation), BigInt(batch.id), batch, blockBytes] as const;
  return encodeFunctionData({ abi: ABI, functionName: "proveConfirmationContradiction", args });
}

export type FindContradictionParameters = { header: SignedHeaderView } | { confirmation: SoftConfirmationView };
/** Calldata for the Rollup; undefined while nothing posted contradicts the statement. */
export type FindContradictionReturnType = Hex | undefined;

/**
 * Compares what was signed with what was posted, as this client's node has it; a verifier's is the one to ask.
 *
 * @example
 * const data = await auditor.findContradiction({ confirmation: receipt.softConfirmation });
 * if (data !== undefined) await wallet.sendTransaction({ to: rollup, data });
 */
export async function findContradiction(
  context: Context,
  said: FindContradictionParameters,
): Promise<FindContradictionReturnType> {
  const { height } = "header" in said ? said.header : said.confirmation;
  const batch = await context.transport.request("getBatch", { height });
  if (batch === null) return undefined;
  if ("header" in said) {
    const isBroken = batchContradictsHeader(postedBlocks(batch), headerFromView(said.header));
    return isBroken ? headerContradiction(said.header, batch) : undefined;
  }
  const block = await showBlock(context, height);
  const confirmation = confirmationFromView(said.confirmation);
  if (block === undefined || !batchContradictsConfirmation(postedBlocks(batch), block.content, confirmation)) {
    return undefined;
  }
  const { header, content } = block;
  return confirmationContradiction(said.confirmation, batch, { header: encodeHeader(header), content });
}

const postedBlocks = ({ epoch, firstHeight, blockCommitments }: BatchView): PostedBlocks => ({
  epoch,
  firstHeight,
  blockCommitments: blockCommitments.map(fromHex),
});

const wide = ({ signature }: { signature: Hex }): Hex => toHex(wideSignature(fromHex(signature)));

const headerArgument = ({ epoch, height, inboxIndex, ...rest }: SignedHeaderView) => ({
  ...rest,
  epoch: BigInt(epoch),
  height: BigInt(height),
  inboxIndex: BigInt(inboxIndex),
});

const confirmationArgument = ({ epoch, height, inboxIndex, contentLength, ...rest }: SoftConfirmationView) => ({
  ...rest,
  epoch: BigInt(epoch),
  height: BigInt(height),
  inboxIndex: BigInt(inboxIndex),
  contentLength: BigInt(contentLength),
});
