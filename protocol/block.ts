/**
 * Execution of one block: a total function of (state, header, content, messages). Any bytes have a defined result; nothing
 * here throws on them. The same code builds blocks, verifies them, and replays the log. Spec: docs/spec/blocks.md.
 */
import { ByteReader } from "./bytes.ts";
import { decodeMessage, messageId, messageWeight } from "./inbox.ts";
import { Meter, type MeterReading } from "./meter.ts";
import { FORCED_WEIGHT, GAS_PER_WEIGHT, MAX_INDEX } from "./params.ts";
import type { Recover } from "./signature.ts";
import { appendAccount, BALANCE, isOwner, NONCE } from "./state/account.ts";
import type { State } from "./state/state.ts";
import { DEPOSITED, HEIGHT, INBOX_INDEX, parameter, TIMESTAMP, TREASURY } from "./state/system.ts";
import {
  applyTransaction,
  boundOf,
  decodeSigned,
  decodeTransaction,
  identify,
  SIGNATURE_BYTES,
  type SignedTransaction,
  type TransactionName,
  transactionHash,
} from "./transactions/registry.ts";
import { identitiesOf, type Outcome } from "./transactions/transaction.ts";
import type { Verdict } from "./verdict.ts";

/** Verdicts of transactions that changed nothing at all, not even a nonce; a builder leaves these out (rule 15). */
export const VOID_VERDICTS: readonly Verdict[] = ["UnknownAccount", "BadSignature", "InsufficientFee"];

/** What execution needs besides the state. */
export interface Environment {
  /** EIP-712 domain separator of this instance. */
  readonly separator: Uint8Array;
  readonly recover: Recover;
}

export interface TransactionResult extends Outcome {
  readonly name: TransactionName | "Deposit" | "Forced" | "Unknown";
  /** What was signed; for an inbox message, its id. */
  readonly hash: Uint8Array;
  /** Sender; undefined for a deposit. */
  readonly account: number | undefined;
  /** Transaction fee in Gwei, charged whatever the verdict once the signature holds (rule 15). */
  readonly fee: number;
}

/** What was signed, and by whom; undefined when nobody can have signed it so. */
export interface Recovered {
  readonly hash: Uint8Array;
  readonly signer: Uint8Array | undefined;
}

export interface BlockStart {
  timestamp: number;
  feeAccount: number;
  /** The messages the block consumes, as enqueued. */
  messages: readonly Uint8Array[];
}

export class BlockExecution {
  readonly results: TransactionResult[] = [];
  readonly #state: State;
  readonly #environment: Environment;
  readonly #start: BlockStart;
  readonly #meter: Meter;

  /** Opens the block on `state`, which it changes in place, and runs the messages. */
  constructor(state: State, environment: Environment, start: BlockStart) {
    this.#state = state;
    this.#environment = environment;
    this.#start = start;
    this.#meter = new Meter(
      state,
      start.messages.reduce((sum, bytes) => sum + messageWeight(bytes), 0),
    );
    const { system } = state;
    const firstMessage = system.number(0, INBOX_INDEX);
    system.add(0, HEIGHT, 1);
    system.setNumber(0, TIMESTAMP, start.timestamp);
    system.add(0, INBOX_INDEX, start.messages.length);
    // Forced transactions are judged by the tables as they were before the block, like the meter itself.
    const alone = start.messages.map((bytes) => forcedBoundFits(state, bytes));
    start.messages.forEach((bytes, i) => {
      this.results.push(this.#runMessage(firstMessage + i, bytes, alone[i]!));
    });
  }

  get meter(): MeterReading {
    return this.#meter.reading();
  }

  /** Whether the transaction still fits; if so its bound is counted and `run` must follow. */
  admit(transaction: SignedTransaction, packedBytes: number): boolean {
    return this.#meter.add(boundOf(transaction), packedBytes);
  }

