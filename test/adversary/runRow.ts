/** One row, played on the arena as the season left it. */
import type { Arena } from "./arena.ts";
import type { End, Row } from "./row.ts";

export interface Played {
  readonly row: Row;
  readonly seen: readonly End[];
  readonly isOk: boolean;
}

/** Never throws for what a row does: that is what was seen. */
export async function runRow(arena: Arena, row: Row): Promise<Played> {
  await arena.reset();
  const seen = await row.run(arena).catch((error: unknown) => [`error: ${messageOf(error)}`]);
  return { row, seen, isOk: JSON.stringify(seen) === JSON.stringify(row.expected) };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
