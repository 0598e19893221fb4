/** `attribute.trace` and `attribute.evidence`: sentences of the addresses since 1946 to what was said before, and a whole address. */
import { eligibleDocuments } from "../attribution/attributionIndex.ts";
import type { Address } from "../attribution/corpora/sotu.ts";
import type { Engine } from "../attribution/engine.ts";
import { encodeOutput, maximalSpans } from "../attribution/matcher.ts";
import { splitSentences } from "../attribution/sentences.ts";
import { tokenize } from "../attribution/tokenizer.ts";
import { verifyEvidence } from "../attribution/verifyEvidence.ts";
import { type Result, resultOf } from "./benchmark.ts";
import { cpuUs, percentile, stopwatch } from "./measure.ts";

const OUTPUTS_SINCE = 1946;
const SHORT_SENTENCES = 200;
const MAX_TRACE_MS = 1;

export function traceSentences(
  engine: Engine,
  addresses: readonly Address[],
  short: boolean,
  report: (result: Result) => void,
): void {
  const sentences = addresses.flatMap(({ text, year }, before) =>
    year < OUTPUTS_SINCE ? [] : splitSentences(text).map((sentence) => ({ before, text: sentence.text })),
  );
  const chosen = short ? sentences.slice(-SHORT_SENTENCES) : sentences;
  const traced = stopwatch();
  const traceMs = chosen.map(({ before, text }) => {
    const began = cpuUs();
    engine.trace(text, { before });
    return (cpuUs() - began) / 1_000;
  });
  const { cpu } = traced();
  const spans = chosen.reduce((sum, { before, text }) => sum + countSpans(engine, before, text), 0);
  report({
    name: "attribute.trace",
    value: spans / cpu,
    unit: "maximal spans/s of one core",
    note: `${Math.round(chosen.length / cpu)} sentences/s, from text to evidence; ${spans} spans of ${chosen.length} sentences`,
  });
  for (const p of [50, 99]) {
    report(
      resultOf({
        name: `attribute.trace.p${p}`,
        value: percentile(traceMs, p),
        unit: "ms of one core",
        better: "less",
        target: { of: "value", bound: MAX_TRACE_MS },
        note: p === 50 ? "a sentence" : `a sentence; the slowest ${percentile(traceMs, 100).toFixed(1)} ms`,
      }),
    );
  }
}

export function traceAddress(engine: Engine, addresses: readonly Address[], report: (result: Result) => void): void {
  const before = addresses.length - 1;
  const { text } = addresses[before]!;
  const verified = stopwatch();
  const { evidence, spans } = engine.trace(text, { before });
  const check = verifyEvidence(engine, text, evidence);
  if (!check.equal) throw new Error(`evidence does not hold: ${JSON.stringify(check)}`);
  report({
    name: "attribute.evidence",
    value: verified().cpu * 1_000,
    unit: "ms of one core",
    note: `a whole address traced against all earlier ones (${spans.length} spans, ${evidence.length} bytes of evidence), and the evidence verified`,
  });
}

/** Those that a trace looks at; its result has only the few that say something of their source. */
function countSpans({ index }: Engine, before: number, text: string): number {
  const output = encodeOutput(index.corpus, tokenize(text));
  return maximalSpans(index, output, eligibleDocuments(index.corpus, before, [])).length;
}
