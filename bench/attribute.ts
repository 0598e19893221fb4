/**
 * The attribution engine on the State of the Union addresses (10.8 MB of text) and on a hundred megabytes made from them, beside
 * what infini-gram publishes for its index: 7 bytes a token (5 of a pointer, 2 of the token) and 20 ms a count, on 5 x 10^12 tokens
 * on SSDs. Ours is in memory and a millionth of that, so that its pointers are shorter, and a count shows only that it is no obstacle.
 */
import { type AttributionIndex, buildIndex, eligibleDocuments, indexBytes } from "../attribution/attributionIndex.ts";
import { type Address, loadAddresses } from "../attribution/corpora/sotu.ts";
import { buildCorpus } from "../attribution/corpus.ts";
import { createEngine } from "../attribution/engine.ts";
import { encodeOutput, occurrences } from "../attribution/matcher.ts";
import { tokenize } from "../attribution/tokenizer.ts";
import { MAX_INDEX } from "../protocol/params.ts";
import { useFastHashes } from "../runtime/fastHashes.ts";
import { attributeLarge } from "./attributeLarge.ts";
import { attributeLoad } from "./attributeLoad.ts";
import { traceAddress, traceSentences } from "./attributeTrace.ts";
import { type Benchmark, type Result, resultOf } from "./benchmark.ts";
import { percentile, stopwatch } from "./measure.ts";
import { randomOf } from "./world.ts";

const INFINI_GRAM = { name: "infini-gram (published)", bytesPerToken: 7, countMs: 20 };
const MAX_BYTES_PER_TOKEN = 6;
/** Five words that the corpus has: a usual query. */
const SPAN_WORDS = 5;
const COUNTS = 2_000;
const NO_LIMIT = 2 ** 31 - 1;

export const attribute: Benchmark = async (options, report) => {
  await attributeLarge(options, report); // first: a process counts the memory of the one that starts it as its own
  await useFastHashes();
  const all = loadAddresses();
  const addresses = options.short ? all.slice(-20) : all;
  const index = build(addresses, report);
  reportBytes(index, report);
  count(index, addresses.at(-1)!.text, report);
  const engine = createEngine(index);
  traceSentences(engine, addresses, options.short, report);
  traceAddress(engine, addresses, report);
  await attributeLoad(index, report);
};

function build(addresses: readonly Address[], report: (result: Result) => void): AttributionIndex {
  const documents = addresses.map(({ text }, contribution) => ({ contribution, text }));
  const built = stopwatch();
  const index = buildIndex(buildCorpus(documents));
  const megabytes = addresses.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / 1e6;
  report({
    name: "attribute.build",
    value: megabytes / built().cpu,
    unit: "MB of text/s of one core",
    note: "tokens, content roots, suffix array",
  });
  return index;
}

function reportBytes(index: AttributionIndex, report: (result: Result) => void): void {
  const { tokens, vocabulary } = index.corpus;
  const { total, tokensAndSuffixes } = indexBytes(index);
  report(
    resultOf({
      name: "attribute.bytes",
      value: total / tokens.length,
      unit: "bytes a token",
      better: "less",
      peer: { name: INFINI_GRAM.name, value: INFINI_GRAM.bytesPerToken },
      target: { of: "value", bound: MAX_BYTES_PER_TOKEN },
      note: `the whole index: vocabulary, counts, minima, roots and all; as the peer counts, tokens (${tokens.bits} bits) and suffixes (${index.suffixes.bits} bits) alone, ${(tokensAndSuffixes / tokens.length).toFixed(2)}; ${tokens.length} tokens, ${vocabulary.size} words`,
    }),
  );
}

function count(index: AttributionIndex, text: string, report: (result: Result) => void): void {
  const eligible = eligibleDocuments(index.corpus, MAX_INDEX + 1, []);
  const random = randomOf(5);
  const words = encodeOutput(index.corpus, tokenize(text));
  const countMs = Array.from({ length: COUNTS }, () => {
    const start = Math.floor(random() * (words.length - SPAN_WORDS));
    const began = performance.now();
    occurrences(index, words, { start, end: start + SPAN_WORDS }, eligible, NO_LIMIT);
    return performance.now() - began;
  });
  report(
    resultOf({
      name: "attribute.count",
      value: percentile(countMs, 99),
      unit: "ms, 99th percentile",
      better: "less",
      peer: { name: `${INFINI_GRAM.name}, 10^6 times the corpus`, value: INFINI_GRAM.countMs },
      target: { of: "value", bound: INFINI_GRAM.countMs },
      note: `all places of ${SPAN_WORDS} words in a row; median ${percentile(countMs, 50).toFixed(4)} ms`,
    }),
  );
}
