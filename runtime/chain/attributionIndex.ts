/**
 * Finds attributions by output (or the root over outputs), contribution or model. Runs behind the head, off the path of acknowledgement; its cursor is
 * stored with what it wrote. After a rewind old entries may remain: readers check each record against the question.
 */
import type { Hex } from "../../protocol/bytes.ts";
import { ByteWriter, concat, equalBytes, fromHex, toHex } from "../../protocol/bytes.ts";
import { encodeJson, getJson } from "../store/json.ts";
import { numberOf, textKey } from "../store/keys.ts";
import { put } from "../store/store.ts";
import { Turns } from "../turns.ts";
import { attributionsOf, type LoggedAttribution } from "./blockLog.ts";
import type { Chain } from "./chain.ts";

export type AttributionQuery = { output: Hex } | { contribution: number } | { model: number };

/** The last block taken in, and its root: another block may stand at that height since. */
interface Cursor {
  height: number;
  root: Hex;
}

const CURSOR = textKey("attribution-index");
const NEW_ENTRY = new Uint8Array(0);

export class AttributionIndex {
  readonly #chain: Chain;
  readonly #turns = new Turns();

  constructor(chain: Chain) {
    this.#chain = chain;
    chain.onRewind((height) => this.#turns.run(() => this.#rewind(height)));
  }

  /** Takes in every block up to the head; concurrent calls queue. */
  update(): Promise<void> {
    return this.#turns.run(() => this.#catchUp());
  }

  /** Indices that match, newest first, below `before`; each with its logged record. */
  async find(
    query: AttributionQuery,
    before: number,
    limit: number,
  ): Promise<(LoggedAttribution & { index: number })[]> {
    await this.update();
    const prefix = prefixOf(query);
    const upper = concat(prefix, new ByteWriter().uint(before, 6).finish());
    const found: (LoggedAttribution & { index: number })[] = [];
    const keys = this.#chain.store.attributionIndex.keys({ gte: prefix, lt: upper, reverse: true });
    for await (const key of keys) {
      const index = numberOf(key.subarray(prefix.length));
      const logged = await this.#chain.log.attribution(index);
      if (logged !== undefined && matches(query, logged)) found.push({ ...logged, index });
      if (found.length === limit) break;
    }
    return found;
  }

  async #catchUp(): Promise<void> {
    const { store, log } = this.#chain;
    for (let height = (await this.#cursor()) + 1; height <= this.#chain.head.height; height++) {
      const block = await log.block(height);
      if (block === undefined) return; // the head's write is still under way
      const operations = attributionsOf(block).flatMap((found) =>
        keysOf(found).map((key) => put(store.attributionIndex, key, NEW_ENTRY)),
      );
      const cursor: Cursor = { height, root: toHex(block.header.stateRoot) };
      await store.write([...operations, put(store.meta, CURSOR, encodeJson(cursor))]);
    }
  }

  /** Blocks above `height` are to be taken in again. */
  async #rewind(height: number): Promise<void> {
    const { store, log } = this.#chain;
    if ((await this.#stored()).height <= height) return;
    const block = await log.block(height);
    const cursor: Cursor = { height: block ? height : 0, root: toHex(block?.header.stateRoot ?? NO_ROOT) };
    await store.write([put(store.meta, CURSOR, encodeJson(cursor))]);
  }

  /** Height up to which all is in. A crash in the middle of a rewind may leave the cursor on a block that is gone: begin anew. */
  async #cursor(): Promise<number> {
    const { height, root } = await this.#stored();
    if (height === 0) return 0;
    const block = await this.#chain.log.block(height);
    return block !== undefined && toHex(block.header.stateRoot) === root ? height : 0;
  }

  async #stored(): Promise<Cursor> {
    return (await getJson<Cursor>(this.#chain.store, "meta", CURSOR)) ?? { height: 0, root: toHex(NO_ROOT) };
  }
}

const NO_ROOT = new Uint8Array(32);

function prefixOf(query: AttributionQuery): Uint8Array {
  const writer = new ByteWriter();
  if ("output" in query) return writer.byte(0).put(fromHex(query.output)).finish();
  if ("contribution" in query) return writer.byte(1).uint(query.contribution, 6).finish();
  return writer.byte(2).uint(query.model, 6).finish();
}

function keysOf({ index, record, transaction }: LoggedAttribution & { index: number }): Uint8Array[] {
  const suffix = new ByteWriter().uint(index, 6).finish();
  const key = (tag: number, subject: Uint8Array) => concat(new Uint8Array([tag]), subject, suffix);
  const number = (value: number) => new ByteWriter().uint(value, 6).finish();
  return [
    key(0, record.output),
    key(2, number(transaction.body.model)),
    ...record.shares.map((share) => key(1, number(share.contribution))),
  ];
}

function matches(query: AttributionQuery, { record, transaction }: LoggedAttribution): boolean {
  if ("output" in query) return equalBytes(record.output, fromHex(query.output));
  if ("model" in query) return transaction.body.model === query.model;
  return record.shares.some(({ contribution }) => contribution === query.contribution);
}
