/** A thread of our own: how it starts, breaks and ends. What travels to and fro is its owner's business. */
import { type TransferListItem, Worker } from "node:worker_threads";
import { isTributaryError, TributaryError } from "./errors.ts";

export interface ThreadOptions {
  /** For messages about it. */
  name: string;
  /** An entry of load.mjs, or a module in JavaScript. */
  code: "recoverWorker" | "fetchWorker" | URL;
  onMessage(message: unknown): void;
  /** Called once, when it broke or was closed: what waits for an answer will get none. */
  onEnd(reason: Error): void;
}

export class Thread {
  readonly #worker: Worker;
  readonly #options: ThreadOptions;
  #ended: Error | undefined;
  /** Resolves when it is closed; rejects when it ends by itself. */
  readonly done: Promise<void>;

  constructor(options: ThreadOptions) {
    const { name, code, onMessage } = options;
    this.#options = options;
    const file = code instanceof URL ? code : new URL("./worker.mjs", import.meta.url);
    this.#worker = new Worker(file, { name, workerData: code instanceof URL ? undefined : code });
    this.#worker.on("message", onMessage);
    this.done = new Promise((resolve, reject) => {
      this.#worker.on("error", (cause) => {
        const error = new Error(`the thread for ${name} broke`, { cause });
        this.#end(error);
        reject(error);
      });
      this.#worker.on("exit", (status) => {
        this.#end(new Error(`the thread for ${name} ended with status ${status}`));
        if (isTributaryError(this.#ended, "stopped")) resolve();
        else reject(this.#ended);
      });
    });
    this.done.catch(() => {}); // a caller may leave it alone: every request tells
    this.#worker.unref();
  }

  /** Why it answers no more, or undefined. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  post(message: unknown, transfer: readonly TransferListItem[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** What waits ends with `stopped`. */
  async close(): Promise<void> {
    this.#end(new TributaryError("stopped", "the process is stopping"));
    await this.#worker.terminate();
  }

  #end(reason: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#options.onEnd(reason);
  }
}
