/**
 * The contributors' part of an attribution's fee. Nobody stores it, but the attribution's leaf commits to it; what the split
 * was depends on the model's `ownerBps` at that time, which its owner may have changed since.
 */
import { equalBytes } from "../../../protocol/bytes.ts";
import { BPS } from "../../../protocol/params.ts";
import { splitFee } from "../../../protocol/split.ts";
import { type AttributionRecord, sharesRoot, writeDetail } from "../../../protocol/state/attribution.ts";
import { merkleizeRows } from "../../../protocol/tree/merkleize.ts";
import { RECORD_BYTES } from "../../../protocol/tree/table.ts";

/** Where `writeDetail` puts the pool. */
const POOL_OFFSET = 84;
const SHARES_OFFSET = 96;

/**
 * The pool that `leaf` commits to: that of the first of `likely` terms that gives it, else of any terms there can be. The search
 * is at most 10,001 records hashed in one call, milliseconds. Undefined when none does: the leaf is of another record.
 */
export function creditedPool(
  record: Omit<AttributionRecord, "pool">,
  leaf: Uint8Array,
  protocolBps: number,
  likely: readonly number[],
): { pool: number; ownerBps: number } | undefined {
  return (
    search(record, leaf, protocolBps, likely) ??
    search(
      record,
      leaf,
      protocolBps,
      Array.from({ length: BPS + 1 }, (_, bps) => bps),
    )
  );
}

function search(
  record: Omit<AttributionRecord, "pool">,
  leaf: Uint8Array,
  protocolBps: number,
  candidates: readonly number[],
): { pool: number; ownerBps: number } | undefined {
  if (candidates.length === 0) return undefined;
  // Small fees give the same pool for many terms.
  const terms = new Map(candidates.map((ownerBps) => [splitFee(record.fee, protocolBps, ownerBps).pool, ownerBps]));
  const found = [...terms];
  const rows = copiesOf({ ...record, pool: 0 }, found.length);
  const view = new DataView(rows.buffer);
  for (const [i, [pool]] of found.entries()) view.setUint32(i * RECORD_BYTES + POOL_OFFSET, pool, true);
  const leaves = merkleizeRows(rows, 2);
  const at = found.findIndex((_, i) => equalBytes(leaves.subarray(i * 32, i * 32 + 32), leaf));
  return at === -1 ? undefined : { pool: found[at]![0], ownerBps: found[at]![1] };
}

/** The record's four chunks, `count` times: written once, because writing costs many times what hashing does. */
function copiesOf(record: AttributionRecord, count: number): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(count * RECORD_BYTES);
  writeDetail(record, rows, new DataView(rows.buffer), 0);
  rows.set(sharesRoot(record.shares), SHARES_OFFSET);
  for (let filled = RECORD_BYTES; filled < rows.length; filled *= 2) rows.copyWithin(filled, 0, filled);
  return rows;
}
