/** The table of lies, row by row, and what it has to hold. The same as a table on paper: npm run adversary */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Arena } from "./arena.ts";
import { LIARS } from "./row.ts";
import { runRow } from "./runRow.ts";
import { TABLE } from "./table.ts";

const names = TABLE.map(({ name }) => name);

test("the table has at least 40 rows, each with a name of its own, and somebody of every kind lies in it", () => {
  expect(TABLE.length).toBeGreaterThanOrEqual(40);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(TABLE.map(({ liar }) => liar))).toEqual(new Set(LIARS));
});

describe("ends as it has to:", () => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.start();
  });
  afterAll(() => arena?.stop());

  for (const row of TABLE) {
    test(`${row.name} (${row.liar}, rule ${row.rule})`, async () => {
      expect((await runRow(arena, row)).seen).toEqual(row.expected);
    });
  }
});
