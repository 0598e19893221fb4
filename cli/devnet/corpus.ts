/** The main job's material: the State of the Union addresses as contributions, and the later ones as outputs of a model. */

import { type Address, loadAddresses } from "../../attribution/corpora/sotu.ts";
import { buildCorpus } from "../../attribution/corpus.ts";
import { createEngine, type Engine } from "../../attribution/engine.ts";
import { splitSentences } from "../../attribution/sentences.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { toHex } from "../../protocol/bytes.ts";

/** The model is trained on what was said before this year. */
export const TRAINED_BEFORE = 1950;

export interface Corpus {
  addresses: Address[];
  contentRoots: Hex[];
  /** Number of addresses the model was trained on: its `trainedAt`, once they are contributions 0, 1, 2, ... */
  trainedAt: number;
  engine: Engine;
}

/** A sentence that shares an informative passage with older addresses. */
export interface TracedSentence {
  text: string;
  /** The address it is from. */
  source: Address;
  output: Uint8Array;
  shares: readonly { contribution: number; weight: number }[];
  evidenceLeaf: Uint8Array;
  /** Its most informative passage, and the oldest contribution that has it. */
  phrase: string;
  bits: number;
  first: number;
}

export function loadCorpus(): Corpus {
  const addresses = loadAddresses();
  const corpus = buildCorpus(addresses.map(({ text }, contribution) => ({ contribution, text })));
  const contentRoots = addresses.map((_, i) => toHex(corpus.contentRoots.subarray(i * 32, i * 32 + 32)));
  const trainedAt = addresses.filter(({ year }) => year < TRAINED_BEFORE).length;
  return { addresses, contentRoots, trainedAt, engine: createEngine(corpus) };
}

/** Traces every sentence of the addresses after the training; gives those with a source, and how many there were. */
export function traceSentences({ addresses, trainedAt, engine }: Corpus): {
  traced: TracedSentence[];
  sentences: number;
} {
  const traced: TracedSentence[] = [];
  let sentences = 0;
  for (const source of addresses.slice(trainedAt)) {
    for (const { text } of splitSentences(source.text)) {
      sentences++;
      const { spans, shares, outputHash: output, evidenceLeaf } = engine.trace(text, { before: trainedAt });
      if (shares.length === 0) continue;
      const best = spans.reduce((a, b) => (b.information > a.information ? b : a));
      const phrase = engine.phrase(text, best);
      traced.push({
        text,
        source,
        output,
        shares,
        evidenceLeaf,
        phrase,
        bits: best.information / 256,
        first: best.sources[0]!.contribution,
      });
    }
  }
  return { traced, sentences };
}
