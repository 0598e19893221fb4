/** A small chain in memory for scenarios: people with keys, blocks of signed and forced transactions, no host. */
import secp256k1 from "secp256k1";
import type { BlockHeader } from "../../protocol/batch.ts";
import { BlockExecution, type BlockStart, type Environment, type TransactionResult } from "../../protocol/block.ts";
import { concat, equalBytes } from "../../protocol/bytes.ts";
import { type Domain, domainSeparator } from "../../protocol/eip712.ts";
import { keccak256 } from "../../protocol/hash.ts";
import { encodeMessage, messageWeight } from "../../protocol/inbox.ts";
import { INBOX_BLOCK_WEIGHT, MAX_FORCED_BYTES } from "../../protocol/params.ts";
import { addressOf, type Recover, splitSignature } from "../../protocol/signature.ts";
import { NONCE, ownerOf } from "../../protocol/state/account.ts";
import { State } from "../../protocol/state/state.ts";
import {
  encodeSigned,
  encodeTransaction,
  type SignedTransaction,
  type Transaction,
  transactionHash,
} from "../../protocol/transactions/registry.ts";
import { identitiesOf } from "../../protocol/transactions/transaction.ts";
import type { BlockPlan } from "./arbitraries.ts";

export interface Person {
  readonly address: Uint8Array;
  readonly key: Uint8Array;
}

export const DOMAIN: Domain = { chainId: 901, verifyingContract: new Uint8Array(20).fill(0x77) };

export const nativeRecover: Recover = (hash, signature) => {
  const split = splitSignature(signature);
  if (split === undefined) return undefined;
  try {
    return addressOf(secp256k1.ecdsaRecover(split.compact, split.yParity, hash, false).subarray(1));
  } catch {
    return undefined;
  }
};

export const ENVIRONMENT: Environment = { separator: domainSeparator(DOMAIN), recover: nativeRecover };

export function person(name: string): Person {
  const key = keccak256(new TextEncoder().encode(name));
  return { key, address: addressOf(secp256k1.publicKeyCreate(key, false).subarray(1)) };
}

export const PEOPLE = ["alice", "bob", "carol", "mallory"].map(person) as [Person, Person, Person, Person];
export const [alice, bob, carol, mallory] = PEOPLE;

export function signHash(hash: Uint8Array, { key }: Person): Uint8Array {
  const { signature, recid } = secp256k1.ecdsaSign(hash, key);
  signature[32]! |= recid << 7;
  return signature;
}

/** 32 recognizable bytes. */
export const root = (seed: number | string): Uint8Array => keccak256(new TextEncoder().encode(`root ${seed}`));

export interface Options {
  timestamp?: number;
  feeAccount?: number;
}

/** A block as the world ran it: what any other state needs to run it again. */
export interface RanBlock {
  start: BlockStart;
  content: Uint8Array;
  results: readonly TransactionResult[];
}

export class World {
  readonly state: State;
  timestamp = 1_000_000;
  /** Nobody's, so that fees go to the treasury unless a test says otherwise. */
  feeAccount = 2 ** 40 - 1;
  readonly ran: RanBlock[] = [];

  constructor(state = new State()) {
    this.state = state;
  }

  nonce(account: number): number {
    return this.state.accounts.has(account) ? this.state.accounts.number(account, NONCE) : 0;
  }

  ownerOf(account: number): Person | undefined {
    if (!this.state.accounts.has(account)) return undefined;
    return PEOPLE.find(({ address }) => equalBytes(address, ownerOf(this.state.accounts, account)));
  }

  hash(transaction: Transaction, nonce = this.nonce(transaction.account)): Uint8Array {
    return transactionHash(ENVIRONMENT.separator, transaction, nonce, identitiesOf(this.state));
  }

  /** Signed against the present state, by the account's owner unless said otherwise. */
  sign(transaction: Transaction, signer = this.ownerOf(transaction.account) ?? mallory): SignedTransaction {
    return { ...transaction, signature: signHash(this.hash(transaction), signer) };
  }

  deposit(owner: Person, amount: bigint, hint?: number): TransactionResult {
    return this.messages([depositMessage(owner, amount, hint)])[0]!;
  }

  /** Opens an account holding `amount`; returns its index. */
  open(owner: Person, amount: bigint): number {
    return this.deposit(owner, amount).created![0]!.first;
  }

  messages(messages: readonly Uint8Array[], options: Options = {}): readonly TransactionResult[] {
    return this.block([], messages, options);
  }

  force(transaction: Transaction, sender = this.ownerOf(transaction.account) ?? mallory): TransactionResult {
    return this.messages([forcedMessage(transaction, sender)])[0]!;
  }

  /** One transaction in a block of its own, signed by its owner. */
  run(transaction: Transaction, options: Options = {}): TransactionResult {
    return this.block([transaction], [], options)[0]!;
  }

  /** Runs `transaction` and insists that it succeeds. */
  ok(transaction: Transaction): TransactionResult {
    const result = this.run(transaction);
    const verdicts = [result.verdict, ...(result.items ?? [])];
    if (verdicts.some((verdict) => verdict !== "Ok")) throw new Error(`${transaction.name}: ${verdicts.join(" ")}`);
    return result;
  }

