import fc from "fast-check";
import { expect, test } from "vitest";
import { tokenBytes, tokenIdentity, tokenize } from "../../attribution/tokenizer.ts";

const words = (text: string | Uint8Array) => {
  const tokens = tokenize(text);
  return Array.from({ length: tokens.count }, (_, i) => new TextDecoder().decode(tokenBytes(tokens, i)));
};

test.each([
  ["", []],
  ["...", []],
  ["Fellow-Citizens of 1790", ["fellow", "citizens", "of", "1790"]],
  ["don't 'quote' the presidents' '90s", ["don't", "quote", "the", "presidents", "90s"]],
  ["don\u2019t \u2018quote\u2019", ["don't", "quote"]],
  ["a''b", ["a", "b"]],
  ["crisis\u2014\u201cwe\u201d\u2026now", ["crisis", "we", "now"]],
  ["Zürich ÉTÉ naïve", ["zürich", "ÉtÉ", "naïve"]],
  ["税金", ["税金"]],
])("cuts %j into %j", (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test("offsets name the bytes a token was read from", () => {
  const bytes = new TextEncoder().encode("It’s — OK");
  const { starts, ends } = tokenize(bytes);
  expect([...starts]).toEqual([0, 11]);
  expect([...ends]).toEqual([6, 13]);
});

const trickyBytes = fc.uint8Array({ maxLength: 60 }).map((raw) => {
  const alphabet = [0x27, 0x20, 0x41, 0x7a, 0x39, 0xe2, 0x80, 0x81, 0x99, 0x94, 0xb0, 0xc3];
  return raw.map((byte) => alphabet[byte % alphabet.length]!);
});

test("any bytes: each token read alone gives itself, and nothing between tokens gives one", () => {
  fc.assert(
    fc.property(fc.oneof(trickyBytes, fc.uint8Array({ maxLength: 60 })), (bytes) => {
      const tokens = tokenize(bytes);
      let gap = 0;
      for (let i = 0; i < tokens.count; i++) {
        const [start, end] = [tokens.starts[i]!, tokens.ends[i]!];
        expect(start).toBeGreaterThanOrEqual(gap);
        expect(end).toBeGreaterThan(start);
        const alone = tokenize(bytes.slice(start, end));
        expect(alone.count).toBe(1);
        expect(tokenBytes(alone, 0)).toEqual(tokenBytes(tokens, i));
        expect(words(tokenBytes(tokens, i)).length).toBe(1);
        expect(bytes.slice(gap, start).some((byte) => byte >= 0x30 && byte <= 0x39)).toBe(false);
        gap = end;
      }
    }),
    { numRuns: 1000 },
  );
});

test("a string is its UTF-8 bytes, and case of ASCII letters does not count", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(words(text)).toEqual(words(new TextEncoder().encode(text)));
      const upper = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
      expect(words(upper)).toEqual(words(text));
    }),
  );
});

test("identity is the first 8 bytes of SHA-256", () => {
  // SHA-256("abc") = ba7816bf8f01cfea...
  expect([...tokenIdentity(new TextEncoder().encode("abc"))]).toEqual([0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]);
});
