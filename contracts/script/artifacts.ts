/** Compiled contracts: builds them when needed, and reads what forge wrote. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, stat, utimes } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Abi, Hex } from "viem";

const CONTRACTS = fileURLToPath(new URL("..", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export const CONTRACT_NAMES = ["Rollup", "Inbox", "Vault", "ITransition", "Transition", "DevToken"] as const;
export type ContractName = (typeof CONTRACT_NAMES)[number];

/** What these contracts are built from, with all that it imports. */
const SOURCES = ["Rollup.sol", "transition/Transition.sol", "DevToken.sol"].map((file) => `contracts/src/${file}`);

export interface Artifact {
  abi: Abi;
  bytecode: Hex;
  /** What stands on the host, but for immutables. */
  deployedBytecode: Hex;
}

interface ForgeArtifact {
  abi: Abi;
  bytecode: { object: Hex };
  deployedBytecode: { object: Hex };
}

export async function readArtifact(name: ContractName): Promise<Artifact> {
  const artifact = JSON.parse(await readFile(artifactPath(name), "utf8")) as ForgeArtifact;
  const { abi, bytecode, deployedBytecode } = artifact;
  return { abi, bytecode: bytecode.object, deployedBytecode: deployedBytecode.object };
}

/**
 * Builds the contracts unless the output is newer than every source. Not for several processes at once: a test run
 * calls it once, before its workers start.
 */
export async function ensureContractsBuilt(): Promise<void> {
  const sources = await newestChange(join(CONTRACTS, "src"));
  const config = (await stat(join(CONTRACTS, "foundry.toml"))).mtimeMs;
  const built = await Promise.all(CONTRACT_NAMES.map((name) => changedAt(artifactPath(name))));
  if (Math.min(...built) >= Math.max(sources, config)) return;
  await runForge(["build", ...SOURCES]);
  // Forge leaves the output of unchanged code alone; its new time says that it was compared.
  const now = new Date();
  await Promise.all(CONTRACT_NAMES.map((name) => utimes(artifactPath(name), now, now)));
}

/** Runs the native forge, which the platform's own package holds; the command `forge` is a slower wrapper around it. */
async function runForge(args: string[]): Promise<void> {
  const native = nativeBinary("forge");
  const [command, prefix] = native === undefined ? ["npx", ["forge"]] : [native, []];
  const child = spawn(command, [...prefix, ...args], {
    cwd: ROOT,
    env: { ...process.env, FOUNDRY_CONFIG: join("contracts", "foundry.toml") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`forge ${args.join(" ")} ended with ${code}: ${errors}`);
}

/** Path of a Foundry binary for this platform, undefined where the packages have none. */
export function nativeBinary(tool: "forge" | "anvil"): string | undefined {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const file = `${tool}${process.platform === "win32" ? ".exe" : ""}`;
  try {
    const path = createRequire(import.meta.url).resolve(`@foundry-rs/${tool}-${process.platform}-${arch}/package.json`);
    const binary = join(dirname(path), "bin", file);
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function artifactPath(name: ContractName): string {
  return join(CONTRACTS, "out", `${name}.sol`, `${name}.json`);
}

async function changedAt(path: string): Promise<number> {
  return existsSync(path) ? (await stat(path)).mtimeMs : 0;
}

async function newestChange(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true });
  return Math.max(...(await Promise.all(entries.map((entry) => changedAt(join(folder, entry))))));
}
