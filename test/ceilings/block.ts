/** Fills blocks: transactions as a case gives them, until the meter or the length of a block ends it. */
import { BlockExecution, type BlockStart, type Environment } from "../../protocol/block.ts";
import { concat } from "../../protocol/bytes.ts";
import { messageWeight } from "../../protocol/inbox.ts";
import { Meter, type MeterReading } from "../../protocol/meter.ts";
import { HEADER_BYTES, MAX_BLOCK_BYTES, METER_BYTES, METER_GAS } from "../../protocol/params.ts";
import { NONCE } from "../../protocol/state/account.ts";
import {
  boundOf,
  encodeSigned,
  encodeTransaction,
  SIGNATURE_BYTES,
  type SignedTransaction,
  type Transaction,
  transactionHash,
} from "../../protocol/transactions/registry.ts";
import { identitiesOf } from "../../protocol/transactions/transaction.ts";
import type { Verdict } from "../../protocol/verdict.ts";
import { WitnessRecorder } from "../../protocol/witness/recorder.ts";
import { verdictBytes } from "../differential/chains.ts";
import { type Person, signHash } from "../support/world.ts";
import type { Stage } from "./stage.ts";

export const MAX_CONTENT = MAX_BLOCK_BYTES - HEADER_BYTES;

/** A transaction, with its signature or to be signed by its account's owner; or one with as many items as still fit. */
export type Step = Transaction | SignedTransaction | Stretch;
export interface Stretch {
  readonly most: number;
  make(items: number): Transaction | SignedTransaction;
}

/** What a block consists of. */
export interface Play {
  readonly messages?: readonly Uint8Array[];
  /** In order; the first that does not fit is the last that is looked at. */
  readonly steps?: Iterable<Step>;
  /** Bytes behind the last transaction, given how many there is room for; they must not hold a transaction that fits. */
  tail?(room: number): Uint8Array;
}

export interface MadeBlock {
  readonly start: BlockStart;
  readonly content: Uint8Array;
  readonly witness: Uint8Array;
  readonly preRoot: Uint8Array;
  readonly postRoot: Uint8Array;
  /** As `Transition.execute` returns them. */
  readonly verdicts: Uint8Array;
  /** Names of all verdicts, for a case to say what it expects. */
  readonly seen: ReadonlySet<Verdict>;
  readonly transactions: number;
  /** What the meter promised. */
  readonly metered: MeterReading;
  /** Bytes of content that were read. */
  readonly readBytes: number;
}

export interface Maker {
  readonly environment: Environment;
  /** Who owns all accounts. */
  readonly owner: Person;
  readonly timestamp: number;
}

export function makeBlock({ environment, owner, timestamp }: Maker, stage: Stage, play: Play): MadeBlock {
  const { state } = stage;
  const { messages = [], steps = [] } = play;
  const start = { timestamp, feeAccount: stage.feeAccount, messages };
  const preRoot = state.root();
  const meter = new Meter(
    state,
    messages.reduce((sum, message) => sum + messageWeight(message), 0),
  );
  const recorder = new WitnessRecorder(state);
  const execution = recorder.record(() => new BlockExecution(state, environment, start));
  const content: Uint8Array[] = [];
  let length = 0;
  const fits = (transaction: Transaction, packedBytes: number): boolean => {
    const { bytes, gas } = meter.readingWith(boundOf(transaction), packedBytes);
    return length + packedBytes <= MAX_CONTENT && bytes <= METER_BYTES && gas <= METER_GAS;
  };
  for (const step of steps) {
    const transaction = "make" in step ? longest(step, fits) : step;
    if (transaction === undefined) break;
    const nonce = state.accounts.number(transaction.account, NONCE);
    const hash = transactionHash(environment.separator, transaction, nonce, identitiesOf(state));
    const signature = isSigned(transaction) ? transaction.signature : signHash(hash, owner);
    const signed: SignedTransaction = { ...transaction, signature };
    const packed = encodeSigned(signed);
    if (!fits(signed, packed.length)) break;
    meter.add(boundOf(signed), packed.length);
    execution.admit(signed, packed.length);
    execution.results.push(recorder.record(() => execution.run(signed, packed.length)));
    content.push(packed);
    length += packed.length;
  }
  const witness = recorder.finish();
  content.push(play.tail?.(MAX_CONTENT - length) ?? new Uint8Array());
  const { results } = execution;
  return {
    start,
    content: concat(...content),
    witness,
    preRoot,
    postRoot: state.root(),
    verdicts: verdictBytes(results),
    seen: new Set(results.flatMap(({ verdict, items = [] }) => [verdict, ...items])),
    transactions: content.length - 1,
    metered: execution.meter,
    readBytes: length,
  };
}

const isSigned = (transaction: Transaction | SignedTransaction): transaction is SignedTransaction =>
  "signature" in transaction;

/** The transaction with the most items that fits. */
function longest({ most, make }: Stretch, fits: (transaction: Transaction, packedBytes: number) => boolean) {
  const isFitting = (items: number): boolean => {
    const transaction = make(items);
    return fits(transaction, encodeTransaction(transaction).length + SIGNATURE_BYTES);
  };
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isFitting(middle)) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? undefined : make(low);
}
