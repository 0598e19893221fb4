/**
 * `npm run adversary [-- <part of a row's name>] [-- --explain]`: plays the table of lies and prints it. Ends with 1 when a row
 * ended otherwise than it has to.
 */
import { useFastHashes } from "../../runtime/fastHashes.ts";
import { Arena } from "./arena.ts";
import { type Played, runRow } from "./runRow.ts";
import { TABLE } from "./table.ts";

const [wanted = "", explain] = [
  process.argv.slice(2).find((argument) => !argument.startsWith("--")),
  process.argv.includes("--explain"),
];

/** Widths of all columns but the last two. */
const WIDTHS = [52, 4, 11] as const;

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0)).join(" | ");
}

function print({ row, seen, isOk }: Played): void {
  const { name, rule, liar, deed, why, expected } = row;
  const ends = [expected.join("; "), seen.join("; ")];
  console.log(line([name, `${rule}`, liar, ...ends, isOk ? "ok" : "NOT OK"]));
  if (explain) console.log(`    ${deed}\n    ${why}`);
}

await useFastHashes();
const arena = await Arena.start();
const played: Played[] = [];
try {
  console.log(line(["row", "rule", "liar", "expected", "seen", "ok"]));
  for (const row of TABLE.filter(({ name }) => name.includes(wanted))) {
    const result = await runRow(arena, row);
    print(result);
    played.push(result);
  }
} finally {
  await arena.stop();
}
const failed = played.filter(({ isOk }) => !isOk).length;
console.log(`${played.length} rows, ${played.length - failed} as expected, ${failed} not`);
process.exitCode = failed === 0 && played.length > 0 ? 0 : 1;
