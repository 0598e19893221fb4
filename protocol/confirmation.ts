/**
 * Soft confirmations: what a sequencer signs before the host has it. A header binds it to a sealed block, a confirmation to
 * the first bytes of the block in progress. Both name the Inbox that they rest on. Spec: docs/spec/faults.md#soft-confirmations.
 */
import type { SignedHeaderView, SoftConfirmationView } from "./api.ts";
import { fromHex, toHex } from "./bytes.ts";
import { signingDigest, structHasher } from "./eip712.ts";

/** Cursor and accumulator of the Inbox after the block's messages. */
export interface InboxPosition {
  inboxIndex: number;
  inboxAcc: Uint8Array;
}

/** One sealed block. */
export interface Header extends InboxPosition {
  epoch: number;
  height: number;
  /** Struct hash of the header before, at height - 1; zero when none was signed. */
  parent: Uint8Array;
  blockCommitment: Uint8Array;
}

/** The first bytes of one block's content. */
export interface SoftConfirmation extends InboxPosition {
  epoch: number;
  height: number;
  contentLength: number;
  /** keccak256 of these bytes. */
  contentHash: Uint8Array;
}

/** A statement with its signature in the form of EIP-2098, 64 bytes. */
export type Signed<Statement> = Statement & { signature: Uint8Array };

const STRUCTS = {
  Header: [
    { name: "epoch", type: "uint64" },
    { name: "height", type: "uint64" },
    { name: "parent", type: "bytes32" },
    { name: "blockCommitment", type: "bytes32" },
    { name: "inboxIndex", type: "uint64" },
    { name: "inboxAcc", type: "bytes32" },
  ],
  Confirmation: [
    { name: "epoch", type: "uint64" },
    { name: "height", type: "uint64" },
    { name: "inboxIndex", type: "uint64" },
    { name: "inboxAcc", type: "bytes32" },
    { name: "contentLength", type: "uint64" },
    { name: "contentHash", type: "bytes32" },
  ],
} as const;
const hashHeader = structHasher("Header", STRUCTS);
const hashConfirmation = structHasher("Confirmation", STRUCTS);

export const NO_PARENT = new Uint8Array(32);

/** The header's struct hash: its name in the next one's `parent`. */
export const headerHash = (header: Header): Uint8Array => hashHeader({ ...header });

/** What is signed. */
export const headerDigest = (separator: Uint8Array, header: Header): Uint8Array =>
  signingDigest(separator, headerHash(header));
export const confirmationDigest = (separator: Uint8Array, confirmation: SoftConfirmation): Uint8Array =>
  signingDigest(separator, hashConfirmation({ ...confirmation }));

export const headerToView = (header: Signed<Header>): SignedHeaderView => ({
  epoch: header.epoch,
  height: header.height,
  parent: toHex(header.parent),
  blockCommitment: toHex(header.blockCommitment),
  inboxIndex: header.inboxIndex,
  inboxAcc: toHex(header.inboxAcc),
  signature: toHex(header.signature),
});

export const headerFromView = (view: SignedHeaderView): Signed<Header> => ({
  ...view,
  parent: fromHex(view.parent),
  blockCommitment: fromHex(view.blockCommitment),
  inboxAcc: fromHex(view.inboxAcc),
  signature: fromHex(view.signature),
});

export const confirmationToView = (confirmation: Signed<SoftConfirmation>): SoftConfirmationView => ({
  epoch: confirmation.epoch,
  height: confirmation.height,
  inboxIndex: confirmation.inboxIndex,
  inboxAcc: toHex(confirmation.inboxAcc),
  contentLength: confirmation.contentLength,
  contentHash: toHex(confirmation.contentHash),
  signature: toHex(confirmation.signature),
});

export const confirmationFromView = (view: SoftConfirmationView): Signed<SoftConfirmation> => ({
  ...view,
  inboxAcc: fromHex(view.inboxAcc),
  contentHash: fromHex(view.contentHash),
  signature: fromHex(view.signature),
});
