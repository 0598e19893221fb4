import { TributaryError } from "../runtime/errors.ts";
import { sleep } from "../runtime/lifecycle.ts";

export interface PollParameters {
  /** @default 1_000 */
  pollingIntervalMs?: number | undefined;
  /** Ends the wait: the promise then rejects with TributaryError `stopped`. */
  signal?: AbortSignal | undefined;
}

const NEVER = new AbortController().signal;

/** Looks again and again until there is something. What `look` throws ends the wait. */
export async function poll<Result>(
  look: () => Promise<Result | undefined>,
  { pollingIntervalMs = 1_000, signal = NEVER }: PollParameters,
): Promise<Result> {
  for (;;) {
    if (signal.aborted) throw new TributaryError("stopped", "the wait was ended", { cause: signal.reason });
    const found = await look();
    if (found !== undefined) return found;
    await sleep(pollingIntervalMs, signal);
  }
}
