/** Sequencer and verifier as processes: how they start, what they refuse, how they end. */
import { rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTributaryClient } from "../../client/client.ts";
import { openStore } from "../../runtime/store/store.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { until } from "../support/until.ts";
import { Command, type Ended, type RunningDaemon, run, startDaemon } from "./commandLine.ts";
import { POSTER, RICH, startHost, type TestHost } from "./network.ts";

const directory = temporaryDirectories();
const SIGNALS = ["SIGTERM", "SIGINT"] as const;
let host: TestHost;
let sequencerDir: string;
let verifierDir: string;

beforeAll(async () => {
  host = await startHost();
  [sequencerDir, verifierDir] = [await directory(), await directory()];
});
afterAll(() => host?.anvil.stop());

const portOf = ({ url }: RunningDaemon): number => Number(new URL(url).port);

/** Whether a process could take the daemon's place at once. */
async function expectReleased(daemon: RunningDaemon, dataDir: string): Promise<void> {
  const server: Server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(portOf(daemon), "127.0.0.1", resolve);
  });
  await new Promise((resolve) => server.close(resolve));
  await (await openStore(dataDir)).close();
}

function expectFailure({ code, stdout, stderr }: Ended, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
}

const sequencerEnds = (args: readonly string[]): Promise<Ended> => run([...args, "--port", "0"], { env: POSTER });

test.each(SIGNALS)("a sequencer ends with code 0 at %s and releases port and store", async (signal) => {
  const sequencer = await host.sequencer(sequencerDir);
  expect(await fetch(`${sequencer.url}/healthz`).then(({ status }) => status)).toBe(200);
  const { code, stdout, stderr } = await sequencer.command.stop(signal);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain(`"signal":"${signal}","msg":"stopping"`);
  await expectReleased(sequencer, sequencerDir);
});

test.each(SIGNALS)("a verifier ends with code 0 at %s and releases port and store", async (signal) => {
  const verifier = await host.verifier(verifierDir);
  const metrics = await fetch(`${verifier.url}/metrics`).then((response) => response.text());
  expect(metrics).toMatch(/^tributary_fault 0$/m);
  const { code, stdout } = await verifier.command.stop(signal);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  await expectReleased(verifier, verifierDir);
});

test("a daemon that a signal stops while it waits for its host ends at once, with code 0", async () => {
  let connections = 0;
  const mute = createServer(() => connections++);
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const address = mute.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const place = ["--host-rpc", `http://127.0.0.1:${port}`, "--rollup", host.deployment.rollup];
  const verifier = new Command(["verifier", ...place, "--data-dir", await directory(), "--port", "0"]);
  await until("the verifier to ask the host", () => connections > 0, 60_000);
  const stoppedAt = performance.now();
  expect(await verifier.stop()).toMatchObject({ code: 0, signal: null });
  expect(performance.now() - stoppedAt).toBeLessThan(5_000);
  mute.close();
});

test("a host that is down ends the start with code 1", async () => {
  const nowhere = ["--host-rpc", "http://127.0.0.1:9", "--rollup", host.deployment.rollup];
  const args = [...nowhere, "--data-dir", await directory()];
  expectFailure(await sequencerEnds(["sequencer", ...args]), /^error \(host-unreachable\).*127\.0\.0\.1:9/);
  expectFailure(await run(["verifier", ...args]), /^error \(host-unreachable\)/);
});

test("an address without the contract, or with another, is a mismatch", async () => {
  const at = async (rollup: string): Promise<Ended> =>
    run(["verifier", "--host-rpc", host.rpcUrl, "--rollup", rollup, "--data-dir", await directory()]);
  expectFailure(await at(`0x${"11".repeat(20)}`), /^error \(host-mismatch\): there is no contract at 0x1111/);
  expectFailure(await at(host.deployment.token), /^error \(host-mismatch\): .*is no rollup/);
});

test("a second process on the store, the port, or in the other role is refused", async () => {
  const sequencer = await host.sequencer(sequencerDir);
  expectFailure(
    await sequencerEnds(host.sequencerArgs(sequencerDir)),
    /^error \(store-locked\): another process uses/m,
  );
  expectFailure(await run(["store", "repair", sequencerDir]), /^error \(store-locked\)/);
  const samePort = ["--port", String(portOf(sequencer))];
  const taken = await run([...host.verifierArgs(verifierDir), ...samePort]);
  expectFailure(taken, /cannot listen on 127\.0\.0\.1:\d+: another process listens there/);
  expect((await sequencer.command.stop()).code).toBe(0);
  const verifier = await run([...host.verifierArgs(sequencerDir), "--port", "0"]);
  expectFailure(verifier, /^error \(store-mismatch\): .*choose another directory/);
});

test("a damaged store is refused with the way out, and repair brings it back as it was", async () => {
  const before = await host.sequencer(sequencerDir);
  const deposit = ["bridge", "deposit", "--amount", "1", ...host.place, "--rpc", before.url];
  expect((await run(deposit, { env: RICH })).code).toBe(0);
  const client = createTributaryClient({ url: before.url });
  await until("the deposit's block to be sealed", async () => (await client.syncStatus()).height > 0);
  const { height, stateRoot } = await client.syncStatus();
  await before.command.stop();

  await rm(join(sequencerDir, "CURRENT"));
  const refused = await sequencerEnds(host.sequencerArgs(sequencerDir));
  expectFailure(refused, /^error \(store-corrupt\): .*tributary store repair/);
  const repaired = await run(["store", "repair", sequencerDir]);
  expect(repaired).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("salvaged") });

  const after = await host.sequencer(sequencerDir);
  const status = await createTributaryClient({ url: after.url }).syncStatus();
  expect(status).toMatchObject({ height, stateRoot });
  await after.command.stop();
});

test("a host that goes away is waited for, and a signal still ends the daemons with code 0", async () => {
  const sequencer = await host.sequencer(sequencerDir);
  const verifier = await startDaemon(host.verifierArgs(verifierDir));
  await host.anvil.stop();
  for (const { command, url } of [sequencer, verifier]) {
    await command.said(/"code":"host-unreachable"/);
    expect(await fetch(`${url}/healthz`).then(({ status }) => status)).toBe(200);
    expect((await command.stop()).code).toBe(0);
  }
});