  /** A block; transactions without a signature are signed at their turn. Those past the meter are left out. */
  block(
    transactions: readonly (Transaction | SignedTransaction | ((world: World) => Transaction | SignedTransaction))[],
    messages: readonly Uint8Array[] = [],
    options: Options = {},
  ): readonly TransactionResult[] {
    this.timestamp = options.timestamp ?? this.timestamp;
    const start = { timestamp: this.timestamp, feeAccount: options.feeAccount ?? this.feeAccount, messages };
    const execution = new BlockExecution(this.state, ENVIRONMENT, start);
    const content: Uint8Array[] = [];
    for (const item of transactions) {
      const transaction = typeof item === "function" ? item(this) : item;
      const signed = isSigned(transaction) ? transaction : this.sign(transaction);
      const packed = encodeSigned(signed);
      if (!execution.admit(signed, packed.length)) break;
      execution.results.push(execution.run(signed, packed.length));
      content.push(packed);
    }
    this.ran.push({ start, content: concat(...content), results: execution.results });
    return execution.results;
  }

  /** Runs a random plan; what does not fit the inbox is left out. */
  plan({ steps, deposits, elapsed, feeAccount }: BlockPlan): readonly TransactionResult[] {
    const messages = deposits.map(({ owner, hint, amount }) => depositMessage(PEOPLE[owner]!, amount, hint));
    for (const { transaction, signer, way } of steps) {
      if (way !== "forced" || encodeTransaction(transaction).length > MAX_FORCED_BYTES) continue;
      const owner = this.ownerOf(transaction.account);
      const message = forcedMessage(transaction, signer === "owner" && owner !== undefined ? owner : mallory);
      const weight = [...messages, message].reduce((sum, bytes) => sum + messageWeight(bytes), 0);
      if (weight <= INBOX_BLOCK_WEIGHT) messages.push(message);
    }
    const signed = steps
      .filter(({ way }) => way === "signed")
      .map(({ transaction, signer }) => (world: World): Transaction | SignedTransaction => {
        if (signer === "owner") return transaction;
        if (signer === "other") return world.sign(transaction, mallory);
        return { ...transaction, signature: concat(root("noise"), root(transaction.account)) };
      });
    return this.block(signed, messages, { timestamp: this.timestamp + elapsed, feeAccount });
  }
}

const isSigned = (transaction: Transaction | SignedTransaction): transaction is SignedTransaction =>
  "signature" in transaction;

export const depositMessage = (owner: Person, amount: bigint, hint?: number): Uint8Array =>
  encodeMessage({ type: "Deposit", owner: owner.address, hint, amount });

export const forcedMessage = (transaction: Transaction, sender: Person): Uint8Array =>
  encodeMessage({ type: "Forced", sender: sender.address, transaction: encodeTransaction(transaction) });

export const OPEN_POLICY = { curated: false, purposes: 3, lineageBps: 1_000, curatorBps: 500 };

/**
 * A world where everything exists: accounts 0 alice, 1 bob, 2 carol, 3 mallory, 4 alice again; datanets 0 open (alice's),
 * 1 curated (bob's), 2 open (carol's); contributions 0 to 7, of which 6 and 7 are pending; model 0 trained on all that was
 * there, model 1 its live child on datanets 0 and 2, model 2 trained before contribution 2.
 */
export function seasonedWorld(): World {
  const world = new World();
  for (const owner of [...PEOPLE, alice]) world.open(owner, 100_000_000_000n);
  const policies = [
    OPEN_POLICY,
    { ...OPEN_POLICY, curated: true, lineageBps: 3_333 },
    { ...OPEN_POLICY, curatorBps: 0 },
  ];
  policies.forEach((policy, account) => {
    world.ok({ name: "CreateDatanet", account, body: { metadataHash: root(`datanet ${account}`), ...policy } });
  });
  const contribute = (account: number, datanet: number, parents: (number | undefined)[]) =>
    world.ok({
      name: "Contribute",
      account,
      body: { datanet, items: parents.map((parent, i) => work(`${account}.${datanet}.${i}`, parent)) },
    });
  contribute(0, 0, [undefined, undefined]);
  contribute(1, 0, [0, 1]);
  contribute(2, 2, [undefined]);
  contribute(1, 1, [undefined]);
  contribute(3, 1, [5, undefined]);
  const model = { artifactRoot: root("model 0"), parent: undefined, relation: 0, datanets: [0, 1, 2], ownerBps: 2_000 };
  const terms = { royaltyBps: 1_500, live: false, trainedAt: 8 };
  world.ok({ name: "RegisterModel", account: 2, body: { ...model, ...terms } });
  const child = { artifactRoot: root("model 1"), parent: 0, relation: 1, datanets: [0, 2], live: true };
  world.ok({ name: "RegisterModel", account: 3, body: { ...model, ...terms, ...child } });
  const early = { artifactRoot: root("model 2"), trainedAt: 2, datanets: [0] };
  world.ok({ name: "RegisterModel", account: 4, body: { ...model, ...terms, ...early } });
  return world;
}

/** One piece of work, for Contribute. */
export function work(seed: number | string, parent?: number) {
  return { contentRoot: root(`content ${seed}`), parent, kind: 0, purposes: 3, expiresAt: 0 };
}

/** All the money that the rollup holds, in Gwei. */
export function moneyIn({ accounts, datanets, contributions, models, system }: State): bigint {
  let sum = system.u64(0, 0);
  const addAll = (table: typeof accounts, fields: readonly number[]): void => {
    for (let i = 0; i < table.length; i++) for (const field of fields) sum += table.u64(i, field);
  };
  addAll(accounts, [5, 6, 7]); // balance, stake, unbonding
  addAll(datanets, [6, 7]); // bond, earned
  addAll(contributions, [9, 10, 11]); // bond, earned, inherited
  addAll(models, [12, 13]); // bond, earned
  return sum;
}

export const headerOf = ({ start }: RanBlock, stateRoot: Uint8Array): BlockHeader => ({
  stateRoot,
  timestamp: start.timestamp,
  inboxCount: start.messages.length,
  feeAccount: start.feeAccount,
});
