/**
 * The block builder: one loop that runs transactions in the order of their arrival, seals blocks by meter or by time, writes,
 * and only then answers. One write a turn carries everything the turn did: the disk is waited for once, whatever the load.
 */
import type { TransactionReceipt } from "../protocol/api.ts";
import { type Recovered, VOID_VERDICTS } from "../protocol/block.ts";
import { ByteReader, equalBytes, toHex } from "../protocol/bytes.ts";
import { NONCE } from "../protocol/state/account.ts";
import type { State } from "../protocol/state/state.ts";
import { decodeSigned } from "../protocol/transactions/registry.ts";
import { entriesOf } from "../runtime/chain/blockLog.ts";
import { type Chain, type Head, headOf } from "../runtime/chain/chain.ts";
import { receiptOf } from "../runtime/chain/receipts.ts";
import type { StoredBlock } from "../runtime/chain/storedBlock.ts";
import { TributaryError } from "../runtime/errors.ts";
import { nativeRecover } from "../runtime/signatures/nativeRecover.ts";
import type { Operation } from "../runtime/store/store.ts";
import { BoundaryReads } from "./boundaryReads.ts";
import { loadDropped, removeDropped, replaceDropped } from "./dropped.ts";
import type { DryRuns } from "./dryRuns.ts";
import type { MessageQueue } from "./messages.ts";
import { OpenBlock, type OpenBlockStart } from "./openBlock.ts";
import { loadPending, type PendingBlock, putStart, putTransaction, removePending, takePending } from "./pending.ts";
import { nonceError, stopped, tooLarge, voidError } from "./refusals.ts";
import type { Signer } from "./signer.ts";
import type { Submission } from "./submission.ts";
import { SubmissionQueue } from "./submissionQueue.ts";
import { Turn } from "./turn.ts";

export interface BuilderOptions {
  chain: Chain;
  messages: MessageQueue;
  signer: Signer;
  /** Undefined when nothing is posted. */
  dryRuns?: DryRuns | undefined;
  /** Time of the host's latest block, seconds: the clock of our blocks, so that they are never ahead of the host. */
  hostTime: () => number;
  /** Account that gets the transaction fees. */
  feeAccount: () => number;
  /** A block with content is sealed after this long. */
  blockTimeMs: number;
}

/** Transactions of one turn: bounds how long the event loop is held, and one write. */
const TURN_SIZE = 512;

interface Rewind {
  run(): Promise<void>;
  reject(error: TributaryError): void;
}

export class Builder {
  readonly #options: BuilderOptions;
  #parent: Head;
  #open: OpenBlock | undefined;
  #openedAt = 0;
  /** How much of the open block's content is on disk. */
  #durable: { block: OpenBlock; length: number } | undefined;
  /** Entries of the open block on disk, and not yet on disk. */
  #writtenEntries = 0;
  #unwritten: Operation[] = [];
  readonly #queue = new SubmissionQueue();
  readonly #boundaryReads = new BoundaryReads();
  #rewinds: Rewind[] = [];
  #isRewinding = false;
  #isStopped = false;
  #wake: () => void = () => {};
  readonly #receiptListeners = new Set<(receipt: TransactionReceipt) => void>();
  #current: Submission | undefined;
  /** Receipts of the open block that are on disk, by transaction hash: the log does not have them yet. */
  #openReceipts = new Map<string, TransactionReceipt>();

  constructor(options: BuilderOptions) {
    this.#options = options;
    this.#parent = options.chain.head;
  }

  /**
   * Takes up the block that a crash left open (the same start, the same transactions, the same result) and what was to be
   * sequenced again. Returns the number of transactions.
   */
  async restore(): Promise<number> {
    const { store, head } = this.#options.chain;
    const pending = await loadPending(store, head.height + 1);
    if (pending !== undefined) this.#resume(pending);
    const dropped = await loadDropped(store);
    this.#queue.sequenceAgain(dropped);
    return (pending?.transactions.length ?? 0) + dropped.length;
  }

  enqueue(submission: Submission): void {
    if (this.#isStopped) {
      submission.reject(stopped());
      return;
    }
    this.#queue.push(submission);
    this.#wake();
  }

  get queueLength(): number {
    return this.#queue.length;
  }

