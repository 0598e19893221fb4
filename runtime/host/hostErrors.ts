/** From what viem throws to an operational error with a code. */
import {
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  HttpRequestError,
  InvalidAddressError,
  type RpcRequestError,
  TimeoutError,
} from "viem";
import { TributaryError } from "../errors.ts";
import { decodeRevert, revertData } from "./revert.ts";

// "Too many requests" of public providers: not our request is wrong, only its time.
const RATE_LIMIT_CODES = new Set([429, -32005, -32007]);

/** Runs `request`; what it throws becomes a TributaryError whose message begins with `doing`. */
export async function onHost<T>(doing: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw hostError(doing, error);
  }
}

/** Errors that are not viem's pass unchanged: they are ours, or broken invariants. */
export function hostError(doing: string, error: unknown): unknown {
  if (!(error instanceof BaseError)) return error;
  const data = revertData(error);
  if (data !== undefined || error.walk((e) => e instanceof ContractFunctionRevertedError) !== null) {
    const revert = decodeRevert(data);
    const message = `${doing}: the contract reverted with ${revert.text}`;
    return new TributaryError("host-reverted", message, { details: revert.details, cause: error });
  }
  if (error.walk((e) => e instanceof ContractFunctionZeroDataError) !== null) {
    return new TributaryError("host-mismatch", `${doing}: there is no such contract on the host`, { cause: error });
  }
  if (error.walk((e) => e instanceof TimeoutError) !== null) {
    return new TributaryError("host-timeout", `${doing}: the host's RPC did not answer in time`, { cause: error });
  }
  const answer = rpcAnswer(error);
  if (error.walk((e) => e instanceof InvalidAddressError) !== null) {
    // Nothing was sent: the address is none, or its checksum is wrong.
    return new TributaryError("invalid-params", `${doing}: ${error.shortMessage}`, { cause: error });
  }
  if (answer === undefined || RATE_LIMIT_CODES.has(answer.code)) {
    const http = error.walk((e) => e instanceof HttpRequestError) as HttpRequestError | null;
    const why = answer?.message ?? http?.details ?? error.shortMessage;
    return new TributaryError("host-unreachable", `${doing}: the host's RPC is unreachable: ${why}`, { cause: error });
  }
  const details = { rpcCode: answer.code };
  return new TributaryError("host-refused", `${doing}: the host's RPC answered: ${answer.message}`, {
    details,
    cause: error,
  });
}

/** The JSON-RPC error that the host sent, or undefined when it sent none. */
export function rpcAnswer(error: unknown): { code: number; message: string } | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const found = error.walk((e) => e instanceof BaseError && e.name === "RpcRequestError") as RpcRequestError | null;
  return found === null ? undefined : { code: found.code, message: found.details };
}
