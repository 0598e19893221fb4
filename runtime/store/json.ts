/** Small records are stored as JSON. */
import type { Store, SublevelName } from "./store.ts";

export const encodeJson = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
export const decodeJson = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

/** The stored value, which the caller wrote and knows the type of; undefined when there is none. */
export async function getJson<T>(store: Store, sublevel: SublevelName, key: Uint8Array): Promise<T | undefined> {
  const bytes = await store[sublevel].get(key);
  return bytes === undefined ? undefined : (decodeJson(bytes) as T);
}
