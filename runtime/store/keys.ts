/** Keys sort as the numbers in them: big-endian, fixed width. */
import { ByteReader } from "../../protocol/bytes.ts";

/** Heights, indices and ids: 6 bytes. */
export function numberKey(value: number): Uint8Array {
  const key = new Uint8Array(6);
  writeNumber(key, 0, value);
  return key;
}
export const numberOf = (key: Uint8Array): number => new ByteReader(key).uint(6);

export function pairKey(first: number, second: number): Uint8Array {
  const key = new Uint8Array(12);
  writeNumber(key, 0, first);
  writeNumber(key, 6, second);
  return key;
}
export const pairOf = (key: Uint8Array): [number, number] => {
  const reader = new ByteReader(key);
  return [reader.uint(6), reader.uint(6)];
};

function writeNumber(key: Uint8Array, at: number, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 48) throw new RangeError(`no key for ${value}`);
  for (let i = at + 5; i >= at; i--) {
    key[i] = value % 256;
    value = Math.floor(value / 256);
  }
}

export const textKey = (value: string): Uint8Array => new TextEncoder().encode(value);

/** In `meta`: this store has all that the sequencer ever signed. */
export const SIGNER_KEY = textKey("signer");
