/**
 * Records, how they pack into blocks and posts, and what each way of posting them puts on a host. The bytes of a record follow
 * from the codec and the meter, so that a test can hold them against bench/gate.json.
 */

import { Meter } from "../../protocol/meter.ts";
import {
  HEADER_BYTES,
  MAX_BATCH_BLOCKS,
  MAX_BLOCK_BYTES,
  MAX_FEE,
  MAX_RECORDS,
  MAX_SHARES,
} from "../../protocol/params.ts";
import { attribute } from "../../protocol/transactions/attribute.ts";
import { SIGNATURE_BYTES } from "../../protocol/transactions/registry.ts";
import { BATCH_BYTES } from "../batch.ts";
import { SOTU_CONTRIBUTIONS } from "../sotuRecords.ts";
import { RECORD_FEE, SHARES } from "../world.ts";
import { BASE, estimatedBytes, floorGas, type Host, NETTING, OP_MAINNET } from "./inputs.ts";

export interface Shape {
  name: string;
  contributions: number;
  shares: number;
  /** Of one record, without a fee. */
  recordBytes: number;
  /** Once a block: fees that records state, a root over outputs. */
  blockBytes: number;
}

const varintBytes = (value: number): number => Math.ceil(Math.log2(value + 1) / 7);
const HASH = 32;
const HEAD = 1;
const WEIGHT = 1;
/** Length, header; kind, account, model, method, evidence root, count, signature. */
const BLOCK_OVERHEAD = 2 + HEADER_BYTES + 1 + 1 + 1 + 1 + HASH + 1 + SIGNATURE_BYTES;
/** Envelope, signature and ABI words of the host transaction; a little of it is padding. */
const POST_OVERHEAD = 260;

/** Bytes of `shares` indices chosen uniformly, each as a varint of its distance: P(distance >= x) = (1 - x / n)^shares. */
export function distanceBytes(contributions: number, shares: number): number {
  let bytes = 1;
  for (let least = 2 ** 7; least < contributions; least *= 2 ** 7) bytes += (1 - least / contributions) ** shares;
  return bytes * shares;
}

const plainShape = (name: string, contributions: number): Shape => ({
  name,
  contributions,
  shares: SHARES,
  recordBytes: HASH + HEAD + distanceBytes(contributions, SHARES) + SHARES * WEIGHT,
  blockBytes: varintBytes(RECORD_FEE),
});
const committed = (shape: Shape): Shape => ({
  ...shape,
  name: `${shape.name}, committed outputs`,
  recordBytes: shape.recordBytes - HASH,
  blockBytes: shape.blockBytes + HASH,
});

export const UNIFORM = plainShape("uniform over 10^6", 1_000_000);
export const SOTU = plainShape("State of the Union", SOTU_CONTRIBUTIONS);
export const SHAPES = [UNIFORM, SOTU, committed(UNIFORM), committed(SOTU)];

export interface Packing {
  /** Records of a full block: how many share a header and a signature. */
  records: number;
  /** Per record, with its part of everything around it. */
  bytes: number;
  gas: number;
  estimated: number;
}

/** Full blocks of one Attribute in host transactions of the default size. */
export function packingOf(shape: Shape): Packing {
  const block = (records: number): number => BLOCK_OVERHEAD + shape.blockBytes + records * shape.recordBytes;
  let records = 0;
  while (records < MAX_RECORDS && fits(shape, records + 1, block(records + 1))) records++;
  const blocks = Math.floor(BATCH_BYTES / block(records));
  return { records, ...postOf(blocks * block(records) + POST_OVERHEAD, blocks * records) };
}

function fits({ contributions, shares }: Shape, records: number, bytes: number): boolean {
  if (bytes > MAX_BLOCK_BYTES) return false;
  const some = (length: number): { length: number } => ({ length });
  const lengths = {
    accounts: some(44),
    datanets: some(1),
    contributions: some(contributions),
    models: some(1),
    attributions: some(2 ** 20),
    withdrawals: some(0),
  };
  const share = { contribution: 0, weight: 1 };
  const record = { output: new Uint8Array(HASH), fee: 0, shares: Array.from({ length: shares }, () => share) };
  const body = { model: 0, method: 0, evidenceRoot: record.output, records: new Array(records).fill(record) };
  return new Meter(lengths, 0).add({ ...attribute.bound(body) }, Math.ceil(bytes) - HEADER_BYTES - 2);
}

const postOf = (bytes: number, records: number): Omit<Packing, "records"> => ({
  bytes: bytes / records,
  gas: floorGas(bytes - HASH * 3) / records, // signature and envelope are not calldata
  estimated: estimatedBytes(bytes) / records,
});

/** What one attribution puts on the host, and beside it. */
export interface Load extends Omit<Packing, "records"> {
  /** Bytes that somebody else than the host has to keep. */
  offChain: number;
  /** Records that an instance executes. */
  executed: number;
  signatures: number;
}

const calldata = (shape: Shape) => (): Load => {
  const { records, ...post } = packingOf(shape);
  return { ...post, offChain: 0, executed: 1, signatures: 1 / records };
};

