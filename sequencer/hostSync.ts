/**
 * The sequencer's view of its host: the clock, the messages to credit, the batches that stand, and what to do when any of
 * them is not what it was.
 */
import type { FaultReport } from "../protocol/api.ts";
import type { Hex } from "../protocol/bytes.ts";
import type { EnqueuedMessage } from "../protocol/inbox.ts";
import type { Batches } from "../runtime/chain/batches.ts";
import { type Chain, headOf } from "../runtime/chain/chain.ts";
import { isTributaryError, TributaryError } from "../runtime/errors.ts";
import { BatchFollower } from "../runtime/follow/batchFollower.ts";
import type { FetchedBatch } from "../runtime/follow/fetchBatch.ts";
import { type InboxCursor, InboxFollower } from "../runtime/follow/inboxFollower.ts";
import { SteadyHeads } from "../runtime/follow/steadyHeads.ts";
import { verifyBatch } from "../runtime/follow/verifyBatch.ts";
import type { HostHeads } from "../runtime/host/heads.ts";
import type { HostReader } from "../runtime/host/hostReader.ts";
import type { Logger } from "../runtime/logger.ts";
import { encodeJson, getJson } from "../runtime/store/json.ts";
import { textKey } from "../runtime/store/keys.ts";
import { put } from "../runtime/store/store.ts";
import { Turns } from "../runtime/turns.ts";
import type { DryRuns } from "./dryRuns.ts";
import type { EpochWatch } from "./epochWatch.ts";
import type { MessageQueue } from "./messages.ts";
import { restoreSigned, returnHeight } from "./standBy.ts";
import type { Standing } from "./standing.ts";
import type { Statements } from "./statements.ts";
import type { Unposted } from "./unposted.ts";

/** Goes back to `height`, runs `replace`, and sequences again what was dropped: the builder's. */
export type Rewind = (height: number, replace: () => Promise<void>) => Promise<void>;

/** Which host block makes a deposit certain enough to credit (rule 7); `latest` only in development. */
export type CreditTag = keyof HostHeads;

export interface HostSyncOptions {
  reader: HostReader;
  chain: Chain;
  batches: Batches;
  unposted: Unposted;
  messages: MessageQueue;
  creditTag: CreditTag;
  epochs: EpochWatch;
  standing: Standing;
  statements: Statements;
  dryRuns: DryRuns | undefined;
  logger: Logger;
}

/** Highest host block from which messages were credited: a host that is below it has not lost them, it lags. */
const CREDITED_TO = textKey("credited-to");

interface Ahead {
  at: Hex;
  messages: EnqueuedMessage[];
}

export class HostSync {
  readonly #options: HostSyncOptions;
  readonly #inbox: InboxFollower;
  readonly #batches: BatchFollower;
  readonly #steady: SteadyHeads;
  readonly #rewind: Rewind;
  /** Following and posting both ask for a poll. */
  readonly #turns = new Turns();
  #heads: HostHeads | undefined;
  #creditedTo: number | undefined;
  /** The batch on the host that has a wrong root: not judged again while it stands there. */
  #fault: { report: FaultReport; commitment: Hex } | undefined;
  #isBeforeFault = false;
  /** Where things stood after the last poll: while they stand there, another one would find the same. */
  #settledAt: string | undefined;
  /** Messages beyond our blocks, as read at one host block. */
  #ahead: Ahead | undefined;

