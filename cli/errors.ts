/** What a failed command says, and its exit code. */
import { TributaryArgumentError, TributaryRpcError } from "../client/errors.ts";
import { isTributaryError } from "../runtime/errors.ts";

export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_FAULT = 3;

/** Says what went wrong on standard error and returns the exit code. A broken invariant keeps its stack. */
export function reportError(error: unknown): number {
  if (isTributaryError(error)) {
    console.error(`error (${error.code}): ${error.message}`);
    if (error.retryable) console.error("Nothing is lost; the same command may succeed later.");
    return error.code === "invalid-config" || error.code === "invalid-params" ? EXIT_USAGE : EXIT_FAILED;
  }
  if (error instanceof TributaryRpcError) console.error(`error (${error.code}): ${error.message}`);
  else if (error instanceof TributaryArgumentError) console.error(`error: ${error.message}`);
  else console.error(error);
  return error instanceof TributaryArgumentError ? EXIT_USAGE : EXIT_FAILED;
}
