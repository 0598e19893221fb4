/** Nodes in memory: 32 bytes that move as four 64-bit words, which V8 copies without making BigInts of them. */
import { ZERO_HASHES } from "./zeroHashes.ts";

/** 64-bit words a node. */
export const NODE = 4;

/** A buffer of nodes, as everything it is seen as. */
export class Nodes {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly longs: BigUint64Array;
  readonly view: DataView;
  readonly #firsts: (Uint8Array | undefined)[];

  constructor(count: number) {
    this.#firsts = Array<undefined>(count + 1).fill(undefined); // with holes it would become a hash table
    this.bytes = new Uint8Array(count * 32);
    this.words = new Uint32Array(this.bytes.buffer);
    this.longs = new BigUint64Array(this.bytes.buffer);
    this.view = new DataView(this.bytes.buffer);
  }

  /** A view of the first nodes; each is made once, for making one costs as much as hashing some. */
  first(count: number): Uint8Array {
    let first = this.#firsts[count];
    if (first === undefined) {
      first = this.bytes.subarray(0, count * 32);
      this.#firsts[count] = first;
    }
    return first;
  }
}

const zeros = new Nodes(ZERO_HASHES.length);
ZERO_HASHES.forEach((hash, level) => {
  zeros.bytes.set(hash, level * 32);
});
/** Roots of empty trees, by level. */
export const ZEROS: BigUint64Array = zeros.longs;

/** Places are below 2^32, as in all typed arrays; that said (`>>> 0`), V8 adds and checks them as integers, not as doubles. */
export function copyNode(from: BigUint64Array, at: number, to: BigUint64Array, toAt: number): void {
  const source = at >>> 0;
  const target = toAt >>> 0;
  to[target] = from[source]!;
  to[(target + 1) >>> 0] = from[(source + 1) >>> 0]!;
  to[(target + 2) >>> 0] = from[(source + 2) >>> 0]!;
  to[(target + 3) >>> 0] = from[(source + 3) >>> 0]!;
}

/** Levels of a tree over so many nodes, up to the lowest that has only one. Below 2^32. */
export function depthOf(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}
