/** Start and stop of a daemon: one abort signal, and cleanup in the reverse order of construction. */
import { isTributaryError, TributaryError } from "./errors.ts";

type Closer = () => void | Promise<void>;

export interface LifecycleOptions {
  /** Gets what a closer throws; the others still run. Default: `stop` rejects with all of them at the end. */
  onError?: (name: string, error: unknown) => void;
}

/** One per daemon. Work listens to `signal`; what holds a resource registers `onStop`. */
export class Lifecycle {
  readonly #controller = new AbortController();
  readonly #closers: { name: string; close: Closer }[] = [];
  readonly #onError: ((name: string, error: unknown) => void) | undefined;
  readonly #failures: Error[] = [];
  #stopping: Promise<void> | undefined;

  constructor(options: LifecycleOptions = {}) {
    this.#onError = options.onError;
  }

  /** Aborts at the first call of `stop`, before anything is closed. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Registers a cleanup. `close` should wait for the work that it ends ("drain") instead of cutting it off. Registering
   * after the stop is a race of start-up with a signal, not a fault: `close` then runs at once.
   */
  onStop(name: string, close: Closer): void {
    this.#closers.push({ name, close });
    if (this.signal.aborted) this.#stopping = this.#closeAll(this.#stopping);
  }

  /** Aborts the signal, then closes in reverse order, one at a time. Later calls wait for the first. */
  async stop(): Promise<void> {
    if (!this.signal.aborted) {
      this.#controller.abort(new TributaryError("stopped", "the process is stopping"));
      this.#stopping = this.#closeAll(undefined);
    }
    await this.#stopping;
    if (this.#failures.length > 0) throw new AggregateError(this.#failures, "some parts did not stop cleanly");
  }

  async #closeAll(before: Promise<void> | undefined): Promise<void> {
    await before;
    for (let next = this.#closers.pop(); next !== undefined; next = this.#closers.pop()) {
      try {
        await next.close();
      } catch (error) {
        if (this.#onError) this.#onError(next.name, error);
        else this.#failures.push(new Error(`"${next.name}" did not stop cleanly`, { cause: error }));
      }
    }
  }
}

/**
 * Stops `lifecycle` at SIGINT and SIGTERM; a second signal exits at once with status 130, for a person who will not wait.
 * Returns the function that removes the handlers.
 */
export function stopOnSignals(lifecycle: Lifecycle, onSignal?: (signal: NodeJS.Signals) => void): () => void {
  const handle = (signal: NodeJS.Signals): void => {
    if (lifecycle.signal.aborted) process.exit(130);
    onSignal?.(signal);
    // A closer that fails is a broken invariant, so that the rejection may end the process.
    void lifecycle.stop().finally(remove);
  };
  const remove = (): void => {
    process.off("SIGINT", handle);
    process.off("SIGTERM", handle);
  };
  process.on("SIGINT", handle);
  process.on("SIGTERM", handle);
  return remove;
}

/** Resolves after `ms` milliseconds, or early when `signal` aborts: the caller looks at the signal. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

/**
 * Runs `fn` until `signal` aborts, waiting `intervalMs` after each run; resolves when the last run has ended. `onError` gets
 * operational failures and the loop goes on, unless `onError` throws. Anything else is a broken invariant: the promise rejects.
 */
export async function repeat(
  name: string,
  intervalMs: number,
  signal: AbortSignal,
  fn: (signal: AbortSignal) => Promise<void>,
  onError: (error: TributaryError, name: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await fn(signal);
    } catch (error) {
      if (!isTributaryError(error)) throw new Error(`the loop "${name}" broke`, { cause: error });
      // What fails because everything is being closed is no news.
      if (!signal.aborted) onError(error, name);
    }
    await sleep(intervalMs, signal);
  }
}
