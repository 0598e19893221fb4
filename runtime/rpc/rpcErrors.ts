/** Errors as JSON-RPC carries them. */
import { RPC_ERRORS, type RpcErrorName } from "../../protocol/api.ts";
import { toJson } from "../../protocol/json.ts";
import { ERROR_CODES, type ErrorCode, isTributaryError, type TributaryError } from "../errors.ts";

export interface RpcErrorObject {
  /** Number of the error in `RPC_ERRORS`. */
  code: number;
  message: string;
  data: { code: RpcErrorName; retryable: boolean } & Record<string, unknown>;
}

/** What the host does to us is one thing to our callers; its addresses are none of their business. */
const HOST_CODES: readonly ErrorCode[] = ["host-unreachable", "host-timeout", "host-reorged"];

export function errorObject(
  name: RpcErrorName,
  message: string,
  data: Record<string, unknown> & { retryable?: boolean } = {},
): RpcErrorObject {
  return { code: RPC_ERRORS[name], message, data: { ...data, code: name, retryable: data.retryable ?? false } };
}

/** The answer to a call that threw; undefined when it is a fault of ours, which the caller is told nothing of. */
export function answerTo(error: unknown): RpcErrorObject | undefined {
  if (!isTributaryError(error)) return undefined;
  const { code, retryable } = error;
  if (HOST_CODES.includes(code)) {
    return errorObject("host-unreachable", ERROR_CODES["host-unreachable"].meaning, { retryable });
  }
  if (code === "stopped") return errorObject("not-available", error.message, { retryable: true });
  return code in RPC_ERRORS
    ? errorObject(code as RpcErrorName, error.message, { retryable, ...detailsOf(error) })
    : undefined;
}

/** An answer to a fault of ours; `id` finds it in the log. */
export function internalError(id: string): RpcErrorObject {
  return errorObject("internal", "internal error; the node's log has it under data.id", { id });
}

function detailsOf({ details }: TributaryError): { details?: unknown } {
  return details === undefined ? {} : { details: toJson(details) };
}
