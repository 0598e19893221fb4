/** The command line as processes of their own, as a person would run it. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll } from "vitest";

const COMMAND = join(import.meta.dirname, "..", "..", "cli", "tributary.mjs");
/** Any command is expected to say or do the next thing within this time, on a busy machine too. */
const PATIENCE_MS = 90_000;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** On top of the environment, which has no variables of Tributary's own. */
  env?: Record<string, string> | undefined;
  cwd?: string | undefined;
}

const running = new Set<Command>();
afterAll(() => {
  for (const command of running) command.kill("SIGKILL");
});

/** A command under way. */
export class Command {
  /** Settles when the process has ended and all that it said was read. */
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #stdout = "";
  #stderr = "";

  constructor(args: readonly string[], { env = {}, cwd }: CommandOptions = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(TRIBUTARY_|VITEST|NODE_OPTIONS)/.test(name));
    this.#child = spawn(process.execPath, [COMMAND, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...Object.fromEntries(inherited), NO_COLOR: "1", ...env },
      cwd,
    });
    this.#child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
      for (const tell of this.#listeners) tell();
    });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
      for (const tell of this.#listeners) tell();
    });
    running.add(this);
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => {
        running.delete(this);
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
        for (const tell of this.#listeners) tell();
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get hasEnded(): boolean {
    return !running.has(this);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Ended> {
    this.kill(signal);
    return this.ended;
  }

  /** Waits until the output matches. Fails when the command ends before that, or says nothing of the kind for long. */
  said(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        settle();
      };
      const look = (): void => {
        const match = pattern.exec(`${this.#stdout}\n${this.#stderr}`);
        if (match !== null) finish(() => resolve(match));
        else if (this.hasEnded) finish(() => reject(this.#silence(pattern, "ended without it")));
      };
      const timer = setTimeout(
        () => finish(() => reject(this.#silence(pattern, `${PATIENCE_MS} ms passed`))),
        PATIENCE_MS,
      );
      this.#listeners.add(look);
      look();
    });
  }

  #silence(pattern: RegExp, what: string): Error {
    return new Error(`waited for ${pattern}: ${what}\n${this.#stdout}\n${this.#stderr}`);
  }
}

/** Runs a command to its end. */
export function run(args: readonly string[], options?: CommandOptions): Promise<Ended> {
  return new Command(args, options).ended;
}

export interface RunningDaemon {
  command: Command;
  url: string;
}

/** Starts a daemon on a free port and waits until it is ready. */
export async function startDaemon(args: readonly string[], options?: CommandOptions): Promise<RunningDaemon> {
  const command = new Command([...args, "--port", "0"], options);
  const [, url] = await command.said(/"url":"([^"]+)".*"msg":"ready"/);
  return { command, url: url! };
}
