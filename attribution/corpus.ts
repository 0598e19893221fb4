/**
 * The texts that outputs are traced to: contributions, oldest first, as one array of word ids. Every document ends
 * with a 0, which no output contains: so no match can run from one document into the next.
 */
import { MAX_INDEX } from "../protocol/params.ts";
import { hashPairs } from "../protocol/tree/hasher.ts";
import { merkleize, mixInLength } from "../protocol/tree/merkleize.ts";
import { contentRootOf, IDENTITY_BYTES } from "./content.ts";
import { PackedArray } from "./packedArray.ts";
import { tokenIdentity, tokenize } from "./tokenizer.ts";
import { type Vocabulary, VocabularyBuilder } from "./vocabulary.ts";

export interface CorpusDocument {
  /** Index of the contribution on the rollup: the lower, the older. */
  readonly contribution: number;
  readonly text: string;
}

export interface Corpus {
  readonly vocabulary: Vocabulary;
  /** Word ids, a 0 behind each document. */
  readonly tokens: PackedArray;
  /** Document d is tokens [documentStarts[d], documentStarts[d + 1] - 1); one entry more than documents. */
  readonly documentStarts: Uint32Array;
  /** Contribution index of each document, strictly increasing. */
  readonly contributions: Float64Array;
  /** Content roots of the documents, 32 bytes each. */
  readonly contentRoots: Uint8Array;
  /** Occurrences of each word by id; [0] counts the separators. */
  readonly counts: Uint32Array;
  /** Commitment to the documents: `List[Container{contribution: uint64, contentRoot: Bytes32}, 2^32]`. */
  readonly root: Uint8Array;
}

/** Positions are made in an Int32Array by the suffix array. */
export const MAX_TOKENS = 2 ** 31 - 1;
const CORPUS_DEPTH = 32;

/**
 * Builds a corpus. Throws RangeError if a contribution is not an index, the contributions are not strictly increasing,
 * or there are more than 2^31 - 1 tokens.
 */
export function buildCorpus(documents: Iterable<CorpusDocument>): Corpus {
  const words = new VocabularyBuilder();
  const texts: Uint32Array[] = [];
  const contributions: number[] = [];
  let length = 0;
  for (const { contribution, text } of documents) {
    checkContribution(contribution, contributions.at(-1) ?? -1);
    const numbers = words.add(tokenize(text));
    contributions.push(contribution);
    texts.push(numbers);
    length += numbers.length + 1;
    if (length > MAX_TOKENS) throw new RangeError(`"documents" has more than ${MAX_TOKENS} tokens`);
  }
  const { vocabulary, ids } = words.finish();
  const tokens = new PackedArray(length, vocabulary.size);
  const documentStarts = new Uint32Array(texts.length + 1);
  for (const [d, numbers] of texts.entries()) {
    const start = documentStarts[d]!;
    for (let i = 0; i < numbers.length; i++) tokens.set(start + i, ids[numbers[i]!]!);
    documentStarts[d + 1] = start + numbers.length + 1;
  }
  const indices = Float64Array.from(contributions);
  const contentRoots = documentContentRoots(vocabulary, tokens, documentStarts);
  return {
    vocabulary,
    tokens,
    documentStarts,
    contributions: indices,
    contentRoots,
    counts: countWords(tokens, vocabulary.size),
    root: corpusRoot(indices, contentRoots),
  };
}

export function countWords(tokens: PackedArray, vocabularySize: number): Uint32Array {
  const counts = new Uint32Array(vocabularySize + 1);
  for (let i = 0; i < tokens.length; i++) counts[tokens.get(i)]!++;
  return counts;
}

/**
 * The root of every document computed from its words, 32 bytes each: what `contentRoots` must equal in an honest
 * corpus.
 */
export function documentContentRoots(
  vocabulary: Vocabulary,
  tokens: PackedArray,
  documentStarts: Uint32Array,
): Uint8Array {
  const identities = new Uint8Array((vocabulary.size + 1) * IDENTITY_BYTES);
  for (let id = 1; id <= vocabulary.size; id++) identities.set(tokenIdentity(vocabulary.word(id)), id * IDENTITY_BYTES);
  const roots = new Uint8Array((documentStarts.length - 1) * 32);
  for (let d = 0; d + 1 < documentStarts.length; d++) {
    const text = tokens.slice(documentStarts[d]!, documentStarts[d + 1]! - 1);
    const list = new Uint8Array(text.length * IDENTITY_BYTES);
    for (let i = 0; i < text.length; i++) {
      const from = text[i]! * IDENTITY_BYTES;
      for (let b = 0; b < IDENTITY_BYTES; b++) list[i * IDENTITY_BYTES + b] = identities[from + b]!;
    }
    roots.set(contentRootOf(list), d * 32);
  }
  return roots;
}

/** Commitment over (contribution, content root) pairs in their order. */
export function corpusRoot(contributions: Float64Array, contentRoots: Uint8Array): Uint8Array {
  const pairs = new Uint8Array(contributions.length * 64);
  const view = new DataView(pairs.buffer);
  for (let d = 0; d < contributions.length; d++) {
    view.setBigUint64(d * 64, BigInt(contributions[d]!), true);
    pairs.set(contentRoots.subarray(d * 32, d * 32 + 32), d * 64 + 32);
  }
  const leaves = new Uint8Array(contributions.length * 32);
  hashPairs(pairs, leaves);
  return mixInLength(merkleize(leaves, CORPUS_DEPTH), contributions.length);
}

/** The document that holds a position of `tokens`. */
export function documentAt(corpus: Corpus, position: number): number {
  return firstAtLeast(corpus.documentStarts, position + 1) - 1;
}

/** Number of documents whose contribution index is below `limit`: they are the first so many. */
export function documentsBefore(corpus: Corpus, limit: number): number {
  return firstAtLeast(corpus.contributions, limit);
}

function firstAtLeast(sorted: Uint32Array | Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkContribution(contribution: number, previous: number): void {
  if (!Number.isSafeInteger(contribution) || contribution < 0 || contribution > MAX_INDEX) {
    throw new RangeError(`"contribution" is not an index: ${contribution}`);
  }
  if (contribution <= previous) {
    throw new RangeError(`"documents" must have increasing contributions: ${contribution} after ${previous}`);
  }
}
