/** Waiting in tests: for a condition, never for a time. */
import { sleep } from "../../runtime/lifecycle.ts";

const POLL_MS = 10;
const NEVER = new AbortController().signal;

/** Asks until the answer is neither false nor undefined, and returns it. Fails when it takes longer than `timeoutMs`. */
export async function until<T>(
  what: string | (() => string),
  ask: () => T | Promise<T>,
  timeoutMs = 60_000,
): Promise<Exclude<T, false | undefined>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer as Exclude<T, false | undefined>;
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms for: ${typeof what === "string" ? what : what()}`);
    }
    await sleep(POLL_MS, NEVER);
  }
}
