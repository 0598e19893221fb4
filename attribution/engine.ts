/**
 * The first engine of Proof of Attribution: an output's exact repetitions of the corpus, freed of common words at
 * their ends and weighed by their information, become shares with evidence. Deterministic: the same corpus, output and
 * options give the same bytes on every machine.
 */
import { toHex } from "../protocol/bytes.ts";
import { MAX_INDEX } from "../protocol/params.ts";
import { type AttributionIndex, buildIndex, type Eligible, eligibleDocuments } from "./attributionIndex.ts";
import { type Corpus, documentsBefore } from "./corpus.ts";
import {
  EVIDENCE_SCHEMA,
  type EvidenceDocument,
  type EvidenceParameters,
  encodeEvidence,
  evidenceLeaf,
  outputHash,
} from "./evidence.ts";
import { evidenceRoot } from "./evidenceTree.ts";
import { commonSurprise, informationThreshold, rarity, spanInformation, wordSurprise } from "./informativeness.ts";
import { encodeOutput, maximalSpans, type Occurrence, occurrences, type Span } from "./matcher.ts";
import { spanCores } from "./spanCores.ts";
import { TOKENIZER_ID, tokenize } from "./tokenizer.ts";
import { type ScoredSpan, type Share, sharesOf } from "./weights.ts";

export const ENGINE_ID = "exact-spans";
/** Raised by every change that can change a byte of evidence. */
export const ENGINE_VERSION = 1;
/**
 * Chosen on the State of the Union addresses. Words are far from independent, so low margins let stock phrases
 * through: at 12 a quarter of the sentences since 1946 have a source, some for "surplus to be applied"; at 20 it is
 * one in ten; at 32 even "freedom of speech and expression" no longer counts.
 */
export const DEFAULT_MARGIN_BITS = 20;
const MAX_MARGIN_BITS = 1_024;
/** A span with more occurrences is common language, whatever its words. */
const MAX_OCCURRENCES = 16_384;
/** Sources named for each span in the evidence. */
const MAX_SOURCES = 16;

export interface TraceOptions {
  /** Search only contributions with a lower index, such as a model's `trainedAt`. Default: all. */
  readonly before?: number | undefined;
  /** Contributions to leave out besides, for instance revoked ones. Strictly increasing. Default: none. */
  readonly excluded?: readonly number[] | undefined;
  /** Bits of information beyond log2 of the corpus length that a span needs. Default 20. */
  readonly marginBits?: number | undefined;
}

/** An informative span: words [start, end) of the output and where they come from. */
export interface TracedSpan extends Span {
  /** In 1/256 bit. */
  readonly information: number;
  /** How many eligible documents contain it. */
  readonly documents: number;
  /** The oldest of them, at most 16: contribution, and the word of its text at which the span starts. */
  readonly sources: readonly { readonly contribution: number; readonly offset: number }[];
}

export interface Trace {
  /** SHA-256 of the output's UTF-8 bytes (32 bytes). */
  readonly outputHash: Uint8Array;
  readonly spans: readonly TracedSpan[];
  /** At most 16, contributions strictly increasing, weights 1 to 127. */
  readonly shares: readonly Share[];
  readonly document: EvidenceDocument;
  /** Canonical bytes of `document`. */
  readonly evidence: Uint8Array;
  readonly evidenceLeaf: Uint8Array;
}

export interface Engine {
  readonly index: AttributionIndex;
  /** Throws RangeError on bad options. */
  trace(output: string, options?: TraceOptions): Trace;
  /** Traces in order, and the one evidence root for all of them; at most 2^16 outputs (RangeError). */
  traceMany(outputs: readonly string[], options?: TraceOptions): { traces: Trace[]; evidenceRoot: Uint8Array };
  /** The stretch of the output that a span covers, as it was written. */
  phrase(output: string, span: Span): string;
  /**
   * `length` words of a contribution from word `offset`, folded to lower case. Throws RangeError if it has no such
   * words.
   */
  sourcePhrase(contribution: number, offset: number, length: number): string;
}

/** An engine over an index, or over a corpus whose index is then built. */
export function createEngine(source: AttributionIndex | Corpus): Engine {
  const index = "suffixes" in source ? source : buildIndex(source);
  const trace = (output: string, options: TraceOptions = {}) => traceOutput(index, output, parametersOf(options));
  return {
    index,
    trace,
    traceMany(outputs, options) {
      const traces = outputs.map((output) => trace(output, options));
      return { traces, evidenceRoot: evidenceRoot(traces.map((each) => each.evidenceLeaf)) };
    },
    phrase,
    sourcePhrase: (contribution, offset, length) => sourcePhrase(index.corpus, contribution, offset, length),
  };
}

