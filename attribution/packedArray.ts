/**
 * Integers from 0 to a largest one, each in as many bits as that needs: positions and word ids of a corpus have 15 to
 * 30 bits, and the index consists of them. 32 entries take exactly as many 32-bit words as an entry has bits, so the
 * place of an entry is found in 32-bit arithmetic, however long the array is.
 */
export class PackedArray {
  readonly length: number;
  readonly bits: number;
  /** Entry after entry from the lowest bit of the first word; and a word more, so that a pair can always be read. */
  readonly words: Uint32Array;
  readonly #mask: number;

  /** Entries from 0 to `largest` (below 2^31): zeros, or those of `words` as another array had them. */
  constructor(length: number, largest: number, words?: Uint32Array) {
    this.length = length;
    this.bits = Math.max(1, 32 - Math.clz32(largest));
    this.words = words ?? new Uint32Array(PackedArray.wordsFor(length, largest));
    this.#mask = 2 ** this.bits - 1;
  }

  /** Length of `words` for so many entries. */
  static wordsFor(length: number, largest: number): number {
    return Math.ceil((length * Math.max(1, 32 - Math.clz32(largest))) / 32) + 1;
  }

  get byteLength(): number {
    return this.words.byteLength;
  }

  /** Entry `i`, which must be below `length`. */
  get(i: number): number {
    const bit = (i & 31) * this.bits;
    const word = (i >>> 5) * this.bits + (bit >>> 5);
    const shift = bit & 31;
    // Shifted twice, since a shift by 32 is one by 0.
    return ((this.words[word]! >>> shift) | ((this.words[word + 1]! << 1) << (31 - shift))) & this.#mask;
  }

  /** Sets an entry that is still 0. */
  set(i: number, value: number): void {
    const bit = (i & 31) * this.bits;
    const word = (i >>> 5) * this.bits + (bit >>> 5);
    const shift = bit & 31;
    this.words[word]! |= value << shift;
    this.words[word + 1]! |= (value >>> 1) >>> (31 - shift);
  }

  /** Entries [from, to) in a typed array of their own. */
  slice(from: number, to: number): Int32Array {
    const entries = new Int32Array(to - from);
    for (let i = from; i < to; i++) entries[i - from] = this.get(i);
    return entries;
  }
}
