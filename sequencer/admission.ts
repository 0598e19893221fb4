/** What a submission must pass before it may wait for a block: size, account, fee, signature; and back-pressure. */
import type { TransactionReceipt } from "../protocol/api.ts";
import { transactionFee } from "../protocol/block.ts";
import { Meter } from "../protocol/meter.ts";
import { HEADER_BYTES, MAX_BLOCK_BYTES } from "../protocol/params.ts";
import { BALANCE, isOwner, NONCE } from "../protocol/state/account.ts";
import { boundOf, encodeSigned, type SignedTransaction, transactionHash } from "../protocol/transactions/registry.ts";
import { identitiesOf } from "../protocol/transactions/transaction.ts";
import type { Chain } from "../runtime/chain/chain.ts";
import { TributaryError } from "../runtime/errors.ts";
import type { RecoverPool } from "../runtime/signatures/recoverPool.ts";
import type { Builder } from "./builder.ts";

export interface AdmissionOptions {
  chain: Chain;
  builder: Builder;
  recoverPool: RecoverPool;
  /** Why no more can be taken now, or undefined (rule 28). */
  busy: () => string | undefined;
}

/** Submissions waiting for their signature or their block. */
const MAX_WAITING = 20_000;

export class Admission {
  readonly #options: AdmissionOptions;
  #recovering = 0;
  #meter: { height: number; empty: Meter } | undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Resolves when the transaction is durable. Throws TributaryError: see `NodeView.submit`. */
  async submit(
    transaction: SignedTransaction,
    nonce: number,
    packed = encodeSigned(transaction),
  ): Promise<TransactionReceipt> {
    const { chain, builder, recoverPool } = this.#options;
    this.#check(transaction, packed, nonce);
    const { state } = chain;
    const { identityVersion } = state;
    const hash = transactionHash(chain.separator, transaction, nonce, identitiesOf(state));
    this.#recovering++;
    const signer = await recoverPool.recover(hash, transaction.signature).finally(() => this.#recovering--);
    if (signer === undefined || !isOwner(chain.state.accounts, transaction.account, signer)) {
      throw new TributaryError(
        "wrong-signature",
        "the signature is not the account owner's for this transaction and nonce",
      );
    }
    return new Promise((resolve, reject) => {
      const recovered = { hash, signer, state, identityVersion };
      builder.enqueue({ transaction, packed, nonce, recovered, resolve, reject });
    });
  }

  #check(transaction: SignedTransaction, packed: Uint8Array, nonce: number): void {
    const { state } = this.#options.chain;
    const { account } = transaction;
    const busy = this.#busy();
    if (busy !== undefined) throw new TributaryError("busy", busy);
    if (packed.length > MAX_BLOCK_BYTES - HEADER_BYTES) {
      throw new TributaryError(
        "over-weight",
        `${packed.length} bytes; a block holds ${MAX_BLOCK_BYTES - HEADER_BYTES}`,
      );
    }
    if (!this.#emptyBlock().fits(boundOf(transaction), packed.length)) {
      throw new TributaryError("over-weight", "proving it would cost more than a block may; send it in parts");
    }
    if (!state.accounts.has(account)) throw new TributaryError("unknown-account", `there is no account ${account}`);
    const next = state.accounts.number(account, NONCE);
    if (nonce < next) {
      throw new TributaryError("nonce-too-low", `nonce ${nonce} was used; the next is ${next}`, {
        details: { expected: next },
      });
    }
    const fee = transactionFee(state, packed.length);
    if (!state.accounts.covers(account, BALANCE, fee)) {
      throw new TributaryError("insufficient-funds", `the transaction fee is ${fee} Gwei; the account has less`);
    }
  }

  /** The meter of a block after the head; the tables that the open block makes longer count from the next head on. */
  #emptyBlock(): Meter {
    const { head, state } = this.#options.chain;
    if (this.#meter?.height !== head.height) this.#meter = { height: head.height, empty: new Meter(state, 0) };
    return this.#meter.empty;
  }

  #busy(): string | undefined {
    if (this.#recovering + this.#options.builder.queueLength >= MAX_WAITING) return "too many transactions are waiting";
    // Against a state that goes back, an account may be unknown and a right signature wrong.
    if (this.#options.builder.isResequencing) return "blocks are being built again after a change on the host";
    return this.#options.busy();
  }
}
