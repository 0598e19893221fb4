/**
 * The bytes of an index. Little-endian throughout, every section padded to 8 bytes, so that a loaded file is the
 * index: its typed arrays are views of the one buffer that was read.
 *
 *   header    magic "TRIBIDX1", uint32 version, uint64 words, uint64 pool bytes, uint64 documents,
 *             uint64 tokens (separators included), corpus root
 *   sections  word bounds u32[words + 1], pool, document starts u32[documents + 1], contributions f64[documents],
 *             content roots; packed (`PackedArray`): tokens up to the number of words, suffixes up to that of tokens
 *   trailer   SHA-256 of all of the above
 */
import { equalBytes } from "../protocol/bytes.ts";
import { MAX_INDEX } from "../protocol/params.ts";
import { type AttributionIndex, indexOf } from "./attributionIndex.ts";
import { type Corpus, corpusRoot, countWords, MAX_TOKENS } from "./corpus.ts";
import { PackedArray } from "./packedArray.ts";
import { Vocabulary } from "./vocabulary.ts";

if (new Uint8Array(new Uint32Array([1]).buffer)[0] !== 1) throw new Error("a little-endian platform is required");

const MAGIC = new TextEncoder().encode("TRIBIDX1");
const VERSION = 2;
const HEADER_BYTES = 80;
const COUNTS_OFFSET = 12;
const ROOT_OFFSET = COUNTS_OFFSET + 4 * 8;
export const CHECKSUM_BYTES = 32;

/** Bytes that are no index. The message says why. */
export class IndexFormatError extends Error {
  override readonly name = "IndexFormatError";
}

type Views = Omit<Corpus, "counts" | "root"> & { readonly suffixes: PackedArray; readonly root: Uint8Array };

/** All of the file but the checksum, in pieces; the large ones are views of the index. */
export function* indexParts({ corpus, suffixes }: AttributionIndex): Generator<Uint8Array> {
  const { vocabulary, documentStarts, contributions, contentRoots, tokens } = corpus;
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  header.set(MAGIC);
  view.setUint32(8, VERSION, true);
  const counts = [vocabulary.size, vocabulary.pool.length, contributions.length, tokens.length];
  for (const [i, count] of counts.entries()) view.setBigUint64(COUNTS_OFFSET + i * 8, BigInt(count), true);
  header.set(corpus.root, ROOT_OFFSET);
  yield header;
  for (const array of [
    vocabulary.bounds,
    vocabulary.pool,
    documentStarts,
    contributions,
    contentRoots,
    tokens.words,
    suffixes.words,
  ]) {
    yield new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    yield new Uint8Array(padding(array.byteLength));
  }
}

/**
 * The index in a whole file's bytes, which must start their buffer; the checksum is the caller's to check.
 * Throws IndexFormatError on another format, a wrong length, or values that no corpus gives.
 * The order of the suffixes is trusted: who does not trust the writer rebuilds it with `buildIndex(index.corpus)`.
 */
export function readIndex(bytes: Uint8Array<ArrayBuffer>): AttributionIndex {
  const views = readViews(bytes);
  const problem = contradiction(views);
  if (problem !== undefined) throw new IndexFormatError(problem);
  const root = corpusRoot(views.contributions, views.contentRoots);
  if (!equalBytes(root, views.root)) throw new IndexFormatError("corpus root does not match the documents");
  const corpus: Corpus = {
    vocabulary: views.vocabulary,
    tokens: views.tokens,
    documentStarts: views.documentStarts,
    contributions: views.contributions,
    contentRoots: views.contentRoots,
    counts: countWords(views.tokens, views.vocabulary.size),
    root,
  };
  return indexOf(corpus, views.suffixes);
}

