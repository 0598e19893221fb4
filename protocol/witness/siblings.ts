/** The nodes of a table that a fold of some leaves needs and cannot know. Spec: docs/spec/faults.md#the-witness. */
import { TABLE_DEPTH } from "../params.ts";
import type { Table } from "../tree/table.ts";

/**
 * Level by level from 0 to 47, from left to right. `carried` are the leaves, by increasing index; `length` is the table's before
 * the block: what lies past it is zero or carried itself.
 */
export function siblingsOf(carried: readonly number[], length: number, table: Pick<Table, "storedNode">): Uint8Array[] {
  const nodes: Uint8Array[] = [];
  let positions = carried;
  for (let level = 0; level < TABLE_DEPTH; level++) {
    const parents: number[] = [];
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i]!;
      const sibling = position % 2 === 0 ? position + 1 : position - 1;
      // A carried left sibling was met before its right one, and took it along.
      if (positions[i + 1] === sibling) i++;
      else if (sibling * 2 ** level < length) nodes.push(table.storedNode(level, sibling));
      parents.push(Math.floor(position / 2));
    }
    positions = parents;
  }
  return nodes;
}
