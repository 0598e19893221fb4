/** Money in and out by the command line alone, on a host with a short challenge window. */
import type { Hex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CURATOR, DEPLOYER, developmentAccount, OPERATOR } from "../../cli/devnet/accounts.ts";
import { createTributaryClient, type TributaryClient } from "../../client/client.ts";
import { tokenAbi } from "../../contracts/abi/token.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { until } from "../support/until.ts";
import { type Ended, type RunningDaemon, run } from "./commandLine.ts";
import { keyOf, RICH, startHost, type TestHost } from "./network.ts";

const TOKEN = 10n ** 9n;
const ALICE = developmentAccount(CURATOR).address;
const ALICES_KEY = { TRIBUTARY_KEY: keyOf(CURATOR) };
const STRANGERS_KEY = { TRIBUTARY_KEY: keyOf(OPERATOR) };

const directory = temporaryDirectories();
let host: TestHost;
let sequencer: RunningDaemon;
let client: TributaryClient;

beforeAll(async () => {
  host = await startHost();
  sequencer = await host.sequencer(await directory());
  client = createTributaryClient({ url: sequencer.url });
});
afterAll(async () => {
  await sequencer?.command.stop();
  await host?.anvil.stop();
});

function bridge(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return run(["bridge", ...args, ...host.place, "--rpc", sequencer.url], { env });
}

async function succeeds(args: readonly string[], env?: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await bridge(args, env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

async function fails(args: readonly string[], message: RegExp, env?: Record<string, string>): Promise<void> {
  const { code, stderr } = await bridge(args, env);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
}

const tokensOf = (owner: Hex): Promise<bigint> =>
  host.publicClient.readContract({
    address: host.deployment.token,
    abi: tokenAbi,
    functionName: "balanceOf",
    args: [owner],
  });

const balances = async (): Promise<bigint[]> => {
  return (await client.getAccount({ address: ALICE })).map(({ balance }) => balance);
};

const hashIn = (text: string): Hex => /0x[0-9a-f]{64}/.exec(text)![0] as Hex;

test("a deposit ends when it is credited, and says to which account", async () => {
  const said = await succeeds(["deposit", "--amount", "10", "--owner", ALICE], RICH);
  expect(said).toMatch(/^deposited 10 in host block \d+; message 0, waiting for the credit\ncredited to account 0\n$/);
  expect(await balances()).toEqual([10n * TOKEN]);
});

test("a deposit by permit goes to the account that is there", async () => {
  const said = await succeeds(["deposit", "--amount", "1.5", "--owner", ALICE, "--authorization", "permit"], RICH);
  expect(said).toContain("credited to account 0");
  expect(await balances()).toEqual([(115n * TOKEN) / 10n]);
});

test("a deposit of tokens that are not there fails and says why", async () => {
  await fails(["deposit", "--amount", "1"], /host-reverted.*ERC20InsufficientBalance/, STRANGERS_KEY);
});

test("a withdrawal is paid to its recipient after the window, once", async () => {
  const recipient = "0x00000000000000000000000000000000000000aa";
  const made = await succeeds(["withdraw", "--amount", "2.5", "--recipient", recipient], ALICES_KEY);
  expect(made).toContain(`withdrawal 0 of 2.5 to ${recipient}`);
  const hash = hashIn(made);
  expect(made).toContain(`tributary bridge finalize ${hash}`);
  expect(await succeeds(["status", hash])).toMatch(/^(waiting-to-prove|waiting-to-finalize: \d+ s left|ready-to-)/);

  const paid = await succeeds(["finalize", hash], STRANGERS_KEY);
  expect(paid).toMatch(/^paid 2\.5 to 0x0{38}aa in host block \d+\n$/i);
  expect(await tokensOf(recipient)).toBe((25n * 10n ** 18n) / 10n);
  expect(await succeeds(["status", hash])).toBe("finalized\n");
  expect(await succeeds(["finalize", hash], STRANGERS_KEY)).toBe("it is paid already\n");
  expect(await tokensOf(recipient)).toBe((25n * 10n ** 18n) / 10n);
});

test("a withdrawal of more than there is fails with the verdict", async () => {
  await fails(["withdraw", "--amount", "1000"], /InsufficientBalance/, ALICES_KEY);
});

test("a withdrawal takes from the account that is named", async () => {
  const signer = developmentAccount(CURATOR);
  await createTributaryClient({ url: sequencer.url, account: signer }).transfer({ to: ALICE, amount: 3n * TOKEN });
  const [first, second] = await balances();
  const { index } = (await client.getAccount({ address: ALICE }))[1]!;
  await succeeds(["withdraw", "--amount", "1", "--account", String(index)], ALICES_KEY);
  const [firstAfter, secondAfter] = await balances();
  expect(firstAfter).toBe(first);
  expect(second! - secondAfter!).toBeGreaterThanOrEqual(TOKEN);
});

test("a forced withdrawal needs no sequencer's consent and is paid as well", async () => {
  const before = await tokensOf(ALICE);
  const said = await succeeds(["withdraw", "--forced", "--account", "0", "--amount", "1"], ALICES_KEY);
  expect(said).toContain("follow it with: tributary bridge status 0x");
  const hash = hashIn(said);
  await until("the forced withdrawal", async () => (await client.getReceipt({ hash })) !== null);
  expect(await succeeds(["finalize", hash], STRANGERS_KEY)).toContain(`paid 1 to ${ALICE.toLowerCase()}`);
  expect((await tokensOf(ALICE)) - before).toBe(10n ** 18n);
});

test("a forced withdrawal from another's account is executed and rejected", async () => {
  const said = await succeeds(["withdraw", "--forced", "--account", "0", "--amount", "1"], STRANGERS_KEY);
  const hash = hashIn(said);
  await until("the forced withdrawal", async () => (await client.getReceipt({ hash })) !== null);
  await fails(["status", hash], /the rollup made no withdrawal: \w+/);
});

test("a forced withdrawal without an account is wrong usage", async () => {
  const { code, stderr } = await bridge(["withdraw", "--forced", "--amount", "1"], ALICES_KEY);
  expect({ code, stderr }).toEqual({ code: 2, stderr: "error (invalid-params): --forced needs --account\n" });
});

test("a withdrawal that nobody made is not found", async () => {
  await fails(["status", `0x${"00".repeat(32)}`], /not-found.*knows no withdrawal/);
});

test("an address that is no rollup is told apart from a host that is down", async () => {
  const amount = ["--amount", "1"];
  const elsewhere = ["--rollup", developmentAccount(DEPLOYER).address, "--host-rpc", host.rpcUrl];
  const mismatch = await run(["bridge", "deposit", ...amount, ...elsewhere], { env: RICH });
  expect(mismatch).toMatchObject({ code: 1, stderr: expect.stringContaining("error (host-mismatch)") });
  const nowhere = ["--rollup", host.deployment.rollup, "--host-rpc", "http://127.0.0.1:9"];
  const down = await run(["bridge", "deposit", ...amount, ...nowhere], { env: RICH });
  expect(down).toMatchObject({ code: 1, stderr: expect.stringContaining("error (host-unreachable)") });
  for (const { stderr } of [mismatch, down]) expect(stderr).not.toMatch(/^\s+at /m);
});