  constructor(options: HostSyncOptions, rewind: Rewind) {
    this.#options = options;
    this.#rewind = rewind;
    this.#inbox = new InboxFollower(options.reader, this.#cursor());
    this.#steady = new SteadyHeads(options.reader);
    this.#batches = new BatchFollower(options.reader, options.batches, {
      own: async (first, last) =>
        last > options.chain.head.height ? undefined : options.chain.log.blocks(first, last),
      onRemoved: (id) => this.#removed(id),
      onBatch: (batch, heads) => this.#take(batch, heads),
    });
  }

  /** Timestamp of the host's latest block, seconds; 0 before the first poll. */
  get time(): number {
    return this.#heads?.latest.timestamp ?? 0;
  }

  get hostBlock(): number {
    return this.#heads?.latest.number ?? 0;
  }

  /** The batch with a wrong root that it stands before; nothing of its own can be posted meanwhile. */
  get fault(): FaultReport | undefined {
    return this.#fault?.report;
  }

  get inboxLength(): number {
    return this.#inbox.length;
  }

  /** Throws TributaryError when the host does not answer or reorganises meanwhile. */
  poll(): Promise<HostHeads> {
    return this.#turns.run(() => this.#poll());
  }

  /**
   * Builds all blocks that are not posted again, waiting messages first: the host refuses every batch that leaves an overdue
   * message behind.
   */
  messagesFirst(): Promise<void> {
    return this.#turns.run(async () => {
      await this.#rewindTo(this.#options.batches.postedHeight, await this.#steady.read());
    });
  }

  async #poll(): Promise<HostHeads> {
    const heads = await this.#steady.read();
    if (this.#settledAt === this.#mark(heads)) return heads;
    this.#settledAt = undefined;
    this.#heads = heads; // blocks that are built again within this poll go by the clock of the chain that is now
    this.#isBeforeFault = false;
    await this.#options.standing.look(heads);
    await this.#batches.poll(heads);
    if (!this.#isBeforeFault) this.#fault = undefined;
    await this.#checkInbox(heads);
    await this.#options.epochs.look(heads);
    await this.#standBySigned(heads);
    await this.#credit(heads);
    this.#settledAt = this.#mark(heads);
    return heads;
  }

  /** All that a poll goes by: everything is read at these host blocks, and compared with our log and its batches. */
  #mark({ latest, safe, finalized }: HostHeads): string {
    const { chain, batches } = this.#options;
    const { generation, head } = chain;
    return [latest.hash, safe.hash, finalized.hash, generation, head.inboxIndex, batches.tip].join();
  }

  async #credit(heads: HostHeads): Promise<void> {
    const { reader, messages, creditTag, standing } = this.#options;
    const { number } = heads[creditTag];
    if (number < reader.deploymentBlock) return messages.markComplete();
    if (!standing.mayPost) {
      await this.#inbox.look(number);
      return messages.markComplete();
    }
    try {
      const found = await this.#inbox.poll(number);
      if (found.length > 0) await this.#noteCredited(number);
      messages.push(found);
      messages.markComplete();
    } catch (error) {
      if (isTributaryError(error, "host-reorged")) this.#readInboxAgain();
      throw error;
    }
  }

  /** The messages our blocks consumed must still be the host's; otherwise those blocks can never be posted. */
  async #checkInbox(heads: HostHeads): Promise<void> {
    const { chain, batches, logger } = this.#options;
    if (!(await this.#hasChanged(this.#cursor(), heads))) return;
    let { height } = chain.head;
    for (let judged = this.#cursor(); height > 0; height--) {
      const block = await chain.log.block(height);
      if (block === undefined) continue; // its write is under way
      const { inboxIndex: index, inboxAcc: acc } = headOf(block);
      if (index !== judged.index && !(await this.#hasChanged({ index, acc }, heads))) break;
      judged = { index, acc };
    }
    logger.warn(
      { from: chain.head.height, to: height },
      "the host's inbox changed under our blocks: sequencing them again",
    );
    const batch = await batches.byHeight(height + 1);
    if (batch !== undefined) await this.#removed(batch.id - 1); // posted again since: to be read again
    await this.#rewindTo(height, heads);
  }

  /** What was signed comes back as soon as it can be posted as it is. */
  async #standBySigned(heads: HostHeads): Promise<void> {
    const { epochs, logger } = this.#options;
    const agrees = async (cursor: InboxCursor) => (await this.#inbox.agrees(cursor, heads.latest.hash)) === true;
    const height = await returnHeight(this.#options, epochs.epoch, agrees);
    if (height === undefined) return;
    logger.warn({ height }, "going back to the blocks that were signed");
    await this.#rewindTo(height, heads, () => restoreSigned(this.#options));
  }

  async #hasChanged(cursor: InboxCursor, { latest }: HostHeads): Promise<boolean> {
    const agrees = await this.#inbox.agrees(cursor, latest.hash);
    // Fewer messages than we consumed: a host node that lags, unless it is past the block where we saw them.
    return agrees === undefined ? latest.number >= (await this.#lastCredited()) : !agrees;
  }

  async #removed(id: number): Promise<void> {
    const { batches, chain, unposted, logger } = this.#options;
    logger.warn({ batch: id + 1 }, "batches are gone from the host; they will be posted again");
    await batches.removeAbove(id);
    await unposted.reload(chain, batches.postedHeight);
  }

  /** A batch on the host: usually our own blocks; otherwise it replaces ours if it is right. */
  async #take(batch: FetchedBatch, heads: HostHeads): Promise<boolean> {
    const { chain, batches, unposted, logger } = this.#options;
    const { record } = batch;
    if (record.commitment === this.#fault?.commitment) {
      this.#isBeforeFault = true;
      return false;
    }
    if (batch.isOwn) {
      await chain.store.write([batches.add(record)], { sync: true });
      unposted.posted(record.lastHeight);
      logger.info({ batch: record.id, blocks: batch.blocks.length, height: record.lastHeight }, "batch on the host");
      return true;
    }
    logger.warn({ batch: record.id, poster: record.poster }, "taking in blocks from the host that are not in our log");
    const count = batch.blocks.reduce((sum, { header }) => sum + header.inboxCount, 0);
    const ahead = await this.#messagesAfter(await this.#cursorAt(record.firstHeight - 1), heads);
    if (ahead.length < count) throw new TributaryError("host-reorged", `messages of batch ${record.id} are missing`);
    let taken = false;
    await this.#rewindTo(record.firstHeight - 1, heads, async () => {
      const report = await verifyBatch(chain, batches, batch, ahead.slice(0, count));
      taken = report === undefined;
      if (report === undefined) return chain.snapshotIfDue();
      this.#fault = { report, commitment: record.commitment };
      this.#isBeforeFault = true;
      logger.error({ fault: report }, "the host holds a batch with a wrong root");
    });
    return taken;
  }

  /**
   * Everything is read from the host before the blocks go: what follows may neither fail nor wait for it, and the messages are
   * there before the dropped transactions that may rest on them.
   */
  async #rewindTo(height: number, heads: HostHeads, replace: () => Promise<void> = async () => {}): Promise<void> {
    const { chain, batches, unposted, messages, reader, creditTag, standing } = this.#options;
    const ahead = await this.#messagesAfter(await this.#cursorAt(height), heads);
    const { number } = heads[creditTag];
    const credited = number < reader.deploymentBlock ? 0 : await reader.inboxLength(number);
    await this.#noteCredited(number);
    await this.#rewind(height, async () => {
      try {
        await replace();
      } finally {
        const { inboxIndex } = chain.head;
        const isWanted = standing.mayPost;
        const waiting = ahead.filter(({ index }) => isWanted && index >= inboxIndex && index < credited);
        messages.clear();
        messages.push(waiting);
        messages.markComplete();
        const last = waiting.at(-1);
        const cursor = last ? { index: last.index + 1, acc: last.acc } : this.#cursor();
        this.#inbox.reset(cursor, isWanted ? number : undefined);
      }
    });
    await unposted.reload(chain, batches.postedHeight);
  }

  /** All messages after a cursor that the host's latest block shows; one read serves all batches of a poll. */
  async #messagesAfter({ index, acc }: InboxCursor, { latest }: HostHeads): Promise<readonly EnqueuedMessage[]> {
    const first = this.#ahead?.messages[0]?.index ?? 0;
    if (this.#ahead?.at === latest.hash && first <= index && this.#ahead.messages.length > 0) {
      return this.#ahead.messages.slice(index - first);
    }
    const { reader } = this.#options;
    const count = (await reader.inboxLength(latest.number)) - index;
    const range = { fromIndex: index, previousAcc: acc, toBlock: latest.number };
    const messages = count <= 0 ? [] : await reader.messages(range);
    if (messages.length < count) throw new TributaryError("host-reorged", `messages after ${index} are missing`);
    this.#ahead = { at: latest.hash, messages };
    return messages;
  }

  #cursor(): InboxCursor {
    const { inboxIndex: index, inboxAcc: acc } = this.#options.chain.head;
    return { index, acc };
  }

  async #cursorAt(height: number): Promise<InboxCursor> {
    const { chain } = this.#options;
    if (height === chain.head.height) return this.#cursor();
    const block = await chain.log.block(height);
    if (block === undefined) return { index: 0, acc: new Uint8Array(32) };
    const { inboxIndex: index, inboxAcc: acc } = headOf(block);
    return { index, acc };
  }

  async #lastCredited(): Promise<number> {
    const { store } = this.#options.chain;
    this.#creditedTo ??= (await getJson<number>(store, "meta", CREDITED_TO)) ?? 0;
    return this.#creditedTo;
  }

  async #noteCredited(hostBlock: number): Promise<void> {
    if (hostBlock <= (await this.#lastCredited())) return;
    const { store } = this.#options.chain;
    await store.write([put(store.meta, CREDITED_TO, encodeJson(hostBlock))]);
    this.#creditedTo = hostBlock;
  }

  #readInboxAgain(): void {
    this.#options.messages.clear();
    this.#inbox.reset(this.#cursor());
  }
}
