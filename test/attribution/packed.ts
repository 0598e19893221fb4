import { PackedArray } from "../../attribution/packedArray.ts";

/** The values in as few bits as the largest of them needs. */
export function packed(values: readonly number[]): PackedArray {
  const array = new PackedArray(
    values.length,
    values.reduce((most, value) => Math.max(most, value), 0),
  );
  for (const [i, value] of values.entries()) array.set(i, value);
  return array;
}
