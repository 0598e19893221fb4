/** The state as `@chainsafe/ssz` sees it, written from docs and file headers alone: the independent opinion on every root. */
import { createProof, ProofType, type SingleProof } from "@chainsafe/persistent-merkle-tree";
import {
  ByteVectorType,
  ContainerType,
  ListBasicType,
  ListCompositeType,
  UintBigintType,
  VectorBasicType,
} from "@chainsafe/ssz";
import { readAccount } from "../../protocol/state/account.ts";
import { readContribution } from "../../protocol/state/contribution.ts";
import { readDatanet } from "../../protocol/state/datanet.ts";
import { readModel } from "../../protocol/state/model.ts";
import type { State, TableName } from "../../protocol/state/state.ts";
import { readSystem } from "../../protocol/state/system.ts";
import { readWithdrawal } from "../../protocol/state/withdrawal.ts";
import type { Table } from "../../protocol/tree/table.ts";

const LIMIT = 2 ** 48;
const Bytes20 = new ByteVectorType(20);
const Bytes32 = new ByteVectorType(32);
const Uint64 = new UintBigintType(8);
const Words = new VectorBasicType(Uint64, 4);

const Account = new ContainerType({ owner: Bytes20, a: Words, b: Words, unused: Bytes32 });
const Datanet = new ContainerType({ metadataHash: Bytes32, a: Words, b: Words, unused: Bytes32 });
const Quad = new ContainerType({ head: Bytes32, a: Words, b: Words, c: Words });
const Withdrawal = new ContainerType({ recipient: Bytes20, a: Words, unused0: Bytes32, unused1: Bytes32 });
const System = new ContainerType({ a: Words, b: Words, c: Words, d: Words });
export const Attribution = new ContainerType({
  output: Bytes32,
  evidenceRoot: Bytes32,
  detail: Words,
  shares: new ListBasicType(Uint64, 16),
});
export const Outputs = new ListCompositeType(Bytes32, 256);
export const SignedRecords = new ListCompositeType(
  new ContainerType({
    output: Bytes32,
    fee: Uint64,
    shares: new ListBasicType(Uint64, 16),
    contentRoots: new ListCompositeType(Bytes32, 16),
  }),
  256,
);

const UNUSED = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`unused${i + 7}`, Bytes32])) as Record<
  `unused${7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15}`,
  typeof Bytes32
>;
const OracleState = new ContainerType({
  accounts: new ListCompositeType(Account, LIMIT),
  datanets: new ListCompositeType(Datanet, LIMIT),
  contributions: new ListCompositeType(Quad, LIMIT),
  models: new ListCompositeType(Quad, LIMIT),
  attributions: new ListCompositeType(Bytes32, LIMIT),
  withdrawals: new ListCompositeType(Withdrawal, LIMIT),
  system: System,
  ...UNUSED,
});
export type OracleView = ReturnType<typeof OracleState.toView>;

const ZERO = new Uint8Array(32);
const words = (...values: (bigint | number)[]): bigint[] => [...values, 0, 0, 0, 0].slice(0, 4).map(BigInt);
const reference = (index: number | undefined): number => (index === undefined ? 0 : index + 1);

function all<T, R>(table: Table, read: (table: Table, index: number) => T | undefined, convert: (record: T) => R): R[] {
  return Array.from({ length: table.length }, (_, i) => convert(read(table, i)!));
}

