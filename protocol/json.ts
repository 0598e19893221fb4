/** Transactions as JSON, the form in which they go to the RPC: bytes as hex, uint64 amounts as decimal strings. */
import type { TransactionJson } from "./api.ts";
import { toHex } from "./bytes.ts";
import type { Transaction } from "./transactions/registry.ts";

export function transactionToJson({ name, account, body }: Transaction): TransactionJson {
  return { name, account, body: toJson(body) as Record<string, unknown> };
}

/** Any value of our types as JSON. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, toJson(item)]])),
  );
}