  /** While it goes back, or has yet to bring dropped transactions in again: the state is not what it was, nor what it will be. */
  get isResequencing(): boolean {
    return this.#isRewinding || this.#queue.first?.dropped !== undefined;
  }

  pendingNonce(account: number): number {
    const { accounts } = this.#options.chain.state;
    return (accounts.has(account) ? accounts.number(account, NONCE) : 0) + this.#queue.countOf(account);
  }

  onReceipt(listener: (receipt: TransactionReceipt) => void): () => void {
    this.#receiptListeners.add(listener);
    return () => this.#receiptListeners.delete(listener);
  }

  /** The receipt of an acknowledged transaction whose block is not sealed yet. */
  openReceipt(hash: Uint8Array): TransactionReceipt | undefined {
    return this.#openReceipts.get(toHex(hash));
  }

  /** The block in progress as far as it is durable; undefined between blocks. */
  get openContent(): { height: number; content: Uint8Array } | undefined {
    const { block, length } = this.#durable ?? {};
    return block && { height: block.height, content: block.content.subarray(0, length) };
  }

  /** Something outside changed that may call for a block: new messages. */
  poke(): void {
    this.#wake();
  }

  atBoundary<T>(read: () => T): Promise<T> {
    const { head, written } = this.#options.chain;
    const isBoundary = this.#open === undefined && !this.#isRewinding && head.height === written.height;
    return this.#boundaryReads.add(read, isBoundary);
  }

