/**
 * The consensus constants in the order of `contracts/src/Params.sol`, as `Rollup.constants()` lists them (the challenge
 * window follows them there). Values that only the contracts use stand here; the rest are those of the protocol.
 */
import { transitionCodeHash } from "../../contracts/abi/transition.ts";
import { type Hex, toHex } from "../../protocol/bytes.ts";
import { keccak256, word } from "../../protocol/hash.ts";
import { DEPOSIT, FORCED } from "../../protocol/inbox.ts";
import {
  DEPOSIT_WEIGHT,
  FORCED_WEIGHT,
  HEADER_BYTES,
  INBOX_BLOCK_WEIGHT,
  MAX_BATCH_BLOCKS,
  MAX_BATCH_BYTES,
  MAX_BLOCK_BYTES,
  MAX_FORCED_BYTES,
  STATE_DEPTH,
  TABLE_DEPTH,
} from "../../protocol/params.ts";
import { TributaryError } from "../errors.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const ETHER = 10n ** 18n;

/** Inbox fee in wei: `floor << min(unconsumed / step, doublings)`. */
export const INBOX_FEE_FLOOR = 10n ** 13n;
export const INBOX_FEE_STEP = 256;
export const INBOX_FEE_MAX_DOUBLINGS = 20;
/** Seconds a message may wait before posts must consume it, and before others may post. */
export const OVERDUE_SECONDS = 24 * HOUR;
export const OPEN_MODE_SECONDS = 48 * HOUR;
/** A batch that consumes this many messages may leave an overdue one behind. */
export const OVERDUE_MIN_MESSAGES = 256;
export const VACATE_SECONDS = 7 * DAY;
export const SUCCESSION_SECONDS = 24 * HOUR;
/** Wei. */
export const SLOT_BOND = 10n * ETHER;
export const OPEN_BOND = ETHER;
/** Seconds from a proof to its reward, in which older commits may be shown. */
export const REWARD_SECONDS = 24 * HOUR;
/** Seconds a message may wait for a finalized batch before anyone may freeze the rollup. */
export const FREEZE_SECONDS = 30 * DAY;
export const MIN_DEPOSIT_GWEI = 10n ** 6n;

/** Name and value of each constant, in the contract's order. */
export const HOST_CONSTANTS: readonly (readonly [name: string, value: number | bigint])[] = [
  ["TABLE_DEPTH", TABLE_DEPTH],
  ["STATE_DEPTH", STATE_DEPTH],
  ["ACCOUNTS_FIELD", 0],
  ["DATANETS_FIELD", 1],
  ["CONTRIBUTIONS_FIELD", 2],
  ["MODELS_FIELD", 3],
  ["WITHDRAWALS_FIELD", 5],
  ["SYSTEM_FIELD", 6],
  ["HEADER_BYTES", HEADER_BYTES],
  ["MAX_BLOCK_BYTES", MAX_BLOCK_BYTES],
  ["MAX_BATCH_BLOCKS", MAX_BATCH_BLOCKS],
  ["MAX_BATCH_BYTES", MAX_BATCH_BYTES],
  ["MAX_USER_KIND", 127],
  ["DEPOSIT_KIND", DEPOSIT],
  ["FORCED_KIND", FORCED],
  ["MAX_FORCED_BYTES", MAX_FORCED_BYTES],
  ["DEPOSIT_WEIGHT", DEPOSIT_WEIGHT],
  ["FORCED_WEIGHT", FORCED_WEIGHT],
  ["INBOX_BLOCK_WEIGHT", INBOX_BLOCK_WEIGHT],
  ["INBOX_FEE_FLOOR", INBOX_FEE_FLOOR],
  ["INBOX_FEE_STEP", INBOX_FEE_STEP],
  ["INBOX_FEE_MAX_DOUBLINGS", INBOX_FEE_MAX_DOUBLINGS],
  ["OVERDUE_SECONDS", OVERDUE_SECONDS],
  ["OPEN_MODE_SECONDS", OPEN_MODE_SECONDS],
  ["OVERDUE_MIN_MESSAGES", OVERDUE_MIN_MESSAGES],
  ["VACATE_SECONDS", VACATE_SECONDS],
  ["SUCCESSION_SECONDS", SUCCESSION_SECONDS],
  ["SLOT_BOND", SLOT_BOND],
  ["OPEN_BOND", OPEN_BOND],
  ["MAX_CHALLENGE_WINDOW", 14 * DAY],
  ["REWARD_SECONDS", REWARD_SECONDS],
  ["FREEZE_SECONDS", FREEZE_SECONDS],
  ["GWEI_DECIMALS", 9],
  ["MAX_TOKEN_DECIMALS", 18],
  ["MIN_DEPOSIT_GWEI", MIN_DEPOSIT_GWEI],
  ["MAX_DEPOSITED_GWEI", 2n ** 64n - 1n],
];

/** `keccak256(abi.encode(uint256[], bytes32))`: offset and hash, then length and values as words. */
export function configHash(values: readonly (number | bigint)[], transitionCodeHash: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(32 * (3 + values.length));
  bytes.set(word(64), 0);
  bytes.set(transitionCodeHash, 32);
  [values.length, ...values].forEach((value, i) => {
    bytes.set(word(value), 32 * (2 + i));
  });
  return keccak256(bytes);
}

/**
 * Compares a deployment's constants and rules with ours (rule 31). Throws `host-mismatch` that names the first constant in
 * which they differ, with both values; else the rules' code; else the config hash when it is not that of both.
 */
export function requireSameConstants(
  deployed: {
    constants: readonly bigint[];
    challengeWindow: number;
    transitionCodeHash: Uint8Array;
    configHash: Uint8Array;
  },
  expected: typeof HOST_CONSTANTS = HOST_CONSTANTS,
  expectedCodeHash: Hex = transitionCodeHash,
): void {
  const own = [...expected, ["challengeWindow", deployed.challengeWindow] as const];
  const differs = own.findIndex(([, value], i) => deployed.constants[i] !== BigInt(value));
  if (differs >= 0) {
    const [constant, value] = own[differs]!;
    const theirs = deployed.constants[differs];
    const message = `the rollup was deployed with ${constant} = ${theirs ?? "nothing"}, this node has ${value}`;
    throw mismatch(message, { constant, deployed: theirs?.toString(), expected: value.toString() });
  }
  if (deployed.constants.length !== own.length) {
    const message = `the rollup has ${deployed.constants.length} constants, this node knows ${own.length}`;
    throw mismatch(message, { constant: "length" });
  }
  const codeHash = toHex(deployed.transitionCodeHash);
  if (codeHash !== expectedCodeHash) {
    const message = `the rollup's rules are the code ${codeHash}, this node's are ${expectedCodeHash}`;
    throw mismatch(message, { constant: "transition", deployed: codeHash, expected: expectedCodeHash });
  }
  const values = own.map(([, value]) => value);
  const hash = toHex(configHash(values, deployed.transitionCodeHash));
  const deployedHash = toHex(deployed.configHash);
  if (hash !== deployedHash) {
    const message = `the rollup's config hash is ${deployedHash}, its constants give ${hash}`;
    throw mismatch(message, { constant: "configHash", deployed: deployedHash, expected: hash });
  }
}

function mismatch(message: string, details: Record<string, unknown>): TributaryError {
  return new TributaryError("host-mismatch", message, { details });
}
