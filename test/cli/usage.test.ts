/** Wrong usage: exit code 2, one clear message, no stack. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Anvil, startAnvil } from "../../runtime/host/anvil.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { type Ended, run } from "./commandLine.ts";
import { keyOf, POSTER, RICH } from "./network.ts";

const ROLLUP = `0x${"11".repeat(20)}`;
/** Nobody listens on the discard port. */
const NOWHERE = "http://127.0.0.1:9";
const BRIDGE = ["--host-rpc", NOWHERE, "--rollup", ROLLUP];

const directory = temporaryDirectories();
let folder: string;
let foreign: Anvil;

beforeAll(async () => {
  folder = await directory();
  await writeFile(join(folder, "garbage.json"), "{ this is not JSON");
  await mkdir(join(folder, "empty"));
  foreign = await startAnvil({ chainId: 4_242 });
});
afterAll(() => foreign.stop());

function expectUsageError(ended: Ended, message: RegExp): void {
  expect(ended.stderr).toMatch(message);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
  expect(ended.stdout).toBe("");
  expect(ended.code).toBe(2);
}

interface Case {
  what: string;
  args: readonly string[];
  message: RegExp;
  env?: Record<string, string>;
}

const CASES: readonly Case[] = [
  { what: "no command", args: [], message: /Usage: tributary/ },
  { what: "a group without its command", args: ["bridge"], message: /Usage: tributary bridge/ },
  { what: "an unknown command", args: ["frobnicate"], message: /unknown command 'frobnicate'/ },
  { what: "a misspelt command", args: ["verifer"], message: /Did you mean verifier\?/ },
  { what: "an unknown option", args: ["trace", "text", "--bogus"], message: /unknown option '--bogus'/ },
  { what: "too many arguments", args: ["devnet", "now"], message: /too many arguments/ },
  { what: "a missing argument", args: ["trace"], message: /missing required argument 'text'/ },
  { what: "a missing option", args: ["verifier", "--rollup", ROLLUP], message: /'--host-rpc <url>' not specified/ },
  {
    what: "a bad URL",
    args: ["verifier", "--host-rpc", "nonsense", "--rollup", ROLLUP],
    message: /'--host-rpc <url>' argument 'nonsense' is invalid. not a URL/,
  },
  {
    what: "a bad address",
    args: ["verifier", "--host-rpc", NOWHERE, "--rollup", "0x1234"],
    message: /'--rollup <address>' argument '0x1234' is invalid. not an address/,
  },
  {
    what: "a bad port",
    args: ["verifier", ...BRIDGE, "--port", "70000"],
    message: /'70000' is invalid. not a port/,
  },
  {
    what: "a bad number",
    args: ["sequencer", ...BRIDGE, "--block-time", "-5"],
    message: /'-5' is invalid. not a whole number/,
  },
  {
    what: "no batch in flight",
    args: ["sequencer", ...BRIDGE, "--batches-in-flight", "0"],
    message: /'0' is invalid. at least 1/,
  },
  {
    what: "no block that confirms",
    args: ["sequencer", ...BRIDGE, "--confirmations", "0"],
    message: /'0' is invalid. at least 1/,
  },
  {
    what: "no pause between looks at the host",
    args: ["verifier", ...BRIDGE, "--host-poll", "0"],
    message: /'0' is invalid. at least 1/,
  },
  {
    what: "a bad choice",
    args: ["sequencer", ...BRIDGE, "--credit", "soon"],
    message: /Allowed choices are latest, safe, finalized/,
  },
  {
    what: "a bad amount",
    args: ["bridge", "deposit", ...BRIDGE, "--amount", "1e3"],
    message: /'1e3' is invalid. not an amount of tokens/,
  },
  {
    what: "an amount finer than a Gwei",
    args: ["bridge", "withdraw", ...BRIDGE, "--amount", "0.0000000001"],
    message: /at most 9 decimals/,
  },
  {
    what: "a bad hash",
    args: ["bridge", "status", "0x12", ...BRIDGE],
    message: /'0x12' is invalid.*not a hash/,
  },
  { what: "a body that is not JSON", args: ["send", "Transfer", "{to: 4}"], message: /the body is not JSON/ },
  {
    what: "a body of another shape",
    args: ["send", "Transfer", `{"to": 4}`],
    message: /invalid-params.*amount/,
  },
  { what: "an unknown transaction", args: ["send", "Teleport", "{}"], message: /invalid-params/ },
  { what: "a body's file that is missing", args: ["send", "Claim", "@none.json"], message: /cannot read none.json/ },
  {
    what: "a text's file that is missing",
    args: ["trace", "@none.txt"],
    message: /cannot read none.txt: no such file/,
  },
  {
    what: "a corpus without texts",
    args: ["trace", "text", "--corpus", "empty"],
    message: /there are no .txt files in empty/,
  },
  { what: "a receipt that is missing", args: ["receipt", "verify", "none.json"], message: /cannot read none.json/ },
  {
    what: "a receipt that is not JSON",
    args: ["receipt", "verify", "garbage.json"],
    message: /garbage.json is not JSON/,
  },
  {
    what: "a commitment that is no hash",
    args: ["receipt", "verify", "garbage.json", "--commitment", "0xzz"],
    message: /not a hash/,
  },
  {
    what: "an unknown table",
    args: ["receipt", "create", "--table", "people", "--index", "0"],
    message: /Allowed choices are accounts,/,
  },
  { what: "the repair of a store that is not there", args: ["store", "repair", "empty"], message: /no store in empty/ },
];

