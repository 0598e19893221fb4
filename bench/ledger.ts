/** What the load generator knows of the rollup: a state that follows its own registrations, so that it can sign without asking. */
import secp256k1 from "secp256k1";
import { executeBlock } from "../protocol/block.ts";
import { addressOf } from "../protocol/signature.ts";
import { appendAccount, BALANCE } from "../protocol/state/account.ts";
import { State } from "../protocol/state/state.ts";
import { encodeSigned, type Transaction, transactionHash } from "../protocol/transactions/registry.ts";
import { type Identities, identitiesOf } from "../protocol/transactions/transaction.ts";
import { nativeRecover } from "../runtime/signatures/nativeRecover.ts";
import { TIMESTAMP } from "./world.ts";

/** An account of the load generator's. */
export interface Sender {
  readonly account: number;
  readonly key: Uint8Array;
  /** The next one to sign with. */
  nonce: number;
}

/** A transaction ready to be sent. */
export interface Presigned {
  nonce: number;
  packed: Uint8Array;
}

export const addressOfKey = (key: Uint8Array): Uint8Array =>
  addressOf(secp256k1.publicKeyCreate(key, false).subarray(1));

export class Ledger {
  readonly state = new State();
  readonly #separator: Uint8Array;
  readonly #identities: Identities;

  constructor(separator: Uint8Array) {
    this.#separator = separator;
    this.#identities = identitiesOf(this.state);
  }

  /** As a deposit does. */
  openAccount(key: Uint8Array, balance: bigint): Sender {
    const account = appendAccount(this.state.accounts, addressOfKey(key));
    this.state.accounts.setU64(account, BALANCE, balance);
    return { account, key, nonce: 0 };
  }

  /** Signs with the sender's next nonce. What the transaction names must have been run here. */
  sign(sender: Sender, transaction: Transaction): Presigned {
    const nonce = sender.nonce++;
    const hash = transactionHash(this.#separator, transaction, nonce, this.#identities);
    const { signature, recid } = secp256k1.ecdsaSign(hash, sender.key);
    signature[32]! |= recid << 7;
    return { nonce, packed: encodeSigned({ ...transaction, signature }) };
  }

  /** Executes a transaction that the sequencer took. Throws when it has another verdict here. */
  run({ packed }: Presigned): void {
    const environment = { separator: this.#separator, recover: nativeRecover };
    const start = { timestamp: TIMESTAMP, feeAccount: this.state.accounts.length, messages: [] };
    const verdict = executeBlock(this.state, environment, start, packed)[0]?.verdict;
    if (verdict !== "Ok") throw new Error(`a registration has the verdict ${verdict ?? "none"}`);
  }
}
