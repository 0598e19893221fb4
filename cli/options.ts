/**
 * Options that several commands share, and the values they may have. Like the files in `commands/` it loads little, so that
 * help and complaints come at once; what a command does is in `actions/`, loaded when it runs.
 */
import { InvalidArgumentError, Option } from "commander";
import type { Hex } from "../protocol/bytes.ts";
import type { LogLevel } from "../runtime/logger.ts";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] satisfies LogLevel[];
/** Variables that hold keys. */
export const USER_KEY = "TRIBUTARY_KEY";
export const POSTER_KEY = "TRIBUTARY_POSTER_KEY";
export const HEADER_KEY = "TRIBUTARY_HEADER_KEY";
export const PROVER_KEY = "TRIBUTARY_PROVER_KEY";
export const DEFAULT_SEQUENCER_PORT = 7_070;
export const DEFAULT_VERIFIER_PORT = 7_071;

/** An option that TRIBUTARY_<NAME> in the environment gives as well. */
export function envOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.env(`TRIBUTARY_${option.name().toUpperCase().replaceAll("-", "_")}`);
}

export const hostRpcOption = () => envOption("--host-rpc <url>", "JSON-RPC of the host chain").argParser(parseUrl);
export const rollupOption = () =>
  envOption("--rollup <address>", "the Rollup contract: all else is read from it").argParser(parseAddress);
export const rpcOption = () =>
  envOption("--rpc <url>", "a sequencer or verifier")
    .default(`http://127.0.0.1:${DEFAULT_SEQUENCER_PORT}`)
    .argParser(parseUrl);
export const logLevelOption = () =>
  envOption("--log-level <level>", "how much the log says").choices(LOG_LEVELS).default("info");
export const jsonOption = () => new Option("--json", "print one JSON document and nothing else");
export const keyHelp = (variable: string) =>
  `\nThe signing key comes from the environment: ${variable}=0x... (64 hex digits). It is never an argument.`;

export function parseUrl(value: string): string {
  if (!URL.canParse(value)) throw new InvalidArgumentError("not a URL");
  return value;
}

export function parseAddress(value: string): Hex {
  if (!/^0x[0-9a-fA-F]{40}$/.test(value)) throw new InvalidArgumentError("not an address (0x and 40 hex digits)");
  return value as Hex;
}

export function parseHash(value: string): Hex {
  if (!/^0x[0-9a-fA-F]{64}$/.test(value)) throw new InvalidArgumentError("not a hash (0x and 64 hex digits)");
  return value as Hex;
}

export function parsePort(value: string): number {
  const port = parseInteger(value);
  if (port > 65_535) throw new InvalidArgumentError("not a port (0 to 65535)");
  return port;
}

export function parseInteger(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) throw new InvalidArgumentError("not a whole number");
  return number;
}

export function parseCount(value: string): number {
  const count = parseInteger(value);
  if (count === 0) throw new InvalidArgumentError("at least 1");
  return count;
}

/** A decimal amount of tokens as Gwei, as in "1.5". */
export function parseAmount(value: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,9}))?$/.exec(value);
  if (match === null) throw new InvalidArgumentError("not an amount of tokens (at most 9 decimals)");
  return BigInt(match[1]!) * 10n ** 9n + BigInt((match[2] ?? "").padEnd(9, "0"));
}

/** Gwei as tokens, for people: at most four decimals. */
export function formatAmount(gwei: bigint): string {
  const [whole, part] = [gwei / 10n ** 9n, gwei % 10n ** 9n];
  const decimals = part.toString().padStart(9, "0").slice(0, 4).replace(/0+$/, "");
  return `${whole}${decimals === "" ? "" : `.${decimals}`}`;
}
