import { expect, test } from "vitest";
import { buildIndex } from "../../attribution/attributionIndex.ts";
import { buildCorpus } from "../../attribution/corpus.ts";
import { createEngine, type TraceOptions } from "../../attribution/engine.ts";
import { exampleCorpus } from "./exampleCorpus.ts";

const engine = createEngine(exampleCorpus());
const OUTPUT = "A house divided against itself cannot stand, they say.";
const OPTIONS = { marginBits: 4 };

test("credits the first source and, less, the one that repeats it", () => {
  const { spans, shares } = engine.trace(OUTPUT, OPTIONS);
  expect(spans).toMatchObject([{ start: 0, end: 7, documents: 2 }]);
  expect(spans[0]?.sources).toEqual([
    { contribution: 10, offset: 0 },
    { contribution: 30, offset: 3 },
  ]);
  expect(shares).toEqual([
    { contribution: 10, weight: 127 },
    { contribution: 30, weight: 42 },
  ]);
});

test("a copier with the same word before the phrase does not hide its first source", () => {
  const filler = "that and ".repeat(200);
  const texts = ["Dogmas of the quiet past fail", "We know that dogmas of the quiet past fail and always did", filler];
  const { trace } = createEngine(buildCorpus(texts.map((text, contribution) => ({ contribution, text }))));
  const { spans } = trace("I say that dogmas of the quiet past fail and vanish", OPTIONS);
  expect(spans).toMatchObject([{ start: 3, end: 9, sources: [{ contribution: 0 }, { contribution: 1 }] }]);
});

test("only older contributions, and without the excluded", () => {
  expect(engine.trace(OUTPUT, { ...OPTIONS, before: 30 }).shares).toEqual([{ contribution: 10, weight: 127 }]);
  expect(engine.trace(OUTPUT, { ...OPTIONS, excluded: [10] }).shares).toEqual([{ contribution: 30, weight: 127 }]);
  expect(engine.trace(OUTPUT, { ...OPTIONS, before: 10 }).shares).toEqual([]);
});

test("phrases as they were written, and as the source has them", () => {
  const [span] = engine.trace(`“${OUTPUT}”`, OPTIONS).spans;
  expect(engine.phrase(`“${OUTPUT}”`, span!)).toBe("A house divided against itself cannot stand");
  const { contribution, offset } = span!.sources[1]!;
  const words = "a house divided against itself cannot stand";
  expect(engine.sourcePhrase(contribution, offset, span!.end - span!.start)).toBe(words);
});

test("an engine over a corpus is the one over its index", () => {
  expect(createEngine(buildIndex(exampleCorpus())).trace(OUTPUT, OPTIONS)).toEqual(engine.trace(OUTPUT, OPTIONS));
});

test.each<[string, TraceOptions]>([
  ["before", { before: -1 }],
  ["before", { before: 1.5 }],
  ["marginBits", { marginBits: Number.NaN }],
  ["excluded", { excluded: [2, 1] }],
  ["excluded", { excluded: [-1] }],
])("refuses a bad %s, by name", (name, options) => {
  expect(() => engine.trace(OUTPUT, options)).toThrow(new RegExp(`"${name}"`));
});

test("refuses spans and places that are not there", () => {
  expect(() => engine.phrase("two words", { start: 0, end: 3 })).toThrow(/"span"/);
  expect(() => engine.sourcePhrase(11, 0, 1)).toThrow(/"contribution"/);
  expect(() => engine.sourcePhrase(10, 0, 1_000)).toThrow(/"length"/);
});
