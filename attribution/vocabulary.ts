import { type Tokens, tokenBytes } from "./tokenizer.ts";

/**
 * The distinct words of a corpus, sorted by their bytes. A word's id is its rank counted from 1; 0 is no word. Sorted
 * bytes in one pool cost a tenth of what a Map of strings would, need no rebuilding after a load, and cannot be
 * attacked by colliding words.
 */
export class Vocabulary {
  /** All words one behind the other; the word with id i is pool[bounds[i - 1], bounds[i]). */
  readonly pool: Uint8Array;
  readonly bounds: Uint32Array;

  constructor(pool: Uint8Array, bounds: Uint32Array) {
    this.pool = pool;
    this.bounds = bounds;
  }

  get size(): number {
    return this.bounds.length - 1;
  }

  /** The bytes of a word: a view. */
  word(id: number): Uint8Array {
    return this.pool.subarray(this.bounds[id - 1]!, this.bounds[id]!);
  }

  /** Id of the word bytes[from, to), 0 if the corpus does not have it. */
  find(bytes: Uint8Array, from: number, to: number): number {
    let low = 1;
    let high = this.size;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, bytes, from, to);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return 0;
  }

  #compare(id: number, bytes: Uint8Array, from: number, to: number): number {
    const start = this.bounds[id - 1]!;
    const length = this.bounds[id]! - start;
    const common = Math.min(length, to - from);
    for (let i = 0; i < common; i++) {
      const difference = this.pool[start + i]! - bytes[from + i]!;
      if (difference !== 0) return difference;
    }
    return length - (to - from);
  }
}

/** Collects words in order of first appearance; `finish` sorts them and tells which id each provisional number became. */
export class VocabularyBuilder {
  readonly #numbers = new Map<string, number>();

  /** Provisional number of each word of a text, from 0. */
  add(tokens: Tokens): Uint32Array {
    const { count, folded, bounds } = tokens;
    const text = latin1(folded); // cutting a string is ten times as fast as decoding word by word
    const numbers = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      let number = this.#numbers.get(text.slice(bounds[i], bounds[i + 1]));
      if (number === undefined) {
        number = this.#numbers.size;
        this.#numbers.set(latin1(tokenBytes(tokens, i)), number); // what was cut may keep the whole text in memory
      }
      numbers[i] = number;
    }
    return numbers;
  }

  /** `ids[number]` is the final id of a provisional number. */
  finish(): { vocabulary: Vocabulary; ids: Uint32Array } {
    const words = [...this.#numbers.keys()].sort(); // Latin-1 code units are the bytes, so this is byte order
    const bounds = new Uint32Array(words.length + 1);
    for (const [i, word] of words.entries()) bounds[i + 1] = bounds[i]! + word.length;
    const pool = new Uint8Array(bounds[words.length]!);
    const ids = new Uint32Array(words.length);
    for (const [i, word] of words.entries()) {
      pool.set(Buffer.from(word, "latin1"), bounds[i]!);
      ids[this.#numbers.get(word)!] = i + 1;
    }
    return { vocabulary: new Vocabulary(pool, bounds), ids };
  }
}

/** A string with one character a byte: a Map key that compares as the bytes do. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
