import fc from "fast-check";
import { expect, test } from "vitest";
import { splitSentences } from "../../attribution/sentences.ts";

const texts = (text: string) => splitSentences(text).map((sentence) => sentence.text);

test.each([
  ["", []],
  ["  One. Two!  Three?", ["One.", "Two!", "Three?"]],
  ["Mr. Speaker, Mr. Vice President. Thank you.", ["Mr. Speaker, Mr. Vice President.", "Thank you."]],
  ["John Q. Adams met Gen. Jackson. So did I. He left.", ["John Q. Adams met Gen. Jackson.", "So did I.", "He left."]],
  ["It cost $3.5 million. No. 5 did not.", ["It cost $3.5 million.", "No. 5 did not."]],
  ["He said “Go.” (Applause.) We went...", ["He said “Go.”", "(Applause.)", "We went..."]],
  ["Lines\nend nothing. 7 do", ["Lines\nend nothing.", "7 do"]],
  ["Growth of 2 percent. however small", ["Growth of 2 percent. however small"]],
  ["The U. S. Navy", ["The U. S. Navy"]],
])("splits %j", (text, expected) => {
  expect(texts(text)).toEqual(expected);
});

test("sentences lie in order, and only white space lies between them", () => {
  const part = fc.constantFrom("Mr", "A", "x", ".", "!", '"', ")", " ", "\n", "7");
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 60 }).map((parts) => parts.join("")),
      (text) => {
        let end = 0;
        for (const sentence of splitSentences(text)) {
          expect(text.slice(end, sentence.start).trim()).toBe("");
          expect(sentence.text).toBe(text.slice(sentence.start, sentence.end));
          expect(sentence.text).toBe(sentence.text.trim());
          expect(sentence.text).not.toBe("");
          end = sentence.end;
        }
        expect(text.slice(end).trim()).toBe("");
      },
    ),
    { numRuns: 1000 },
  );
});