function readViews(bytes: Uint8Array<ArrayBuffer>): Views {
  if (bytes.length < HEADER_BYTES) {
    throw new IndexFormatError(`truncated: ${bytes.length} bytes are less than a header`);
  }
  if (!equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) throw new IndexFormatError("not an attribution index");
  const header = new DataView(bytes.buffer, 0, HEADER_BYTES);
  const version = header.getUint32(8, true);
  if (version !== VERSION) throw new IndexFormatError(`version ${version} is not supported, only ${VERSION}`);
  const count = (i: number) => Number(header.getBigUint64(COUNTS_OFFSET + i * 8, true));
  const [words, poolBytes, documents, tokens] = [count(0), count(1), count(2), count(3)];
  if (Math.max(words, documents, tokens) > MAX_TOKENS) {
    throw new IndexFormatError("header is damaged");
  }
  let end = HEADER_BYTES;
  const section = (length: number) => {
    const start = end;
    end += length + padding(length);
    return start;
  };
  const boundsAt = section((words + 1) * 4);
  const poolAt = section(poolBytes);
  const startsAt = section((documents + 1) * 4);
  const contributionsAt = section(documents * 8);
  const rootsAt = section(documents * 32);
  const tokensAt = section(PackedArray.wordsFor(tokens, words) * 4);
  const suffixesAt = section(PackedArray.wordsFor(tokens, tokens) * 4);
  const expected = end + CHECKSUM_BYTES;
  if (bytes.length < expected) throw new IndexFormatError(`truncated: ${bytes.length} of ${expected} bytes`);
  if (bytes.length > expected) throw new IndexFormatError(`${bytes.length - expected} bytes too long`);
  const { buffer } = bytes;
  const pool = new Uint8Array(buffer, poolAt, poolBytes);
  const packed = (at: number, length: number, largest: number) =>
    new PackedArray(length, largest, new Uint32Array(buffer, at, PackedArray.wordsFor(length, largest)));
  return {
    vocabulary: new Vocabulary(pool, new Uint32Array(buffer, boundsAt, words + 1)),
    documentStarts: new Uint32Array(buffer, startsAt, documents + 1),
    contributions: new Float64Array(buffer, contributionsAt, documents),
    contentRoots: new Uint8Array(buffer, rootsAt, documents * 32),
    tokens: packed(tokensAt, tokens, words),
    suffixes: packed(suffixesAt, tokens, tokens),
    root: bytes.slice(ROOT_OFFSET, ROOT_OFFSET + 32),
  };
}

/** What in the arrays cannot be, undefined if they are sound: searching them then stays within them. */
function contradiction({ vocabulary, documentStarts, contributions, tokens, suffixes }: Views): string | undefined {
  const { bounds, pool, size } = vocabulary;
  if (!climbs(bounds, pool.length)) return "word bounds are damaged";
  for (let id = 2; id <= size; id++) {
    if (Buffer.compare(vocabulary.word(id - 1), vocabulary.word(id)) >= 0) return "words are not sorted";
  }
  if (!climbs(documentStarts, tokens.length)) return "document starts are damaged";
  let previous = -1;
  for (const contribution of contributions) {
    const isIndex = Number.isSafeInteger(contribution) && contribution <= MAX_INDEX;
    if (!isIndex || contribution <= previous) return "contributions are not increasing indices";
    previous = contribution;
  }
  for (let d = 0, i = 0; d < contributions.length; d++) {
    const last = documentStarts[d + 1]! - 1;
    for (; i < last; i++) if (tokens.get(i) === 0 || tokens.get(i) > size) return "a token is no word";
    if (tokens.get(i++) !== 0) return "a document does not end with a separator";
  }
  for (let k = 0, word = 0; k < suffixes.length; k++) {
    const position = suffixes.get(k);
    const first = position < tokens.length ? tokens.get(position) : -1;
    if (first < word) return "suffixes are damaged";
    word = first;
  }
  return undefined;
}

/** Whether the values strictly increase from 0 to `end`. */
function climbs(values: Uint32Array, end: number): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! <= values[i - 1]!) return false;
  return values[0] === 0 && values[values.length - 1] === end;
}

function padding(length: number): number {
  return (8 - (length % 8)) % 8;
}
