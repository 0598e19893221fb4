import { ByteVectorType, ContainerType, ListCompositeType, UintNumberType } from "@chainsafe/ssz";
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildIndex, eligibleDocuments } from "../../attribution/attributionIndex.ts";
import { contentRoot } from "../../attribution/content.ts";
import { buildCorpus, documentAt, documentContentRoots, documentsBefore } from "../../attribution/corpus.ts";
import { encodeOutput, maximalSpans } from "../../attribution/matcher.ts";
import { tokenize } from "../../attribution/tokenizer.ts";
import { EXAMPLE_TEXTS, exampleCorpus, wordyText } from "./exampleCorpus.ts";

const Entry = new ContainerType({ contribution: new UintNumberType(8), contentRoot: new ByteVectorType(32) });
const Entries = new ListCompositeType(Entry, 2 ** 32);

test("the root is SSZ's over (contribution, content root) pairs", () => {
  const documents = EXAMPLE_TEXTS.map((text, i) => ({ contribution: 10 * (i + 1), text }));
  for (let count = 0; count <= documents.length; count++) {
    const some = documents.slice(0, count);
    const entries = some.map(({ contribution, text }) => ({ contribution, contentRoot: contentRoot(text) }));
    expect(buildCorpus(some).root).toEqual(Entries.hashTreeRoot(entries));
  }
});

test("words keep their order, documents end with 0, counts add up", () => {
  fc.assert(
    fc.property(fc.array(wordyText(12), { maxLength: 6 }), (texts) => {
      const corpus = buildCorpus(texts.map((text, contribution) => ({ contribution, text })));
      const decoder = new TextDecoder();
      for (const [d, text] of texts.entries()) {
        const ids = corpus.tokens.slice(corpus.documentStarts[d]!, corpus.documentStarts[d + 1]! - 1);
        expect(Array.from(ids, (id) => decoder.decode(corpus.vocabulary.word(id))).join(" ")).toBe(text);
        expect(corpus.tokens.get(corpus.documentStarts[d + 1]! - 1)).toBe(0);
        expect(documentAt(corpus, corpus.documentStarts[d]!)).toBe(d);
        expect(documentAt(corpus, corpus.documentStarts[d + 1]! - 1)).toBe(d);
      }
      expect(corpus.counts.reduce((sum, count) => sum + count, 0)).toBe(corpus.tokens.length);
      expect(documentContentRoots(corpus.vocabulary, corpus.tokens, corpus.documentStarts)).toEqual(
        corpus.contentRoots,
      );
    }),
  );
});

test("more than 65,535 words need 17 bits a token", () => {
  const text = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`).join(" ");
  expect(buildCorpus([{ contribution: 0, text: text(65_535) }]).tokens.bits).toBe(16);
  const wide = buildCorpus([{ contribution: 0, text: text(65_536) }]);
  expect(wide.tokens.bits).toBe(17);
  expect(wide.vocabulary.size).toBe(65_536);
});

test("documents before a contribution", () => {
  const corpus = exampleCorpus(); // 10, 20, 30, 40
  expect([0, 10, 11, 40, 41].map((limit) => documentsBefore(corpus, limit))).toEqual([0, 0, 1, 3, 4]);
});

test("a match never runs from one document into the next", () => {
  const corpus = buildCorpus(["one two", "three four"].map((text, contribution) => ({ contribution, text })));
  const output = encodeOutput(corpus, tokenize("one two three four"));
  const spans = maximalSpans(buildIndex(corpus), output, eligibleDocuments(corpus, 2, []));
  expect(spans).toEqual([
    { start: 0, end: 2 },
    { start: 2, end: 4 },
  ]);
});

test.each([[[-1]], [[1.5]], [[2 ** 48]], [[3, 3]], [[3, 2]]])("refuses contributions %j", (contributions) => {
  const documents = contributions.map((contribution) => ({ contribution, text: "a" }));
  expect(() => buildCorpus(documents)).toThrow(RangeError);
});
