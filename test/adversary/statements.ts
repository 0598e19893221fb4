/** Headers and confirmations as any holder of a header key could sign them, and who shows them to the contract. */
import type { Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import { blockCommitment } from "../../protocol/batch.ts";
import { toHex } from "../../protocol/bytes.ts";
import {
  confirmationDigest,
  type Header,
  headerDigest,
  NO_PARENT,
  type SoftConfirmation,
} from "../../protocol/confirmation.ts";
import { keccak256 } from "../../protocol/hash.ts";
import type { PostableBlock } from "../support/devnet.ts";
import { POSTER } from "./actors.ts";
import type { Arena } from "./arena.ts";

/** As the contract takes it. */
export interface SignedHeader {
  header: ReturnType<typeof headerArgs>;
  signature: Hex;
}

export interface SignedConfirmation {
  confirmation: ReturnType<typeof confirmationArgs>;
  signature: Hex;
}

const headerArgs = ({ epoch, height, parent, blockCommitment, inboxIndex, inboxAcc }: Header) => ({
  epoch: BigInt(epoch),
  height: BigInt(height),
  parent: toHex(parent),
  blockCommitment: toHex(blockCommitment),
  inboxIndex: BigInt(inboxIndex),
  inboxAcc: toHex(inboxAcc),
});

const confirmationArgs = ({ epoch, height, inboxIndex, inboxAcc, contentLength, contentHash }: SoftConfirmation) => ({
  epoch: BigInt(epoch),
  height: BigInt(height),
  inboxIndex: BigInt(inboxIndex),
  inboxAcc: toHex(inboxAcc),
  contentLength: BigInt(contentLength),
  contentHash: toHex(contentHash),
});

/** Where the next block stands: the present epoch, the height after the tip's, the inbox at `inboxIndex`. */
export async function placeOf(arena: Arena, inboxIndex?: number) {
  const { height, inboxIndex: cursor } = await arena.batch();
  const index = inboxIndex ?? cursor;
  const inboxAcc = (await arena.reader.acc(index))!;
  return { epoch: await arena.epoch(), height: height + 1, inboxIndex: index, inboxAcc };
}
export type Place = Awaited<ReturnType<typeof placeOf>>;

export async function signHeader(
  arena: Arena,
  place: Place,
  block: PostableBlock,
  key: HDAccount = POSTER,
): Promise<SignedHeader> {
  const header: Header = { ...place, parent: NO_PARENT, blockCommitment: blockCommitment(block) };
  const signature = await key.sign({ hash: toHex(headerDigest(arena.separator, header)) });
  return { header: headerArgs(header), signature };
}

/** Of the block's first `length` bytes of content. */
export async function signConfirmation(
  arena: Arena,
  place: Place,
  content: Uint8Array,
  length = content.length,
): Promise<SignedConfirmation> {
  const contentHash = keccak256(content.subarray(0, length));
  const confirmation: SoftConfirmation = { ...place, contentLength: length, contentHash };
  const signature = await POSTER.sign({ hash: toHex(confirmationDigest(arena.separator, confirmation)) });
  return { confirmation: confirmationArgs(confirmation), signature };
}
