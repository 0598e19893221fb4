/**
 * Acknowledged transactions whose blocks had to go. They are on disk from the write that removes the blocks to the write that
 * puts them in a block again, or finds that they are void.
 */
import { ByteReader } from "../protocol/bytes.ts";
import { decodeSigned } from "../protocol/transactions/registry.ts";
import { numberKey, numberOf } from "../runtime/store/keys.ts";
import { del, type Operation, put, type Store } from "../runtime/store/store.ts";
import type { Submission } from "./submission.ts";

export interface Dropped {
  key: number;
  packed: Uint8Array;
}

export async function loadDropped(store: Store): Promise<Dropped[]> {
  const found: Dropped[] = [];
  for await (const [key, packed] of store.dropped.iterator()) found.push({ key: numberOf(key), packed });
  return found;
}

/** `packed` takes the place of `old`. */
export function replaceDropped(store: Store, old: readonly Dropped[], packed: readonly Uint8Array[]): Operation[] {
  const removals = old.map(({ key }) => del(store.dropped, numberKey(key)));
  return [...removals, ...packed.map((bytes, key) => put(store.dropped, numberKey(key), bytes))];
}

export const removeDropped = (store: Store, key: number): Operation => del(store.dropped, numberKey(key));

/** Nobody waits for its answer: it was given. The nonce is the account's next, which it was before as well. */
export function resubmission({ key, packed }: Dropped): Submission {
  const transaction = decodeSigned(new ByteReader(packed))!;
  const ignore = (): void => {};
  return { transaction, packed, dropped: key, nonce: undefined, resolve: ignore, reject: ignore };
}
