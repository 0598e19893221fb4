/**
 * Signature recovery off the main thread. Requests of one turn of the event loop travel in one message, in order; answers
 * come back in that order.
 */
import { Thread, type ThreadOptions } from "../thread.ts";
import { ADDRESS_BYTES, ANSWER_BYTES, REQUEST_BYTES } from "./recoverMessages.ts";

interface Waiting {
  resolve: (signer: Uint8Array | undefined) => void;
  reject: (error: Error) => void;
}

export class RecoverPool {
  readonly #thread: Thread;
  #queued: Waiting[] = [];
  #requests = new Uint8Array(64 * REQUEST_BYTES);
  readonly #inFlight: Waiting[][] = [];

  constructor(code: ThreadOptions["code"] = "recoverWorker") {
    this.#thread = new Thread({
      name: "signatures",
      code,
      onMessage: (answers) => this.#answer(answers as Uint8Array),
      onEnd: (reason) => {
        for (const { reject } of [...this.#inFlight.splice(0).flat(), ...this.#queued.splice(0)]) reject(reason);
      },
    });
  }

  /** Resolves when the pool is closed; rejects when its thread ends by itself. */
  get done(): Promise<void> {
    return this.#thread.done;
  }

  /** The address (20 bytes) that signed, or undefined. `hash` 32 bytes, `signature` 64. Throws `stopped` once closed. */
  recover(hash: Uint8Array, signature: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#thread.ended !== undefined) return Promise.reject(this.#thread.ended);
    return new Promise((resolve, reject) => {
      if (this.#queued.length === 0) queueMicrotask(() => setImmediate(() => this.#flush()));
      this.#write(hash, signature);
      this.#queued.push({ resolve, reject });
    });
  }

  /** What waits is rejected with `stopped`. */
  close(): Promise<void> {
    return this.#thread.close();
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
    if (this.#thread.ended !== undefined) return;
    const batch = this.#queued;
    this.#queued = [];
    const message = this.#requests.slice(0, batch.length * REQUEST_BYTES);
    this.#inFlight.push(batch);
    this.#thread.post(message, [message.buffer]);
  }

  #answer(answers: Uint8Array): void {
    this.#inFlight.shift()?.forEach(({ resolve }, i) => {
      const answer = answers.subarray(i * ANSWER_BYTES, (i + 1) * ANSWER_BYTES);
      resolve(answer[ADDRESS_BYTES] === 1 ? answer.slice(0, ADDRESS_BYTES) : undefined);
    });
  }
}
