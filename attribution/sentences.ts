/**
 * Cuts English prose into sentences by simple rules on characters, the same on every machine: a sentence ends at . !
 * or ? (with closing quotes and brackets) if white space and then a capital, a digit or an opening mark follow. A full
 * stop behind a title ("Mr."), a number sign ("No. 5") or an initial ("J. Q.") ends nothing.
 */
export interface Sentence {
  /** UTF-16 offsets into the text: [start, end). */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const ABBREVIATIONS = new Set(
  "Mr Mrs Ms Dr Messrs St Gen Gov Sen Rep Hon Rev Lt Col Maj Capt Sgt Adm Prof Jr Sr No Nos Art Sec Vol vs etc".split(
    " ",
  ),
);
const STOPS = ".!?";
const CLOSERS = "\"')]\u201d\u2019";
const OPENERS = "\"'([\u201c\u2018$";
const SPACES = " \t\r\n\u00a0";

/** The sentences of a text in order, without the white space around them. */
export function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  let start = skip(text, 0, SPACES);
  for (let i = start; i < text.length; i++) {
    if (!STOPS.includes(text[i]!)) continue;
    const end = skip(text, skip(text, i, STOPS), CLOSERS);
    const next = skip(text, end, SPACES);
    const isEnd = next === text.length || (next > end && opensSentence(text[next]!) && !isAbbreviation(text, start, i));
    if (isEnd) {
      sentences.push({ start, end, text: text.slice(start, end) });
      start = next;
    }
    i = end - 1;
  }
  let end = text.length;
  while (end > start && SPACES.includes(text[end - 1]!)) end--;
  if (end > start) sentences.push({ start, end, text: text.slice(start, end) });
  return sentences;
}

function skip(text: string, from: number, characters: string): number {
  while (from < text.length && characters.includes(text[from]!)) from++;
  return from;
}

function opensSentence(character: string): boolean {
  return isBetween(character, "A", "Z") || isBetween(character, "0", "9") || OPENERS.includes(character);
}

/** Whether the stop at `at` belongs to the word before it: a known abbreviation or a single capital other than "I". */
function isAbbreviation(text: string, sentenceStart: number, at: number): boolean {
  if (text[at] !== ".") return false;
  let from = at;
  while (from > sentenceStart && (isBetween(text[from - 1]!, "a", "z") || isBetween(text[from - 1]!, "A", "Z"))) from--;
  const word = text.slice(from, at);
  return ABBREVIATIONS.has(word) || (word.length === 1 && isBetween(word, "A", "Z") && word !== "I");
}

function isBetween(character: string, first: string, last: string): boolean {
  return character >= first && character <= last;
}
