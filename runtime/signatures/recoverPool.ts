/**
 * Signature recovery off the main thread. Requests of one turn of the event loop travel in one message, in order; answers
 * come back in that order.
 */
import { Worker } from "node:worker_threads";
import { isTributaryError, TributaryError } from "../errors.ts";
import { ADDRESS_BYTES, ANSWER_BYTES, REQUEST_BYTES } from "./recoverMessages.ts";

interface Waiting {
  resolve: (signer: Uint8Array | undefined) => void;
  reject: (error: Error) => void;
}

export class RecoverPool {
  readonly #worker: Worker;
  #queued: Waiting[] = [];
  #requests = new Uint8Array(64 * REQUEST_BYTES);
  readonly #inFlight: Waiting[][] = [];
  #failure: Error | undefined;
  /** Resolves when the pool is closed; rejects when the worker ends by itself. */
  readonly done: Promise<void>;

  constructor(worker: URL = new URL("./worker.mjs", import.meta.url)) {
    this.#worker = new Worker(worker);
    this.#worker.on("message", (answers: Uint8Array) => this.#answer(answers));
    this.done = new Promise((resolve, reject) => {
      this.#worker.on("error", (cause) => {
        const error = new Error("signature recovery broke", { cause });
        this.#fail(error);
        reject(error);
      });
      this.#worker.on("exit", (code) => {
        if (this.#failure === undefined) this.#fail(new Error(`the worker for signatures ended with status ${code}`));
        if (isTributaryError(this.#failure, "stopped")) resolve();
        else reject(this.#failure);
      });
    });
    this.done.catch(() => {}); // a caller may leave it alone: every request tells
    this.#worker.unref();
  }

  /** The address (20 bytes) that signed, or undefined. `hash` 32 bytes, `signature` 64. Throws `stopped` once closed. */
  recover(hash: Uint8Array, signature: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      if (this.#queued.length === 0) queueMicrotask(() => setImmediate(() => this.#flush()));
      this.#write(hash, signature);
      this.#queued.push({ resolve, reject });
    });
  }

  /** What waits is rejected with `stopped`. */
  async close(): Promise<void> {
    if (this.#failure === undefined) this.#fail(new TributaryError("stopped", "the process is stopping"));
    await this.#worker.terminate();
  }

  /** Behind the requests that are queued. */
  #write(hash: Uint8Array, signature: Uint8Array): void {
    const at = this.#queued.length * REQUEST_BYTES;
    if (at === this.#requests.length) {
      const grown = new Uint8Array(2 * at);
      grown.set(this.#requests);
      this.#requests = grown;
    }
    this.#requests.set(hash, at);
    this.#requests.set(signature, at + 32);
  }

  #flush(): void {
    if (this.#failure !== undefined) return;
    const batch = this.#queued;
    this.#queued = [];
    const message = this.#requests.slice(0, batch.length * REQUEST_BYTES);
    this.#inFlight.push(batch);
    this.#worker.postMessage(message, [message.buffer]);
  }

  #answer(answers: Uint8Array): void {
    this.#inFlight.shift()?.forEach(({ resolve }, i) => {
      const answer = answers.subarray(i * ANSWER_BYTES, (i + 1) * ANSWER_BYTES);
      resolve(answer[ADDRESS_BYTES] === 1 ? answer.slice(0, ADDRESS_BYTES) : undefined);
    });
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of [...this.#inFlight.splice(0).flat(), ...this.#queued.splice(0)]) reject(error);
  }
}
