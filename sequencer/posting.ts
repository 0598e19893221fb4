/** Posts what is due, round by round, and never what could be held against a signature of ours. */
import type { Hex } from "../protocol/bytes.ts";
import { isTributaryError, TributaryError } from "../runtime/errors.ts";
import type { HostReader } from "../runtime/host/hostReader.ts";
import type { HostSender } from "../runtime/host/hostSender.ts";
import { encodePostBatch, encodeRestart } from "../runtime/host/postBatch.ts";
import type { Logger } from "../runtime/logger.ts";
import type { DryRuns } from "./dryRuns.ts";
import type { EpochWatch } from "./epochWatch.ts";
import type { HostSync } from "./hostSync.ts";
import { type PosterOptions, type PreparedBatch, prepareBatch } from "./poster.ts";
import type { Standing } from "./standing.ts";
import type { Statements } from "./statements.ts";

export interface PostingOptions extends Omit<PosterOptions, "below"> {
  rollup: Hex;
  reader: HostReader;
  sender: HostSender;
  sync: HostSync;
  epochs: EpochWatch;
  statements: Statements;
  standing: Standing;
  dryRuns: DryRuns | undefined;
  logger: Logger;
}

export class Posting {
  readonly #options: PostingOptions;
  /** The batch on which blocks were built again for an overdue message: once is enough. */
  #reorderedAt: number | undefined;
  #reportedHeld: number | undefined;

  constructor(options: PostingOptions) {
    this.#options = options;
  }

  /** Throws TributaryError when the host does not take what is due; the next round starts from where things stand then. */
  async round(): Promise<void> {
    const { chain, statements, sync, standing, sender } = this.#options;
    if (!standing.mayPost) return;
    await standing.claim(sender);
    const { generation } = chain;
    const held = this.#heldFrom();
    const below = lowest(held, this.#options.dryRuns?.firstUnchecked);
    const batch = await prepareBatch({ ...this.#options, below }, sync.time);
    if (batch === undefined) {
      this.#complainOfFailure();
      return held === undefined ? undefined : this.#endEpochIfOverdue();
    }
    await standing.bond(sender);
    await statements.attempt(batch.lastHeight);
    if (chain.generation !== generation) return; // built again meanwhile
    await this.#post(batch);
    await sync.poll(); // so that the next round starts from this batch
  }

  async #post(batch: PreparedBatch): Promise<void> {
    const { rollup, sender, logger } = this.#options;
    const { firstHeight, lastHeight } = batch;
    const data = encodePostBatch(batch);
    const { transactionHash, gasUsed } = await sender.send({ to: rollup, data }).catch(async (error: unknown) => {
      const isOverdue = isTributaryError(error, "host-reverted") && error.details?.errorName === "MessageOverdue";
      if (isOverdue) await this.#messagesFirst();
      throw error;
    });
    const bytes = batch.blocks.length / 2 - 1;
    logger.info({ firstHeight, lastHeight, bytes, gas: Number(gasUsed), transactionHash }, "posted");
  }

  /** What was signed must be posted as it is while its epoch lasts: so the epoch has to end first. */
  async #messagesFirst(): Promise<void> {
    const { batches, statements, epochs, sync } = this.#options;
    if (this.#reorderedAt === batches.tip) return;
    await epochs.withoutSigning(async () => {
      if (await statements.bindsFrom(epochs.epoch, batches.postedHeight)) await this.#restart();
      this.#reorderedAt = batches.tip;
      await sync.messagesFirst();
    });
  }

  #complainOfFailure(): void {
    const failure = this.#options.dryRuns?.failure;
    if (failure === undefined) return;
    const { height, message } = failure;
    throw new TributaryError("not-available", `block ${height} is not posted: ${message}`, { retryable: false });
  }

  /** Lowest height where another block than the one in the log was signed, and the host may still come to hold us to it. */
  #heldFrom(): number | undefined {
    const { statements, batches, logger } = this.#options;
    const held = statements.withdrawn.find(({ height }) => height > batches.postedHeight)?.height;
    if (held !== undefined && held !== this.#reportedHeld) {
      logger.warn(
        { height: held },
        "another block was signed here: posting waits until the host has finalized that it is void",
      );
    }
    this.#reportedHeld = held;
    return held;
  }

  async #endEpochIfOverdue(): Promise<void> {
    const { batches, statements, epochs, reader, sync } = this.#options;
    if (!(await statements.bindsFrom(epochs.epoch, batches.postedHeight))) return; // it is over, and will be finalized
    const { overdueAt } = await reader.slot();
    if (overdueAt !== undefined && sync.time >= overdueAt) await this.#restart();
  }

  async #restart(): Promise<void> {
    const { rollup, sender, sync, epochs, logger } = this.#options;
    logger.warn(
      { epoch: epochs.epoch },
      "a message is overdue: ending the epoch, so that it can come before what was signed",
    );
    await sender.send({ to: rollup, data: encodeRestart() });
    await sync.poll();
  }
}

const lowest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
