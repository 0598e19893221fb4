/**
 * A table of any length of which only a few records are there, the others zero leaves: full tables are out of reach otherwise.
 * What it is asked for beyond its records fails.
 */
import { TABLE_DEPTH } from "../../protocol/params.ts";
import { hashPair } from "../../protocol/tree/hasher.ts";
import { mixInLength } from "../../protocol/tree/merkleize.ts";
import { Table } from "../../protocol/tree/table.ts";
import { Touches } from "../../protocol/tree/touches.ts";
import { ZERO_HASHES } from "../../protocol/tree/zeroHashes.ts";

export class FarTable extends Table {
  override readonly touches = new FarTouches();
  readonly #near: Table;
  /** Where a record is in `#near`. */
  readonly #places = new Map<number, number>();
  #length: number;
  #isNoting = false;
  #levels: Map<number, Uint8Array>[] = [];

  /** `length` records, those at `there` with their fields, all zero at first. */
  constructor(name: string, kind: "records" | "log", length: number, there: readonly number[]) {
    super(name, kind);
    this.#near = new Table(name, kind);
    this.#length = length;
    for (const index of there) this.#places.set(index, this.#near.append());
  }

  override get length(): number {
    return this.#length;
  }
  override has(index: number): boolean {
    return index < this.#length;
  }
  override append(): number {
    this.#places.set(this.#length, this.#near.append());
    return this.#length++;
  }
  override appendLeaf(leaf: Uint8Array): number {
    this.#places.set(this.#length, this.#near.appendLeaf(leaf));
    return this.#length++;
  }

  override u64(index: number, field: number): bigint {
    return this.#near.u64(this.#touched(index), field);
  }
  override setU64(index: number, field: number, value: bigint): void {
    this.#near.setU64(this.#touched(index), field, value);
  }
  override low(index: number, field: number): number {
    return this.#near.low(this.#touched(index), field);
  }
  override number(index: number, field: number): number {
    return this.#near.number(this.#touched(index), field);
  }
  override setNumber(index: number, field: number, value: number): void {
    this.#near.setNumber(this.#touched(index), field, value);
  }
  override add(index: number, field: number, amount: number): void {
    this.#near.add(this.#touched(index), field, amount);
  }
  override subtract(index: number, field: number, amount: number): void {
    this.#near.subtract(this.#touched(index), field, amount);
  }
  override covers(index: number, field: number, amount: number): boolean {
    return this.#near.covers(this.#touched(index), field, amount);
  }
  override chunk(index: number, chunk: number): Uint8Array {
    return this.#near.chunk(this.#touched(index), chunk);
  }
  override copyChunk(index: number, chunk: number, target: BigUint64Array, at: number): void {
    this.#near.copyChunk(this.#touched(index), chunk, target, at);
  }
  override beginsWith(index: number, chunk: number, value: Uint8Array): boolean {
    return this.#near.beginsWith(this.#touched(index), chunk, value);
  }
  override setChunk(index: number, chunk: number, value: Uint8Array): void {
    this.#near.setChunk(this.#touched(index), chunk, value);
  }

  override setNoting(on: boolean): void {
    this.#isNoting = on;
  }
  override storedNode(level: number, position: number): Uint8Array {
    return this.#levels[level]?.get(position) ?? ZERO_HASHES[level]!;
  }
  override contents(): Uint8Array {
    this.root();
    return this.storedNode(TABLE_DEPTH, 0);
  }
  override root(): Uint8Array {
    this.#near.root();
    let nodes = new Map([...this.#places].map(([index, place]) => [index, this.#near.leaf(place)]));
    this.#levels = [nodes];
    for (let level = 0; level < TABLE_DEPTH; level++) {
      const below = nodes;
      const node = (position: number): Uint8Array => below.get(position) ?? ZERO_HASHES[level]!;
      const parents = new Set([...below.keys()].map((position) => Math.floor(position / 2)));
      nodes = new Map([...parents].map((parent) => [parent, hashPair(node(2 * parent), node(2 * parent + 1))]));
      this.#levels.push(nodes);
    }
    return mixInLength(this.storedNode(TABLE_DEPTH, 0), this.#length);
  }

  #touched(index: number): number {
    const place = this.#places.get(index);
    if (place === undefined) throw new RangeError(`record ${index} of ${this.name} is not there`);
    if (this.#isNoting) this.touches.noteCopy(index, this.#near.records!.bytes(place));
    return place;
  }
}

/** As `Touches`, without a bit for each record of the table. */
class FarTouches extends Touches {
  #copies = new Map<number, Uint8Array>();

  override begin(length: number): void {
    this.#copies.clear();
    this.length = length;
  }
  noteCopy(index: number, record: Uint8Array): void {
    if (index < this.length && !this.#copies.has(index)) this.#copies.set(index, record.slice());
  }
  override get count(): number {
    return this.#copies.size;
  }
  override undoTo(count: number): void {
    this.#copies = new Map([...this.#copies].slice(0, count));
  }
  override sorted(): { index: number; record: Uint8Array }[] {
    return [...this.#copies].map(([index, record]) => ({ index, record })).sort((a, b) => a.index - b.index);
  }
}
