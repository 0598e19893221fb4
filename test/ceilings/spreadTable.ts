/**
 * A table of any length of which some records are there; all others are hashes that no record was hashed to. So a tree of
 * 2^48 leaves costs what its touched paths cost, and its siblings look like those of a table that was filled.
 */
import { concat } from "../../protocol/bytes.ts";
import { TABLE_DEPTH } from "../../protocol/params.ts";
import { hashPairs } from "../../protocol/tree/hasher.ts";
import { mixInLength } from "../../protocol/tree/merkleize.ts";
import { RECORD_BYTES } from "../../protocol/tree/table.ts";
import { ZERO_HASHES } from "../../protocol/tree/zeroHashes.ts";
import { FarTable } from "../differential/farTable.ts";

export class SpreadTable extends FarTable {
  /** Increasing. */
  readonly #indices: number[];
  /** Of a log: its records are not there. */
  readonly #leaves = new Map<number, Uint8Array>();
  #levels: Map<number, Uint8Array>[] = [];

  constructor(name: string, kind: "records" | "log", length: number, there: readonly number[]) {
    super(name, kind, length, there);
    this.#indices = [...there].sort((a, b) => a - b);
  }

  override append(): number {
    const index = super.append();
    this.#indices.push(index);
    return index;
  }

  override appendLeaf(leaf: Uint8Array): number {
    const index = super.appendLeaf(leaf);
    this.#indices.push(index);
    this.#leaves.set(index, leaf.slice());
    return index;
  }

  override storedNode(level: number, position: number): Uint8Array {
    const known = this.#levels[level]?.get(position);
    if (known !== undefined) return known;
    // Whatever lies past the length is zero; appended records are all there.
    return position * 2 ** level < this.length ? strangerHash(level, position) : ZERO_HASHES[level]!;
  }

  override root(): Uint8Array {
    // The place behind the last record is zero: where the next one goes, its path must be there too.
    const isFull = this.length === 2 ** TABLE_DEPTH;
    let positions: readonly number[] = isFull ? this.#indices : [...this.#indices, this.length];
    let nodes = concat(this.#leafHashes(), isFull ? new Uint8Array() : ZERO_HASHES[0]!);
    this.#levels = [];
    for (let level = 0; ; level++) {
      this.#levels.push(new Map(positions.map((position, i) => [position, nodes.subarray(i * 32, i * 32 + 32)])));
      if (level === TABLE_DEPTH) break;
      const parents = [...new Set(positions.map((position) => Math.floor(position / 2)))];
      const pairs = new Uint8Array(parents.length * 64);
      parents.forEach((parent, i) => {
        pairs.set(this.storedNode(level, parent * 2), i * 64);
        pairs.set(this.storedNode(level, parent * 2 + 1), i * 64 + 32);
      });
      nodes = new Uint8Array(parents.length * 32);
      hashPairs(pairs, nodes);
      positions = parents;
    }
    return mixInLength(this.storedNode(TABLE_DEPTH, 0), this.length);
  }

  #leafHashes(): Uint8Array {
    const leaves = new Uint8Array(this.#indices.length * 32);
    if (this.records === undefined) {
      this.#indices.forEach((index, i) => {
        leaves.set(this.#leaves.get(index)!, i * 32);
      });
      return leaves;
    }
    const records = new Uint8Array(this.#indices.length * RECORD_BYTES);
    this.#indices.forEach((index, i) => {
      for (let chunk = 0; chunk < 4; chunk++) {
        records.set(this.chunk(index, chunk), i * RECORD_BYTES + chunk * 32);
      }
    });
    const halves = new Uint8Array(records.length / 2);
    hashPairs(records, halves);
    hashPairs(halves, leaves);
    return leaves;
  }
}

/** 32 bytes without a zero, for calldata costs more for others. */
function strangerHash(level: number, position: number): Uint8Array {
  let word = (level * 0x9e3779b1) ^ (position % 2 ** 32) ^ Math.imul(Math.floor(position / 2 ** 32) + 1, 0x85ebca6b);
  return Uint8Array.from({ length: 32 }, () => {
    word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d) + 0x297a2d39;
    return 1 + ((word >>> 8) % 255);
  });
}
