/** Roots that nothing gives, wherever in a batch they stand. */
import { alice, root } from "../../support/world.ts";
import type { Arena } from "../arena.ts";
import type { Books, Written } from "../books.ts";
import { caught } from "../ends.ts";
import { proven, type Row } from "../row.ts";
import { transfer } from "../season.ts";

/** Three blocks with a transfer each. */
const three = (books: Books): Written[] =>
  [0, 1, 2].map(() => books.block({ content: [books.pack(transfer(0, 1), alice)] }));

/** The batch of three with made-up roots in the blocks of these numbers. */
async function postWithout(arena: Arena, wrong: readonly number[]): Promise<void> {
  const blocks = three(await arena.books()).map((block, i) =>
    wrong.includes(i) ? { ...block, header: { ...block.header, stateRoot: root(`wrong ${i}`) } } : block,
  );
  await arena.post(blocks);
}

const wrongRoots = (name: string, deed: string, wrong: readonly number[], why: string): Row => ({
  name,
  rule: 24,
  liar: "sequencer",
  deed,
  expected: [proven(wrong[0]!)],
  why,
  async run(arena) {
    await postWithout(arena, wrong);
    return [await caught(arena)];
  },
});

const wrongAfterWrong: Row = {
  name: "wrong after a wrong",
  rule: 24,
  liar: "sequencer",
  deed: "a batch with a wrong root, and a batch on top that is wrong by its own parent's root, too",
  expected: [proven(1)],
  why: "the first removes both: one bond pays once",
  async run(arena) {
    const books = await arena.books();
    const first = three(books);
    first[1] = { ...first[1]!, header: { ...first[1]!.header, stateRoot: root("first lie") } };
    const batch = await arena.post(first);
    const [second] = three(books);
    await arena.post([{ ...second!, header: { ...second!.header, stateRoot: root("second lie") } }]);
    return [await caught(arena, { batch })];
  },
};

export const ROOTS: readonly Row[] = [
  wrongRoots(
    "wrong root, first block",
    "the first of three blocks has a made-up root",
    [0],
    "the state before is the parent batch's",
  ),
  wrongRoots("wrong root, middle block", "the second of three", [1], "the state before is in the header before"),
  wrongRoots(
    "wrong root, last block",
    "the last of three, which is the batch's own root",
    [2],
    "withdrawals would be paid against it",
  ),
  wrongRoots(
    "several wrong in a row",
    "all three are made up",
    [0, 1, 2],
    "the first is enough: what follows has no true state before",
  ),
  wrongAfterWrong,
];