/** Options with defaults filled in. Throws RangeError on values that are no parameters. */
export function parametersOf(options: TraceOptions): EvidenceParameters {
  const { before, excluded = [], marginBits = DEFAULT_MARGIN_BITS } = options;
  if (before !== undefined) checkInteger("before", before, MAX_INDEX + 1);
  checkInteger("marginBits", marginBits, MAX_MARGIN_BITS);
  for (const [i, contribution] of excluded.entries()) {
    checkInteger("excluded", contribution, MAX_INDEX);
    if (i > 0 && contribution <= excluded[i - 1]!) throw new RangeError(`"excluded" is not strictly increasing`);
  }
  return { before: before ?? null, excluded, marginBits };
}

function traceOutput(index: AttributionIndex, output: string, parameters: EvidenceParameters): Trace {
  const { corpus } = index;
  const ids = encodeOutput(corpus, tokenize(output));
  const surprises = Array.from(ids, (id) => wordSurprise(corpus, id));
  const eligible = eligibleDocuments(corpus, parameters.before ?? MAX_INDEX + 1, parameters.excluded);
  const threshold = informationThreshold(corpus, parameters.marginBits);
  const spans: TracedSpan[] = [];
  const scored: ScoredSpan[] = [];
  const cores = spanCores(maximalSpans(index, ids, eligible), surprises, commonSurprise(corpus));
  for (const span of cores) {
    const found = informative(index, ids, surprises, span, eligible, threshold);
    if (found === undefined) continue;
    const contributions = found.places.map(({ document }) => corpus.contributions[document]!);
    const sources = found.places
      .slice(0, MAX_SOURCES)
      .map(({ offset }, i) => ({ contribution: contributions[i]!, offset }));
    spans.push({ ...span, information: found.information, documents: contributions.length, sources });
    scored.push({
      ...span,
      information: found.information,
      rarity: rarity(eligible.documents, contributions.length),
      contributions,
    });
  }
  return finishTrace(corpus, output, parameters, spans, sharesOf(scored, surprises));
}

/** A span's places and information, undefined if it does not carry enough. */
function informative(
  index: AttributionIndex,
  ids: Uint32Array,
  surprises: readonly number[],
  span: Span,
  eligible: Eligible,
  threshold: number,
): { places: Occurrence[]; information: number } | undefined {
  let surprise = 0;
  for (let i = span.start; i < span.end; i++) surprise += surprises[i]!;
  if (surprise < threshold) return undefined; // information is never more: do not even look the places up
  const places = occurrences(index, ids, span, eligible, MAX_OCCURRENCES);
  if (places === undefined) return undefined;
  const information = spanInformation(surprise, eligible.documents, places.length);
  return information < threshold ? undefined : { places, information };
}

function finishTrace(
  corpus: Corpus,
  output: string,
  parameters: EvidenceParameters,
  spans: TracedSpan[],
  shares: Share[],
): Trace {
  const hash = outputHash(output);
  const document: EvidenceDocument = {
    schema: EVIDENCE_SCHEMA,
    corpusRoot: toHex(corpus.root),
    tokenizer: TOKENIZER_ID,
    engine: { id: ENGINE_ID, version: ENGINE_VERSION },
    parameters,
    output: toHex(hash),
    spans: spans.map(({ start, end, information, documents, sources }) => ({
      outputStart: start,
      outputEnd: end,
      information,
      documents,
      contributions: sources,
    })),
    shares,
  };
  const evidence = encodeEvidence(document);
  return { outputHash: hash, spans, shares, document, evidence, evidenceLeaf: evidenceLeaf(evidence) };
}

function phrase(output: string, span: Span): string {
  const bytes = new TextEncoder().encode(output);
  const tokens = tokenize(bytes);
  if (!(span.start >= 0 && span.start < span.end && span.end <= tokens.count)) {
    throw new RangeError(`"span" is not within the output's ${tokens.count} words: ${span.start} to ${span.end}`);
  }
  return new TextDecoder().decode(bytes.subarray(tokens.starts[span.start]!, tokens.ends[span.end - 1]!));
}

function sourcePhrase(corpus: Corpus, contribution: number, offset: number, length: number): string {
  const d = documentsBefore(corpus, contribution);
  if (corpus.contributions[d] !== contribution)
    throw new RangeError(`"contribution" is not in the corpus: ${contribution}`);
  const start = corpus.documentStarts[d]!;
  const words = corpus.documentStarts[d + 1]! - 1 - start;
  checkInteger("offset", offset, words);
  checkInteger("length", length, words - offset);
  const decoder = new TextDecoder();
  return Array.from(corpus.tokens.slice(start + offset, start + offset + length), (id) =>
    decoder.decode(corpus.vocabulary.word(id)),
  ).join(" ");
}

function checkInteger(name: string, value: number, largest: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > largest) {
    throw new RangeError(`"${name}" is not an integer from 0 to ${largest}: ${value}`);
  }
}
