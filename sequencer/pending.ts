/**
 * The open block on disk, so that what was acknowledged survives a crash: under (height, 0) how it began, then its
 * transactions in order. Sealing replaces them by the block in the same atomic write.
 */
import { fromHex, type Hex, toHex } from "../protocol/bytes.ts";
import { decodeJson, encodeJson } from "../runtime/store/json.ts";
import { pairKey, pairOf } from "../runtime/store/keys.ts";
import { del, type Operation, put, type Store } from "../runtime/store/store.ts";
import type { OpenBlockStart } from "./openBlock.ts";

export interface PendingBlock {
  start: OpenBlockStart;
  transactions: Uint8Array[];
}

interface StoredStart {
  timestamp: number;
  feeAccount: number;
  messages: { index: number; enqueuedAt: number; bytes: Hex; acc: Hex }[];
}

export function putStart(store: Store, height: number, start: OpenBlockStart): Operation {
  const messages = start.messages.map((m) => ({ ...m, bytes: toHex(m.bytes), acc: toHex(m.acc) }));
  return put(store.pending, pairKey(height, 0), encodeJson({ ...start, messages } satisfies StoredStart));
}

/** `sequence` counts from 1. */
export function putTransaction(store: Store, height: number, sequence: number, packed: Uint8Array): Operation {
  return put(store.pending, pairKey(height, sequence), packed);
}

/** Removes the entries 0 to `last` of a block. */
export function removePending(store: Store, height: number, last: number): Operation[] {
  return Array.from({ length: last + 1 }, (_, sequence) => del(store.pending, pairKey(height, sequence)));
}

/** What was pending at `height` when the process ended; entries of other heights are left-overs and are ignored. */
export async function loadPending(store: Store, height: number): Promise<PendingBlock | undefined> {
  let start: OpenBlockStart | undefined;
  const transactions: Uint8Array[] = [];
  for await (const [key, value] of store.pending.iterator({ gte: pairKey(height, 0), lt: pairKey(height + 1, 0) })) {
    if (pairOf(key)[1] === 0) {
      const stored = decodeJson(value) as StoredStart;
      const messages = stored.messages.map((m) => ({ ...m, bytes: fromHex(m.bytes), acc: fromHex(m.acc) }));
      start = { ...stored, messages };
    } else transactions.push(value);
  }
  return start === undefined ? undefined : { start, transactions };
}

/** All transactions pending at `height` or above, in order, and the operations that forget them. */
export async function takePending(
  store: Store,
  height: number,
): Promise<{ packed: Uint8Array[]; forget: Operation[] }> {
  const packed: Uint8Array[] = [];
  const forget: Operation[] = [];
  for await (const [key, value] of store.pending.iterator({ gte: pairKey(height, 0) })) {
    if (pairOf(key)[1] > 0) packed.push(value);
    forget.push(del(store.pending, key));
  }
  return { packed, forget };
}
