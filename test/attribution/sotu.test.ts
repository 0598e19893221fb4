import { afterAll, beforeAll, expect, test } from "vitest";
import { loadAddresses } from "../../attribution/corpora/sotu.ts";
import { buildCorpus } from "../../attribution/corpus.ts";
import { createEngine, type Engine } from "../../attribution/engine.ts";
import { splitSentences } from "../../attribution/sentences.ts";
import { verifyEvidence } from "../../attribution/verifyEvidence.ts";
import { toHex } from "../../protocol/bytes.ts";
import { portableHasher, useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";

const GOLDEN = {
  tokens: 1_813_318,
  words: 25_591,
  root: "0x7e5e966370a4e721fceca9bb7b2a8b456fc782ef96b5aff05fa4030070e0e75e",
  twoQuotes: [
    ["1862_abraham_lincoln_r", 127],
    ["1941_franklin_d_roosevelt_d", 125],
  ],
  lastAddress: "0xa49c5dc3f9014a635b801421f1cb3a4f381aeb1042c511d21eb15faddbeba9dd",
};

/** Each found by tracing every sentence to the addresses before it. */
const BORROWINGS = [
  {
    by: "1965_lyndon_b_johnson_d",
    words: "honor of my country shall never be stained by an apology from me for the statement of truth",
    sources: ["1835_andrew_jackson_d"],
  },
  {
    by: "1939_franklin_d_roosevelt_d",
    words:
      "way is plain, peaceful, generous, just-a way which if followed the world will forever applaud and God must forever bless",
    sources: ["1862_abraham_lincoln_r"],
  },
  {
    by: "1866_andrew_johnson_nu",
    words:
      "keep in all things within the pale of our constitutional powers and cherish the Federal Union as the only rock of safety",
    sources: ["1802_thomas_jefferson_dr"],
  },
  {
    by: "1982_ronald_reagan_r",
    words: "trial through which we pass will light us down, in honor or dishonor, to the latest",
    sources: ["1862_abraham_lincoln_r"],
  },
];

const addresses = loadAddresses();
const indexOfName = (name: string) => addresses.findIndex((address) => address.name === name);
let engine: Engine;
beforeAll(() => {
  useHasher(nativeHasher);
  engine = createEngine(buildCorpus(addresses.map(({ text }, contribution) => ({ contribution, text }))));
}, 60_000);
afterAll(() => useHasher(portableHasher));

/** Traces every sentence of one address to those before it; each span that begins with `phrase`, with its sources. */
function borrowed(name: string, phrase: string) {
  const before = indexOfName(name);
  return splitSentences(addresses[before]!.text).flatMap(({ text }) =>
    engine.trace(text, { before }).spans.flatMap((span) => {
      const words = engine.phrase(text, span);
      const sources = span.sources.map(({ contribution }) => addresses[contribution]!.name);
      return words.startsWith(phrase) ? [{ words, documents: span.documents, sources }] : [];
    }),
  );
}

test("233 addresses by 43 presidents in order of time", () => {
  expect(addresses.length).toBe(233);
  expect(new Set(addresses.map(({ author }) => author)).size).toBe(43);
  expect(new Set(addresses.map(({ name }) => name)).size).toBe(233);
  expect(addresses[0]).toMatchObject({ year: 1790, author: "George Washington" });
  expect(addresses[0]).not.toHaveProperty("party");
  expect(addresses.filter(({ year }) => year === 1953 || year === 1961).map(({ author }) => author)).toEqual([
    "Harry S Truman",
    "Dwight D Eisenhower",
    "Dwight D Eisenhower",
    "John F Kennedy",
  ]);
});

test("the corpus is the same everywhere", () => {
  const { corpus } = engine.index;
  expect(corpus.tokens.length).toBe(GOLDEN.tokens);
  expect(corpus.vocabulary.size).toBe(GOLDEN.words);
  expect(toHex(corpus.root)).toBe(GOLDEN.root);
});

test.each(BORROWINGS)("$by borrows from $sources", ({ by, words, sources }) => {
  expect(borrowed(by, words)).toEqual([{ words, documents: sources.length, sources }]);
});

test("an output that quotes Lincoln and Roosevelt pays both", () => {
  const output =
    "The dogmas of the quiet past are inadequate to the stormy present, and we need freedom of every person to worship God in his own way.";
  const { shares, evidence } = engine.trace(output);
  expect(shares.map(({ contribution, weight }) => [addresses[contribution]!.name, weight])).toEqual(GOLDEN.twoQuotes);
  expect(verifyEvidence(engine, output, evidence)).toEqual({ equal: true });
});

test("a whole address, traced to all before it: the same evidence on every machine", () => {
  const before = addresses.length - 1;
  const { evidenceLeaf, shares } = engine.trace(addresses[before]!.text, { before });
  expect(shares.length).toBe(16);
  expect(toHex(evidenceLeaf)).toBe(GOLDEN.lastAddress);
});
