/** The bytes of a witness: one form only. Spec: docs/spec/faults.md#the-witness. */
import { ByteWriter } from "../bytes.ts";
import { RECORD_BYTES } from "../tree/table.ts";

export interface TableWitness {
  /** Records before the block. */
  readonly length: number;
  /** Touched records as they were before, by increasing index. */
  readonly leaves: readonly { readonly index: number; readonly record: Uint8Array }[];
  /** Siblings of the touched and appended leaves; of a table with neither, its contents root. */
  readonly nodes: readonly Uint8Array[];
}

/** `system` is the system record before the block. Throws RangeError for more than 65,535 leaves of a table. */
export function encodeWitness(system: Uint8Array, tables: readonly TableWitness[]): Uint8Array {
  const writer = new ByteWriter().fixed(system, RECORD_BYTES);
  for (const { length } of tables) writer.uint(length, 6);
  for (const { leaves } of tables) writer.uint(leaves.length, 2);
  for (const { leaves } of tables) {
    for (const { index, record } of leaves) writer.uint(index, 6).fixed(record, RECORD_BYTES);
  }
  for (const { nodes } of tables) for (const node of nodes) writer.fixed(node, 32);
  return writer.finish();
}
