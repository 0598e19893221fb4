/**
 * Checks of what callers pass, so that a mistake is named here instead of becoming a verdict. All throw
 * TributaryArgumentError.
 */
import { isAddress } from "viem/utils";
import { fromHex, type Hex } from "../protocol/bytes.ts";
import { BPS, MAX_FEE, MAX_INDEX } from "../protocol/params.ts";
import { TributaryArgumentError } from "./errors.ts";

const MAX_AMOUNT = 2n ** 64n - 1n;

export function integerArgument(name: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new TributaryArgumentError(name, `is not an integer from ${min} to ${max}: ${value}`);
}

export const indexArgument = (name: string, value: number): number => integerArgument(name, value, 0, MAX_INDEX);
/** An index that is packed plus one, 0 standing for none. */
export const referenceArgument = (name: string, value: number): number =>
  integerArgument(name, value, 0, MAX_INDEX - 1);
export const bpsArgument = (name: string, value: number): number => integerArgument(name, value, 0, BPS);

/** Gwei, positive, a uint64. */
export function amountArgument(name: string, value: bigint): bigint {
  if (typeof value !== "bigint") throw new TributaryArgumentError(name, `is not a bigint: ${value}`);
  if (value <= 0n) throw new TributaryArgumentError(name, `is not positive: ${value}`);
  if (value > MAX_AMOUNT) throw new TributaryArgumentError(name, `is above 2^64 - 1: ${value}`);
  return value;
}

/** Gwei of one record, below 2^32, as the protocol's number. */
export function feeArgument(name: string, value: bigint): number {
  if (typeof value !== "bigint") throw new TributaryArgumentError(name, `is not a bigint: ${value}`);
  if (value >= 0n && value <= BigInt(MAX_FEE)) return Number(value);
  throw new TributaryArgumentError(name, `is not from 0 to 2^32 - 1: ${value}`);
}

export function bytesArgument(name: string, value: Hex, length: number): Uint8Array {
  if (typeof value === "string" && /^0x([0-9a-fA-F]{2})*$/.test(value) && value.length === 2 + length * 2) {
    return fromHex(value);
  }
  throw new TributaryArgumentError(name, `is not ${length} bytes of hex: ${value}`);
}

/** An address other than zero; when it is in mixed case, its checksum must hold. */
export function addressArgument(name: string, value: Hex): Uint8Array {
  if (!isAddress(value)) throw new TributaryArgumentError(name, `is not an address: ${value}`);
  if (/^0x0*$/.test(value)) throw new TributaryArgumentError(name, "is the zero address");
  return fromHex(value);
}

export function listArgument<Item>(name: string, value: readonly Item[], min: number, max: number): readonly Item[] {
  if (value.length >= min && value.length <= max) return value;
  const bounds = min === max ? `${min}` : `${min} to ${max}`;
  throw new TributaryArgumentError(name, `has ${value.length} entries, not ${bounds}`);
}

/** Indices, each above the one before. */
export function increasingArgument(name: string, value: readonly number[]): readonly number[] {
  for (const [i, index] of value.entries()) {
    indexArgument(`${name}[${i}]`, index);
    if (i > 0 && index <= value[i - 1]!) {
      throw new TributaryArgumentError(`${name}[${i}]`, `is not above the one before: ${index} after ${value[i - 1]}`);
    }
  }
  return value;
}

/** The place of `value` in a list of names. */
export function nameArgument(name: string, value: string, names: readonly string[]): number {
  const place = names.indexOf(value);
  if (place < 0) throw new TributaryArgumentError(name, `is not one of ${names.join(", ")}: ${value}`);
  return place;
}
