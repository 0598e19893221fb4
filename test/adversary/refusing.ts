/** Rows that the contracts refuse at once. */
import { type Arena, refusalOf } from "./arena.ts";
import type { Books } from "./books.ts";
import { type Row, refused } from "./row.ts";

/** `act` sends what is to be refused; what comes before it must go through. */
export function refusing(
  about: Omit<Row, "expected" | "run">,
  error: string,
  act: (arena: Arena, books: Books) => Promise<unknown>,
): Row {
  return {
    ...about,
    expected: [refused(error)],
    run: async (arena) => [await refusalOf(async () => act(arena, await arena.books()))],
  };
}