/** The oracle's state from the meaning of our records (not their bytes); the log's leaves come from the caller. */
export function oracleOf(state: State, attributions: readonly Uint8Array[]): OracleView {
  const system = readSystem(state.system);
  const p = system.parameters;
  const unused = Object.fromEntries(Object.keys(UNUSED).map((name) => [name, ZERO])) as Record<
    keyof typeof UNUSED,
    Uint8Array
  >;
  return OracleState.toView({
    accounts: all(state.accounts, readAccount, (r) => ({
      owner: r.owner,
      a: words(r.nonce, r.balance, r.stake, r.unbonding),
      b: words(r.unbondsAt),
      unused: ZERO,
    })),
    datanets: all(state.datanets, readDatanet, (r) => ({
      metadataHash: r.metadataHash,
      a: words(r.owner + 1, policyWord(r), r.bond, r.earned),
      b: words(r.lifetime),
      unused: ZERO,
    })),
    contributions: all(state.contributions, readContribution, (r) => ({
      head: r.contentRoot,
      a: words(r.datanet + 1, r.contributor + 1, reference(r.parent), contributionWord(r)),
      b: words(r.expiresAt, r.bond, r.earned, r.inherited),
      c: words(r.revokedAt, r.lifetime),
    })),
    models: all(state.models, readModel, (r) => ({
      head: r.artifactRoot,
      a: words(r.owner + 1, reference(r.parent), modelWord(r), r.trainedAt),
      b: words(...r.datanets.map(reference)),
      c: words(r.bond, r.earned, r.lifetime),
    })),
    attributions: [...attributions],
    withdrawals: all(state.withdrawals, readWithdrawal, (r) => ({
      recipient: r.recipient,
      a: words(r.amount, r.account + 1, r.timestamp),
      unused0: ZERO,
      unused1: ZERO,
    })),
    system: {
      a: words(system.treasury, system.height, system.timestamp, system.inboxIndex),
      b: words(system.deposited, system.withdrawn),
      c: words(p.baseFee, p.byteFee, p.protocolBps, p.minimumClaim),
      d: words(p.datanetBond, p.contributionBond, p.modelBond, p.accountFee),
    },
    ...unused,
  });
}

const bit = (flag: boolean, at: number): bigint => (flag ? 1n << BigInt(at) : 0n);
const at = (value: number, shift: number): bigint => BigInt(value) << BigInt(shift);

function policyWord(r: NonNullable<ReturnType<typeof readDatanet>>): bigint {
  return bit(r.curated, 0) | bit(r.closed, 1) | at(r.purposes, 8) | at(r.lineageBps, 16) | at(r.curatorBps, 32);
}

function contributionWord(r: NonNullable<ReturnType<typeof readContribution>>): bigint {
  return at(r.kind, 0) | at(r.status, 8) | at(r.purposes, 16) | at(r.lineageBps, 24) | at(r.curatorBps, 38);
}

function modelWord(r: NonNullable<ReturnType<typeof readModel>>): bigint {
  const flags = bit(r.live, 0) | bit(r.retired, 1) | at(r.relation, 4);
  return flags | at(r.ownerBps, 8) | at(r.royaltyBps, 22) | at(r.parentBps, 36);
}

/** The oracle's single proof of one record: leaf and witnesses, bottom up. */
export function oracleProof(view: OracleView, table: TableName, index: number): SingleProof {
  const { gindex } = OracleState.getPathInfo([table, index]);
  return createProof(view.node, { type: ProofType.single, gindex }) as SingleProof;
}

/** A list of records given as raw 64-bit words, four chunks each. */
const RawList = new ListCompositeType(System, LIMIT);
export function rawListRoot(records: readonly (readonly bigint[])[]): Uint8Array {
  const quarter = (record: readonly bigint[], i: number) => record.slice(4 * i, 4 * i + 4);
  return RawList.hashTreeRoot(
    records.map((r) => ({ a: quarter(r, 0), b: quarter(r, 1), c: quarter(r, 2), d: quarter(r, 3) })),
  );
}

const LeafList = new ListCompositeType(Bytes32, LIMIT);
export const leafListRoot = (leaves: readonly Uint8Array[]): Uint8Array => LeafList.hashTreeRoot([...leaves]);

/** The oracle's root of one attribution, from the rules' words: references plus one, fee and pool in one word. */
export function oracleAttribution(record: {
  output: Uint8Array;
  evidenceRoot: Uint8Array;
  model: number;
  payer: number;
  fee: number;
  pool: number;
  method: number;
  timestamp: number;
  position?: number | undefined;
  shares: readonly { contribution: number; weight: number }[];
}): Uint8Array {
  const place = record.position === undefined ? 0n : BigInt(record.position) + 1n;
  return Attribution.hashTreeRoot({
    output: record.output,
    evidenceRoot: record.evidenceRoot,
    detail: [
      BigInt(record.model) + 1n,
      BigInt(record.payer) + 1n,
      BigInt(record.fee) | (BigInt(record.pool) << 32n),
      BigInt(record.timestamp) | (BigInt(record.method) << 40n) | (place << 48n),
    ],
    shares: record.shares.map(shareWord),
  });
}

export const shareWord = ({ contribution, weight }: { contribution: number; weight: number }): bigint =>
  (BigInt(contribution) << 16n) | BigInt(weight);
