/**
 * Where an output belongs among the suffixes of a corpus, by binary search: the neighbours of that place share the
 * most words with it.
 */
import type { AttributionIndex } from "./attributionIndex.ts";

/** Words behind which a comparison is worth remembering. */
const LONG = 64;

export class SuffixSearch {
  readonly #index: AttributionIndex;
  readonly #output: Uint32Array;
  /**
   * Long runs found equal, output[from, to), by how much further on they stand in the corpus. An output that repeats
   * a long text would be compared with it from each of its words to the end of the copy: the square of its length.
   */
  readonly #equal = new Map<number, { readonly from: number; readonly to: number }>();

  constructor(index: AttributionIndex, output: Uint32Array) {
    this.#index = index;
    this.#output = output;
  }

  /**
   * First suffix that is not smaller than output[start, end), or with `past` the first behind all that begin with it.
   * An unknown word (0) sorts before everything, which is as good a place as any: nothing matches it.
   * Both neighbours' common lengths are carried along, so that a long run is not compared anew at every step.
   */
  insertionPoint(start: number, end: number, past: boolean): number {
    const { corpus, suffixes, wordStarts } = this.#index;
    const output = this.#output;
    let low = wordStarts[output[start]!]!;
    let high = wordStarts[output[start]! + 1]!;
    let lowCommon = 1;
    let highCommon = 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const position = suffixes.get(middle);
      const common = this.commonLength(start, end, position, Math.min(lowCommon, highCommon));
      const smaller = start + common === end ? past : corpus.tokens.get(position + common) < output[start + common]!;
      if (smaller) {
        low = middle + 1;
        lowCommon = common;
      } else {
        high = middle;
        highCommon = common;
      }
    }
    return low;
  }

  /** Words that output[start, end) and the suffix at `position` have in common, `known` of which need no look. */
  commonLength(start: number, end: number, position: number, known: number): number {
    const distance = position - start;
    const near = Math.min(end, start + known + LONG);
    const reached = this.#equalUntil(start + known, near, distance);
    if (reached < near || near === end) return reached - start;
    let from = start;
    let to = near;
    const earlier = this.#equal.get(distance);
    if (earlier !== undefined && earlier.from <= to && to < earlier.to) {
      from = Math.min(from, earlier.from);
      to = earlier.to;
    }
    if (to < end) to = this.#equalUntil(to, end, distance);
    this.#equal.set(distance, { from, to });
    return Math.min(to, end) - start;
  }

  /** Where output[from, end) ceases to be the corpus `distance` words further on. */
  #equalUntil(from: number, end: number, distance: number): number {
    const { tokens } = this.#index.corpus;
    const output = this.#output;
    let at = from;
    // Ends at a separator at the latest, since 0 in the output stands for an unknown word and matches nothing.
    while (at < end && output[at] !== 0 && tokens.get(at + distance) === output[at]) at++;
    return at;
  }
}
