/** What a sequencer signed of blocks that are not posted yet, and whether it can be relied on. */
import type { BlockContent, SignedHeaderView, SoftConfirmationView } from "../../protocol/api.ts";
import { type Block, blockCommitment } from "../../protocol/batch.ts";
import { ByteReader, equalBytes, fromHex, type Hex } from "../../protocol/bytes.ts";
import {
  confirmationDigest,
  confirmationFromView,
  headerDigest,
  headerFromView,
  type InboxPosition,
  type Signed,
} from "../../protocol/confirmation.ts";
import { keepsConfirmation } from "../../protocol/contradiction.ts";
import { keccakPacked } from "../../protocol/hash.ts";
import { HEADER_BYTES } from "../../protocol/params.ts";
import { portableRecover } from "../../protocol/signature.ts";
import { decodeSigned } from "../../protocol/transactions/registry.ts";
import { bytesArgument, indexArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { TributaryArgumentError } from "../errors.ts";
import { type HostView, isGrounded, readEpoch, separatorOf } from "../hostView.ts";

export interface GetHeaderParameters {
  /** @default "latest" */
  height?: number | "latest" | undefined;
}
export type GetHeaderReturnType = SignedHeaderView | null;

/** The header that the sequencer signed of a sealed block; null when it signed none, and on a verifier. */
export function getHeader(
  { transport }: Context,
  { height = "latest" }: GetHeaderParameters = {},
): Promise<GetHeaderReturnType> {
  return transport.request("getHeader", { height });
}

export interface GetContentParameters {
  height: number;
}
export type GetContentReturnType = BlockContent | null;

/** The packed transactions of a block, the one in progress included. */
export async function getContent(
  { transport }: Context,
  { height }: GetContentParameters,
): Promise<GetContentReturnType> {
  indexArgument("height", height);
  return transport.request("getContent", { height });
}

export interface Verification {
  /** The sequencer loses its bond if it posts anything else, as far as the caller's host can tell. */
  accepted: boolean;
  /** Why not; null when accepted. */
  reason: string | null;
  /** What breaking its word costs the poster, wei: half of it goes to who proves it. 0 when nothing is at stake. */
  bond: bigint;
}

export interface VerifyConfirmationParameters {
  /** The acknowledgement, as `sendTransaction` and every other write return it. */
  receipt: { softConfirmation?: SoftConfirmationView | undefined; raw?: Hex | undefined };
  host: HostView;
}

/**
 * Whether an acknowledged transaction is bound to its place by the sequencer's bond: the confirmation is signed by the key of
 * the present epoch, rests on the Inbox as the caller's host has it, and its content holds the transaction. The node is asked for
 * that content; nothing else of it is believed. Throws TributaryRpcError, and what viem throws when the host does not answer.
 *
 * @example
 * const receipt = await client.transfer({ to: 7, amount: 5n });
 * const { accepted, reason } = await client.verifyConfirmation({ receipt, host: { client: hostClient, rollup } });
 */
export async function verifyConfirmation(
  context: Context,
  { receipt, host }: VerifyConfirmationParameters,
): Promise<Verification> {
  const { softConfirmation: view, raw } = receipt;
  if (raw === undefined) throw new TributaryArgumentError("receipt.raw", "is missing: the transaction that was sent");
  if (view === undefined) return refused("the sequencer signed no confirmation");
  const said = confirmationFromView(view);
  const [separator, found] = await Promise.all([separatorOf(host), getContent(context, { height: said.height })]);
  const standing = await judge(host, said, confirmationDigest(separator, said));
  if (!standing.accepted) return standing;
  const content = found === null ? new Uint8Array() : fromHex(found.content);
  if (!keepsConfirmation(content, said)) return refused("the node does not show the content that was confirmed");
  if (!contains(content.subarray(0, said.contentLength), fromHex(raw))) {
    return refused("the transaction is not in the content that was confirmed");
  }
  return standing;
}

export interface VerifyHeaderParameters {
  /** As `getHeader` gives it. */
  header: SignedHeaderView;
  host: HostView;
  /** What the header must be of: the header and content hash in a proof (`getProof`), or a transaction as it was sent. */
  of: { header: Hex; contentHash: Hex } | { raw: Hex };
}

/**
 * As `verifyConfirmation`, for a sealed block: its signer is bound to the block's transactions and state root, so to every record
 * that is proven against it.
 *
 * @example
 * const proof = await client.getProof({ table: "attributions", index });
 * const header = await client.getHeader({ height: proof.height });
 * const { accepted } = await client.verifyHeader({ header, host, of: proof });
 */
export async function verifyHeader(
  context: Context,
  { header: view, host, of }: VerifyHeaderParameters,
): Promise<Verification> {
  const said = headerFromView(view);
  const standing = await judge(host, said, headerDigest(await separatorOf(host), said));
  if (!standing.accepted) return standing;
  if ("raw" in of) {
    const shown = await showBlock(context, said.height);
    if (shown === undefined || !equalBytes(blockCommitment(shown), said.blockCommitment)) {
      return refused("the node does not show the block that was signed");
    }
    return contains(shown.content, fromHex(of.raw)) ? standing : refused("the transaction is not in the block");
  }
  const header = bytesArgument("of.header", of.header, HEADER_BYTES);
  const commitment = keccakPacked(header, bytesArgument("of.contentHash", of.contentHash, 32));
  return equalBytes(commitment, said.blockCommitment) ? standing : refused("the proof is of another block");
}

/** What the caller's host says of a statement; the content is another question. */
async function judge(
  host: HostView,
  said: Signed<InboxPosition & { epoch: number }>,
  digest: Uint8Array,
): Promise<Verification> {
  const [epoch, grounded] = await Promise.all([readEpoch(host, said.epoch), isGrounded(host, said)]);
  const signer = portableRecover(digest, said.signature);
  if (signer === undefined || !equalBytes(signer, epoch.headerKey)) {
    return refused(`it is not signed by the header key of epoch ${said.epoch}`);
  }
  if (!epoch.isPresent) return refused(`epoch ${said.epoch} is over: what is posted now is in another`);
  if (!grounded) return refused("the host's inbox is not the one it rests on");
  if (epoch.bond === 0n) return refused("its signer has no bond to lose");
  return { accepted: true, reason: null, bond: epoch.bond };
}

const refused = (reason: string): Verification => ({ accepted: false, reason, bond: 0n });

/** A block as the node has it; undefined when it has none at the height. */
export async function showBlock(context: Context, height: number): Promise<Block | undefined> {
  const { transport } = context;
  const [block, found] = await Promise.all([
    transport.request("getBlock", { height }),
    getContent(context, { height }),
  ]);
  if (block === null || found === null) return undefined;
  return { header: { ...block, stateRoot: fromHex(block.stateRoot) }, content: fromHex(found.content) };
}

/** Whether `packed` is one of the transactions in `content`. */
function contains(content: Uint8Array, packed: Uint8Array): boolean {
  const reader = new ByteReader(content);
  while (!reader.atEnd) {
    const from = reader.offset;
    if (decodeSigned(reader) === undefined) return false;
    if (equalBytes(content.subarray(from, reader.offset), packed)) return true;
  }
  return false;
}
