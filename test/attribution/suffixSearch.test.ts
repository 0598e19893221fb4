import fc from "fast-check";
import { expect, test } from "vitest";
import { buildIndex } from "../../attribution/attributionIndex.ts";
import { buildCorpus } from "../../attribution/corpus.ts";
import { encodeOutput } from "../../attribution/matcher.ts";
import { SuffixSearch } from "../../attribution/suffixSearch.ts";
import { tokenize } from "../../attribution/tokenizer.ts";

const WORDS = 400;
const place = fc.nat(WORDS - 1);

test("what is remembered of long runs never changes a common length", () => {
  const queries = fc.array(fc.tuple(place, place, place), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(place, { maxLength: 3 }), queries, (changed, all) => {
      const text = Array.from({ length: WORDS }, (_, i) => `v${i % 11}`);
      const corpus = buildCorpus([{ contribution: 0, text: text.join(" ") }]);
      const words = text.map((word, i) => (changed.includes(i) ? "v20" : word));
      const search = new SuffixSearch(buildIndex(corpus), encodeOutput(corpus, tokenize(words.join(" "))));
      for (const [start, most, shift] of all) {
        const end = Math.min(WORDS, start + most);
        const position = Math.min(WORDS - 1, start + 11 * (shift % 2)); // few distances, so that they come again
        let length = 0;
        while (start + length < end && words[start + length] === text[position + length]) length++;
        expect(search.commonLength(start, end, position, 0)).toBe(length);
      }
    }),
    { numRuns: 500 },
  );
});
