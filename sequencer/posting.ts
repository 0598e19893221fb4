/** Posts what is due, round by round, and never what could be held against a signature of ours. */
import type { Hex } from "../protocol/bytes.ts";
import { isTributaryError, TributaryError } from "../runtime/errors.ts";
import type { HostReader } from "../runtime/host/hostReader.ts";
import type { HostSender } from "../runtime/host/hostSender.ts";
import { encodePostBatch, encodeRestart, postBatchGas } from "../runtime/host/postBatch.ts";
import type { Logger } from "../runtime/logger.ts";
import type { DryRuns } from "./dryRuns.ts";
import type { EpochWatch } from "./epochWatch.ts";
import type { HostSync } from "./hostSync.ts";
import { type PosterOptions, type PreparedBatch, prepareBatch } from "./poster.ts";
import { SentBatches } from "./sentBatches.ts";
import type { Standing } from "./standing.ts";
import type { Statements } from "./statements.ts";

export interface PostingOptions extends Omit<PosterOptions, "below" | "poster" | "epoch"> {
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
  readonly #sent = new SentBatches();
  /** The batch on which blocks were built again for an overdue message: once is enough. */
  #reorderedAt: number | undefined;
  #reportedHeld: number | undefined;

  constructor(options: PostingOptions) {
    this.#options = options;
  }

  /**
   * One batch at most: requests would wait for the work that several make in one piece. Throws TributaryError when the host does
   * not take what is due; the next round starts from where things stand then.
   */
  async round(): Promise<void> {
    const { standing, sender } = this.#options;
    if (!standing.mayPost) return;
    await this.#collect();
    await standing.claim(sender);
    await this.#postNext();
  }

  /** Takes up what has ended. What is sent after a failure, or after our blocks changed, must know how all of it ended. */
  async #collect(): Promise<void> {
    const { chain, batches, sync } = this.#options;
    if (this.#sent.isBroken(chain.generation)) await this.#sent.allEnded();
    const height = this.#sent.endedHeight;
    if (height === undefined) return;
    if (height > batches.postedHeight) await sync.poll();
    const failure = this.#sent.removeEnded();
    if (failure === undefined) return;
    if (isTributaryError(failure, "host-reverted") && failure.details?.errorName === "MessageOverdue") {
      await this.#messagesFirst();
    }
    throw failure;
  }

  /** Sends the next batch, if one is due and can go behind those that were sent, and brings it into the host's pool. */
  async #postNext(): Promise<void> {
    const { chain, batches, statements, sync, standing, sender, epochs, dryRuns } = this.#options;
    const { generation } = chain;
    if (this.#sent.isBroken(generation) || sender.waiting > 0) return;
    const { last } = this.#sent;
    const isBehind = last !== undefined && last.lastHeight > batches.postedHeight;
    if (isBehind && last.tail === undefined) return;
    const held = this.#heldFrom();
    const below = lowest(held, dryRuns?.firstUnchecked);
    const after = isBehind ? last.tail : undefined;
    const options = { ...this.#options, poster: sender.address, epoch: epochs.epoch, below };
    const batch = await prepareBatch(options, sync.time, after);
    if (batch === undefined) {
      if (!this.#sent.isEmpty) return;
      this.#complainOfFailure();
      return held === undefined ? undefined : this.#endEpochIfOverdue();
    }
    await standing.bond(sender);
    await statements.attempt(batch.lastHeight);
    if (chain.generation !== generation || this.#sent.isBroken(generation)) return; // built again meanwhile, or in vain
    this.#sent.add(batch, generation, this.#send(batch, isBehind));
    await sender.tick();
  }

  /** Behind another one a batch cannot be tried out first: the host does not have its parent yet. */
  async #send(batch: PreparedBatch, isBehind: boolean): Promise<void> {
    const { rollup, sender, logger } = this.#options;
    const { firstHeight, lastHeight, count } = batch;
    const data = encodePostBatch(batch);
    const bytes = batch.blocks.length;
    const request = { to: rollup, data, ...(isBehind && { gas: postBatchGas(bytes, count) }) };
    const { transactionHash, gasUsed } = await sender.send(request);
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
