/** States of any size and the blocks to run on them, made without running the transactions that would have led there. */
import secp256k1 from "secp256k1";
import type { Environment } from "../protocol/block.ts";
import { Meter } from "../protocol/meter.ts";
import { outputsRoot } from "../protocol/outputs.ts";
import { HEADER_BYTES, MAX_BLOCK_BYTES } from "../protocol/params.ts";
import { addressOf } from "../protocol/signature.ts";
import { appendAccount, BALANCE, NONCE } from "../protocol/state/account.ts";
import * as contribution from "../protocol/state/contribution.ts";
import * as datanet from "../protocol/state/datanet.ts";
import * as model from "../protocol/state/model.ts";
import { State } from "../protocol/state/state.ts";
import type { OutputRecord } from "../protocol/transactions/outputRecord.ts";
import {
  boundOf,
  domainSeparator,
  encodeSigned,
  SIGNATURE_BYTES,
  type Transaction,
  transactionHash,
} from "../protocol/transactions/registry.ts";
import { identitiesOf } from "../protocol/transactions/transaction.ts";
import { nativeRecover } from "../runtime/signatures/nativeRecover.ts";

export const SHARES = 8;
const AUTHORS = 43;
/** The operator's account, who pays all fees. */
export const OPERATOR = 0;
export const OPERATOR_KEY = new Uint8Array(32).fill(7);
/** Seconds; in the past of every development host. */
export const TIMESTAMP = 1_700_000_000;
/** Gwei per record: one fee for all, as an operator has. */
export const RECORD_FEE = 1_000_000;
/** The engine's largest weight (attribution/weights.ts). */
const MAX_WEIGHT = 127;
/** A log of a rollup that has been used; its depth stays the same for the next million records. */
const LOG_RECORDS = 2 ** 20;
/** For `--short`: room for some thousand more at the same depth. */
export const SHORT_LOG_RECORDS = 2 ** 13;

export const SEPARATOR = domainSeparator({ chainId: 31_337, verifyingContract: new Uint8Array(20).fill(1) });
export const ENVIRONMENT: Environment = { separator: SEPARATOR, recover: nativeRecover };

/** Deterministic: a benchmark runs the same bytes every time. Below 1. */
export function randomOf(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    // Mulberry32: the low bits of a linear congruence would show in a Merkle tree's order of access.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface WorldOptions {
  contributions: number;
  /** Besides the operator. */
  authors?: number;
  /** Attributions in the log. */
  records?: number;
}

/** One operator, the authors, one open datanet, one live model, contributions accepted, a log of records. Hashed. */
export function stateOf({ contributions, authors = AUTHORS, records = LOG_RECORDS }: WorldOptions): State {
  const state = new State();
  appendAccount(state.accounts, addressOf(secp256k1.publicKeyCreate(OPERATOR_KEY, false).subarray(1)));
  state.accounts.setU64(OPERATOR, BALANCE, 2n ** 60n);
  const random = randomOf(contributions);
  for (let i = 0; i < authors; i++) appendAccount(state.accounts, bytesOf(20, random));
  state.datanets.append();
  state.datanets.setNumber(0, datanet.OWNER_REF, 1);
  const terms = { purposes: datanet.ALL_PURPOSES, lineageBps: 0, curatorBps: 500 };
  state.datanets.setNumber(0, datanet.POLICY, datanet.packPolicy({ curated: false, closed: false, ...terms }));
  state.models.append();
  state.models.setNumber(0, model.OWNER_REF, 1);
  state.models.setNumber(0, model.DATANET_REFS, 1);
  const fees = { ownerBps: 2_000, royaltyBps: 0, parentBps: 0, relation: 0, live: true, retired: false };
  state.models.setNumber(0, model.TERMS, model.packModelTerms(fees));
  const work = contribution.packTerms({ kind: 0, status: contribution.ACCEPTED, ...terms });
  for (let i = 0; i < contributions; i++) {
    state.contributions.append();
    contribution.setContentRoot(state.contributions, i, bytesOf(32, random));
    state.contributions.setNumber(i, contribution.DATANET_REF, 1);
    state.contributions.setNumber(i, contribution.CONTRIBUTOR_REF, 1 + (i % authors) + 1);
    state.contributions.setNumber(i, contribution.TERMS, work);
  }
  const leaf = bytesOf(32, random);
  for (let i = 0; i < records; i++) state.attributions.appendLeaf(leaf);
  state.root();
  return state;
}

