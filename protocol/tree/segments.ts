/**
 * A growing array of fixed-size items. It lies in slabs, each as large as all before it: growth copies nothing, untouched room
 * costs no memory, and an access among millions of items goes through a dozen typed arrays, which stay in the cache.
 * Words are little-endian, as SSZ lays out uint64; every platform we run on is little-endian (checked at load).
 */
if (new Uint8Array(new Uint32Array([1]).buffer)[0] !== 1) throw new Error("a little-endian platform is required");

/** A record of the state: four chunks. */
export const RECORD_BYTES = 128;
const SEGMENT_ITEMS_LOG2 = 12;
/** A segment is the unit of snapshots. */
export const SEGMENT_ITEMS = 1 << SEGMENT_ITEMS_LOG2;
/**
 * Large allocations of glibc begin 16 bytes into a page of memory. From here on a pair of nodes is one line of the cache, not two
 * halves: a sixth of the time of a state root among 10^6 records.
 */
const ALIGNMENT_BYTES = 48;

/** The items `first` to `end`, seen as bytes, as 32-bit words, and as 64-bit words, which V8 copies without making BigInts. */
export interface Slab {
  readonly first: number;
  readonly end: number;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly longs: BigUint64Array;
}

export class Segments {
  readonly itemBytes: number;
  readonly #slabs: Slab[] = [];
  /** Logarithm of the items in the first slab. */
  readonly #firstLog2: number;
  #room = 0;

  /** The first slab holds 2^firstLog2 items, at least a segment where segments are used. */
  constructor(itemBytes: number, firstLog2 = SEGMENT_ITEMS_LOG2) {
    this.itemBytes = itemBytes;
    this.#firstLog2 = firstLog2;
  }

  /** Makes room for `count` items; new ones are zero. */
  reserve(count: number): void {
    while (this.#room < count) {
      const first = this.#room;
      const end = first === 0 ? 2 ** this.#firstLog2 : 2 * first;
      const buffer = new ArrayBuffer(ALIGNMENT_BYTES + (end - first) * this.itemBytes);
      this.#slabs.push({
        first,
        end,
        bytes: new Uint8Array(buffer, ALIGNMENT_BYTES),
        words: new Uint32Array(buffer, ALIGNMENT_BYTES),
        longs: new BigUint64Array(buffer, ALIGNMENT_BYTES),
      });
      this.#room = end;
    }
  }

  /** The slab of an item below 2^32: after the first there is one for each power of two. */
  slab(index: number): Slab {
    return this.#slabs[index >>> this.#firstLog2 === 0 ? 0 : 32 - this.#firstLog2 - Math.clz32(index)]!;
  }

  /** A view of one item's bytes. */
  bytes(index: number): Uint8Array {
    const { bytes, first } = this.slab(index);
    const from = (index - first) * this.itemBytes;
    return bytes.subarray(from, from + this.itemBytes);
  }

  get segmentCount(): number {
    return this.#room / SEGMENT_ITEMS;
  }

  /** A view of the items from `number * SEGMENT_ITEMS` on. */
  segment(number: number): Uint8Array {
    const index = number * SEGMENT_ITEMS;
    const { bytes, first } = this.slab(index);
    const from = (index - first) * this.itemBytes;
    return bytes.subarray(from, from + SEGMENT_ITEMS * this.itemBytes);
  }
}
