/** A store belongs to one instance and one role. */
import type { Hex } from "../../protocol/bytes.ts";
import { TributaryError } from "../errors.ts";
import { encodeJson, getJson } from "../store/json.ts";
import { textKey } from "../store/keys.ts";
import { put, type Store } from "../store/store.ts";

/** What ties a store to one instance; written at first start, checked at every other. */
export interface Identity {
  chainId: number;
  rollup: Hex;
  genesisRoot: Hex;
  /** A sequencer's store holds what is nowhere else; a verifier would drop that. */
  role?: "sequencer" | "verifier";
}

/** Throws `store-mismatch` when the store belongs to something else. */
export async function checkIdentity(store: Store, identity: Identity): Promise<void> {
  const stored = await getJson<Identity>(store, "meta", textKey("identity"));
  if (stored === undefined) {
    await store.write([put(store.meta, textKey("identity"), encodeJson(identity))], { sync: true });
  } else if (!isSame(stored, identity)) {
    const owner = `the ${stored.role ?? "node"} of rollup ${stored.rollup} on chain ${stored.chainId}`;
    const message = `the store ${store.path} belongs to ${owner}; choose another directory`;
    throw new TributaryError("store-mismatch", message, { details: { stored, identity } });
  }
}

/** Addresses may come with or without a checksum in their letters' case. */
function isSame(a: Identity, b: Identity): boolean {
  const sameRollup = a.rollup.toLowerCase() === b.rollup.toLowerCase();
  return sameRollup && a.chainId === b.chainId && a.genesisRoot === b.genesisRoot && a.role === b.role;
}
