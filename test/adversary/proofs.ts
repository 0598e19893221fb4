/** Fault proofs made by hand, for blocks true and false, and what a cheating prover changes in them. */
import { blockCommitment, encodeHeader } from "../../protocol/batch.ts";
import { ByteWriter, concat, type Hex, toHex } from "../../protocol/bytes.ts";
import { keccak256 } from "../../protocol/hash.ts";
import { TABLES, type TableName } from "../../protocol/state/state.ts";
import { witnessOf } from "../../protocol/witness/witnessOf.ts";
import type { FaultProof } from "../../runtime/host/faults.ts";
import { nativeRecover } from "../../runtime/signatures/nativeRecover.ts";
import type { PostableBlock } from "../support/devnet.ts";
import type { Arena } from "./arena.ts";
import type { Books } from "./books.ts";

const ZERO_HASH: Hex = `0x${"00".repeat(32)}`;

/** The proof for block `index` of a batch that was posted on `before`; the blocks before it must be true. */
export async function proofOf(
  arena: Arena,
  before: Books,
  batchId: number,
  blocks: readonly PostableBlock[],
  index: number,
): Promise<FaultProof> {
  const books = before.copy();
  const queue = await arena.messages(books.inboxIndex);
  const take = (count: number) => queue.splice(0, count);
  for (const { header, content } of blocks.slice(0, index)) {
    books.block({ ...header, content: [content], messages: take(header.inboxCount) });
  }
  const { header, content } = blocks[index]!;
  const messages = take(header.inboxCount).map(({ bytes }) => bytes);
  const environment = { separator: arena.separator, recover: nativeRecover };
  const { witness } = witnessOf(books.state, environment, { ...header, messages }, content);
  const previous = blocks[index - 1];
  return {
    batchId: BigInt(batchId),
    blockIndex: BigInt(index),
    preimage: await preimageOf(arena, batchId, blocks),
    previousHeader: previous === undefined ? "0x" : toHex(encodeHeader(previous.header)),
    previousContentHash: previous === undefined ? ZERO_HASH : toHex(keccak256(previous.content)),
    blockBytes: toHex(concat(encodeHeader(header), content)),
    messages: messages.map(toHex),
    witness: toHex(witness),
  };
}

/** What the commitment of a posted batch commits to. */
export async function preimageOf(
  arena: Arena,
  batchId: number,
  blocks: readonly PostableBlock[],
): Promise<FaultProof["preimage"]> {
  const [batch, parent] = [await arena.batch(batchId), await arena.batch(batchId - 1)];
  return {
    parentCommitment: toHex(parent.commitment),
    parentRoot: toHex(parent.stateRoot),
    parentTimestamp: parent.timestamp,
    firstHeight: parent.height + 1,
    firstInboxIndex: parent.inboxIndex,
    epoch: batch.epoch,
    blockCommitments: blocks.map((block) => toHex(blockCommitment(block))),
  };
}

// Places in a witness, as docs/spec/faults.md lays it out.
const LENGTHS = 128;
const COUNTS = LENGTHS + 6 * TABLES.length;
const LEAVES = COUNTS + 2 * TABLES.length;
export const LEAF = 134;

const count = (witness: Uint8Array, table: TableName): number => {
  const at = COUNTS + 2 * TABLES.indexOf(table);
  return witness[at]! * 256 + witness[at + 1]!;
};

/** Offset of the first leaf of a table; of the first node for no table. */
export function leavesOf(witness: Uint8Array, table?: TableName): number {
  const before: readonly TableName[] = table === undefined ? TABLES : TABLES.slice(0, TABLES.indexOf(table));
  return LEAVES + LEAF * before.reduce((sum, name) => sum + count(witness, name), 0);
}

export function spliced(
  bytes: Uint8Array,
  at: number,
  remove: number,
  insert: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return concat(bytes.subarray(0, at), insert, bytes.subarray(at + remove));
}

/** The two parts of `size` bytes from `at` in each other's place. */
export function exchanged(bytes: Uint8Array, at: number, size: number): Uint8Array {
  const [first, second] = [bytes.slice(at, at + size), bytes.slice(at + size, at + 2 * size)];
  return spliced(bytes, at, 2 * size, concat(second, first));
}

/** Says that a table had another length before the block. */
export function withLength(witness: Uint8Array, table: TableName, length: number): Uint8Array {
  return spliced(witness, LENGTHS + 6 * TABLES.indexOf(table), 6, new ByteWriter().uint(length, 6).finish());
}

/** Says that the witness holds another number of a table's records. */
export function withCount(witness: Uint8Array, table: TableName, change: number): Uint8Array {
  const value = new ByteWriter().uint(count(witness, table) + change, 2).finish();
  return spliced(witness, COUNTS + 2 * TABLES.indexOf(table), 2, value);
}

/** A leaf of a witness. */
export const leaf = (index: number, record: Uint8Array): Uint8Array =>
  new ByteWriter().uint(index, 6).put(record).finish();
