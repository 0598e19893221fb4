/**
 * Blocks are metered by what proving them would cost at worst: witness bytes and host gas (rules 2, 10, 11).
 * Static per transaction, so that anyone computes it before execution. Spec: docs/spec/blocks.md#the-meter.
 */
import {
  GAS_PER_HASH,
  GAS_PER_LEAF,
  GAS_PER_TRANSACTION,
  GAS_PER_WEIGHT,
  METER_BASE_BYTES,
  METER_BASE_GAS,
  METER_BYTES,
  METER_GAS,
  METER_HEADROOM,
  TABLE_DEPTH,
} from "./params.ts";
import { TABLES, type TableName } from "./state/state.ts";
import { RECORD_BYTES } from "./tree/table.ts";

/** Worst case of one transaction. */
export interface Bound {
  /** Existing leaves it may touch, per table; not deduplicated. */
  readonly named?: Partial<Record<TableName, number>>;
  /** Records it may append, per table. */
  readonly appended?: Partial<Record<TableName, number>>;
  /** SHA-256 nodes hashed once, outside the tables (record and share roots). */
  readonly hashes?: number;
}

export interface MeterReading {
  readonly bytes: number;
  readonly gas: number;
}

/** The smallest p with 2^p >= n, exact for every n below 2^53: logarithms of doubles are not. */
function ceilLog2(n: number): number {
  let p = 0;
  for (let power = 1; power < n; power *= 2) p++;
  return p;
}

/** Levels of a table's tree that may hold anything but zeros in a block that starts at `length`. */
export function meteredDepth(length: number): number {
  return Math.min(TABLE_DEPTH, ceilLog2(length + METER_HEADROOM));
}

/**
 * Sibling nodes of `m` leaves in a tree of `d` levels, at worst: sum over l = 1..d of 2 min(m, 2^(l-1)) - min(m, 2^l).
 * Levels up to p = ceil(log2 m) give 2^p - m together, each one above gives m.
 */
export function siblingBound(m: number, d: number): number {
  const p = ceilLog2(m);
  return m === 0 || p > d ? 0 : 2 ** p - m + (d - p) * m;
}

/**
 * Nodes hashed from `m` leaves to the table's root, at worst: sum over l = 0..d-1 of min(m, 2^l), the fixed levels above `d`, and
 * the length.
 */
export function hashBound(m: number, d: number): number {
  const p = Math.min(ceilLog2(m), d);
  const varying = m === 0 ? 0 : 2 ** p - 1 + (d - p) * m;
  return varying + (TABLE_DEPTH - d) + 1;
}

export class Meter {
  readonly #lengths: number[];
  readonly #depths: number[];
  // Sums over the transactions of the block; leaves per table.
  readonly #named: number[];
  readonly #appended: number[];
  #bytes: number;
  #gas: number;

  /** Starts a block on a state, of which the lengths count; `inboxWeight` is of the messages it consumes. */
  constructor(state: Readonly<Record<TableName, { readonly length: number }>>, inboxWeight: number) {
    this.#lengths = TABLES.map((name) => state[name].length);
    this.#depths = this.#lengths.map(meteredDepth);
    this.#named = TABLES.map((name) => (name === "accounts" ? 1 : 0)); // the fee account
    this.#appended = TABLES.map(() => 0);
    this.#bytes = METER_BASE_BYTES + inboxWeight;
    this.#gas = METER_BASE_GAS + inboxWeight * GAS_PER_WEIGHT;
  }

  /** Counts a transaction of `packedBytes` in, unless the block would pass a limit: then nothing changes and it says false. */
  add(bound: Bound, packedBytes: number): boolean {
    if (!this.fits(bound, packedBytes)) return false;
    this.#count(bound, packedBytes, 1);
    return true;
  }

  fits(bound: Bound, packedBytes: number): boolean {
    const { bytes, gas } = this.readingWith(bound, packedBytes);
    return bytes <= METER_BYTES && gas <= METER_GAS;
  }

  /** The bound of the block so far. */
  reading(): MeterReading {
    let bytes = this.#bytes;
    let gas = this.#gas;
    for (let i = 0; i < TABLES.length; i++) {
      const depth = this.#depths[i]!;
      const appended = this.#appended[i]!;
      // More distinct leaves than the table had before the block cannot be in its witness.
      const leaves = Math.min(this.#named[i]!, this.#lengths[i]!);
      const frontier = appended > 0 ? depth : 0;
      if (leaves === 0 && frontier === 0) continue;
      bytes += 32 * (siblingBound(leaves, depth) + frontier) + RECORD_BYTES * leaves;
      gas += GAS_PER_HASH * (hashBound(leaves + appended, depth) + 3 * (leaves + appended));
    }
    return { bytes, gas };
  }

  /** The bound with one transaction more, whether it fits or not. */
  readingWith(bound: Bound, packedBytes: number): MeterReading {
    this.#count(bound, packedBytes, 1);
    const reading = this.reading();
    this.#count(bound, packedBytes, -1);
    return reading;
  }

  #count({ named = NONE, appended = NONE, hashes = 0 }: Bound, packedBytes: number, sign: 1 | -1): void {
    let mentions = 0;
    for (let i = 0; i < TABLES.length; i++) {
      const name = TABLES[i]!;
      const [isNamed, isAppended] = [named[name] ?? 0, appended[name] ?? 0];
      this.#named[i]! += sign * isNamed;
      this.#appended[i]! += sign * isAppended;
      mentions += isNamed + isAppended;
    }
    this.#bytes += sign * packedBytes;
    this.#gas += sign * (GAS_PER_TRANSACTION + mentions * GAS_PER_LEAF + hashes * (GAS_PER_HASH / 2));
  }
}

const NONE: Partial<Record<TableName, number>> = {};
