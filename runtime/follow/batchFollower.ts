/**
 * Follows the batches on the host. The contract's storage at one host block is the truth of a poll: what we hold and it does
 * not is gone (reorg or removal), what it holds and we do not is new.
 */
import { toHex } from "../../protocol/bytes.ts";
import type { Batches } from "../chain/batches.ts";
import type { HostHeads } from "../host/heads.ts";
import type { HostReader } from "../host/hostReader.ts";
import type { FetchedBatch } from "./fetchBatch.ts";
import { type BatchRange, fetchBatches } from "./fetchBatches.ts";

export interface BatchSink {
  /** Blocks of our log, for who posts them: what is known need not be read from the host. */
  own?: BatchRange["own"];
  /** The batches above `id` are no longer on the host. */
  onRemoved(id: number): Promise<void>;
  /** A new batch; false when it cannot be taken in (a fault), which ends this poll. */
  onBatch(batch: FetchedBatch, heads: HostHeads): Promise<boolean>;
}

export class BatchFollower {
  readonly #reader: HostReader;
  readonly #batches: Batches;
  readonly #sink: BatchSink;

  constructor(reader: HostReader, batches: Batches, sink: BatchSink) {
    this.#reader = reader;
    this.#batches = batches;
    this.#sink = sink;
  }

  /** Brings us to the host's tip at `heads.latest`. Throws TributaryError; what was taken in before stays. */
  async poll(heads: HostHeads): Promise<void> {
    const { latest, safe, finalized } = heads;
    const tip = await this.#reader.tip(latest.hash);
    const kept = await this.#lastKept(tip, latest.hash);
    if (kept < this.#batches.tip) await this.#sink.onRemoved(kept);
    this.#batches.setProgress({ safe: safe.number, finalized: finalized.number, time: latest.timestamp });
    if (kept < tip) await this.#takeNew(kept, tip, heads);
  }

  /** The newest of our batches that the host still holds. */
  async #lastKept(tip: number, block: HostHeads["latest"]["hash"]): Promise<number> {
    for (let id = Math.min(this.#batches.tip, tip); id > 0; id--) {
      const stored = await this.#reader.storedBatch(id, block);
      const ours = await this.#batches.byId(id);
      // The same bytes may have been posted again at another time, after a reorg.
      const isSamePost = stored?.postedAt === ours?.postedAt;
      if (stored && ours && isSamePost && toHex(stored.commitment) === ours.commitment) return id;
    }
    return 0;
  }

  async #takeNew(kept: number, tip: number, heads: HostHeads): Promise<void> {
    const last = await this.#batches.byId(kept);
    const fromBlock = last?.hostBlock ?? this.#reader.deploymentBlock;
    const range = { after: kept, last: tip, fromBlock, head: heads.latest, own: this.#sink.own };
    for await (const fetched of fetchBatches(this.#reader, range)) {
      if (!(await this.#sink.onBatch(fetched, heads))) return;
    }
  }
}
