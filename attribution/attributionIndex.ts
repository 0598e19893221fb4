/** A corpus with what is needed to search it: less than six bytes a token, vocabulary and all, up to some 10^7 tokens. */
import { BlockMinima } from "./blockMinima.ts";
import { type Corpus, documentAt, documentsBefore } from "./corpus.ts";
import { PackedArray } from "./packedArray.ts";
import { suffixArray } from "./suffixArray.ts";

export interface AttributionIndex {
  readonly corpus: Corpus;
  /** Positions of `corpus.tokens` in the order of the suffixes that start there. */
  readonly suffixes: PackedArray;
  /** Suffixes that start with word id w are numbers [wordStarts[w], wordStarts[w + 1]). */
  readonly wordStarts: Uint32Array;
  readonly minima: BlockMinima;
}

/** Which documents may be credited. Matching behaves exactly as if the corpus held no others. */
export interface Eligible {
  /** Number of documents of the corpus that may be credited. */
  readonly documents: number;
  /** Positions from here on belong to contributions that are too young. */
  readonly endPosition: number;
  /** Documents left out one by one. */
  readonly excluded: ReadonlySet<number>;
}

export function buildIndex(corpus: Corpus): AttributionIndex {
  const { tokens, vocabulary } = corpus;
  const sorted = suffixArray(tokens.slice(0, tokens.length), vocabulary.size + 1);
  const suffixes = new PackedArray(sorted.length, sorted.length);
  for (let k = 0; k < sorted.length; k++) suffixes.set(k, sorted[k]!);
  return indexOf(corpus, suffixes);
}

/** The index of a corpus whose suffix array is already at hand. */
export function indexOf(corpus: Corpus, suffixes: PackedArray): AttributionIndex {
  const wordStarts = new Uint32Array(corpus.counts.length + 1);
  for (let id = 0; id < corpus.counts.length; id++) wordStarts[id + 1] = wordStarts[id]! + corpus.counts[id]!;
  return { corpus, suffixes, wordStarts, minima: new BlockMinima(suffixes) };
}

/** Contributions with an index below `before` and not in `excluded` (unknown ones there are ignored). */
export function eligibleDocuments(corpus: Corpus, before: number, excluded: readonly number[]): Eligible {
  const older = documentsBefore(corpus, before);
  const out = new Set<number>();
  for (const contribution of excluded) {
    const d = documentsBefore(corpus, contribution);
    if (d < older && corpus.contributions[d] === contribution) out.add(d);
  }
  return { documents: older - out.size, endPosition: corpus.documentStarts[older]!, excluded: out };
}

/** Number of the first eligible suffix in [from, to), `to` if there is none. */
export function nextEligible(index: AttributionIndex, from: number, to: number, eligible: Eligible): number {
  let k = index.minima.next(from, to, eligible.endPosition);
  while (k < to && isExcluded(index, k, eligible)) k = index.minima.next(k + 1, to, eligible.endPosition);
  return k;
}

/** Number of the last eligible suffix in [from, to), -1 if there is none. */
export function previousEligible(index: AttributionIndex, from: number, to: number, eligible: Eligible): number {
  let k = index.minima.previous(from, to, eligible.endPosition);
  while (k >= 0 && isExcluded(index, k, eligible)) k = index.minima.previous(from, k, eligible.endPosition);
  return k;
}

/** Bytes of all arrays of the index, and those of the tokens and suffixes alone. */
export function indexBytes(index: AttributionIndex): { total: number; tokensAndSuffixes: number } {
  const { corpus, suffixes, wordStarts, minima } = index;
  const { vocabulary, tokens, documentStarts, contributions, contentRoots, counts } = corpus;
  const others = [vocabulary.pool, vocabulary.bounds, documentStarts, contributions, contentRoots, counts, wordStarts];
  const tokensAndSuffixes = tokens.byteLength + suffixes.byteLength;
  const rest = others.reduce((sum, array) => sum + array.byteLength, minima.byteLength);
  return { total: tokensAndSuffixes + rest, tokensAndSuffixes };
}

function isExcluded(index: AttributionIndex, k: number, eligible: Eligible): boolean {
  return eligible.excluded.size > 0 && eligible.excluded.has(documentAt(index.corpus, index.suffixes.get(k)));
}
