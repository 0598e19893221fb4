/** There is no container engine where the tests run: so what the container files name is checked against what exists. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createPublicClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { expect, test } from "vitest";
import { developmentAccount, SEQUENCER } from "../../cli/devnet/accounts.ts";
import { ensureContractsBuilt } from "../../contracts/script/artifacts.ts";
import { startAnvil } from "../../runtime/host/anvil.ts";
import { connectHost } from "../../runtime/host/hostReader.ts";
import { commandOf, helpOf } from "./commandHelp.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const compose = read("docker/compose.yaml");
const dockerfile = read("docker/Dockerfile");

interface Service {
  entrypoint?: string[];
  command?: string[];
  environment: Record<string, string>;
}

/** The part of YAML that our file uses: two-space indents, lists on one line, quoted values. */
function services(): Record<string, Service> {
  const found: Record<string, Service> = {};
  const body = compose.slice(compose.indexOf("services:"), compose.indexOf("\nvolumes:"));
  let service: Service | undefined;
  for (const line of body.split("\n")) {
    const name = /^ {2}([a-z]+):$/.exec(line)?.[1];
    const list = /^ {4}(entrypoint|command): (\[.*\])$/.exec(line);
    const variable = /^ {6}([A-Z_]+): "(.*)"$/.exec(line);
    if (name !== undefined) found[name] = service = { environment: {} };
    if (list) service![list[1] as "entrypoint" | "command"] = JSON.parse(list[2]!) as string[];
    if (variable) service!.environment[variable[1]!] = variable[2]!;
  }
  return found;
}

test("compose has a host, its contracts, a sequencer and a verifier", () => {
  expect(Object.keys(services())).toEqual(["host", "deploy", "sequencer", "verifier"]);
});

test.each(["sequencer", "verifier"])("the %s's command, options and environment exist", (name) => {
  const { command: words, environment } = services()[name]!;
  expect(words![0]).toBe(name);
  const command = commandOf(words!.slice(0, 1))!;
  const options = command.options.map(({ long }) => long);
  for (const word of words!.slice(1)) if (word.startsWith("--")) expect(options).toContain(word);
  const variables = command.options.flatMap(({ envVar }) => envVar ?? []);
  expect(Object.keys(environment).length).toBeGreaterThan(0);
  for (const variable of Object.keys(environment)) {
    if (variable.endsWith("_KEY")) expect(helpOf(command)).toContain(`${variable}=`);
    else expect(variables).toContain(variable);
  }
});

test("the host's options are anvil's", async () => {
  const { entrypoint, command } = services().host!;
  expect(existsSync(join(root, entrypoint![0]!))).toBe(true);
  const { stdout } = await run(join(root, entrypoint![0]!), ["--help"]);
  for (const option of command!.filter((each) => each.startsWith("--"))) expect(stdout).toContain(`${option} <`);
});

test("what the image copies and starts exists", () => {
  const sources = [...dockerfile.matchAll(/^COPY (.+)$/gm)].flatMap(([, paths]) => paths!.split(" ").slice(0, -1));
  expect(sources.length).toBeGreaterThan(5);
  for (const source of sources) expect(existsSync(join(root, source)), source).toBe(true);
  const entrypoint = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(dockerfile)![1]!) as string[];
  expect(existsSync(join(root, entrypoint[1]!))).toBe(true);
  const [tsx] = services().deploy!.entrypoint!;
  expect(existsSync(join(root, tsx!))).toBe(true);
});

test("the image holds every folder that its programs import", () => {
  const copied = new Set([...dockerfile.matchAll(/^COPY ([a-z]+) \1$/gm)].map(([, folder]) => folder));
  for (const folder of [
    "protocol",
    "runtime",
    "sequencer",
    "prover",
    "bridge",
    "client",
    "attribution",
    "contracts",
    "cli",
  ]) {
    expect(copied).toContain(folder);
  }
});

test("deploy.ts puts the Rollup where compose expects it, with the bonded poster, and does nothing the second time", async () => {
  const { sequencer, verifier, deploy } = services();
  const rollup = sequencer!.environment.TRIBUTARY_ROLLUP as `0x${string}`;
  expect(verifier!.environment.TRIBUTARY_ROLLUP).toBe(rollup);
  const poster = privateKeyToAccount(sequencer!.environment.TRIBUTARY_POSTER_KEY as `0x${string}`);
  expect(poster.address).toBe(developmentAccount(SEQUENCER).address);

  await ensureContractsBuilt();
  const anvil = await startAnvil();
  try {
    const script = [join(root, "node_modules/tsx/dist/cli.mjs"), join(root, deploy!.command![0]!), anvil.rpcUrl];
    const deployOnce = async () => (await run(process.execPath, script)).stdout.trim();
    expect(await deployOnce()).toBe(rollup);
    const client = createPublicClient({ transport: http(anvil.rpcUrl) });
    const blocks = await client.getBlockNumber();
    expect(await deployOnce()).toBe(rollup);
    expect(await client.getBlockNumber()).toBe(blocks);
    const reader = await connectHost({ rpcUrl: anvil.rpcUrl, rollup });
    expect((await reader.bondOf(poster.address)).amount).toBe(10n ** 19n);
    expect((await reader.slot()).poster).toBe(poster.address);
  } finally {
    await anvil.stop();
  }
});
