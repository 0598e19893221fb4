/**
 * How much a repeated span tells about its source.
 *
 * Length alone misleads: "the government of the united states" is long and says nothing, "axis of evil" is short and
 * says much. A span's surprise is the sum of its words' -log2 p under the corpus's own add-one word frequencies:
 * chance alone would put it into a corpus of N words about N / 2^surprise times. Words are not independent, so stock
 * phrases look more surprising than they are; but they give themselves away by standing in many documents. So
 *
 *   information = surprise x log2((D + 1) / d) / log2(D + 1)      for d of D documents,
 *
 * all of it for a span of one document, next to nothing for one that everybody uses.
 *
 * Everything is counted in 1/256 bit with integers: Math.log2 may differ in its last digit between engines and
 * versions, and two verifiers that disagree by one digit disagree about money.
 */
import type { Corpus } from "./corpus.ts";

/** One bit in our unit. */
export const BIT = 256;

const FRACTION_BITS = 8;
/** Fraction bits of the working value: its square stays below 2^53 and so exact. */
const MANTISSA = 2 ** 25;

/**
 * Floor of 256 log2(value), up to one unit too low from rounding down inside; the same integer on every machine.
 * Throws RangeError unless `value` is a positive safe integer.
 */
export function log2Fixed(value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`"value" is not a positive integer: ${value}`);
  let exponent = 0;
  let power = 1; // the largest power of two not above value; powers of two are exact
  while (power * 2 <= value) {
    power *= 2;
    exponent++;
  }
  // value / power in [1, 2) with 25 fraction bits. Division by a power of two is exact below 2^53 / 2^25.
  let mantissa = Math.floor(value >= MANTISSA ? value / (power / MANTISSA) : (value * MANTISSA) / power);
  let result = exponent;
  for (let i = 0; i < FRACTION_BITS; i++) {
    mantissa = Math.floor((mantissa * mantissa) / MANTISSA);
    result *= 2;
    if (mantissa >= 2 * MANTISSA) {
      result++;
      mantissa = Math.floor(mantissa / 2);
    }
  }
  return result;
}

/** Surprise of a word in 1/256 bit: -log2 of its add-one frequency; id 0 is a word the corpus does not have. */
export function wordSurprise(corpus: Corpus, id: number): number {
  const words = corpus.tokens.length - corpus.contributions.length; // separators are no words
  const occurrences = id === 0 ? 0 : corpus.counts[id]!;
  return log2Fixed(words + corpus.vocabulary.size + 1) - log2Fixed(occurrences + 1);
}

/** How much `containing` of `documents` documents leave open, in 1/256 bit: log2((documents + 1) / containing). */
export function rarity(documents: number, containing: number): number {
  return log2Fixed(documents + 1) - log2Fixed(containing);
}

/** Information of a span in 1/256 bit, rounded down. */
export function spanInformation(surprise: number, documents: number, containing: number): number {
  return Math.floor((surprise * rarity(documents, containing)) / rarity(documents, 1));
}

/**
 * What a span must carry to count: log2 N + margin. At margin 0 chance alone would produce a span of this surprise
 * once in a corpus of this size, each further bit halves that; and the bar rises by itself as the corpus grows.
 */
export function informationThreshold(corpus: Corpus, marginBits: number): number {
  return log2Fixed(corpus.tokens.length + 1) + marginBits * BIT;
}

/**
 * Below this surprise a word is common: it makes up more than one N^(2/5)th of a corpus of N words. On the State of
 * the Union addresses these are 34 words: articles, prepositions, pronouns and auxiliaries.
 */
export function commonSurprise(corpus: Corpus): number {
  return Math.floor((2 * log2Fixed(corpus.tokens.length + 1)) / 5);
}
