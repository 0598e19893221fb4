/** Rows in which a poster posts one block and claims the root of something else. */
import { equalBytes } from "../../protocol/bytes.ts";
import type { Arena } from "./arena.ts";
import type { Books, Plan } from "./books.ts";
import { caught } from "./ends.ts";
import { judged, proven, type Row } from "./row.ts";

interface About extends Pick<Row, "name" | "rule" | "deed" | "why"> {
  /** The rules' verdict on the last transaction, message or item of the block, where the lie is about it. */
  verdict?: string;
}

export function lied(about: About, write: (books: Books, arena: Arena) => Plan | Promise<Plan>): Row {
  const { verdict, ...row } = about;
  return {
    ...row,
    liar: "sequencer",
    expected: [...(verdict === undefined ? [] : [judged(verdict)]), proven(0)],
    async run(arena) {
      const books = await arena.books();
      const plan = await write(books, arena);
      const { lie: _, ...honest } = plan;
      const right = books.copy().block(honest);
      const block = books.block(plan);
      if (equalBytes(block.header.stateRoot, right.header.stateRoot)) return ["the lie is none"];
      await arena.post([block]);
      const last = right.results.at(-1);
      const seen = verdict === undefined ? [] : [judged(last?.items?.at(-1) ?? last?.verdict ?? "none")];
      return [...seen, await caught(arena)];
    },
  };
}