/** Makes the records of a benchmark, one after the other. */
export type RecordSource = () => OutputRecord;

/** Eight different contributions, uniform over all, with random weights. */
export function uniformRecords(contributions: number, random: () => number): RecordSource {
  return () => {
    const chosen = new Set<number>();
    while (chosen.size < SHARES) chosen.add(Math.floor(random() * contributions));
    const shares = [...chosen]
      .sort((a, b) => a - b)
      .map((index) => ({ contribution: index, weight: 1 + Math.floor(random() * MAX_WEIGHT) }));
    return { output: bytesOf(32, random), fee: RECORD_FEE, shares };
  };
}

export interface FilledBlock {
  content: Uint8Array;
  records: OutputRecord[];
}

/** How records become a transaction. */
export type Form = (records: OutputRecord[]) => Transaction;

/**
 * Makes the contents of blocks, each one transaction of `form` with as many records as meter and bytes allow, from the operator's next nonce
 * on. The state is only read. The blocks fit as long as no table's depth grows past what it is now.
 */
export function blockMaker(
  state: State,
  source: RecordSource,
  { form = attribute, separator = SEPARATOR }: { form?: Form; separator?: Uint8Array } = {},
): () => FilledBlock {
  let nonce = state.accounts.number(OPERATOR, NONCE);
  let most = 1;
  const next: OutputRecord[] = [];
  const take = (count: number): OutputRecord[] => {
    while (next.length < count) next.push(source());
    return next.slice(0, count);
  };
  while (fits(state, form(take(most + 1)))) most++;
  return () => {
    // Records differ by a byte or two, so that one more or less may fit.
    let count = most;
    while (fits(state, form(take(count + 1)))) count++;
    while (!fits(state, form(take(count)))) count--;
    const records = next.splice(0, count);
    return { records, content: signed(state, form(records), nonce++, separator) };
  };
}

function fits(state: State, transaction: Transaction): boolean {
  const packedBytes = encodeSigned({ ...transaction, signature: new Uint8Array(SIGNATURE_BYTES) }).length;
  return packedBytes <= MAX_BLOCK_BYTES - HEADER_BYTES && new Meter(state, 0).add(boundOf(transaction), packedBytes);
}

export const attribute = (records: OutputRecord[]): Transaction => ({
  name: "Attribute",
  account: OPERATOR,
  body: { model: 0, method: 1, evidenceRoot: records[0]!.output, records }, // 32 bytes as good as any
});

/** The same without the outputs. */
export const attributeCommitted: Form = (records) => ({
  name: "AttributeCommitted",
  account: OPERATOR,
  body: {
    model: 0,
    method: 1,
    evidenceRoot: records[0]!.output,
    outputsRoot: outputsRoot(records.map(({ output }) => output)),
    records: records.map(({ fee, shares }) => ({ fee, shares })),
  },
});

/** A transaction of the operator as it stands in a block. */
function signed(state: State, transaction: Transaction, nonce: number, separator: Uint8Array): Uint8Array {
  const hash = transactionHash(separator, transaction, nonce, identitiesOf(state));
  const { signature, recid } = secp256k1.ecdsaSign(hash, OPERATOR_KEY);
  signature[32]! |= recid << 7;
  return encodeSigned({ ...transaction, signature });
}

export function bytesOf(length: number, random: () => number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 4) {
    const word = random() * 2 ** 32;
    for (let i = at; i < Math.min(at + 4, length); i++) bytes[i] = word >>> ((i - at) * 8);
  }
  return bytes;
}