/** Headers and content hashes stay on the host: block commitments, batch commitment and proofs are what they are today. */
const altDaHeaders = (shape: Shape) => (): Load => {
  const { records, bytes } = packingOf(shape);
  const post = postOf(MAX_BATCH_BLOCKS * (HEADER_BYTES + HASH) + POST_OVERHEAD, MAX_BATCH_BLOCKS * records);
  return { ...post, offChain: bytes, executed: 1, signatures: 1 / records };
};

/** One root for all blocks of so many seconds; a post then stores and checks a few words. */
const ROOT_SECONDS = 12;
const ROOT_POST = { bytes: 400, gas: 200_000 };
const altDaRoot =
  (shape: Shape) =>
  (rate: number): Load => {
    const { records, bytes } = packingOf(shape);
    const covered = rate * ROOT_SECONDS;
    const post = { ...postOf(ROOT_POST.bytes, covered), gas: ROOT_POST.gas / covered };
    return { ...post, offChain: bytes + HEADER_BYTES / records, executed: 1, signatures: 1 / records };
  };

/** An operator adds up its fees per contribution for a day and reports the sums, 16 contributions a record. */
export function nettedRecords(shape: Shape, rate: number): { byShares: number; byFees: number; credited: number } {
  const { operators, creditSeconds } = NETTING;
  const outputs = (rate * creditSeconds) / operators;
  const credited = shape.contributions * -Math.expm1(-(shape.shares * outputs) / shape.contributions);
  return { credited, byShares: credited / MAX_SHARES, byFees: (outputs * RECORD_FEE) / MAX_FEE };
}
const nettedCredits =
  (shape: Shape) =>
  (rate: number): Load => {
    const { credited, byShares, byFees } = nettedRecords(shape, rate);
    const { contributions, recordBytes } = shape;
    const named = Math.max(MAX_SHARES, credited);
    const distance = distanceBytes(contributions, named) / named;
    const [fee, weight] = [varintBytes(MAX_FEE), varintBytes(0xffff)];
    const sum: Shape = {
      name: "sums",
      contributions,
      shares: MAX_SHARES,
      recordBytes: HASH + HEAD + fee + varintBytes(contributions) + MAX_SHARES * (distance + weight),
      blockBytes: 0,
    };
    const { records, ...post } = packingOf(sum);
    const each = Math.max(byShares, byFees) / ((rate * NETTING.creditSeconds) / NETTING.operators);
    const scaled = { bytes: post.bytes * each, gas: post.gas * each, estimated: post.estimated * each };
    return { ...scaled, offChain: recordBytes, executed: each, signatures: each / records };
  };

/** Root over counters, root over outputs, sum, count, the two ends, two signatures; a new kind of transaction. */
const CHANNEL_BYTES = 2 * HASH + 8 + 6 + 3 * 3 + 2 * SIGNATURE_BYTES + 2;
const channels =
  (shape: Shape) =>
  (rate: number): Load => {
    const { operators, datanetsOfOperator, channelSeconds } = NETTING;
    const each = (operators * datanetsOfOperator) / channelSeconds / rate;
    const inBlock = Math.floor((MAX_BLOCK_BYTES - HEADER_BYTES) / CHANNEL_BYTES);
    const blocks = Math.floor(BATCH_BYTES / MAX_BLOCK_BYTES);
    const post = postOf(blocks * MAX_BLOCK_BYTES + POST_OVERHEAD, blocks * inBlock);
    const scaled = { bytes: post.bytes * each, gas: post.gas * each, estimated: post.estimated * each };
    return { ...scaled, offChain: shape.recordBytes, executed: each, signatures: 2 * each };
  };

export interface Way {
  name: string;
  host: Host;
  load: (rate: number) => Load;
  /** More hosts of this kind may be taken. */
  several?: boolean;
  trust: string;
}

const TODAY = "one verifier awake; the host";
export const waysOf = (shape: Shape): Way[] => [
  { name: "calldata, OP Mainnet", host: OP_MAINNET, load: calldata(shape), trust: TODAY },
  { name: "calldata, Base", host: BASE, load: calldata(shape), trust: TODAY },
  {
    name: "calldata, several hosts",
    host: OP_MAINNET,
    load: calldata(shape),
    several: true,
    trust: "a verifier for each; the weakest host, for what is on it",
  },
  {
    name: "alt-DA, headers on Base",
    host: BASE,
    load: altDaHeaders(shape),
    trust: "also: somebody who asks for missing data in time",
  },
  {
    name: "alt-DA, one root, OP Mainnet",
    host: OP_MAINNET,
    load: altDaRoot(shape),
    trust: "also: somebody who asks for missing data in time; headers are proven, not checked",
  },
  {
    name: "netted credits, OP Mainnet",
    host: OP_MAINNET,
    load: nettedCredits(shape),
    trust: "also: the operator, for which output paid whom",
  },
  {
    name: "netted channels, OP Mainnet",
    host: OP_MAINNET,
    load: channels(shape),
    trust: "also: operator and curator, for who earned what, up to the unsettled sum",
  },
];
