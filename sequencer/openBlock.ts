/** The block being built: transactions run as they come; sealing fixes its root. */
import {
  BlockExecution,
  type Environment,
  type Recovered,
  type TransactionResult,
  VOID_VERDICTS,
} from "../protocol/block.ts";
import { ByteWriter } from "../protocol/bytes.ts";
import type { InboxPosition } from "../protocol/confirmation.ts";
import { keccak256 } from "../protocol/hash.ts";
import type { EnqueuedMessage } from "../protocol/inbox.ts";
import { HEADER_BYTES, MAX_BLOCK_BYTES } from "../protocol/params.ts";
import type { SignedTransaction } from "../protocol/transactions/registry.ts";
import { WitnessRecorder } from "../protocol/witness/recorder.ts";
import { type Chain, type Head, sealBlock } from "../runtime/chain/chain.ts";
import type { StoredBlock } from "../runtime/chain/storedBlock.ts";
import type { Draft } from "./statements.ts";

export interface OpenBlockStart {
  timestamp: number;
  feeAccount: number;
  messages: readonly EnqueuedMessage[];
}

export class OpenBlock {
  readonly height: number;
  readonly start: OpenBlockStart;
  readonly #chain: Chain;
  readonly #parent: Head;
  readonly #execution: BlockExecution;
  readonly #recorder: WitnessRecorder | undefined;
  readonly #content = new ByteWriter();

  /**
   * Runs the messages at once. `parent` is the block before, sealed but perhaps not yet written. With `isRecorded` the block's
   * witness is taken along.
   */
  constructor(chain: Chain, parent: Head, environment: Environment, start: OpenBlockStart, isRecorded = false) {
    this.#chain = chain;
    this.#parent = parent;
    this.height = parent.height + 1;
    this.start = start;
    const messages = start.messages.map(({ bytes }) => bytes);
    this.#recorder = isRecorded ? new WitnessRecorder(chain.state) : undefined;
    this.#execution = this.#record(() => new BlockExecution(chain.state, environment, { ...start, messages }));
  }

  get isEmpty(): boolean {
    return this.#execution.results.length === 0;
  }

  /** Bytes of content so far. */
  get contentLength(): number {
    return this.#content.length;
  }

  /** keccak256 of the content so far: at most 8 kB, 50 us in WebAssembly, which is less than the signature that follows. */
  contentHash(): Uint8Array {
    return keccak256(this.#content.view());
  }

  /** The content so far, copied. */
  get content(): Uint8Array {
    return this.#content.finish();
  }

  /** The Inbox after the block's messages. */
  get inbox(): InboxPosition {
    const { messages } = this.start;
    const { inboxIndex, inboxAcc } = this.#parent;
    return { inboxIndex: inboxIndex + messages.length, inboxAcc: messages.at(-1)?.acc ?? inboxAcc };
  }

  get results(): readonly TransactionResult[] {
    return this.#execution.results;
  }

  /**
   * Runs a transaction; `known` as in `BlockExecution.run`. `full` when it needs a new block; a result with a void verdict changed nothing and is not in the block.
   */
  add(transaction: SignedTransaction, packed: Uint8Array, known?: Recovered): TransactionResult | "full" {
    if (HEADER_BYTES + this.#content.length + packed.length > MAX_BLOCK_BYTES) return "full";
    if (!this.#execution.admit(transaction, packed.length)) return "full";
    const mark = this.#recorder?.mark();
    const result = this.#record(() => this.#execution.run(transaction, packed.length, known));
    if (VOID_VERDICTS.includes(result.verdict)) {
      if (mark !== undefined) this.#recorder?.undoTo(mark);
      return result;
    }
    this.#execution.results.push(result);
    this.#content.put(packed);
    return result;
  }

  /** What it is made of so far. */
  draft(): Draft {
    const { timestamp, feeAccount, messages } = this.start;
    return {
      height: this.height,
      firstInboxIndex: this.#parent.inboxIndex,
      messages: messages.map(({ bytes }) => bytes),
      inboxAcc: this.inbox.inboxAcc,
      content: this.content,
      header: { timestamp, feeAccount },
    };
  }

  /** The block's witness, if it is recorded; to be taken before the block is sealed. */
  witness(): Uint8Array | undefined {
    return this.#recorder?.finish();
  }

  #record<T>(act: () => T): T {
    return this.#recorder === undefined ? act() : this.#recorder.record(act);
  }

  seal(): StoredBlock {
    const { header, ...parts } = this.draft();
    return sealBlock(this.#chain.state, { ...parts, ...header, results: this.#execution.results });
  }
}