  /**
   * Drops the blocks above `height`, lets `replace` put others in their place, and sequences the dropped transactions again.
   * Nothing acknowledged is lost, not by a crash either; what no longer applies gets a verdict or drops out as void. Throws
   * what `replace` throws.
   */
  rewind(height: number, replace: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isStopped) return reject(stopped());
      this.#rewinds.push({ reject, run: () => this.#rewindTo(height).then(() => replace().then(resolve, reject)) });
      this.#wake();
    });
  }

  /** Runs until `signal` aborts; then the open block stays in the store for the next start. Rejects on a broken invariant. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        if (this.#rewinds.length > 0) await this.#nextRewind();
        else if (this.#hasWork()) await this.#turn();
        else await this.#waitForWork(signal);
      }
    } finally {
      this.#isStopped = true;
      for (const { reject } of [...this.#rewinds, ...this.#queue.clear()]) reject(stopped());
      this.#boundaryReads.rejectAll(stopped());
    }
  }

  #hasWork(): boolean {
    if (this.#canRun()) return true;
    if (this.#open === undefined) return this.#options.messages.has(this.#parent.inboxIndex);
    return performance.now() >= this.#openedAt + this.#options.blockTimeMs;
  }

  /** What is sequenced again may rest on deposits of the dropped blocks: it waits until the host was asked for them. */
  #canRun(): boolean {
    const { first } = this.#queue;
    return first !== undefined && (first.dropped === undefined || this.#options.messages.isComplete);
  }

  async #waitForWork(signal: AbortSignal): Promise<void> {
    const left = this.#open && Math.max(0, this.#openedAt + this.#options.blockTimeMs - performance.now());
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = left === undefined ? undefined : setTimeout(wake, left);
      this.#wake = wake;
      signal.addEventListener("abort", wake);
    });
    this.#wake = () => {};
  }

  /** Runs what is queued, seals what is due, writes once, answers. */
  async #turn(): Promise<void> {
    const { chain } = this.#options;
    const turn = new Turn();
    const taken = this.#canRun() ? this.#queue.take(TURN_SIZE) : [];
    this.#openForMessages(turn, taken[0]?.dropped !== undefined);
    const included = taken.findIndex((submission) => !this.#place(submission, turn));
    if (included >= 0) this.#queue.putBack(taken.slice(included));
    if (this.#open !== undefined && performance.now() >= this.#openedAt + this.#options.blockTimeMs) this.#seal(turn);
    else this.#cover(turn);
    if (this.#unwritten.length > 0) {
      turn.operations.push(...this.#unwritten);
      this.#writtenEntries += this.#unwritten.length;
      this.#unwritten = [];
    }
    const written = chain.commit(turn.sealed, turn.operations);
    // The disk works meanwhile; nothing leaves before it has finished.
    turn.confirm();
    await written.catch((error: unknown) => {
      for (const { reject } of taken.slice(0, included < 0 ? taken.length : included)) reject(stopped());
      throw error;
    });
    if (this.#open === undefined) {
      this.#boundaryReads.run();
      chain.snapshotIfDue();
    }
    // Another Map: one that is cleared hands its old table on, which the garbage collector takes for alive.
    if (turn.sealed.length > 0) this.#openReceipts = new Map();
    this.#noteDurable();
    for (const answer of turn.answers) answer();
  }

  /** Waiting messages open a block. With `all` they get as many blocks as they need before anything else runs. */
  #openForMessages(turn: Turn, all: boolean): void {
    const { messages } = this.#options;
    while (this.#open === undefined && messages.has(this.#parent.inboxIndex)) {
      this.#begin(this.#nextStart());
      const next = this.#parent.inboxIndex + this.#open!.start.messages.length;
      if (all && messages.has(next)) this.#seal(turn);
    }
  }

  /** Puts a submission into the open block or the next. False when the turn must end before it. */
  #place(submission: Submission, turn: Turn): boolean {
    while (!this.#include(submission, turn)) {
      if (this.#open!.isEmpty) {
        this.#turnDown(submission, turn, tooLarge());
        return true;
      }
      this.#seal(turn);
      // Readers and snapshots wait for a moment without an open block: the rest of the turn is for them.
      if (!this.#boundaryReads.isEmpty || this.#options.chain.isSnapshotDue) return false;
    }
    return true;
  }

  /** False when the open block is full; otherwise the submission was run or turned down. */
  #include(submission: Submission, turn: Turn): boolean {
    const { transaction, packed, nonce } = submission;
    const { store, state } = this.#options.chain;
    const { accounts } = state;
    const next = accounts.has(transaction.account) ? accounts.number(transaction.account, NONCE) : 0;
    if (nonce !== undefined && nonce !== next) {
      this.#turnDown(submission, turn, nonceError(nonce, next));
      return true;
    }
    if (this.#open === undefined) this.#begin(this.#nextStart());
    const open = this.#open!;
    this.#current = submission;
    const result = open.add(transaction, packed, stillTrue(submission, state));
    this.#current = undefined;
    if (result === "full") return false;
    if (VOID_VERDICTS.includes(result.verdict)) {
      this.#turnDown(submission, turn, voidError(result));
      return true;
    }
    this.#settle(submission, turn);
    const sequence = this.#writtenEntries + this.#unwritten.length;
    this.#unwritten.push(putTransaction(store, open.height, sequence, packed));
    const receipt = receiptOf(result, placeOf(open));
    turn.answers.push(() => {
      const softConfirmation = turn.confirmationOf(receipt.height);
      if (softConfirmation !== undefined) receipt.softConfirmation = softConfirmation;
      if (receipt.height > this.#options.chain.head.height) this.#openReceipts.set(receipt.hash, receipt);
      submission.resolve(receipt);
      for (const listener of this.#receiptListeners) listener(receipt);
    });
    return true;
  }

  #turnDown(submission: Submission, turn: Turn, error: TributaryError): void {
    this.#settle(submission, turn);
    turn.answers.push(() => submission.reject(error));
  }

  #settle(submission: Submission, { operations }: Turn): void {
    this.#queue.settle(submission);
    if (submission.dropped !== undefined) operations.push(removeDropped(this.#options.chain.store, submission.dropped));
  }

  #nextStart(): OpenBlockStart {
    const { messages, hostTime, feeAccount } = this.#options;
    const taken = messages.take(this.#parent.inboxIndex);
    const enqueuedAt = taken.at(-1)?.enqueuedAt ?? 0;
    const timestamp = Math.max(this.#parent.timestamp, hostTime(), enqueuedAt);
    return { timestamp, feeAccount: feeAccount(), messages: taken };
  }

  #begin(start: OpenBlockStart): void {
    const { chain } = this.#options;
    const recover = (hash: Uint8Array, signature: Uint8Array): Uint8Array | undefined => {
      const known = this.#current?.recovered;
      return known !== undefined && equalBytes(known.hash, hash) ? known.signer : nativeRecover(hash, signature);
    };
    const environment = { separator: chain.separator, recover };
    const isRecorded = this.#options.dryRuns !== undefined;
    this.#open = new OpenBlock(chain, this.#parent, environment, start, isRecorded);
    this.#openedAt = performance.now();
    this.#writtenEntries = 0;
    this.#unwritten = [putStart(chain.store, this.#open.height, start)];
  }

  #cover(turn: Turn): void {
    if (this.#open !== undefined && this.#unwritten.length > 0) turn.cover(this.#open, this.#options.signer);
  }

  #noteDurable(): void {
    this.#durable = this.#open && { block: this.#open, length: this.#open.contentLength };
  }

  #seal(turn: Turn): void {
    this.#cover(turn);
    const { sealed, operations } = turn;
    const { dryRuns } = this.#options;
    const open = this.#open!;
    const witness = dryRuns?.wants(open.height, open.results) ? open.witness() : undefined;
    const block = open.seal();
    if (witness !== undefined) operations.push(...dryRuns!.note(block, witness));
    sealed.push(block);
    operations.push(...this.#options.signer.seal(block, open));
    if (this.#writtenEntries > 0) {
      operations.push(...removePending(this.#options.chain.store, block.height, this.#writtenEntries - 1));
    }
    this.#parent = headOf(block);
    this.#open = undefined;
    this.#unwritten = [];
    this.#writtenEntries = 0;
  }

  #resume({ start, transactions }: PendingBlock): void {
    this.#begin(start);
    for (const packed of transactions) {
      const transaction = decodeSigned(new ByteReader(packed));
      const result = transaction && this.#open!.add(transaction, packed);
      if (result === undefined || result === "full" || VOID_VERDICTS.includes(result.verdict)) {
        throw new TributaryError("store-corrupt", "the open block in the store does not run as it did");
      }
      const receipt = receiptOf(result, placeOf(this.#open!));
      this.#openReceipts.set(receipt.hash, receipt);
    }
    this.#unwritten = [];
    this.#writtenEntries = transactions.length + 1;
    this.#noteDurable();
  }

  async #nextRewind(): Promise<void> {
    const { run, reject } = this.#rewinds.shift()!;
    this.#isRewinding = true;
    try {
      await run();
    } catch (error) {
      reject(new TributaryError("stopped", "going back failed; the sequencer must stop", { cause: error }));
      throw error;
    }
    this.#parent = this.#options.chain.head;
    this.#isRewinding = false;
    this.#boundaryReads.run();
  }

  /** Blocks, open block and what still waits from an earlier rewind become the new list of dropped ones, in one write. */
  async #rewindTo(height: number): Promise<void> {
    const { chain, signer, dryRuns } = this.#options;
    const pending = await takePending(chain.store, height + 1);
    const waiting = await loadDropped(chain.store);
    const withdraw = await signer.statements.withdrawal(await chain.log.block(height), this.#open);
    this.#open = undefined;
    this.#durable = undefined;
    this.#openReceipts = new Map();
    this.#unwritten = [];
    let packed: Uint8Array[] = [];
    await chain.rewind(height, (removed) => {
      packed = [...removed.flatMap(userTransactions), ...pending.packed, ...waiting.map((dropped) => dropped.packed)];
      const forgotten = dryRuns?.forgetAbove(height) ?? [];
      return [...pending.forget, ...forgotten, ...withdraw(removed), ...replaceDropped(chain.store, waiting, packed)];
    });
    this.#queue.sequenceAgain(packed.map((bytes, key) => ({ key, packed: bytes })));
  }
}

/** Hash and signer, unless something that is signed has changed since they were found. Its nonce is the account's next. */
function stillTrue({ nonce, recovered }: Submission, state: State): Recovered | undefined {
  if (nonce === undefined || recovered?.state !== state) return undefined;
  return recovered.identityVersion === state.identityVersion ? recovered : undefined;
}

/** Of the last transaction in the block. */
const placeOf = ({ height, results, start }: OpenBlock) => ({
  height,
  position: results.length - 1,
  timestamp: start.timestamp,
});

function userTransactions(block: StoredBlock): Uint8Array[] {
  return entriesOf(block)
    .slice(block.messages.length)
    .map(({ raw }) => raw);
}
