/**
 * `fetch` in a thread of its own, for requests whose caller has others to answer meanwhile: one costs a millisecond of
 * processor time and leaves 190 kB of garbage, streams for the most part.
 */
import { Thread, type ThreadOptions } from "../thread.ts";
import type { FetchAnswer, FetchOrder } from "./fetchMessages.ts";

interface Waiting {
  resolve: (response: Response) => void;
  reject: (error: unknown) => void;
}

export class FetchThread {
  readonly #thread: Thread;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(code: ThreadOptions["code"] = "fetchWorker") {
    this.#thread = new Thread({
      name: "requests to the host",
      code,
      onMessage: (answer) => this.#answer(answer as FetchAnswer),
      onEnd: (reason) => {
        for (const { reject } of this.#waiting.values()) reject(reason);
        this.#waiting.clear();
      },
    });
  }

  /** Resolves when it is closed; rejects when the thread ends by itself. */
  get done(): Promise<void> {
    return this.#thread.done;
  }

  /**
   * As viem calls `fetch` and reads what it gives: a body that is text, a response of which there are status, headers and `text`.
   * An answer of more than 10 MiB is an error.
   */
  readonly fetch: typeof fetch = (url, { method = "GET", headers, body, signal } = {}) => {
    if (this.#thread.ended !== undefined) return Promise.reject(this.#thread.ended);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const request = { url: String(url), method, headers: headers as Record<string, string>, body: body as string };
      this.#post({ id, request });
      signal?.addEventListener("abort", () => this.#abort(id, signal.reason), { once: true });
    });
  };

  /** What is under way ends with `stopped`. */
  close(): Promise<void> {
    return this.#thread.close();
  }

  #post(order: FetchOrder): void {
    this.#thread.post(order);
  }

  #answer({ id, response, failure }: FetchAnswer): void {
    const waiting = this.#take(id);
    if (response === undefined) waiting?.reject(new TypeError(failure));
    else waiting?.resolve(responseOf(response));
  }

  #abort(id: number, reason: unknown): void {
    const waiting = this.#take(id);
    if (waiting === undefined) return;
    waiting.reject(reason);
    this.#post({ id });
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

/** A `Response` would be read as a stream. */
function responseOf({ status, statusText, headers, body }: NonNullable<FetchAnswer["response"]>): Response {
  const ok = status >= 200 && status < 300;
  const text = async (): Promise<string> => body;
  return { ok, status, statusText, headers: new Headers(headers), body: null, text } as Response;
}
