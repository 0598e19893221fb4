/**
 * A corpus of any size with the language of the State of the Union addresses: their sentences in random order, words exchanged
 * here and there. Plain repetition would make runs of words as long as an address match everywhere, which no collection of texts
 * does; and some words are new, because a vocabulary grows with its corpus (a hundred megabytes of English have more than 2^16
 * words).
 */
import { loadAddresses } from "../attribution/corpora/sotu.ts";
import type { CorpusDocument } from "../attribution/corpus.ts";
import { splitSentences } from "../attribution/sentences.ts";
import { randomOf } from "./world.ts";

/** Of all words. Sentences drawn twice keep runs of about seven words in common. */
const EXCHANGED = 1 / 8;
/** Of the exchanged words: one word in 160 is one that the addresses do not have, and most of these stand once. */
const NEW = 1 / 20;
/** About an address. */
const DOCUMENT_CHARACTERS = 45_000;

/** At least `size` characters of documents, one at a time; the same for the same size. */
export function* largeCorpus(size: number): Generator<CorpusDocument> {
  const random = randomOf(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const sentences = loadAddresses().flatMap(({ text }) => splitSentences(text).map((each) => each.text.split(/\s+/)));
  let unknown = 0;
  const exchanged = (): string => (random() < NEW ? `${pick(pick(sentences))}${unknown++}` : pick(pick(sentences)));
  for (let written = 0, contribution = 0; written < size; contribution++) {
    const words: string[] = [];
    for (let length = 0; length < DOCUMENT_CHARACTERS; ) {
      for (const word of pick(sentences)) {
        words.push(random() < EXCHANGED ? exchanged() : word);
        length += words.at(-1)!.length + 1;
      }
    }
    const text = words.join(" ");
    written += text.length;
    yield { contribution, text };
  }
}
