/** The daemons of a devnet as processes of their own, as anybody would run them; one that dies is started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { openSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { TributaryError } from "../../runtime/errors.ts";
import { sleep } from "../../runtime/lifecycle.ts";
import { DAEMON_ENVIRONMENT, DAEMON_NODE_FLAGS } from "../daemonProcess.ts";

const COMMAND = join(import.meta.dirname, "..", "tributary.mjs");
const POLL_MS = 50;
const READY_MS = 60_000;
const KILL_AFTER_MS = 10_000;
/** A daemon that ends this often is broken, not unlucky. */
const MAX_RESTARTS = 50;

export interface Daemon {
  readonly url: string;
  readonly pid: number;
  /** How often it was started again. */
  readonly restarts: number;
  stop(): Promise<void>;
}

export interface DaemonParameters {
  name: "sequencer" | "verifier";
  port: number;
  args: readonly string[];
  env?: Record<string, string>;
  logFile: string;
  /** Holds the process id while it runs. */
  pidFile: string;
  /** Exit codes after which it is not started again. */
  final: readonly number[];
  /** How long it may take until it answers; a verifier does when it has read the whole host. */
  readyMs?: number;
  /** Told when it ends by itself. */
  onExit?: (code: number | null, signal: NodeJS.Signals | null) => void;
}

/** Starts a daemon and waits until it answers. Throws `not-available` when it does not. */
export async function startDaemon(parameters: DaemonParameters): Promise<Daemon> {
  const { name, port, args, env, logFile, pidFile, final, readyMs, onExit } = parameters;
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(logFile, "a");
  let stopping = false;
  let restarts = 0;
  let child = run();

  function run(): ChildProcess {
    const argv = [...DAEMON_NODE_FLAGS, COMMAND, name, "--port", String(port), ...args];
    const options = { env: { ...process.env, ...DAEMON_ENVIRONMENT, ...env } };
    const started = spawn(process.execPath, argv, { stdio: ["ignore", log, log], ...options });
    writeFileSync(pidFile, String(started.pid));
    const kill = (): boolean => started.kill("SIGKILL");
    process.once("exit", kill);
    started.once("exit", (code, signal) => {
      process.off("exit", kill);
      rmSync(pidFile, { force: true });
      if (stopping) return;
      onExit?.(code, signal);
      if ((code !== null && final.includes(code)) || restarts >= MAX_RESTARTS) return;
      restarts++;
      child = run();
    });
    return started;
  }

  await waitUntilReady(url, () => `${name} is not ready; see ${logFile}`, readyMs);
  return {
    url,
    get pid() {
      return child.pid!;
    },
    get restarts() {
      return restarts;
    },
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

export async function waitUntilReady(url: string, problem: () => string, readyMs = READY_MS): Promise<void> {
  const never = new AbortController().signal;
  const deadline = performance.now() + readyMs;
  while (performance.now() < deadline) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await sleep(POLL_MS, never);
  }
  throw new TributaryError("not-available", problem());
}

/** `preferred` if nobody listens there, else a free port. */
export async function choosePort(preferred: number): Promise<number> {
  return (await canListen(preferred)) ?? (await canListen(0))!;
}

function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
