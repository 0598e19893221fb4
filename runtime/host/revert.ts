/** Names for reverts: from the data to the custom error and its arguments. */
import { type Abi, BaseError, decodeErrorResult, parseAbi } from "viem";
import { inboxAbi } from "../../contracts/abi/inbox.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { tokenAbi } from "../../contracts/abi/token.ts";
import { transitionAbi } from "../../contracts/abi/transition.ts";
import { vaultAbi } from "../../contracts/abi/vault.ts";
import type { Hex } from "../../protocol/bytes.ts";

const solidityAbi = parseAbi(["error Error(string)", "error Panic(uint256)"]);

// One list for all contracts: a call to one may revert with the error of another.
const errors: Abi = [...rollupAbi, ...inboxAbi, ...vaultAbi, ...tokenAbi, ...transitionAbi, ...solidityAbi].filter(
  (item) => item.type === "error",
);

export interface Revert {
  /** `InboxAccMismatch(0x..., 0x...)`, or the bare data. */
  text: string;
  details: { errorName?: string; args?: readonly unknown[]; data: Hex };
}

/** Never throws: data that no known error explains is reported as it is. */
export function decodeRevert(data: Hex | undefined): Revert {
  if (data === undefined || data === "0x") return { text: "no data", details: { data: "0x" } };
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: errors, data });
    return { text: `${errorName}(${args.join(", ")})`, details: { errorName, args, data } };
  } catch {
    return { text: data, details: { data } };
  }
}

/** Revert data anywhere in the chain of causes of a viem error; `0x` for a revert without, undefined for no revert. */
export function revertData(error: BaseError): Hex | undefined {
  let isRevert = false;
  let data: Hex | undefined;
  error.walk((cause) => {
    const found = (cause as { data?: unknown }).data;
    const raw = typeof found === "object" && found !== null ? (found as { data?: unknown }).data : found;
    if (typeof raw === "string" && raw.startsWith("0x")) data ??= raw as Hex;
    // Geth's code for a revert with data; without data only the words are left.
    const { code, details } = cause as { code?: unknown; details?: unknown };
    if (code === 3 || (typeof details === "string" && /execution reverted/i.test(details))) isRevert = true;
    return false;
  });
  return isRevert || data !== undefined ? (data ?? "0x") : undefined;
}

/** The custom error's name when `error` is a revert that we know. */
export function revertName(error: unknown): string | undefined {
  const data = error instanceof BaseError ? revertData(error) : undefined;
  return data === undefined ? undefined : decodeRevert(data).details.errorName;
}
