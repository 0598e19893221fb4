/** A small corpus whose phrases repeat, and generators of texts over few words, so that matches are plenty. */
import fc from "fast-check";
import { buildCorpus, type Corpus } from "../../attribution/corpus.ts";

export const EXAMPLE_TEXTS = [
  "A house divided against itself cannot stand. I believe this government cannot endure.",
  "The dogmas of the quiet past are inadequate to the stormy present; the occasion is piled high with difficulty.",
  "He said that a house divided against itself cannot stand, and the occasion is piled high with difficulty.",
  "Nothing in here is like the others: tributaries feed rivers.",
];

export function exampleCorpus(): Corpus {
  return buildCorpus(EXAMPLE_TEXTS.map((text, i) => ({ contribution: 10 * (i + 1), text })));
}

/** A text of at most `most` words out of few. */
export function wordyText(most: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom("a", "b", "c", "it's"), { maxLength: most }).map((words) => words.join(" "));
}
