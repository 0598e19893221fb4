/** The log of blocks and the ways to find something in it. */
import type { TransactionResult } from "../../protocol/block.ts";
import { ByteReader } from "../../protocol/bytes.ts";
import type { OutputRecord } from "../../protocol/transactions/outputRecord.ts";
import { decodeSigned, decodeTransaction, type Transaction } from "../../protocol/transactions/registry.ts";
import { numberKey, numberOf, pairKey, pairOf } from "../store/keys.ts";
import { del, type Operation, put, type Store } from "../store/store.ts";
import { decodeStoredBlock, encodeStoredBlock, type StoredBlock } from "./storedBlock.ts";

/** One transaction of a block, or one message it consumed. */
export interface Entry {
  result: TransactionResult;
  /** Absent for deposits and malformed forced transactions. */
  transaction: Transaction | undefined;
  /** Packed bytes, or the message. */
  raw: Uint8Array;
}

export interface LoggedAttribution {
  height: number;
  result: TransactionResult;
  transaction: Extract<Transaction, { name: "Attribute" | "AttributeCommitted" }>;
  /** With a `position` where the outputs are committed to: then `output` is their root, as in the leaf. */
  record: OutputRecord & { position?: number };
  timestamp: number;
}

export class BlockLog {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Height of the last block; 0 when there is none. */
  async head(): Promise<number> {
    for await (const key of this.#store.blocks.keys({ reverse: true, limit: 1 })) return numberOf(key);
    return 0;
  }

  /** Throws `store-corrupt`; undefined when there is no such block. */
  async block(height: number): Promise<StoredBlock | undefined> {
    const bytes = await this.#store.blocks.get(numberKey(height));
    return bytes === undefined ? undefined : decodeStoredBlock(bytes);
  }

  /** The blocks from `first` to `last`; undefined when one of them is missing. Throws `store-corrupt`. */
  async blocks(first: number, last: number): Promise<StoredBlock[] | undefined> {
    const keys = Array.from({ length: last - first + 1 }, (_, i) => numberKey(first + i));
    const found: StoredBlock[] = [];
    for (const bytes of await this.#store.blocks.getMany(keys)) {
      if (bytes === undefined) return undefined;
      found.push(decodeStoredBlock(bytes));
    }
    return found;
  }

  /** The operations that add a block and its look-ups. */
  additions(block: StoredBlock): Operation[] {
    const { blocks, transactions } = this.#store;
    const operations = [put(blocks, numberKey(block.height), encodeStoredBlock(block))];
    block.results.forEach((result, position) => {
      operations.push(put(transactions, result.hash, pairKey(block.height, position)));
    });
    const first = firstAttribution(block);
    if (first !== undefined) {
      operations.push(put(this.#store.attributionStarts, numberKey(first), numberKey(block.height)));
    }
    return operations;
  }

  /** The operations that take a block out again. */
  removals(block: StoredBlock): Operation[] {
    const { blocks, transactions, attributionStarts } = this.#store;
    const operations = [del(blocks, numberKey(block.height))];
    for (const result of block.results) operations.push(del(transactions, result.hash));
    const first = firstAttribution(block);
    if (first !== undefined) operations.push(del(attributionStarts, numberKey(first)));
    return operations;
  }

  async locate(hash: Uint8Array): Promise<{ height: number; position: number } | undefined> {
    const value = await this.#store.transactions.get(hash);
    if (value === undefined) return undefined;
    const [height, position] = pairOf(value);
    return { height, position };
  }

  /** The attribution with this index, found in the block that made it. */
  async attribution(index: number): Promise<LoggedAttribution | undefined> {
    for await (const [, value] of this.#store.attributionStarts.iterator({
      lte: numberKey(index),
      reverse: true,
      limit: 1,
    })) {
      const block = await this.block(numberOf(value));
      if (block !== undefined) return attributionsOf(block).find((found) => found.index === index);
    }
    return undefined;
  }
}

/** A block's entries in order: messages first, then transactions. */
export function entriesOf(block: StoredBlock): Entry[] {
  const entries: Entry[] = block.messages.map((raw, i) => {
    const result = block.results[i]!;
    const transaction = result.name === "Forced" ? decodeTransaction(new ByteReader(raw, 21)) : undefined;
    return { result, transaction, raw };
  });
  const reader = new ByteReader(block.content);
  while (entries.length < block.results.length) {
    const from = reader.offset;
    const transaction = decodeSigned(reader);
    if (transaction === undefined) throw new Error(`block ${block.height} has more results than transactions`);
    entries.push({
      result: block.results[entries.length]!,
      transaction,
      raw: block.content.subarray(from, reader.offset),
    });
  }
  return entries;
}

/** The attributions that a block added to the log, with their indices. */
export function attributionsOf(block: StoredBlock): (LoggedAttribution & { index: number })[] {
  const found: (LoggedAttribution & { index: number })[] = [];
  for (const { result, transaction } of entriesOf(block)) {
    if (transaction?.name !== "Attribute" && transaction?.name !== "AttributeCommitted") continue;
    if (result.verdict !== "Ok") continue;
    let index = result.created![0]!.first;
    recordsOf(transaction).forEach((record, i) => {
      if (result.items![i] !== "Ok") return;
      const { timestamp } = block.header;
      found.push({ index: index++, height: block.height, result, transaction, record, timestamp });
    });
  }
  return found;
}

function recordsOf(transaction: LoggedAttribution["transaction"]): LoggedAttribution["record"][] {
  if (transaction.name === "Attribute") return transaction.body.records;
  const { outputsRoot, records } = transaction.body;
  return records.map((record, position) => ({ ...record, output: outputsRoot, position }));
}

function firstAttribution(block: StoredBlock): number | undefined {
  for (const { created } of block.results) {
    const range = created?.find(({ table, count }) => table === "attributions" && count > 0);
    if (range !== undefined) return range.first;
  }
  return undefined;
}
