/** A block as the log keeps it: what was posted or will be, the messages it consumed, and what came of it. */
import { createHash } from "node:crypto";
import { type Block, decodeHeader, encodeHeader } from "../../protocol/batch.ts";
import type { TransactionResult } from "../../protocol/block.ts";
import { ByteReader, ByteWriter, concat, equalBytes } from "../../protocol/bytes.ts";
import { HEADER_BYTES } from "../../protocol/params.ts";
import { TABLES } from "../../protocol/state/state.ts";
import { verdictCode, verdictOf } from "../../protocol/verdict.ts";
import { TributaryError } from "../errors.ts";

export interface StoredBlock extends Block {
  height: number;
  /** Index of the first message it consumed, or would have. */
  firstInboxIndex: number;
  messages: readonly Uint8Array[];
  /** The Inbox's accumulator after them. */
  inboxAcc: Uint8Array;
  results: readonly TransactionResult[];
  /** Of the state after it: what proofs against its root need. */
  fieldRoots: readonly Uint8Array[];
  lengths: readonly number[];
}

const NAMES = [
  "Unknown", "Deposit", "Forced", "Transfer", "Withdraw", "CreateDatanet", "UpdateDatanet", "Contribute", "Accept", "Reject",
  "Revoke", "RegisterModel", "UpdateModel", "Attribute", "Claim", "AttributeCommitted",
] as const satisfies readonly TransactionResult["name"][]; // biome-ignore format: a table
const CHECKSUM_BYTES = 8;
/** Field roots kept: the used ones; the rest are zero. */
const KEPT_ROOTS = TABLES.length + 1;

export function encodeStoredBlock(block: StoredBlock): Uint8Array {
  const writer = new ByteWriter().put(encodeHeader(block.header)).uint(block.height, 6).uint(block.firstInboxIndex, 6);
  writer.put(block.inboxAcc).varint(block.messages.length);
  for (const message of block.messages) writer.varint(message.length).put(message);
  for (const root of block.fieldRoots.slice(0, KEPT_ROOTS)) writer.put(root);
  for (const length of block.lengths) writer.varint(length);
  writer.varint(block.content.length).put(block.content).varint(block.results.length);
  for (const result of block.results) writeResult(writer, result);
  const bytes = writer.finish();
  return concat(checksum(bytes), bytes);
}

/** Throws `store-corrupt` when the bytes are not what was written. */
export function decodeStoredBlock(stored: Uint8Array): StoredBlock {
  const bytes = stored.subarray(CHECKSUM_BYTES);
  if (!equalBytes(checksum(bytes), stored.subarray(0, CHECKSUM_BYTES))) {
    throw new TributaryError("store-corrupt", "a block in the store fails its checksum");
  }
  const reader = new ByteReader(bytes);
  const header = decodeHeader(reader.take(HEADER_BYTES));
  const height = reader.uint(6);
  const firstInboxIndex = reader.uint(6);
  const inboxAcc = reader.take(32).slice();
  const messages = times(reader.varint(), () => reader.take(reader.varint()).slice());
  const fieldRoots = times(KEPT_ROOTS, () => reader.take(32).slice());
  while (fieldRoots.length < 16) fieldRoots.push(new Uint8Array(32));
  const lengths = times(TABLES.length, () => reader.varint());
  const content = reader.take(reader.varint()).slice();
  const rest = reader.take(bytes.length - reader.offset).slice();
  let results: TransactionResult[] | undefined;
  return {
    header,
    height,
    firstInboxIndex,
    inboxAcc,
    messages,
    fieldRoots,
    lengths,
    content,
    /** Most of the work of reading a block, and a poster needs none of them. */
    get results() {
      results ??= readResults(rest);
      return results;
    },
  };
}

function writeResult(writer: ByteWriter, result: TransactionResult): void {
  writer.byte(NAMES.indexOf(result.name)).put(result.hash);
  writer
    .varint(result.account === undefined ? 0 : result.account + 1)
    .byte(verdictCode(result.verdict))
    .varint(result.fee);
  const items = result.items ?? [];
  writer.varint(items.length);
  for (const item of items) writer.byte(verdictCode(item));
  const created = result.created ?? [];
  writer.varint(created.length);
  for (const { table, first, count } of created) writer.byte(TABLES.indexOf(table)).varint(first).varint(count);
}

function readResults(bytes: Uint8Array): TransactionResult[] {
  const reader = new ByteReader(bytes);
  return times(reader.varint(), () => readResult(reader));
}

function readResult(reader: ByteReader): TransactionResult {
  const name = NAMES[reader.byte()]!;
  const hash = reader.take(32).slice();
  const accountRef = reader.varint();
  const verdict = verdictOf(reader.byte());
  const fee = reader.varint();
  const items = times(reader.varint(), () => verdictOf(reader.byte()));
  const created = times(reader.varint(), () => ({
    table: TABLES[reader.byte()]!,
    first: reader.varint(),
    count: reader.varint(),
  }));
  return { name, hash, account: accountRef === 0 ? undefined : accountRef - 1, verdict, fee, items, created };
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function checksum(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest().subarray(0, CHECKSUM_BYTES);
}
