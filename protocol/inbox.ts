/** Inbox messages: actions that enter through the host contract. Spec: docs/spec/settlement.md#inbox. */
import { ByteReader, ByteWriter } from "./bytes.ts";
import { keccak256, keccakPacked, word } from "./hash.ts";
import { DEPOSIT_WEIGHT, FORCED_WEIGHT } from "./params.ts";

export const DEPOSIT = 128;
export const FORCED = 129;
const GOVERNANCE_WEIGHT = 500;

export interface Deposit {
  type: "Deposit";
  owner: Uint8Array;
  /** Account the depositor believes the owner has. */
  hint: number | undefined;
  /** Gwei. */
  amount: bigint;
}

export interface Forced {
  type: "Forced";
  /** `msg.sender` on the host, 20 bytes: the authentication. */
  sender: Uint8Array;
  /** Kind, account and body, unsigned. */
  transaction: Uint8Array;
}

export type InboxMessage = Deposit | Forced;

/** A message with what the host recorded about it. */
export interface EnqueuedMessage {
  /** From 0. */
  index: number;
  /** Host time, seconds. */
  enqueuedAt: number;
  bytes: Uint8Array;
  /** Accumulator after this message, 32 bytes. */
  acc: Uint8Array;
}

/** Undefined when the kind is unknown or the length is wrong; the Inbox enqueues no such message. */
export function decodeMessage(bytes: Uint8Array): InboxMessage | undefined {
  const reader = new ByteReader(bytes);
  const kind = reader.byte();
  if (kind === FORCED && bytes.length >= 21) {
    return { type: "Forced", sender: reader.take(20).slice(), transaction: bytes.slice(21) };
  }
  if (kind !== DEPOSIT || bytes.length !== 35) return undefined;
  const owner = reader.take(20).slice();
  const hint = reader.uint(6);
  const amount = (BigInt(reader.uint(4)) << 32n) + BigInt(reader.uint(4));
  return { type: "Deposit", owner, hint: hint === 0 ? undefined : hint - 1, amount };
}

export function encodeMessage(message: InboxMessage): Uint8Array {
  const writer = new ByteWriter();
  if (message.type === "Forced") return writer.byte(FORCED).fixed(message.sender, 20).put(message.transaction).finish();
  writer
    .byte(DEPOSIT)
    .fixed(message.owner, 20)
    .uint(message.hint === undefined ? 0 : message.hint + 1, 6);
  return writer.put(word(message.amount).subarray(24)).finish();
}

/** Proof bytes that the host reserves for a message, by kind. */
export function messageWeight(bytes: Uint8Array): number {
  if (bytes[0] === DEPOSIT) return DEPOSIT_WEIGHT;
  return bytes[0] === FORCED ? FORCED_WEIGHT : GOVERNANCE_WEIGHT;
}

/** The accumulator after a message: binds every message and its time, in order (rule 7). */
export function accumulate(acc: Uint8Array, bytes: Uint8Array, enqueuedAt: number): Uint8Array {
  return keccakPacked(acc, keccak256(bytes), word(enqueuedAt));
}

/** Hash under which an inbox message is looked up: unlike its bytes, it is unique. */
export function messageId(index: number, bytes: Uint8Array): Uint8Array {
  return keccakPacked(word(index), keccak256(bytes));
}
