import fc from "fast-check";
import { expect, test } from "vitest";
import { buildIndex, eligibleDocuments } from "../../attribution/attributionIndex.ts";
import { buildCorpus } from "../../attribution/corpus.ts";
import { encodeOutput, maximalSpans, occurrences, type Span } from "../../attribution/matcher.ts";
import { tokenize } from "../../attribution/tokenizer.ts";
import { wordyText } from "./exampleCorpus.ts";

const padded = (words: string[]) => ` ${words.join(" ")} `;
const split = (text: string) => text.split(" ").filter((word) => word !== "");

/** Every run of the output that some document contains and that no longer such run contains. */
function naiveSpans(documents: string[], output: string[]): Span[] {
  const occurs = (start: number, end: number) =>
    documents.some((text) => text.includes(padded(output.slice(start, end))));
  const spans: Span[] = [];
  for (let start = 0; start < output.length; start++) {
    for (let end = start + 1; end <= output.length; end++) {
      const isMaximal =
        occurs(start, end) &&
        !(start > 0 && occurs(start - 1, end)) &&
        !(end < output.length && occurs(start, end + 1));
      if (isMaximal) spans.push({ start, end });
    }
  }
  return spans;
}

const cases = fc.record({
  texts: fc.array(wordyText(25), { minLength: 1, maxLength: 6 }),
  output: fc.array(fc.constantFrom("a", "b", "c", "it's", "unknown"), { maxLength: 30 }),
  before: fc.integer({ min: 0, max: 7 }),
  excluded: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 3 }),
});

test("spans and occurrences equal brute force, and filters behave as if the corpus held only what they leave", () => {
  fc.assert(
    fc.property(cases, ({ texts, output, before, excluded }) => {
      const corpus = buildCorpus(texts.map((text, contribution) => ({ contribution, text })));
      const index = buildIndex(corpus);
      const eligible = eligibleDocuments(corpus, before, excluded);
      const left = texts.map((text, d) => (d < before && !excluded.includes(d) ? padded(split(text)) : ""));
      expect(eligible.documents).toBe(left.filter((text) => text !== "").length);
      const ids = encodeOutput(corpus, tokenize(output.join(" ")));
      const spans = maximalSpans(index, ids, eligible);
      expect(spans).toEqual(naiveSpans(left, output));
      for (const span of spans) {
        const phrase = padded(output.slice(span.start, span.end));
        const expected = left.flatMap((text, document) => {
          const at = text.indexOf(phrase);
          return at < 0 ? [] : [{ document, offset: split(text.slice(0, at)).length }];
        });
        expect(occurrences(index, ids, span, eligible, 1_000)).toEqual(expected);
      }
    }),
    { numRuns: 2000 },
  );
});

/** The same for long texts, by the longest match at every word. */
function naiveLongSpans(documents: string[][], output: string[]): Span[] {
  const matchAt = (document: string[], from: number, start: number): number => {
    let length = 0;
    while (start + length < output.length && document[from + length] === output[start + length]) length++;
    return length;
  };
  const ends = output.map((_, start) => {
    const matches = documents.flatMap((document) => document.map((_, from) => matchAt(document, from, start)));
    return start + Math.max(0, ...matches);
  });
  return ends.flatMap((end, start) => (end > start && end > (ends[start - 1] ?? 0) ? [{ start, end }] : []));
}

test("long copies, of documents that may be credited and of others, equal brute force", () => {
  const base = Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? `w${i % 50}` : `v${i % 11}`));
  const long = fc
    .array(fc.record({ from: fc.nat(99), length: fc.nat(300), changed: fc.nat(300) }), { minLength: 1, maxLength: 3 })
    .map((pieces) =>
      pieces.flatMap(({ from, length, changed }) =>
        base.slice(from, from + length).map((word, i) => (i === changed ? "x" : word)),
      ),
    );
  const texts = fc.array(long, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(texts, long, fc.nat(3), (documents, output, before) => {
      const corpus = buildCorpus(documents.map((words, contribution) => ({ contribution, text: words.join(" ") })));
      const ids = encodeOutput(corpus, tokenize(output.join(" ")));
      const spans = maximalSpans(buildIndex(corpus), ids, eligibleDocuments(corpus, before, []));
      expect(spans).toEqual(naiveLongSpans(documents.slice(0, before), output));
    }),
    { numRuns: 200 },
  );
});

test("more occurrences than asked for are no list at all", () => {
  const corpus = buildCorpus([{ contribution: 0, text: "x y x y x y" }]);
  const index = buildIndex(corpus);
  const eligible = eligibleDocuments(corpus, 1, []);
  const ids = encodeOutput(corpus, tokenize("x y"));
  expect(occurrences(index, ids, { start: 0, end: 2 }, eligible, 3)).toEqual([{ document: 0, offset: 0 }]);
  expect(occurrences(index, ids, { start: 0, end: 2 }, eligible, 2)).toBeUndefined();
});

test("a verbatim copy is one span, an empty corpus gives none", () => {
  const text = Array.from({ length: 500 }, (_, i) => `w${i % 37} v${i % 41}`).join(" ");
  const corpus = buildCorpus([{ contribution: 0, text }]);
  const ids = encodeOutput(corpus, tokenize(text));
  expect(maximalSpans(buildIndex(corpus), ids, eligibleDocuments(corpus, 1, []))).toEqual([{ start: 0, end: 1_000 }]);
  const empty = buildCorpus([]);
  const none = encodeOutput(empty, tokenize("any words"));
  expect(maximalSpans(buildIndex(empty), none, eligibleDocuments(empty, 1, []))).toEqual([]);
});
