/** A development host: starts the native `anvil` that npm installed. Its wrapper script would swallow our signals. */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { TributaryError } from "../errors.ts";
import { sleep } from "../lifecycle.ts";

export interface AnvilOptions {
  /** Default: a free one. */
  port?: number;
  /** Default 31337. */
  chainId?: number;
  /** Seconds between blocks. Default: a block for every transaction. */
  blockTimeSeconds?: number;
  /** Blocks only on request (`anvil_mine`). */
  noMining?: boolean;
  /** The safe block lags the latest by this many, the finalized one by twice as many. Default 32. */
  slotsInAnEpoch?: number;
  /** The gas of one block. Default 30,000,000. */
  gasLimit?: number;
  /** With the fees and transactions of an OP Stack chain. */
  optimism?: boolean;
  /** Time of the genesis block, seconds. */
  timestamp?: number;
  /** File that holds the chain across restarts: read at the start when there is one, written at the stop. */
  statePath?: string;
  /** More flags of anvil. */
  extraArgs?: readonly string[];
}

export interface Anvil {
  readonly rpcUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const POLL_MS = 20;
const MAX_POLLS = 500;
const KILL_AFTER_MS = 5_000;
/** A port found free may be taken before anvil binds it. */
const MAX_STARTS = 3;

/** Resolves at the first RPC answer. Throws `not-available` when there is no binary for this platform or it does not start. */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const binary = anvilBinary();
  for (let start = 1; ; start++) {
    // Asked first: anvil would fail on a port in use, but whoever has it might answer in its place.
    const port = await freePort(options.port ?? 0);
    // Anvil dies when nobody reads its pipe; nothing of what it prints is needed.
    const child = spawn(binary, anvilArgs(port, options), { stdio: "ignore" });
    const killChild = (): boolean => child.kill("SIGKILL");
    process.once("exit", killChild);
    child.once("exit", () => process.off("exit", killChild));
    const rpcUrl = `http://${HOST}:${port}`;
    if (await answers(child, rpcUrl)) return { rpcUrl, port, pid: child.pid!, stop: () => stopChild(child) };
    await stopChild(child);
    if (start === MAX_STARTS || options.port !== undefined) {
      throw new TributaryError("not-available", `anvil does not start on port ${port}`, { details: { port, binary } });
    }
  }
}

function anvilArgs(port: number, options: AnvilOptions): string[] {
  const args = ["--host", HOST, "--port", String(port)];
  const add = (flag: string, value: number | string | undefined): void => {
    if (value !== undefined) args.push(flag, String(value));
  };
  add("--chain-id", options.chainId);
  add("--block-time", options.blockTimeSeconds);
  add("--slots-in-an-epoch", options.slotsInAnEpoch);
  add("--gas-limit", options.gasLimit);
  add("--timestamp", options.timestamp);
  add("--state", options.statePath);
  if (options.noMining) args.push("--no-mining");
  if (options.optimism) args.push("--network", "optimism");
  return [...args, ...(options.extraArgs ?? [])];
}

function anvilBinary(): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const packageName = `@foundry-rs/anvil-${process.platform}-${arch}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
    return join(folder, "bin", process.platform === "win32" ? "anvil.exe" : "anvil");
  } catch (cause) {
    throw new TributaryError("not-available", `the package ${packageName} is not installed`, { cause });
  }
}

/** `wanted` if it can be bound; any free one for 0. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", (cause) => {
      const details = { port: wanted };
      reject(new TributaryError("not-available", `anvil cannot listen on port ${wanted}`, { cause, details }));
    });
    server.listen(wanted, HOST, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : wanted);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function answers(child: ChildProcess, rpcUrl: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  const headers = { "content-type": "application/json" };
  let failedToSpawn = false;
  child.once("error", () => {
    failedToSpawn = true;
  });
  const never = new AbortController().signal;
  for (let poll = 0; poll < MAX_POLLS && !failedToSpawn && !hasEnded(child); poll++) {
    const isUp = await fetch(rpcUrl, { method: "POST", body, headers }).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return !hasEnded(child);
    await sleep(POLL_MS, never);
  }
  return false;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await ended;
  clearTimeout(timer);
}
