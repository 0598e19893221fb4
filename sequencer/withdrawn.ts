/**
 * Signed blocks that had to leave the log. As long as the host could come to hold what they rest on, in their epoch, another
 * block at their height would convict us: they are kept, whole, so that the sequencer can also go back to them.
 */
import type { SignedHeaderView } from "../protocol/api.ts";
import { fromHex, type Hex, toHex } from "../protocol/bytes.ts";
import { decodeJson, encodeJson } from "../runtime/store/json.ts";
import { numberKey, numberOf } from "../runtime/store/keys.ts";
import { del, type Operation, put, type Store } from "../runtime/store/store.ts";

/** What was signed of one block: its header, or only the beginning of its content. */
export interface Statement {
  epoch: number;
  header: SignedHeaderView | null;
}

/** As much of a block as it takes to make it again. */
export interface Withdrawn {
  height: number;
  statement: Statement;
  /** Commitment of the block before it; zero for the first. */
  parent: Uint8Array;
  timestamp: number;
  feeAccount: number;
  messages: readonly Uint8Array[];
  firstInboxIndex: number;
  /** The Inbox's accumulator after its messages. */
  inboxAcc: Uint8Array;
  content: Uint8Array;
}

interface Stored {
  statement: Statement;
  parent: Hex;
  timestamp: number;
  feeAccount: number;
  messages: Hex[];
  firstInboxIndex: number;
  inboxAcc: Hex;
  content: Hex;
}

export const inboxIndexOf = ({ firstInboxIndex, messages }: Withdrawn): number => firstInboxIndex + messages.length;

export function putWithdrawn(store: Store, { height, ...block }: Withdrawn): Operation {
  const stored: Stored = {
    ...block,
    parent: toHex(block.parent),
    messages: block.messages.map(toHex),
    inboxAcc: toHex(block.inboxAcc),
    content: toHex(block.content),
  };
  return put(store.withdrawn, numberKey(height), encodeJson(stored));
}

export const removeWithdrawn = (store: Store, height: number): Operation => del(store.withdrawn, numberKey(height));

/** In order of height. */
export async function loadWithdrawn(store: Store): Promise<Withdrawn[]> {
  const found: Withdrawn[] = [];
  for await (const [key, value] of store.withdrawn.iterator()) {
    const stored = decodeJson(value) as Stored;
    found.push({
      ...stored,
      height: numberOf(key),
      parent: fromHex(stored.parent),
      messages: stored.messages.map(fromHex),
      inboxAcc: fromHex(stored.inboxAcc),
      content: fromHex(stored.content),
    });
  }
  return found;
}
