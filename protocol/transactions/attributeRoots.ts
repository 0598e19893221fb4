/**
 * The two Merkle roots of an Attribute or an AttributeCommitted, hashed for all records together: one hasher call a level.
 *
 * `recordsRoot` is what is signed: `List[SignedRecord, 256]`, `SignedRecord{output, fee: uint64, shares: List[uint64, 16],
 * contentRoots: List[Bytes32, 16]}`: the identity of every contribution beside its index (rule 14). SHA-256 in batches
 * instead of EIP-712's nested keccak: about 1 us a record against 100 (docs/decisions/0004-records-root.md).
 */
import { MAX_RECORDS, MAX_SHARES } from "../params.ts";
import { writeDetail, writeShares } from "../state/attribution.ts";
import { depthOf, NODE } from "../tree/nodes.ts";
import { Rows } from "../tree/rows.ts";
import type { AnyRecord } from "./outputRecord.ts";
import type { Identities } from "./transaction.ts";

const RECORD_LIST_DEPTH = 8;
/** Chunks of a full share list: 16 uint64, four to a chunk. */
const SHARE_CHUNKS_DEPTH = 2;
const CONTENT_ROOTS_DEPTH = 4;
/** A record is four chunks. */
const ROW_DEPTH = 2;
const ROW_BYTES = 128;
const EMPTY: Uint8Array = new Uint8Array(32);

// Transactions run one after another, so that they can share their work space.
const rows = new Rows(MAX_RECORDS, MAX_SHARES);
const shareRoots = new BigUint64Array(MAX_RECORDS * NODE);
/** Whose they are since they were last signed: what is logged then has the same ones, unless a record was rejected. */
let signed: readonly AnyRecord[] | undefined;
const contentRoots = new BigUint64Array(MAX_RECORDS * NODE);

export function recordsRoot(records: readonly AnyRecord[], identities: Identities): Uint8Array {
  identities.lookAhead?.(records);
  hashShares(records);
  signed = records;
  hashContentRoots(records, identities);
  rows.begin(records.length, ROW_DEPTH);
  records.forEach(({ output, fee }, r) => {
    if (output !== undefined) rows.bytes.set(output, r * ROW_BYTES); // else zeros
    rows.words[(r * ROW_BYTES + 32) / 4] = fee;
    rows.setNode(r * 4 + 2, shareRoots, r);
    rows.setNode(r * 4 + 3, contentRoots, r);
  });
  rows.hash(ROW_DEPTH);
  return rows.listRoot(RECORD_LIST_DEPTH);
}

export interface LeafContext {
  model: number;
  method: number;
  evidenceRoot: Uint8Array;
  payer: number;
  timestamp: number;
  /** The contributors' part of each record. */
  pools: readonly number[];
  /** Stands for the outputs of records that do not name theirs. */
  outputsRoot: Uint8Array | undefined;
  /** Of each record in its transaction. */
  positions: readonly number[];
}

/** `hash_tree_root(AttributionRecord)` of each record. */
export function attributionLeaves(records: readonly AnyRecord[], context: LeafContext): Uint8Array[] {
  const { outputsRoot } = context;
  if (signed !== records) hashShares(records);
  signed = undefined;
  rows.begin(records.length, ROW_DEPTH);
  const leaf = { ...context, output: EMPTY, position: undefined as number | undefined, fee: 0, pool: 0 };
  records.forEach((record, r) => {
    leaf.output = outputsRoot ?? record.output!;
    if (outputsRoot !== undefined) leaf.position = context.positions[r]!;
    leaf.fee = record.fee;
    leaf.pool = context.pools[r]!;
    writeDetail(leaf, rows.bytes, rows.view, r * ROW_BYTES);
    rows.setNode(r * 4 + 3, shareRoots, r);
  });
  rows.hash(ROW_DEPTH);
  const leaves = rows.bytes.slice(0, records.length * 32);
  return records.map((_, r) => leaves.subarray(r * 32, r * 32 + 32));
}

/** Roots of the records' share lists, to `shareRoots`. */
function hashShares(records: readonly AnyRecord[]): void {
  const depth = depthOf(Math.ceil(mostShares(records) / 4));
  rows.begin(records.length, depth);
  const stride = 32 * 2 ** depth;
  for (let r = 0; r < records.length; r++) writeShares(records[r]!.shares, rows.words, (r * stride) / 4);
  rows.hash(depth);
  rows.climb(depth, SHARE_CHUNKS_DEPTH);
  rows.mixIn((r) => records[r]!.shares.length);
  rows.copyTo(shareRoots);
}

/** Roots of the lists of the shares' content roots, to `contentRoots`. */
function hashContentRoots(records: readonly AnyRecord[], identities: Identities): void {
  // What is empty in all rows need not be hashed.
  const depth = depthOf(mostShares(records));
  rows.begin(records.length, depth);
  for (let r = 0; r < records.length; r++) {
    const { shares } = records[r]!;
    for (let s = 0; s < shares.length; s++) {
      const node = r * 2 ** depth + s;
      if (identities.copyContentRoot !== undefined) {
        identities.copyContentRoot(shares[s]!.contribution, rows.longs, node * 4);
      } else rows.bytes.set(identities.contentRoot(shares[s]!.contribution), node * 32);
    }
  }
  rows.hash(depth);
  rows.climb(depth, CONTENT_ROOTS_DEPTH);
  rows.mixIn((r) => records[r]!.shares.length);
  rows.copyTo(contentRoots);
}

function mostShares(records: readonly AnyRecord[]): number {
  let most = 0;
  for (const { shares } of records) if (shares.length > most) most = shares.length;
  return most;
}
