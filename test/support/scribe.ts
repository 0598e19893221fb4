/** Writes blocks out by hand, as any poster could: the content is any bytes, the root what the protocol says of them. */
import { type BlockHeader, encodeHeader } from "../../protocol/batch.ts";
import { executeBlock, type TransactionResult } from "../../protocol/block.ts";
import { concat } from "../../protocol/bytes.ts";
import type { EnqueuedMessage } from "../../protocol/inbox.ts";
import { NONCE } from "../../protocol/state/account.ts";
import { State } from "../../protocol/state/state.ts";
import { encodeSigned, type Transaction, transactionHash } from "../../protocol/transactions/registry.ts";
import { identitiesOf } from "../../protocol/transactions/transaction.ts";
import { nativeRecover } from "../../runtime/signatures/nativeRecover.ts";
import type { PostableBlock } from "./devnet.ts";
import { type Person, signHash } from "./world.ts";

export class Scribe {
  readonly state = new State();
  readonly #separator: Uint8Array;
  #inboxAcc: Uint8Array = new Uint8Array(32);

  constructor(separator: Uint8Array) {
    this.#separator = separator;
  }

  nonce(account: number): number {
    return this.state.accounts.has(account) ? this.state.accounts.number(account, NONCE) : 0;
  }

  /** Packed, signed for the state as it is and the nonce given. */
  pack(transaction: Transaction, signer: Person, nonce = this.nonce(transaction.account)): Uint8Array {
    const hash = transactionHash(this.#separator, transaction, nonce, identitiesOf(this.state));
    return encodeSigned({ ...transaction, signature: signHash(hash, signer) });
  }

  block(
    timestamp: number,
    content: readonly Uint8Array[],
    messages: readonly EnqueuedMessage[] = [],
  ): PostableBlock & { results: readonly TransactionResult[] } {
    const bytes = concat(...content);
    const start = { timestamp, feeAccount: 0, messages: messages.map((message) => message.bytes) };
    const environment = { separator: this.#separator, recover: nativeRecover };
    const results = executeBlock(this.state, environment, start, bytes);
    this.#inboxAcc = messages.at(-1)?.acc ?? this.#inboxAcc;
    const header: BlockHeader = { stateRoot: this.state.root(), timestamp, inboxCount: messages.length, feeAccount: 0 };
    encodeHeader(header); // what does not fit a header fails here, not on the host
    return { header, content: bytes, inboxAcc: this.#inboxAcc, results };
  }
}
