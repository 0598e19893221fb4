/** The one form a receipt has as JSON: lower-case hex, no field too many. Written by hand, so that the browser needs no library. */

import { OUTPUTS_DEPTH } from "./outputs.ts";
import {
  HEADER_BYTES,
  MAX_BATCH_BLOCKS,
  MAX_FEE,
  MAX_INDEX,
  MAX_RECORDS,
  MAX_SHARES,
  RECORD_PROOF_LENGTH,
} from "./params.ts";
import { TABLES } from "./state/state.ts";
import { RECORD_BYTES } from "./tree/table.ts";

export const RECEIPT_VERSION = 1;

/** What is wrong with the value at `path`, or null. */
type Check = (value: unknown, path: string) => string | null;

const matching =
  (pattern: RegExp, what: string): Check =>
  (value, path) =>
    typeof value === "string" && pattern.test(value) ? null : `"${path}" is not ${what}`;
const hex = (bytes: number): Check => matching(new RegExp(`^0x[0-9a-f]{${bytes * 2}}$`), `${bytes} bytes of hex`);
const integer =
  (max: number, min = 0): Check =>
  (value, path) =>
    Number.isSafeInteger(value) && !Object.is(value, -0) && (value as number) >= min && (value as number) <= max
      ? null
      : `"${path}" is not an integer from ${min} to ${max}`;
const gwei: Check = (value, path) =>
  typeof value === "string" && /^(0|[1-9][0-9]{0,9})$/.test(value) && Number(value) <= MAX_FEE
    ? null
    : `"${path}" is not a decimal amount below 2^32`;
const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value, path) =>
    allowed.includes(value) ? null : `"${path}" is not one of ${allowed.join(", ")}`;
const list =
  (item: Check, min: number, max: number): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      return `"${path}" is not a list of ${min} to ${max}`;
    }
    return firstProblem(value.map((entry, i) => [entry, item, `${path}[${i}]`]));
  };
const object =
  (fields: Record<string, Check>): Check =>
  (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return `"${path}" is not an object`;
    const extra = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (extra !== undefined) return `"${path}" has the unknown field "${extra}"`;
    const given = value as Record<string, unknown>;
    return firstProblem(
      Object.entries(fields).map(([key, check]) => [
        Object.hasOwn(given, key) ? given[key] : undefined,
        check,
        `${path}.${key}`,
      ]),
    );
  };
const either =
  (first: Check, second: Check): Check =>
  (value, path) =>
    first(value, path) === null ? null : second(value, path);

function firstProblem(checks: readonly (readonly [unknown, Check, string])[]): string | null {
  for (const [value, check, path] of checks) {
    const problem = check(value, path);
    if (problem !== null) return problem;
  }
  return null;
}

const UINT40 = 2 ** 40 - 1;
const ATTRIBUTION = {
  output: hex(32),
  evidenceRoot: hex(32),
  model: integer(MAX_INDEX),
  payer: integer(MAX_INDEX),
  fee: gwei,
  pool: gwei,
  method: integer(255),
  timestamp: integer(UINT40),
  shares: list(object({ contribution: integer(MAX_INDEX), weight: integer(0xffff, 1) }), 0, MAX_SHARES),
};
/** Of a record that does not name its output. */
const COMMITTED = {
  ...ATTRIBUTION,
  output: either(oneOf(null), hex(32)),
  committed: object({
    outputsRoot: hex(32),
    position: integer(MAX_RECORDS - 1),
    proof: either(
      oneOf(null),
      object({ count: integer(MAX_RECORDS, 1), branch: list(hex(32), OUTPUTS_DEPTH, OUTPUTS_DEPTH) }),
    ),
  }),
};
const isCommitted = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.hasOwn(value, "committed");

export const RECEIPT_SHAPE = object({
  version: oneOf(RECEIPT_VERSION),
  chainId: integer(Number.MAX_SAFE_INTEGER, 1),
  rollup: hex(20),
  table: oneOf(...TABLES),
  index: integer(MAX_INDEX),
  record: either(hex(RECORD_BYTES), (value, path) => object(isCommitted(value) ? COMMITTED : ATTRIBUTION)(value, path)),
  siblings: list(hex(32), RECORD_PROOF_LENGTH, RECORD_PROOF_LENGTH),
  block: object({ height: integer(MAX_INDEX), header: hex(HEADER_BYTES), contentHash: hex(32) }),
  batch: either(
    oneOf(null),
    object({
      id: integer(MAX_INDEX),
      parentCommitment: hex(32),
      parentRoot: hex(32),
      parentTimestamp: integer(UINT40),
      firstHeight: integer(MAX_INDEX),
      firstInboxIndex: integer(MAX_INDEX),
      epoch: integer(UINT40),
      blockCommitments: list(hex(32), 1, MAX_BATCH_BLOCKS),
    }),
  ),
});
