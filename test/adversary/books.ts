/** A poster's books: its state and its place in the Inbox. It may run something else than what it posts. */
import type { BlockHeader } from "../../protocol/batch.ts";
import { BlockExecution, type TransactionResult } from "../../protocol/block.ts";
import { ByteReader, concat } from "../../protocol/bytes.ts";
import type { EnqueuedMessage } from "../../protocol/inbox.ts";
import { NONCE } from "../../protocol/state/account.ts";
import { State } from "../../protocol/state/state.ts";
import { INBOX_INDEX, TIMESTAMP } from "../../protocol/state/system.ts";
import { decodeSigned, encodeSigned, type Transaction, transactionHash } from "../../protocol/transactions/registry.ts";
import { identitiesOf } from "../../protocol/transactions/transaction.ts";
import { nativeRecover } from "../../runtime/signatures/nativeRecover.ts";
import { cloneState } from "../differential/cloneState.ts";
import type { PostableBlock } from "../support/devnet.ts";
import { type Person, signHash } from "../support/world.ts";

export interface Plan {
  content?: readonly Uint8Array[];
  messages?: readonly EnqueuedMessage[];
  /** Seconds. Default: the books' time. */
  timestamp?: number;
  /** Default: account 0. */
  feeAccount?: number;
  lie?: Lie;
}

/** What is run in place of what is posted. */
export interface Lie {
  content?: readonly Uint8Array[];
  messages?: readonly Uint8Array[];
  timestamp?: number;
  feeAccount?: number;
  /** Every signature counts as this address's. */
  signer?: Uint8Array;
  ignoresMeter?: boolean;
  before?: (state: State) => void;
  after?: (state: State) => void;
}

export type Written = PostableBlock & { results: readonly TransactionResult[] };

export class Books {
  readonly state: State;
  /** Timestamp of the next block, seconds. */
  time = 0;
  readonly #separator: Uint8Array;
  #inboxAcc: Uint8Array;

  constructor(separator: Uint8Array, state = new State(), inboxAcc: Uint8Array = new Uint8Array(32)) {
    this.state = state;
    this.#separator = separator;
    this.#inboxAcc = inboxAcc;
  }

  copy(): Books {
    const copy = new Books(this.#separator, cloneState(this.state), this.#inboxAcc);
    copy.time = this.time;
    return copy;
  }

  get inboxIndex(): number {
    return this.state.system.number(0, INBOX_INDEX);
  }

  nonce(account: number): number {
    return this.state.accounts.has(account) ? this.state.accounts.number(account, NONCE) : 0;
  }

  /** Packed, signed for the state as it is and the nonce given. */
  pack(transaction: Transaction, signer: Person, nonce = this.nonce(transaction.account)): Uint8Array {
    const hash = transactionHash(this.#separator, transaction, nonce, identitiesOf(this.state));
    return encodeSigned({ ...transaction, signature: signHash(hash, signer) });
  }

  /** Writes the next block, whose root is that of what was run. */
  block({ content = [], messages = [], timestamp = this.time, feeAccount = 0, lie = {} }: Plan = {}): Written {
    const { state } = this;
    const inboxIndex = this.inboxIndex + messages.length;
    lie.before?.(state);
    const results = this.#run({
      content: lie.content ?? content,
      messages: lie.messages ?? messages.map(({ bytes }) => bytes),
      timestamp: lie.timestamp ?? timestamp,
      feeAccount: lie.feeAccount ?? feeAccount,
      lie,
    });
    // Counter and clock are right in every lie: it is not to be found by them.
    state.system.setNumber(0, INBOX_INDEX, inboxIndex);
    state.system.setNumber(0, TIMESTAMP, timestamp);
    lie.after?.(state);
    this.#inboxAcc = messages.at(-1)?.acc ?? this.#inboxAcc;
    const header: BlockHeader = { stateRoot: state.root(), timestamp, inboxCount: messages.length, feeAccount };
    return { header, content: concat(...content), inboxAcc: this.#inboxAcc, results };
  }

  #run(
    what: { content: readonly Uint8Array[]; messages: readonly Uint8Array[]; lie: Lie } & {
      timestamp: number;
      feeAccount: number;
    },
  ): readonly TransactionResult[] {
    const { signer, ignoresMeter } = what.lie;
    const recover = signer === undefined ? nativeRecover : () => signer;
    const execution = new BlockExecution(this.state, { separator: this.#separator, recover }, what);
    const reader = new ByteReader(concat(...what.content));
    while (!reader.atEnd) {
      const from = reader.offset;
      const transaction = decodeSigned(reader);
      if (transaction === undefined) break;
      const length = reader.offset - from;
      if (!execution.admit(transaction, length) && !ignoresMeter) break;
      execution.results.push(execution.run(transaction, length));
    }
    return execution.results;
  }
}
