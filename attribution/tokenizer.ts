/**
 * "bytes-word-v1": words out of UTF-8 bytes. Only bytes are looked at, never a regular expression or a Unicode table,
 * because those change between engine versions and every verifier must cut the same words for ever.
 *
 * A token is a maximal run of word bytes: ASCII letters (folded to lower case), ASCII digits, and bytes >= 0x80 that
 * are not part of Unicode's General Punctuation block (U+2000-U+206F: dashes, curly quotes, spaces), which separates
 * like ASCII punctuation does. An apostrophe, typed (0x27) or typographic (U+2019, folded to 0x27), belongs to a token
 * only between two word bytes. Scripts written without spaces come out as long tokens: they need a tokenizer of their
 * own.
 */
import { sha256 } from "@noble/hashes/sha2.js";

export const TOKENIZER_ID = "bytes-word-v1";

export interface Tokens {
  readonly count: number;
  /** Byte offsets into the original UTF-8 text: token i was read from [starts[i], ends[i]). */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** All tokens after folding, one behind the other: token i is folded[bounds[i], bounds[i + 1]). */
  readonly folded: Uint8Array;
  readonly bounds: Uint32Array;
}

const APOSTROPHE = 0x27;
const encoder = new TextEncoder();

/** Cuts a text (a string is read as UTF-8, lone surrogates as U+FFFD) into tokens. Any bytes are legal. */
export function tokenize(text: string | Uint8Array): Tokens {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  const most = Math.ceil(bytes.length / 2); // one-byte words with one-byte separators
  const starts = new Uint32Array(most);
  const ends = new Uint32Array(most);
  const bounds = new Uint32Array(most + 1);
  const folded = new Uint8Array(bytes.length);
  let count = 0;
  let length = 0;
  for (let i = 0; i < bytes.length; ) {
    if (!isWordAt(bytes, i)) {
      i++;
      continue;
    }
    starts[count] = i;
    while (true) {
      folded[length++] = foldCase(bytes[i++]!);
      if (isWordAt(bytes, i)) continue;
      const apostrophe = apostropheLength(bytes, i);
      if (apostrophe === 0 || !isWordAt(bytes, i + apostrophe)) break;
      folded[length++] = APOSTROPHE;
      i += apostrophe;
    }
    ends[count++] = i;
    bounds[count] = length;
  }
  return {
    count,
    starts: starts.slice(0, count),
    ends: ends.slice(0, count),
    folded: folded.slice(0, length),
    bounds: bounds.slice(0, count + 1),
  };
}

/** The folded bytes of token `i`: a view. */
export function tokenBytes(tokens: Tokens, i: number): Uint8Array {
  return tokens.folded.subarray(tokens.bounds[i]!, tokens.bounds[i + 1]!);
}

/**
 * What a token is called outside this process: a uint64, the first 8 bytes of SHA-256(token), read little-endian.
 * Returned as those 8 bytes, which is also how SSZ lays the number out.
 */
export function tokenIdentity(token: Uint8Array): Uint8Array {
  return sha256(token).slice(0, 8);
}

function isWordAt(bytes: Uint8Array, i: number): boolean {
  const byte = bytes[i];
  if (byte === undefined) return false;
  if (byte >= 0x80) return !isInPunctuation(bytes, i);
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39);
}

/** Whether byte `i` is any of the three bytes of a General Punctuation character: E2 80 80 to E2 81 AF. */
function isInPunctuation(bytes: Uint8Array, i: number): boolean {
  return isPunctuationAt(bytes, i) || isPunctuationAt(bytes, i - 1) || isPunctuationAt(bytes, i - 2);
}

function isPunctuationAt(bytes: Uint8Array, i: number): boolean {
  if (bytes[i] !== 0xe2) return false;
  const last = bytes[i + 2];
  if (last === undefined || last < 0x80) return false;
  return (bytes[i + 1] === 0x80 && last <= 0xbf) || (bytes[i + 1] === 0x81 && last <= 0xaf);
}

function apostropheLength(bytes: Uint8Array, i: number): number {
  if (bytes[i] === APOSTROPHE) return 1;
  return bytes[i] === 0xe2 && bytes[i + 1] === 0x80 && bytes[i + 2] === 0x99 ? 3 : 0;
}

function foldCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
