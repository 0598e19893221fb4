/** Transactions and receipts by the command line. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CURATOR, OPERATOR } from "../../cli/devnet/accounts.ts";
import type { Receipt } from "../../protocol/receipt.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { type Ended, type RunningDaemon, run } from "./commandLine.ts";
import { keyOf, RICH, startHost, type TestHost } from "./network.ts";

const directory = temporaryDirectories();
const hash = (byte: string): string => `0x${byte.repeat(32)}`;
const DATANET = { metadataHash: hash("11"), curated: false, purposes: 3, lineageBps: 1_000, curatorBps: 500 };
const ITEM = { kind: 0, purposes: 3, expiresAt: 0 };

let host: TestHost;
let sequencer: RunningDaemon;
let folder: string;

beforeAll(async () => {
  host = await startHost();
  [sequencer, folder] = [await host.sequencer(await directory()), await directory()];
  const deposited = await tributary(["bridge", "deposit", "--amount", "100", ...host.place], RICH);
  expect(deposited.code).toBe(0);
});
afterAll(async () => {
  await sequencer?.command.stop();
  await host?.anvil.stop();
});

function tributary(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return run(args, { env: { TRIBUTARY_RPC: sequencer.url, ...env }, cwd: folder });
}

const send = (name: string, body: unknown, ...more: string[]): Promise<Ended> =>
  tributary(["send", name, JSON.stringify(body), ...more], RICH);

test("a transaction is sent, and what it made is told", async () => {
  const { code, stdout, stderr } = await send("CreateDatanet", DATANET);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^Ok {2}CreateDatanet 0x[0-9a-f]{64}\ncreated 1 in datanets from index 0\nblock \d+, fee \d+/);
});

test("a body may come from a file, the answer as JSON, and after a level of certainty", async () => {
  const items = ["aa", "bb"].map((byte) => ({ contentRoot: hash(byte), ...ITEM }));
  await writeFile(join(folder, "body.json"), JSON.stringify({ datanet: 0, items }));
  const { code, stdout } = await tributary(["send", "Contribute", "@body.json", "--json", "--wait", "posted"], RICH);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    name: "Contribute",
    verdict: "Ok",
    created: [{ table: "contributions", first: 0, count: 2 }],
    confirmation: expect.stringMatching(/posted|host-safe|host-finalized|settled/),
  });
});

test("a transaction that the rules reject is shown with its verdict, and the exit code is 1", async () => {
  const { code, stdout } = await send("Transfer", { to: 0, amount: String(10n ** 15n) });
  expect(stdout).toMatch(/^InsufficientBalance {2}Transfer 0x/);
  expect(code).toBe(1);
});

test("a rejected item is enough for exit code 1", async () => {
  const { code, stdout } = await send("Claim", { items: [{ table: "contributions", index: 0 }] });
  expect(stdout).toMatch(/\nitem 0: (?!Ok)\w+\n/);
  expect(code).toBe(1);
});

test("a key without an account, and an account of another, are refused with a reason", async () => {
  const body = JSON.stringify({ to: 0, amount: "1" });
  const without = await tributary(["send", "Transfer", body], { TRIBUTARY_KEY: keyOf(CURATOR) });
  expect(without).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: .*account/) });
  const foreign = await tributary(["send", "Transfer", body, "--account", "0"], { TRIBUTARY_KEY: keyOf(OPERATOR) });
  expect(foreign).toMatchObject({ code: 2, stderr: expect.stringMatching(/"account" 0 belongs to 0x\w+, not to/) });
  for (const { stderr } of [without, foreign]) expect(stderr).not.toMatch(/^\s+at /m);
});

test("sending without a key says which variable must hold it", async () => {
  const { code, stderr } = await tributary(["send", "Transfer", `{"to": 0, "amount": "1"}`]);
  expect(stderr).toContain("TRIBUTARY_KEY must hold a private key");
  expect(code).toBe(2);
});

const CONTRIBUTION = ["receipt", "create", "--table", "contributions", "--index", "1"];

test("a receipt is created into a file and verifies without a network", async () => {
  const created = await tributary([...CONTRIBUTION, "--out", "receipt.json"]);
  expect(created).toMatchObject({ code: 0, stdout: "", stderr: "" });
  const offline = { TRIBUTARY_RPC: "http://127.0.0.1:9" };
  const { code, stdout } = await tributary(["receipt", "verify", "receipt.json"], offline);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^valid; not checked against the host\nbatch commitment 0x[0-9a-f]{64}\n/);
  expect(stdout).toContain(hash("bb"));
});

test("a receipt on standard output is the same JSON, and verification can answer in JSON", async () => {
  const { stdout } = await tributary(CONTRIBUTION);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile(join(folder, "receipt.json"), "utf8")));
  const verified = await tributary(["receipt", "verify", "receipt.json", "--json"]);
  const result = JSON.parse(verified.stdout) as { valid: boolean; batchCommitment: string };
  expect(result.valid).toBe(true);

  const checked = ["receipt", "verify", "receipt.json", "--commitment"];
  const right = await tributary([...checked, result.batchCommitment]);
  expect(right).toMatchObject({ code: 0, stdout: expect.stringMatching(/^valid; checked against the host/) });
  const wrong = await tributary([...checked, hash("cc")]);
  expect(wrong).toMatchObject({ code: 1, stdout: expect.stringMatching(/^INVALID: /) });
});

test("a receipt that was tampered with is invalid", async () => {
  const receipt = JSON.parse(await readFile(join(folder, "receipt.json"), "utf8")) as Receipt;
  const record = (receipt.record as string).replace(/bb/, "cc");
  expect(record).not.toBe(receipt.record);
  for (const change of [{ record }, { index: 0 }, { siblings: receipt.siblings.slice(1) }]) {
    await writeFile(join(folder, "tampered.json"), JSON.stringify({ ...receipt, ...change }));
    const { code, stdout } = await tributary(["receipt", "verify", "tampered.json"]);
    expect(stdout, JSON.stringify(change).slice(0, 60)).toMatch(/^INVALID: \S/);
    expect(code).toBe(1);
  }
});

test.each(["[]", "null"])("a file that holds %s is an invalid receipt", async (json) => {
  await writeFile(join(folder, "other.json"), json);
  const { code, stdout, stderr } = await tributary(["receipt", "verify", "other.json"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toMatch(/^INVALID: \S/);
});

test("a receipt of what does not exist fails, and one that cannot be written says so", async () => {
  const missing = await tributary(["receipt", "create", "--table", "models", "--index", "5"]);
  expect(missing).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^error \(not-found\)/) });
  const unwritable = await tributary([...CONTRIBUTION, "--out", "no/such/folder.json"]);
  expect(unwritable).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot write no/such/folder.json") });
});
