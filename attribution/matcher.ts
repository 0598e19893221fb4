/**
 * Where an output repeats the corpus: its maximal spans, the runs of words that some eligible document contains and
 * that lie in no longer such run.
 *
 * The longest match of a position is found by one binary search for the place of the output's suffix among the
 * corpus's suffixes: the nearest eligible suffix on either side shares the most words with it. The start of the next
 * maximal span is then searched for by bisection, because if output[i..e] occurs, so does every shorter run that ends
 * at e. A verbatim copy of a long text therefore costs one pass over it and not one for each of its words.
 */
import { type AttributionIndex, type Eligible, nextEligible, previousEligible } from "./attributionIndex.ts";
import { type Corpus, documentAt } from "./corpus.ts";
import { SuffixSearch } from "./suffixSearch.ts";
import type { Tokens } from "./tokenizer.ts";

/** Words [start, end) of an output. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A document that contains a span, and where: words counted from the document's start. */
export interface Occurrence {
  readonly document: number;
  /** The first place, if the document has several. */
  readonly offset: number;
}

/** The corpus's word ids of an output, 0 for words it does not have. */
export function encodeOutput(corpus: Corpus, tokens: Tokens): Uint32Array {
  const ids = new Uint32Array(tokens.count);
  for (let i = 0; i < tokens.count; i++) {
    ids[i] = corpus.vocabulary.find(tokens.folded, tokens.bounds[i]!, tokens.bounds[i + 1]!);
  }
  return ids;
}

/** All maximal spans, in order of their start (and so of their end). */
export function maximalSpans(index: AttributionIndex, output: Uint32Array, eligible: Eligible): Span[] {
  const search = new SuffixSearch(index, output);
  const spans: Span[] = [];
  let start = 0;
  let length = 0;
  while (start < output.length) {
    if (length === 0) length = longestMatch(index, search, output, start, eligible);
    if (length === 0) {
      start++;
      continue;
    }
    const end = start + length;
    spans.push({ start, end });
    // The next maximal span is the longest run that reaches one word further than this one.
    let low = start + 1;
    let high = end;
    length = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = longestMatch(index, search, output, middle, eligible);
      if (middle + found > end) {
        high = middle;
        length = found;
      } else low = middle + 1;
    }
    start = high;
  }
  return spans;
}

/**
 * The documents that contain a span, oldest first. Undefined if there are more than `most` occurrences: such a phrase
 * is common language, and listing all its places would let one output cost any amount of work.
 */
export function occurrences(
  index: AttributionIndex,
  output: Uint32Array,
  span: Span,
  eligible: Eligible,
  most: number,
): Occurrence[] | undefined {
  const search = new SuffixSearch(index, output);
  const from = search.insertionPoint(span.start, span.end, false);
  const to = search.insertionPoint(span.start, span.end, true);
  const positions: number[] = [];
  for (let k = nextEligible(index, from, to, eligible); k < to; k = nextEligible(index, k + 1, to, eligible)) {
    if (positions.length === most) return undefined;
    positions.push(index.suffixes.get(k));
  }
  const found: Occurrence[] = [];
  let nextDocumentStart = 0;
  for (const position of Int32Array.from(positions).sort()) {
    if (position < nextDocumentStart) continue;
    const document = documentAt(index.corpus, position);
    found.push({ document, offset: position - index.corpus.documentStarts[document]! });
    nextDocumentStart = index.corpus.documentStarts[document + 1]!;
  }
  return found;
}

/** Words from `start` on that some eligible document contains in a row. */
function longestMatch(
  index: AttributionIndex,
  search: SuffixSearch,
  output: Uint32Array,
  start: number,
  eligible: Eligible,
): number {
  const word = output[start]!;
  if (word === 0) return 0;
  const from = index.wordStarts[word]!;
  const to = index.wordStarts[word + 1]!;
  const place = search.insertionPoint(start, output.length, false);
  const before = previousEligible(index, from, place, eligible);
  const behind = nextEligible(index, place, to, eligible);
  const left = before < 0 ? 0 : search.commonLength(start, output.length, index.suffixes.get(before), 1);
  const right = behind === to ? 0 : search.commonLength(start, output.length, index.suffixes.get(behind), 1);
  return Math.max(left, right);
}
