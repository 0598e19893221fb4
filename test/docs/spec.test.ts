/** What the specification repeats of the code must be the code's. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RPC_ERRORS } from "../../protocol/api.ts";
import { VOID_VERDICTS } from "../../protocol/block.ts";
import { toHex } from "../../protocol/bytes.ts";
import { DOMAIN_NAME, DOMAIN_VERSION } from "../../protocol/eip712.ts";
import * as params from "../../protocol/params.ts";
import { CONTRIBUTION_KINDS, CONTRIBUTION_STATUSES } from "../../protocol/state/contribution.ts";
import { RELATIONS } from "../../protocol/state/model.ts";
import { State, TABLES } from "../../protocol/state/state.ts";
import { TRANSACTIONS } from "../../protocol/transactions/registry.ts";
import { VERDICTS } from "../../protocol/verdict.ts";
import { ERROR_CODES } from "../../runtime/errors.ts";
import { METHOD_NAMES } from "../../runtime/rpc/methodTable.ts";

const docs = join(import.meta.dirname, "..", "..", "docs");
/** A page with every run of white space as one space, so that line breaks do not matter. */
const page = (name: string): string => readFileSync(join(docs, name), "utf8");
const flat = (name: string): string => page(name).replace(/\s+/g, " ");
/** Cells of the table rows in a section. */
function rows(name: string, heading: string): string[][] {
  const from = page(name).split(`${heading}\n`)[1]!;
  const section = from.slice(0, /^#{1,6} /m.exec(from)?.index ?? from.length);
  const lines = [...section.matchAll(/^\| (.+) \|$/gm)].map(([, line]) =>
    line!.split(" | ").map((cell) => cell.trim()),
  );
  return lines.filter(([first]) => !first!.startsWith("---"));
}
const grouped = (value: number | bigint): string => value.toLocaleString("en-US");

test("every kind has its number and its typed data in transactions.md", () => {
  const text = flat("spec/transactions.md");
  for (const { kind, name, structs } of Object.values(TRANSACTIONS)) {
    const encoded = Object.entries(structs)
      .map(([struct, fields]) => `${struct}(${fields.map((field) => `${field.type} ${field.name}`).join(",")})`)
      .join("");
    expect(text).toContain(`${name} (${kind})`);
    // Reject has the form of Accept.
    if (name !== "Reject") expect(text).toContain(`\`${encoded}\``);
    else expect(encoded.replace("Reject", "Accept")).toBe(encodedAccept());
  }
  expect(text).toContain(`name: "${DOMAIN_NAME}", version: "${DOMAIN_VERSION}"`);
});

function encodedAccept(): string {
  return `Accept(${TRANSACTIONS.Accept.structs.Accept!.map((field) => `${field.type} ${field.name}`).join(",")})`;
}

test("the verdict table is the list of verdicts", () => {
  const table = rows("spec/transactions.md", "## Verdicts").slice(1);
  expect(table.map(([code, name]) => [Number(code), name])).toEqual(VERDICTS.map((name, code) => [code, name]));
  const isVoid = table.filter(([, , meaning]) => meaning!.includes("(void)")).map(([, name]) => name);
  expect(isVoid).toEqual(VOID_VERDICTS);
});

test("verdicts named in a kind's checks exist", () => {
  const text = page("spec/transactions.md").split("## Checks and effects")[1]!.split("## Verdicts")[0]!;
  const named = [...text.matchAll(/: `([A-Z][A-Za-z]+)`/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(30);
  for (const name of named) expect(VERDICTS as readonly string[]).toContain(name);
});

test("state.md has the tables, the names of numbers, and the genesis state", () => {
  const fields = rows("spec/state.md", "# State: tables, records, roots").slice(1, 1 + TABLES.length);
  expect(fields.map(([field, name]) => [Number(field), name])).toEqual(TABLES.map((name, field) => [field, name]));
  const parameters = rows("spec/state.md", "## Genesis").slice(1);
  expect(parameters.map(([name, value]) => [name, value])).toEqual(
    Object.entries(params.GENESIS_PARAMETERS).map(([name, value]) => [name, grouped(value)]),
  );
  const text = flat("spec/state.md");
  expect(text).toContain(toHex(new State().root()));
  for (const names of [CONTRIBUTION_KINDS, CONTRIBUTION_STATUSES, RELATIONS]) {
    expect(text).toContain(names.map((name, code) => `${code} ${name}`).join(", "));
  }
});

test("blocks.md has the meter's constants and the limits", () => {
  const numbers = new Map(Object.entries(params).map(([name, value]) => [name, Number(value)]));
  const constants = rows("spec/blocks.md", "## The meter").slice(1);
  expect(constants.length).toBeGreaterThan(5);
  for (const [name, value] of constants) {
    expect(value, name).toBe(grouped(numbers.get(name!)!));
  }
  const limits = new Map(rows("spec/blocks.md", "## Limits").map(([what, value]) => [what, value]));
  expect(limits.get("bytes of a block")).toBe(grouped(params.MAX_BLOCK_BYTES));
  expect(limits.get("inbox weight of a block")).toBe(grouped(params.INBOX_BLOCK_WEIGHT));
  expect(limits.get("records in an Attribute")).toBe(grouped(params.MAX_RECORDS));
  expect(limits.get("shares in a record")).toBe(grouped(params.MAX_SHARES));
  expect(limits.get("datanets of a model")).toBe(grouped(params.MAX_MODEL_DATANETS));
  expect(limits.get("forced transaction")).toBe(`${grouped(params.MAX_FORCED_BYTES)} bytes`);
});

test("rpc.md has every method and every error", () => {
  const methods = ["### Submission (sequencer only)", "### Reading"].flatMap((heading) => rows("spec/rpc.md", heading));
  const named = methods.flatMap(([cell]) => /^`(\w+)`$/.exec(cell!)?.[1] ?? []);
  expect(named.sort()).toEqual([...METHOD_NAMES].sort());
  const errors = rows("spec/rpc.md", "## Errors").slice(1);
  expect(Object.fromEntries(errors.map(([code, name]) => [name!.replaceAll("`", ""), Number(code)]))).toEqual(
    RPC_ERRORS,
  );
});

test("settlement.md has the limits of a batch", () => {
  const text = flat("spec/settlement.md");
  for (const limit of [params.MAX_BATCH_BYTES, params.MAX_BLOCK_BYTES, params.INBOX_BLOCK_WEIGHT]) {
    expect(text).toContain(grouped(limit));
  }
  expect(text).toContain(`| 3,000 |`);
  expect(text).toContain(`| 28,000 |`);
});

test("error codes in the runbook exist", () => {
  const named = [...page("runbook.md").matchAll(/^\| `([a-z]+(?:-[a-z]+)+)`/gm)].map(([, code]) => code!);
  expect(named.length).toBeGreaterThan(5);
  for (const code of named) expect(Object.keys(ERROR_CODES)).toContain(code);
});

test("decisions are numbered without a gap", () => {
  const numbers = readdirSync(join(docs, "decisions"))
    .sort()
    .map((name) => Number(name.slice(0, 4)));
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
});