  /**
   * Executes an admitted transaction; its result joins `results` when the caller keeps it in the block. A caller that has its hash
   * and signer by what the state says now spares finding them again.
   */
  run(transaction: SignedTransaction, packedBytes: number, known?: Recovered): TransactionResult {
    const { accounts, system } = this.#state;
    const { account, name } = transaction;
    const isThere = accounts.has(account);
    const nonce = isThere ? accounts.number(account, NONCE) : 0;
    const { separator, recover } = this.#environment;
    const identities = identitiesOf(this.#state);
    // A witness holds what the hash depends on, also where it is known.
    if (known !== undefined) identify(transaction, identities);
    const hash = known?.hash ?? transactionHash(separator, transaction, nonce, identities);
    const head = { name, hash, account };
    if (!isThere) return { ...head, fee: 0, verdict: "UnknownAccount" };
    const signer = known === undefined ? recover(hash, transaction.signature) : known.signer;
    if (signer === undefined || !isOwner(accounts, account, signer))
      return { ...head, fee: 0, verdict: "BadSignature" };
    const fee = transactionFee(this.#state, packedBytes);
    if (!accounts.covers(account, BALANCE, fee)) return { ...head, fee: 0, verdict: "InsufficientFee" };
    accounts.subtract(account, BALANCE, fee);
    accounts.add(account, NONCE, 1);
    if (accounts.has(this.#start.feeAccount)) accounts.add(this.#start.feeAccount, BALANCE, fee);
    else system.add(0, TREASURY, fee);
    const { timestamp } = this.#start;
    return { ...head, fee, ...applyTransaction({ state: this.#state, account, timestamp }, transaction) };
  }

  #runMessage(index: number, bytes: Uint8Array, boundFits: boolean): TransactionResult {
    const hash = messageId(index, bytes);
    const message = decodeMessage(bytes);
    if (message === undefined) return { name: "Unknown", hash, account: undefined, fee: 0, verdict: "UnknownMessage" };
    if (message.type === "Deposit") {
      return { name: "Deposit", hash, account: undefined, fee: 0, ...this.#deposit(message) };
    }
    const reader = new ByteReader(message.transaction);
    const transaction = decodeTransaction(reader);
    const account = transaction?.account;
    const rejected = (verdict: Verdict): TransactionResult => ({ name: "Forced", hash, account, fee: 0, verdict });
    if (transaction === undefined || !reader.atEnd) return rejected("Malformed");
    if (!boundFits) return rejected("OverWeight");
    const { accounts } = this.#state;
    if (!accounts.has(transaction.account)) return rejected("UnknownAccount");
    if (!isOwner(accounts, transaction.account, message.sender)) return rejected("NotOwner");
    const context = { state: this.#state, account: transaction.account, timestamp: this.#start.timestamp };
    return { name: "Forced", hash, account, fee: 0, ...applyTransaction(context, transaction) };
  }

  /** Credits the hinted account if it is the owner's, else a new one: nothing is left to the sequencer's discretion. */
  #deposit({ owner, hint, amount }: { owner: Uint8Array; hint: number | undefined; amount: bigint }): Outcome {
    const { accounts, system } = this.#state;
    const hinted = hint !== undefined && accounts.has(hint) && isOwner(accounts, hint, owner);
    if (!hinted && accounts.length > MAX_INDEX) return { verdict: "TableFull" };
    const index = hinted ? hint : appendAccount(accounts, owner);
    accounts.setU64(index, BALANCE, accounts.u64(index, BALANCE) + amount);
    system.setU64(0, DEPOSITED, system.u64(0, DEPOSITED) + amount);
    return hinted ? { verdict: "Ok" } : { verdict: "Ok", created: [{ table: "accounts", first: index, count: 1 }] };
  }
}

/** Gwei for a transaction of `packedBytes`, at today's parameters. */
export function transactionFee({ system }: State, packedBytes: number): number {
  return parameter(system, "baseFee") + parameter(system, "byteFee") * packedBytes;
}

/** Executes a whole block; malformed bytes, or the first transaction past the meter, end its content. */
export function executeBlock(
  state: State,
  environment: Environment,
  start: BlockStart,
  content: Uint8Array,
): readonly TransactionResult[] {
  const execution = new BlockExecution(state, environment, start);
  const reader = new ByteReader(content);
  while (!reader.atEnd) {
    const from = reader.offset;
    const transaction = decodeSigned(reader);
    if (transaction === undefined) break;
    const packedBytes = reader.offset - from;
    if (!execution.admit(transaction, packedBytes)) break;
    execution.results.push(execution.run(transaction, packedBytes));
  }
  return execution.results;
}

/** Whether a forced transaction's own bound fits the weight that the host reserved for it. */
function forcedBoundFits(state: State, bytes: Uint8Array): boolean {
  const message = decodeMessage(bytes);
  if (message?.type !== "Forced") return true;
  const transaction = decodeTransaction(new ByteReader(message.transaction));
  if (transaction === undefined) return true;
  const meter = new Meter(state, 0);
  const base = meter.reading();
  if (!meter.add(boundOf(transaction), message.transaction.length + SIGNATURE_BYTES)) return false;
  const { bytes: withBytes, gas } = meter.reading();
  return withBytes - base.bytes <= FORCED_WEIGHT && gas - base.gas <= FORCED_WEIGHT * GAS_PER_WEIGHT;
}
