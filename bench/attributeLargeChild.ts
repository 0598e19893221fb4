/**
 * Builds the index of a large corpus, traces sentences of it, and prints what that took as JSON:
 * `tsx bench/attributeLargeChild.ts CHARACTERS`.
 */
import { buildIndex, indexBytes } from "../attribution/attributionIndex.ts";
import { buildCorpus, type CorpusDocument } from "../attribution/corpus.ts";
import { createEngine } from "../attribution/engine.ts";
import { splitSentences } from "../attribution/sentences.ts";
import { useFastHashes } from "../runtime/fastHashes.ts";
import { largeCorpus } from "./attributeCorpus.ts";
import { cpuUs, percentile, stopwatch } from "./measure.ts";

/** What the process prints. */
export interface LargeFigures {
  megabytes: number;
  /** Of one core, without the time that making the texts takes. */
  seconds: number;
  /** Most resident memory of the process at any time, texts and all. */
  peakMiB: number;
  tokens: number;
  words: number;
  /** Of the whole index. */
  bytes: number;
  traceMs: { median: number; p99: number };
}

/** The last documents are traced to those before them. */
const TRACED_DOCUMENTS = 8;

const size = Number(process.argv[2]);
await useFastHashes();
let megabytes = 0;
let making = 0;
const last: string[] = [];

const built = stopwatch();
const index = buildIndex(buildCorpus(counted()));
const seconds = built().cpu - making;
const peakMiB = process.resourceUsage().maxRSS / 1_024;

const engine = createEngine(index);
const before = index.corpus.contributions.length - last.length;
const traceMs = last.flatMap(splitSentences).map(({ text }) => {
  const start = cpuUs();
  engine.trace(text, { before });
  return (cpuUs() - start) / 1_000;
});
const figures: LargeFigures = {
  megabytes,
  seconds,
  peakMiB,
  tokens: index.corpus.tokens.length,
  words: index.corpus.vocabulary.size,
  bytes: indexBytes(index).total,
  traceMs: { median: percentile(traceMs, 50), p99: percentile(traceMs, 99) },
};
process.stdout.write(JSON.stringify(figures));

function* counted(): Generator<CorpusDocument> {
  const texts = largeCorpus(size);
  while (true) {
    const made = stopwatch();
    const { done, value } = texts.next();
    making += made().cpu;
    if (done) return;
    megabytes += Buffer.byteLength(value.text) / 1e6;
    last.push(value.text);
    if (last.length > TRACED_DOCUMENTS) last.shift();
    yield value;
  }
}
