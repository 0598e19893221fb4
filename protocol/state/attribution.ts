/**
 * Attributions: an append-only log of record roots; the records themselves are in the blocks.
 * `Container{output, evidenceRoot, detail: Vector[uint64, 4], shares: List[uint64, 16]}`, a share `contribution << 16 | weight`.
 */
import { MAX_SHARES } from "../params.ts";
import { merkleize, mixInLength } from "../tree/merkleize.ts";

export interface Share {
  /** Index of the contribution. */
  contribution: number;
  /** 1 to 65,535; its part is weight / sum of weights. */
  weight: number;
}

export interface AttributionRecord {
  /** SHA-256 of the output's bytes; beside a `position` the root over all outputs of the transaction. */
  output: Uint8Array;
  /** Of the output among those under that root, below 256. */
  position?: number | undefined;
  evidenceRoot: Uint8Array;
  model: number;
  payer: number;
  /** Gwei. */
  fee: number;
  /** The contributors' part of the fee, Gwei. */
  pool: number;
  /** How the shares were found (docs/spec/attribution.md). */
  method: number;
  /** Block time, seconds. */
  timestamp: number;
  shares: readonly Share[];
}

/** Chunks of a share list: 16 uint64, four to a chunk. */
export const SHARES_BYTES = MAX_SHARES * 8;

/** Two 32-bit words a share, from `target[at]` on. */
export function writeShares(shares: readonly Share[], target: Uint32Array, at: number): void {
  for (let i = 0; i < shares.length; i++, at += 2) {
    const { contribution, weight } = shares[i]!;
    target[at] = (contribution % 2 ** 16) * 2 ** 16 + weight;
    target[at + 1] = contribution / 2 ** 16;
  }
}

export function sharesRoot(shares: readonly Share[]): Uint8Array {
  const chunks = new Uint8Array(SHARES_BYTES);
  writeShares(shares, new Uint32Array(chunks.buffer), 0);
  return mixInLength(merkleize(chunks, 2), shares.length);
}

/** Writes the record's first three chunks; the fourth is its share list's root. */
export function writeDetail(
  record: Omit<AttributionRecord, "shares">,
  target: Uint8Array,
  view: DataView,
  at: number,
): void {
  target.set(record.output, at);
  target.set(record.evidenceRoot, at + 32);
  setUint64(view, at + 64, record.model + 1);
  setUint64(view, at + 72, record.payer + 1);
  view.setUint32(at + 80, record.fee, true);
  view.setUint32(at + 84, record.pool, true);
  // Above 2^53 with a position, so in halves: `timestamp | method << 40 | (position + 1) << 48`.
  const place = record.position === undefined ? 0 : record.position + 1;
  view.setUint32(at + 88, record.timestamp % 2 ** 32, true);
  view.setUint32(at + 92, Math.floor(record.timestamp / 2 ** 32) + record.method * 2 ** 8 + place * 2 ** 16, true);
}

/** `hash_tree_root` of the record. */
export function attributionRoot(record: AttributionRecord): Uint8Array {
  const chunks = new Uint8Array(128);
  writeDetail(record, chunks, new DataView(chunks.buffer), 0);
  chunks.set(sharesRoot(record.shares), 96);
  return merkleize(chunks, 2);
}

function setUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}
