/**
 * Which records of a table are read or written, each with a copy from before: what a block's witness is made of.
 * It outlives the block, so that a block costs no memory of the table's size.
 */
import { RECORD_BYTES, type Segments } from "./segments.ts";

export class Touches {
  /** Records from this index up are not noted: they did not exist yet. */
  length = 0;
  #bits = new Uint8Array(128);
  readonly #indices: number[] = [];
  #copies = new Uint8Array(16 * RECORD_BYTES);

  /** Forgets what was noted; records below `length` are noted from now on. */
  begin(length: number): void {
    this.undoTo(0);
    this.length = length;
    const bytes = Math.ceil(length / 8);
    if (bytes > this.#bits.length) this.#bits = new Uint8Array(bytes * 2);
  }

  /** Notes a record below `length` as it is now, unless it was noted before. */
  note(records: Segments, index: number): void {
    const byte = index >>> 3;
    const bit = 1 << (index & 7);
    if ((this.#bits[byte]! & bit) !== 0) return;
    this.#bits[byte]! |= bit;
    const at = this.#indices.push(index) * RECORD_BYTES;
    if (at > this.#copies.length) {
      const grown = new Uint8Array(this.#copies.length * 2);
      grown.set(this.#copies);
      this.#copies = grown;
    }
    this.#copies.set(records.bytes(index), at - RECORD_BYTES);
  }

  get count(): number {
    return this.#indices.length;
  }

  /** Forgets all but the first `count` noted. */
  undoTo(count: number): void {
    for (let i = count; i < this.#indices.length; i++) {
      const index = this.#indices[i]!;
      this.#bits[index >>> 3]! &= ~(1 << (index & 7));
    }
    this.#indices.length = Math.min(count, this.#indices.length);
  }

  /** Indices by increasing value, with a view of each record as it was. */
  sorted(): { index: number; record: Uint8Array }[] {
    return this.#indices
      .map((index, i) => ({ index, record: this.#copies.subarray(i * RECORD_BYTES, (i + 1) * RECORD_BYTES) }))
      .sort((a, b) => a.index - b.index);
  }
}
