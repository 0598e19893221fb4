import { PackedArray } from "./packedArray.ts";

/**
 * Finds the nearest entry below a limit in a long array. Over a suffix array this answers "which neighbouring
 * suffix lies before position p", that is, in an older document, without walking through all the younger ones. Minima
 * of blocks of 64, of blocks of 64 blocks and so on: a sixty-third of the array.
 */
const FAN = 64;

export class BlockMinima {
  /** [0] is the array itself, [h] has the minima of blocks of 64^h entries. */
  readonly #levels: PackedArray[];

  constructor(values: PackedArray) {
    this.#levels = [values];
    for (let below = values; below.length > FAN; ) {
      const minima = new PackedArray(Math.ceil(below.length / FAN), 2 ** values.bits - 1);
      for (let block = 0; block < minima.length; block++) {
        const end = Math.min(below.length, (block + 1) * FAN);
        let least = below.get(block * FAN);
        for (let i = block * FAN + 1; i < end; i++) least = Math.min(least, below.get(i));
        minima.set(block, least);
      }
      this.#levels.push(minima);
      below = minima;
    }
  }

  get byteLength(): number {
    return this.#levels.slice(1).reduce((sum, level) => sum + level.byteLength, 0);
  }

  /** First index in [from, to) with a value below `limit`, `to` if there is none. */
  next(from: number, to: number, limit: number): number {
    let level = 0;
    let size = 1;
    let k = from;
    while (k * size < to) {
      if (this.#levels[level]!.get(k) < limit) {
        if (level === 0) return k;
        level--;
        size /= FAN;
        k *= FAN;
        continue;
      }
      k++;
      while (k % FAN === 0 && level + 1 < this.#levels.length) {
        level++;
        size *= FAN;
        k /= FAN;
      }
    }
    return to;
  }

  /** Last index in [from, to) with a value below `limit`, -1 if there is none. */
  previous(from: number, to: number, limit: number): number {
    let level = 0;
    let size = 1;
    let k = to - 1;
    while (k >= 0 && (k + 1) * size > from) {
      if (this.#levels[level]!.get(k) < limit) {
        if (level === 0) return k;
        level--;
        size /= FAN;
        k = Math.min(k * FAN + FAN - 1, this.#levels[level]!.length - 1);
        continue;
      }
      while (k % FAN === 0 && level + 1 < this.#levels.length) {
        level++;
        size *= FAN;
        k /= FAN;
      }
      k--;
    }
    return -1;
  }
}
