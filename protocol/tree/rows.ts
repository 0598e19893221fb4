/**
 * Work space for many equal little trees: they are hashed together, one hasher call a level, from one buffer into another and
 * back, so that nothing is allocated.
 */
import { hashPairs } from "./hasher.ts";
import { copyNode, NODE, Nodes, ZEROS } from "./nodes.ts";

export class Rows {
  #current: Nodes;
  #other: Nodes;
  /** Rows in use. */
  #count = 0;

  /** Has room for `rows` trees of `leaves` nodes; more is made when it is needed. */
  constructor(rows: number, leaves: number) {
    this.#current = new Nodes(rows * leaves);
    this.#other = new Nodes(rows * leaves);
  }

  /** The nodes of all rows, one row after the other: what is to be hashed, then what was. */
  get bytes(): Uint8Array {
    return this.#current.bytes;
  }

  get words(): Uint32Array {
    return this.#current.words;
  }

  /** Four a node. */
  get longs(): BigUint64Array {
    return this.#current.longs;
  }

  get view(): DataView {
    return this.#current.view;
  }

  /** Starts with `count` rows of 2^depth zero nodes. */
  begin(count: number, depth: number): void {
    const nodes = count * 2 ** depth;
    if (2 * nodes * NODE > this.#current.longs.length) {
      this.#current = new Nodes(2 * nodes);
      this.#other = new Nodes(2 * nodes);
    }
    this.#count = count;
    this.#current.longs.fill(0n, 0, nodes * NODE);
  }

  setNode(node: number, from: BigUint64Array, index: number): void {
    copyNode(from, index * NODE, this.#current.longs, node * NODE);
  }

  /** Hashes rows of 2^depth nodes down to a node each. */
  hash(depth: number): void {
    for (let level = depth; level > 0; level--) this.#hashPairs(this.#count * 2 ** (level - 1));
  }

  /** From rows of one node at level `from` of their trees to level `to`, with empty trees beside them. */
  climb(from: number, to: number): void {
    for (let level = from; level < to; level++) {
      const { longs } = this.#other;
      for (let row = 0; row < this.#count; row++) {
        copyNode(this.#current.longs, row * NODE, longs, row * 2 * NODE);
        copyNode(ZEROS, level * NODE, longs, (row * 2 + 1) * NODE);
      }
      this.#swap();
      this.#hashPairs(this.#count);
    }
  }

  /** SSZ's `mix_in_length` for rows of one node. */
  mixIn(lengthOf: (row: number) => number): void {
    const { longs, words } = this.#other;
    for (let row = 0; row < this.#count; row++) {
      copyNode(this.#current.longs, row * NODE, longs, row * 2 * NODE);
      copyNode(ZEROS, 0, longs, (row * 2 + 1) * NODE);
      words[(row * 2 + 1) * NODE * 2] = lengthOf(row);
    }
    this.#swap();
    this.#hashPairs(this.#count);
  }

  /** `hash_tree_root` of the list that rows of one node are, at most 2^depth. */
  listRoot(depth: number): Uint8Array {
    const length = this.#count;
    for (let level = 0; level < depth; level++) {
      if (this.#count % 2 === 1) this.setNode(this.#count++, ZEROS, level);
      this.#hashPairs(this.#count / 2);
      this.#count /= 2;
    }
    this.mixIn(() => length);
    return this.#current.bytes.slice(0, 32);
  }

  /** Copies rows of one node. */
  copyTo(target: BigUint64Array): void {
    target.set(this.#current.longs.subarray(0, this.#count * NODE));
  }

  #hashPairs(count: number): void {
    hashPairs(this.#current.first(2 * count), this.#other.first(count));
    this.#swap();
  }

  #swap(): void {
    [this.#current, this.#other] = [this.#other, this.#current];
  }
}
