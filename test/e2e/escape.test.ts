/** All daemons are gone: people leave with the command line, a host RPC and a file. */
import { copyFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestClient, http } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getBridgeContracts } from "../../bridge/contracts.ts";
import { depositToRollup } from "../../bridge/depositToRollup.ts";
import { CURATOR, DEPLOYER, developmentAccount } from "../../cli/devnet/accounts.ts";
import { createTributaryClient } from "../../client/client.ts";
import { tokenAbi } from "../../contracts/abi/token.ts";
import { run } from "../cli/commandLine.ts";
import { keyOf, RICH, startHost, type TestHost } from "../cli/network.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { until } from "../support/until.ts";

const TOKEN = 10n ** 9n;
const DAY = 24 * 3_600;
const LONG_MS = 60_000;
const ALICE = CURATOR;
const BOB = CURATOR + 1;
const directory = temporaryDirectories();

let host: TestHost;
let snapshot: string;
let client: ReturnType<typeof createTestClient>;

const addressOf = (index: number) => developmentAccount(index).address;
const escapeArgs = (...more: string[]) => ["escape", ...host.place, ...more];
const as = (index: number) => ({ env: { TRIBUTARY_KEY: keyOf(index) } });
const tokensOf = (owner: `0x${string}`) => {
  const contract = { address: host.deployment.token, abi: tokenAbi } as const;
  return host.publicClient.readContract({ ...contract, functionName: "balanceOf", args: [owner] });
};
async function pass(seconds: number): Promise<void> {
  await client.increaseTime({ seconds });
  await client.mine({ blocks: 3 });
}

beforeAll(async () => {
  host = await startHost();
  client = createTestClient({ mode: "anvil", transport: http(host.rpcUrl) });
  const sequencer = await host.sequencer(await directory());
  const verifierDir = await directory();
  const verifier = await host.verifier(verifierDir, "--snapshot-interval", "0");
  const deposit = ["bridge", "deposit", "--amount", "100", "--owner", addressOf(ALICE)];
  expect((await run([...deposit, ...host.place, "--rpc", sequencer.url], { env: RICH })).code).toBe(0);
  const alice = createTributaryClient({ url: sequencer.url, account: developmentAccount(ALICE) });
  const sent = await alice.transfer({ to: addressOf(BOB), amount: 30n * TOKEN });
  await until(
    "agreement",
    async () => {
      const own = await alice.syncStatus();
      const { height, batch } = await createTributaryClient({ url: verifier.url }).syncStatus();
      return own.posted >= sent.height && own.posted === own.height && height === own.height && batch === own.batch;
    },
    LONG_MS,
  );
  expect((await sequencer.command.stop()).code).toBe(0);
  expect((await verifier.command.stop()).code).toBe(0);
  const folder = join(verifierDir, "snapshots");
  const newest = (await readdir(folder)).sort().at(-1)!;
  snapshot = join(await directory(), "mine.snapshot");
  await copyFile(join(folder, newest), snapshot);
});
afterAll(() => host?.anvil.stop());

test("snapshot verify says whether a file counts", async () => {
  await pass(5);
  const verify = (...more: string[]) => run(["snapshot", "verify", ...host.place, ...more]);
  const right = await verify("--file", snapshot);
  expect(right).toMatchObject({ code: 0, stdout: expect.stringMatching(/^valid: the state after batch \d+/) });
  const json = await verify("--file", snapshot, "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({ valid: true, problem: null, rollup: host.deployment.rollup });
  const wrong = join(await directory(), "wrong.snapshot");
  await writeFile(wrong, "{}\n");
  expect(await verify("--file", wrong)).toMatchObject({ code: 1, stdout: expect.stringContaining("INVALID") });
  expect(await verify("--file", `${wrong}.missing`)).toMatchObject({ code: 2 });
});

test("escape says when the rollup may be frozen, and that a message is needed for the clock", async () => {
  const idle = await run(escapeArgs("--snapshot", snapshot), as(BOB));
  expect(idle).toMatchObject({ code: 1, stderr: expect.stringContaining("no message waits") });
  // A forced withdrawal starts the clock, with no node to ask.
  const forced = ["bridge", "withdraw", "--forced", "--account", "1", "--amount", "1", ...host.place];
  expect((await run(forced, as(BOB))).code).toBe(0);
  const early = await run(escapeArgs("--snapshot", snapshot), as(BOB));
  expect(early).toMatchObject({ code: 1, stderr: expect.stringMatching(/may be from 20\d\d-.* \(in \d+ s\)/) });
  const list = await run(escapeArgs("--list", "--owner", addressOf(BOB), "--json"));
  expect(JSON.parse(list.stdout)).toMatchObject({
    frozen: false,
    freezableAt: expect.any(Number),
    payments: [{ kind: "account", index: 1, amount: (30n * TOKEN).toString(), status: "open" }],
  });
});

test("after 30 days one freezes and leaves, and the others leave too", async () => {
  // Money that no node is there to credit.
  const contracts = await getBridgeContracts(host.publicClient, { rollup: host.deployment.rollup });
  await depositToRollup(host.wallet(DEPLOYER), { contracts, amount: 7n * TOKEN, owner: addressOf(BOB) });
  await pass(30 * DAY);
  const bob = await run(escapeArgs("--snapshot", snapshot), as(BOB));
  expect(bob, bob.stderr).toMatchObject({ code: 0, stderr: "" });
  expect(bob.stdout).toMatch(/froze the rollup in host block \d+/);
  expect(bob.stdout).toMatch(/account 1: 30 tokens {2}paid/);
  expect(bob.stdout).toMatch(/deposit \d+: 7 tokens {2}paid/);
  expect(await tokensOf(addressOf(BOB))).toBe(37n * TOKEN * 10n ** 9n);

  const again = await run(escapeArgs("--snapshot", snapshot, "--json"), as(BOB));
  const { payments } = JSON.parse(again.stdout) as { payments: { status: string }[] };
  expect(payments.map(({ status }) => status)).toEqual(["paid before", "paid before"]);

  // Without a snapshot, and for everybody.
  const rest = await run(escapeArgs("--everyone"), as(BOB));
  expect(rest).toMatchObject({ code: 0, stdout: expect.stringMatching(/account 0: .* {2}paid {2}0x/) });
  expect(rest.stdout).toMatch(/treasury: .* {2}paid/);
  expect(await tokensOf(host.deployment.vault)).toBe(0n);
});
