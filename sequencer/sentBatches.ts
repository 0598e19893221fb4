/**
 * The batches that were sent and have not ended: each is in the host's pool, or in a block that is not deep enough. The next batch
 * builds on the last of them, so that they need not wait for each other.
 */
import type { PreparedBatch } from "./poster.ts";

interface Sent {
  batch: PreparedBatch;
  /** Of the chain when it was sent. */
  generation: number;
  /** Resolves when it has ended, however. */
  ended: Promise<void>;
  outcome: { failure?: unknown } | undefined;
}

export class SentBatches {
  #sent: Sent[] = [];

  get isEmpty(): boolean {
    return this.#sent.length === 0;
  }

  get last(): PreparedBatch | undefined {
    return this.#sent.at(-1)?.batch;
  }

  /** Whether what comes behind would be in vain: one has failed, or our blocks were built again. */
  isBroken(generation: number): boolean {
    return this.#sent.some((sent) => sent.outcome?.failure !== undefined || sent.generation !== generation);
  }

  add(batch: PreparedBatch, generation: number, sending: Promise<void>): void {
    const ended = sending.then(
      () => {
        sent.outcome = {};
      },
      (failure: unknown) => {
        sent.outcome = { failure };
      },
    );
    const sent: Sent = { batch, generation, ended, outcome: undefined };
    this.#sent.push(sent);
  }

  async allEnded(): Promise<void> {
    await Promise.all(this.#sent.map(({ ended }) => ended));
  }

  /** Height up to which they have ended. */
  get endedHeight(): number | undefined {
    return this.#sent.findLast(({ outcome }) => outcome !== undefined)?.batch.lastHeight;
  }

  /** Forgets those that have ended. Returns why the first one failed, which is why those behind it did; undefined when none failed. */
  removeEnded(): unknown {
    const failed = this.#sent.find(({ outcome }) => outcome?.failure !== undefined);
    this.#sent = this.#sent.filter(({ outcome }) => outcome === undefined);
    return failed?.outcome?.failure;
  }
}