test.concurrent.for(CASES)("$what is wrong usage", async ({ args, message, env }) => {
  expectUsageError(await run(args, { cwd: folder, env }), message);
});

test("wrong usage of a command says how to see its options", async () => {
  const { stderr } = await run(["verifier"]);
  expect(stderr).toContain("(run with --help to see every option)");
});

const sequencer = (): string[] => ["sequencer", "--host-rpc", foreign.rpcUrl, "--rollup", ROLLUP];

test("a sequencer without its key says which variable must hold it", async () => {
  expectUsageError(await run(sequencer(), { cwd: folder }), /TRIBUTARY_POSTER_KEY must hold a private key/);
});

test.each([
  ["not hex", `0x${"zz".repeat(32)}`],
  ["above the curve's order", `0x${"ff".repeat(32)}`],
])("a key that is %s is refused without being shown", async (_what, key) => {
  const ended = await run(sequencer(), { cwd: folder, env: { TRIBUTARY_POSTER_KEY: key } });
  expectUsageError(ended, /TRIBUTARY_POSTER_KEY (must hold a|holds no) private key/);
  expect(ended.stderr).not.toContain(key);
});

test("a public development key is refused on a chain that is not for development", async () => {
  const ended = await run(sequencer(), { cwd: folder, env: POSTER });
  expectUsageError(ended, /public development key; chain 4242 is not a development chain/);
  expect(ended.stderr).not.toContain(keyOf(1));
});

test("options come from the environment as well, and the command line has the last word", async () => {
  const env = { TRIBUTARY_HOST_RPC: foreign.rpcUrl, TRIBUTARY_ROLLUP: ROLLUP, ...POSTER };
  expectUsageError(await run(["sequencer"], { cwd: folder, env }), /chain 4242 is not a development chain/);
  const wrong = { ...env, TRIBUTARY_HOST_RPC: "nonsense" };
  expectUsageError(await run(["sequencer"], { cwd: folder, env: wrong }), /from env 'TRIBUTARY_HOST_RPC' is invalid/);
  const bad = { ...env, TRIBUTARY_PORT: "http" };
  expectUsageError(await run(["verifier"], { cwd: folder, env: bad }), /'http' from env 'TRIBUTARY_PORT' is invalid/);
  const both = await run(["sequencer", "--host-rpc", NOWHERE], { cwd: folder, env });
  expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining("host-unreachable") });
});

test("a node that is down is a failure, not wrong usage", async () => {
  const body = `{"to": 4, "amount": "1"}`;
  const ended = await run(["send", "Transfer", body, "--rpc", NOWHERE], { cwd: folder, env: RICH });
  expect(ended).toMatchObject({ code: 1, stderr: `error (unreachable): cannot reach ${NOWHERE}\n` });
});
