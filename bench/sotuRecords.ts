/**
 * Records as the engine makes them: eight shares that passages of the addresses since 1946 have in all earlier ones. There are
 * some dozens of passages with exactly eight; they are used in turn, each time as another output.
 */
import { loadAddresses } from "../attribution/corpora/sotu.ts";
import { buildCorpus } from "../attribution/corpus.ts";
import { createEngine } from "../attribution/engine.ts";
import { splitSentences } from "../attribution/sentences.ts";
import type { Share } from "../protocol/state/attribution.ts";
import { bytesOf, RECORD_FEE, type RecordSource, SHARES } from "./world.ts";

export const SOTU_CONTRIBUTIONS = 233;
const OUTPUTS_SINCE = 1946;
const SENTENCES = 32;

export function sotuRecords(random: () => number): RecordSource {
  const passages = eightShares();
  let used = 0;
  return () => {
    const shares = passages[used++ % passages.length]!.map((share) => ({ ...share }));
    return { output: bytesOf(32, random), fee: RECORD_FEE, shares };
  };
}

function eightShares(): (readonly Share[])[] {
  const addresses = loadAddresses();
  const engine = createEngine(buildCorpus(addresses.map(({ text }, contribution) => ({ contribution, text }))));
  const found: (readonly Share[])[] = [];
  for (const [index, { year, text }] of addresses.entries()) {
    if (year < OUTPUTS_SINCE) continue;
    const sentences = splitSentences(text).map((sentence) => sentence.text);
    for (let from = 0; from < sentences.length; from += SENTENCES / 2) {
      const { shares } = engine.trace(sentences.slice(from, from + SENTENCES).join(" "), { before: index });
      if (shares.length === SHARES) found.push(shares);
    }
  }
  return found;
}
