/**
 * The verifier: rebuilds every block from the host's logs and calldata and compares every root. It never talks to the
 * sequencer. What it finds, others act on (`prover.ts`) and speak of (`speak.ts`).
 */
import type { FaultReport } from "../protocol/api.ts";
import { type Hex, toHex } from "../protocol/bytes.ts";
import type { EnqueuedMessage } from "../protocol/inbox.ts";
import type { Batches, BatchRecord } from "../runtime/chain/batches.ts";
import { type Chain, headOf } from "../runtime/chain/chain.ts";
import { isTributaryError, TributaryError } from "../runtime/errors.ts";
import { BatchFollower } from "../runtime/follow/batchFollower.ts";
import type { FetchedBatch } from "../runtime/follow/fetchBatch.ts";
import { type InboxCursor, InboxFollower } from "../runtime/follow/inboxFollower.ts";
import { SteadyHeads } from "../runtime/follow/steadyHeads.ts";
import { verifyBatch } from "../runtime/follow/verifyBatch.ts";
import type { FaultProof } from "../runtime/host/faults.ts";
import type { HostHeads } from "../runtime/host/heads.ts";
import type { HostReader } from "../runtime/host/hostReader.ts";
import { faultProofOf } from "./faultProof.ts";

export interface VerifierOptions {
  reader: HostReader;
  chain: Chain;
  batches: Batches;
  /** Whether to make the proof of a fault. */
  proves?: boolean;
  /** The chain stands behind the batch until it resolves; `hostTime` in seconds. */
  onAgreed?: (batch: BatchRecord, hostTime: number) => void | Promise<void>;
  /** The batches above `kept` are gone; `first` was the lowest of them. */
  onRemoved?: (kept: number, first: BatchRecord) => void | Promise<void>;
  onFault?: (fault: FoundFault) => void | Promise<void>;
  /** All that is on the host is taken in, or there is a fault. */
  onPolled?: () => void | Promise<void>;
}

export interface FoundFault {
  report: FaultReport;
  /** Of the batch. */
  commitment: Hex;
  /** In the batch, from 0. */
  blockIndex: number;
  /** Host time of the batch's post, seconds. */
  postedAt: number;
  /** Undefined while it is being made, and without `proves`. */
  proof: FaultProof | undefined;
}

export class Verifier {
  readonly #options: VerifierOptions;
  readonly #batches: BatchFollower;
  readonly #inbox: InboxFollower;
  readonly #heads: SteadyHeads;
  /** Messages after the chain's cursor. */
  #messages: EnqueuedMessage[] = [];
  #fault: FoundFault | undefined;
  /** The post that holds it. */
  #faultyPost = "";
  /** Whether this poll came to the fault. */
  #isBeforeFault = false;
  #hostBlock = 0;

  constructor(options: VerifierOptions) {
    this.#options = options;
    const { reader, batches } = options;
    this.#inbox = new InboxFollower(reader, this.#cursor());
    this.#heads = new SteadyHeads(reader);
    this.#batches = new BatchFollower(reader, batches, {
      onRemoved: (id) => this.#removed(id),
      onBatch: (batch, heads) => this.#judge(batch, heads),
    });
  }

  /** The fault it stands before, while the batch that holds it stands. */
  get fault(): FoundFault | undefined {
    return this.#fault;
  }

  get hostBlock(): number {
    return this.#hostBlock;
  }

  get inboxLength(): number {
    return this.#inbox.length;
  }

  /** Brings it to the host's latest block, or to the first fault. Throws TributaryError when the host does not play along. */
  async poll(): Promise<void> {
    const { chain, batches } = this.#options;
    // A crash between forgetting batches and their blocks leaves blocks that are on no host.
    if (chain.head.height > batches.postedHeight) await chain.rewind(batches.postedHeight);
    const heads = await this.#heads.read();
    await this.#readingAgain(async () => {
      this.#messages.push(...(await this.#inbox.poll(heads.latest.number)));
    });
    this.#isBeforeFault = false;
    await this.#batches.poll(heads);
    if (!this.#isBeforeFault) this.#fault = undefined;
    await this.#checkInbox(heads);
    this.#hostBlock = heads.latest.number;
    await this.#options.onPolled?.();
  }

  async #removed(id: number): Promise<void> {
    const { batches, chain, onRemoved } = this.#options;
    const first = await batches.byId(id + 1);
    await batches.removeAbove(id);
    await chain.rewind(batches.postedHeight);
    this.#readInboxAgain();
    if (first !== undefined) await onRemoved?.(id, first);
    throw new TributaryError("host-reorged", `the batches above ${id} are gone from the host; reading again`);
  }

  /** Bytes and roots may be the same after a reorg, and yet stand on other messages. */
  async #checkInbox({ latest }: HostHeads): Promise<void> {
    const { batches, chain } = this.#options;
    let id = batches.tip;
    for (let cursor = this.#cursor(); id > 0; id--) {
      if ((await this.#inbox.agrees(cursor, latest.hash)) !== false) break;
      const parent = await batches.byId(id - 1);
      const block = parent && (await chain.log.block(parent.lastHeight));
      if (block !== undefined) cursor = { index: headOf(block).inboxIndex, acc: block.inboxAcc };
    }
    if (id < batches.tip) await this.#removed(id);
  }

  async #judge(batch: FetchedBatch, { latest }: HostHeads): Promise<boolean> {
    const { chain, batches, onAgreed } = this.#options;
    if (this.#fault !== undefined && this.#faultyPost === postOf(batch)) {
      this.#isBeforeFault = true;
      return false;
    }
    const count = batch.blocks.reduce((sum, { header }) => sum + header.inboxCount, 0);
    const messages = this.#messages.slice(0, count);
    const report = await this.#readingAgain(() => verifyBatch(chain, batches, batch, messages));
    if (report !== undefined) {
      await this.#found(report, batch, messages);
      return false;
    }
    this.#messages = this.#messages.slice(count);
    chain.snapshotIfDue();
    await onAgreed?.(batch.record, latest.timestamp);
    return true;
  }

  /** The alarm comes before the proof, which takes its time. */
  async #found(report: FaultReport, batch: FetchedBatch, messages: readonly EnqueuedMessage[]): Promise<void> {
    const { chain, proves, onFault } = this.#options;
    const { commitment, firstHeight, postedAt } = batch.record;
    const blockIndex = report.height - firstHeight;
    const fault: FoundFault = { report, commitment, blockIndex, postedAt, proof: undefined };
    this.#fault = fault;
    this.#faultyPost = postOf(batch);
    this.#isBeforeFault = true;
    await onFault?.(fault);
    if (proves) fault.proof = await faultProofOf(chain, batch, messages, blockIndex);
  }

  #cursor(): InboxCursor {
    const { inboxIndex: index, inboxAcc: acc } = this.#options.chain.head;
    return { index, acc };
  }

  /** When messages turn out to be others than the host's, all after the chain's cursor are read again. */
  async #readingAgain<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isTributaryError(error, "host-reorged")) this.#readInboxAgain();
      throw error;
    }
  }

  #readInboxAgain(): void {
    this.#messages = [];
    this.#inbox.reset(this.#cursor());
  }
}

/** The same bytes, posted again after a reorg, may stand on other messages: then they are judged again. */
function postOf({ record, inboxAcc }: FetchedBatch): string {
  return `${record.commitment} ${record.postedAt} ${toHex(inboxAcc)}`;
}
