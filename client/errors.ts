/** The client's two errors: a request that failed, and an argument that could not be right. */
import { RPC_ERRORS, type RpcErrorName } from "../protocol/api.ts";

/** Names of the server's errors, and of what goes wrong on the way to it. */
export type TributaryRpcErrorName = RpcErrorName | "unreachable" | "timeout" | "bad-response" | "unknown";

/** An error object of JSON-RPC 2.0. */
export interface JsonRpcError {
  code: number;
  message: string;
  data?: unknown;
}

/** A request failed. `code` says how; `data` is what the server added. */
export class TributaryRpcError extends Error {
  override readonly name = "TributaryRpcError";
  readonly code: TributaryRpcErrorName;
  readonly data: unknown;

  constructor(code: TributaryRpcErrorName, message: string, details: { data?: unknown; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.data = details.data;
  }
}

const NAMES = new Map<unknown, RpcErrorName>(
  Object.entries(RPC_ERRORS).flatMap(([name, code]) => [
    [name, name as RpcErrorName],
    [code, name as RpcErrorName],
  ]),
);

/** The server's error object as an Error; `method` goes into the message. */
export function fromJsonRpcError(error: JsonRpcError, method: string): TributaryRpcError {
  const named = (error.data as { code?: unknown } | null | undefined)?.code;
  const code = NAMES.get(named) ?? NAMES.get(error.code) ?? "unknown";
  return new TributaryRpcError(code, `${method}: ${error.message}`, { data: error.data });
}

/** An argument cannot be right, so nothing was sent. */
export class TributaryArgumentError extends Error {
  override readonly name = "TributaryArgumentError";
  readonly argument: string;

  constructor(argument: string, problem: string) {
    super(`"${argument}" ${problem}`);
    this.argument = argument;
  }
}
