/** What the host says of batches, and how far each block has come with it. */
import { CONFIRMATIONS, type Confirmation } from "../../protocol/api.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { decodeJson, encodeJson, getJson } from "../store/json.ts";
import { numberKey } from "../store/keys.ts";
import { del, type Operation, put, type Store } from "../store/store.ts";
import { BlockLog } from "./blockLog.ts";

export interface BatchRecord {
  id: number;
  commitment: Hex;
  parentCommitment: Hex;
  parentRoot: Hex;
  parentTimestamp: number;
  firstHeight: number;
  lastHeight: number;
  firstInboxIndex: number;
  epoch: number;
  poster: Hex;
  /** Host time of the post, seconds. */
  postedAt: number;
  hostBlock: number;
  hostTransaction: Hex;
  blockCommitments: Hex[];
}

/** Where the host stands, for judging confirmations. */
export interface HostProgress {
  safe: number;
  finalized: number;
  /** Timestamp of the host's latest block. */
  time: number;
}

interface Mark {
  lastHeight: number;
  hostBlock: number;
  postedAt: number;
}

export class Batches {
  readonly #store: Store;
  readonly #windowSeconds: number;
  /** One mark per batch, lowest first: enough to judge any height without the disk. */
  #marks: Mark[] = [];
  #progress: HostProgress = { safe: 0, finalized: 0, time: 0 };

  private constructor(store: Store, windowSeconds: number) {
    this.#store = store;
    this.#windowSeconds = windowSeconds;
  }

  /** Batches that do not connect, or whose blocks the log does not hold, are forgotten: the host has them. */
  static async open(store: Store, windowSeconds: number): Promise<Batches> {
    const batches = new Batches(store, windowSeconds);
    const head = await new BlockLog(store).head();
    const forgotten: Operation[] = [];
    for await (const [key, value] of store.batches.iterator()) {
      const record = forgotten.length === 0 ? (decodeJson(value) as BatchRecord) : undefined;
      const follows = record?.id === batches.tip + 1 && record.firstHeight === batches.postedHeight + 1;
      if (record && follows && record.lastHeight <= head) batches.#marks.push(markOf(record));
      else forgotten.push(del(store.batches, key));
    }
    await store.write(forgotten, { sync: true });
    return batches;
  }

  /** Id of the newest batch; 0 (genesis) when there is none. */
  get tip(): number {
    return this.#marks.length;
  }

  /** Last block that is on the host. */
  get postedHeight(): number {
    return this.#marks.at(-1)?.lastHeight ?? 0;
  }

  setProgress(progress: HostProgress): void {
    this.#progress = progress;
  }

  byId(id: number): Promise<BatchRecord | undefined> {
    return getJson<BatchRecord>(this.#store, "batches", numberKey(id));
  }

  async byHeight(height: number): Promise<BatchRecord | undefined> {
    const id = this.#markOf(height) + 1;
    return height > 0 && id <= this.tip ? this.byId(id) : undefined;
  }

  latest(): Promise<BatchRecord | undefined> {
    return this.tip === 0 ? Promise.resolve(undefined) : this.byId(this.tip);
  }

  /** Takes in the batch after the tip; the operation is to be written with what belongs to it. */
  add(batch: BatchRecord): Operation {
    if (batch.id !== this.tip + 1) throw new Error(`batch ${batch.id} does not follow ${this.tip}`);
    this.#marks.push(markOf(batch));
    return put(this.#store.batches, numberKey(batch.id), encodeJson(batch));
  }

  /** Forgets the batches above `id`. */
  async removeAbove(id: number): Promise<void> {
    const operations: Operation[] = [];
    for (let at = this.tip; at > id; at--) operations.push(del(this.#store.batches, numberKey(at)));
    this.#marks.length = Math.min(this.#marks.length, id);
    await this.#store.write(operations, { sync: true });
  }

  confirmationOf(height: number): Confirmation {
    const mark = this.#marks[this.#markOf(height)];
    return mark === undefined ? "sequenced" : this.#levelOf(mark);
  }

  /** Last block that has come at least this far. */
  heightAt(level: Confirmation): number {
    const wanted = CONFIRMATIONS.indexOf(level);
    for (let i = this.#marks.length - 1; i >= 0; i--) {
      if (CONFIRMATIONS.indexOf(this.#levelOf(this.#marks[i]!)) >= wanted) return this.#marks[i]!.lastHeight;
    }
    return 0;
  }

  #levelOf({ hostBlock, postedAt }: Mark): Confirmation {
    const { safe, finalized, time } = this.#progress;
    if (hostBlock > safe) return "posted";
    if (hostBlock > finalized) return "host-safe";
    return time >= postedAt + this.#windowSeconds ? "settled" : "host-finalized";
  }

  /** Place of the first mark at or above `height`. */
  #markOf(height: number): number {
    let low = 0;
    let high = this.#marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#marks[middle]!.lastHeight >= height) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Not the record itself: there may be a million of them. */
const markOf = ({ lastHeight, hostBlock, postedAt }: BatchRecord): Mark => ({ lastHeight, hostBlock, postedAt });
