import { ListBasicType, UintBigintType } from "@chainsafe/ssz";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contentRoot, contentRootOf } from "../../attribution/content.ts";
import { tokenBytes, tokenIdentity, tokenize } from "../../attribution/tokenizer.ts";

const Content = new ListBasicType(new UintBigintType(8), 2 ** 32);

function oracle(text: string): Uint8Array {
  const tokens = tokenize(text);
  const identities = Array.from({ length: tokens.count }, (_, i) => {
    const bytes = tokenIdentity(tokenBytes(tokens, i));
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  });
  return Content.hashTreeRoot(identities);
}

test("equals SSZ hash_tree_root(List[uint64, 2^32]) of the identities", () => {
  const text = fc.array(fc.constantFrom("we", "the", "people", "don't", "ü", "7"), { maxLength: 40 });
  fc.assert(
    fc.property(
      text.map((words) => words.join(" ")),
      (each) => {
        expect(contentRoot(each)).toEqual(oracle(each));
      },
    ),
    { numRuns: 60 },
  );
});

test.each([0, 1, 3, 4, 5, 8, 1000])("equals SSZ for %i tokens", (count) => {
  const text = Array.from({ length: count }, (_, i) => `word${i}`).join(" ");
  expect(contentRoot(text)).toEqual(oracle(text));
});

test("what is no word, and case, leave the root as it is; order does not", () => {
  expect(contentRoot("We, the People!")).toEqual(contentRoot("we the people"));
  expect(contentRoot("we the people")).not.toEqual(contentRoot("the we people"));
});

test("refuses half an identity", () => {
  expect(() => contentRootOf(new Uint8Array(9))).toThrow(/"identities"/);
});
