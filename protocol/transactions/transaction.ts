/** What every transaction kind provides; one file each in this folder, mirrored in `contracts/src/transition/`. */
import type { ByteReader, ByteWriter } from "../bytes.ts";
import type { Message, Structs } from "../eip712.ts";
import type { Bound } from "../meter.ts";
import { ownerOf } from "../state/account.ts";
import { contentRootOf, copyContentRoot } from "../state/contribution.ts";
import { metadataHashOf, policyOf } from "../state/datanet.ts";
import { artifactRootOf, modelTermsOf } from "../state/model.ts";
import type { State, TableName } from "../state/state.ts";
import type { Verdict } from "../verdict.ts";

/** Records that came to be: `count` of them from index `first`. */
export interface Created {
  readonly table: TableName;
  readonly first: number;
  readonly count: number;
}

/** What a transaction did. Anything but `Ok` changed nothing. */
export interface Outcome {
  readonly verdict: Verdict;
  /** One verdict per record or claim, where a transaction carries several independent ones (rule 17). */
  readonly items?: readonly Verdict[];
  readonly created?: readonly Created[];
}

/** Where a transaction runs. */
export interface Context {
  readonly state: State;
  /** Index of the sender's account; it exists. */
  readonly account: number;
  /** Block time, seconds. */
  readonly timestamp: number;
}

/** A datanet's terms that bind the work given to it. */
export interface DatanetTerms {
  readonly lineageBps: number;
  readonly curatorBps: number;
}

/** A model's terms that bind the fees paid to it and the children it gets. */
export interface ModelFeeTerms {
  readonly ownerBps: number;
  readonly royaltyBps: number;
}

interface NamesContributions {
  readonly shares: readonly { readonly contribution: number }[];
}

/**
 * What stands beside indices in what is signed, filled in from state: identities (rule 14), so that an index cannot come to mean
 * another record, and terms, so that nobody can change them between signing and execution. Zeros where a record is missing.
 */
export interface Identities {
  owner(account: number): Uint8Array;
  metadataHash(datanet: number): Uint8Array;
  contentRoot(contribution: number): Uint8Array;
  /** The same to `target[at..at + 4]`, which holds zeros: for an Attribute with its thousands. */
  copyContentRoot?(contribution: number, target: BigUint64Array, at: number): void;
  /** Says that the contributions' records will be needed. */
  lookAhead?(records: readonly NamesContributions[]): void;
  artifactRoot(model: number): Uint8Array;
  datanetTerms(datanet: number): DatanetTerms;
  modelTerms(model: number): ModelFeeTerms;
}

export interface TransactionType<Body> {
  /** First byte of the packed form, 1 to 127. */
  readonly kind: number;
  readonly name: string;
  /** EIP-712 structs; the one called `name` starts with account and nonce. */
  readonly structs: Structs;
  decode(reader: ByteReader): Body;
  /** Throws RangeError when a value has no encoding. */
  encode(writer: ByteWriter, body: Body): void;
  bound(body: Body): Bound;
  /** The signed fields after account and nonce. */
  message(body: Body, identities: Identities): Message;
  /** Asks the identities for all that `message` asks them for, where that can be had for less. */
  identify?(body: Body, identities: Identities): void;
  apply(context: Context, body: Body): Outcome;
}

export const SENDER_FIELDS = [
  { name: "account", type: "uint64" },
  { name: "nonce", type: "uint64" },
] as const;

export const ok = (created?: Created): Outcome => (created ? { verdict: "Ok", created: [created] } : { verdict: "Ok" });
export const reject = (verdict: Verdict): Outcome => ({ verdict });

const ZERO_32 = new Uint8Array(32);
const ZERO_20 = new Uint8Array(20);
export const NO_DATANET_TERMS: DatanetTerms = { lineageBps: 0, curatorBps: 0 };
export const NO_MODEL_TERMS: ModelFeeTerms = { ownerBps: 0, royaltyBps: 0 };

export const identitiesOf = (state: State): Identities => new StateIdentities(state);

/** Nobody needs it; but what nobody needs would not be read. */
const lookedAt = new Uint32Array(1);

/** A class, not an object of functions: one is made for every transaction. */
class StateIdentities implements Identities {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  owner(index: number): Uint8Array {
    const { accounts } = this.#state;
    return accounts.has(index) ? ownerOf(accounts, index) : ZERO_20;
  }

  metadataHash(index: number): Uint8Array {
    const { datanets } = this.#state;
    return datanets.has(index) ? metadataHashOf(datanets, index) : ZERO_32;
  }

  contentRoot(index: number): Uint8Array {
    const { contributions } = this.#state;
    return contributions.has(index) ? contentRootOf(contributions, index) : ZERO_32;
  }

  copyContentRoot(index: number, target: BigUint64Array, at: number): void {
    const { contributions } = this.#state;
    if (contributions.has(index)) copyContentRoot(contributions, index, target, at);
  }

  lookAhead(records: readonly NamesContributions[]): void {
    const { contributions } = this.#state;
    let seen = 0;
    for (const { shares } of records) for (const share of shares) seen ^= contributions.peek(share.contribution);
    lookedAt[0] = seen;
  }

  artifactRoot(index: number): Uint8Array {
    const { models } = this.#state;
    return models.has(index) ? artifactRootOf(models, index) : ZERO_32;
  }

  datanetTerms(index: number): DatanetTerms {
    const { datanets } = this.#state;
    return datanets.has(index) ? policyOf(datanets, index) : NO_DATANET_TERMS;
  }

  modelTerms(index: number): ModelFeeTerms {
    const { models } = this.#state;
    return models.has(index) ? modelTermsOf(models, index) : NO_MODEL_TERMS;
  }
}
