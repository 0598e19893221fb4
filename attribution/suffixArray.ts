/**
 * Suffix array by induced sorting (SA-IS; Nong, Zhang and Chan 2009): linear time, integers only. Besides the result
 * it needs one bit a token and two counters a symbol, and the recursion works inside the result array.
 *
 * The end of the text counts as smaller than every symbol, so no sentinel is stored. A suffix is S if it is smaller
 * than the one behind it, else L; an LMS suffix is an S right behind an L. Once the LMS suffixes are in order, one
 * pass from the left puts all L and one from the right all S in order.
 */
export type SymbolArray = Uint16Array | Uint32Array | Int32Array;

const EMPTY = -1;

/**
 * Positions of `text` in the order of their suffixes. Symbols are integers below `alphabet`.
 * Throws RangeError if the text is longer than 2^31 - 1 or a symbol is not below `alphabet`.
 */
export function suffixArray(text: SymbolArray, alphabet: number): Int32Array {
  if (text.length > 2 ** 31 - 1) throw new RangeError(`"text" is longer than 2^31 - 1 symbols`);
  for (let i = 0; i < text.length; i++) {
    if (text[i]! < 0 || text[i]! >= alphabet)
      throw new RangeError(`"text" has a symbol outside "alphabet": ${text[i]}`);
  }
  const sa = new Int32Array(text.length);
  sortSuffixes(text, sa, alphabet);
  return sa;
}

/** `sa` has exactly `text.length` entries; its content on entry does not matter. */
function sortSuffixes(text: SymbolArray, sa: Int32Array, alphabet: number): void {
  const n = text.length;
  if (n === 0) return;
  const small = suffixTypes(text);
  const counts = new Int32Array(alphabet);
  for (let i = 0; i < n; i++) counts[text[i]!]!++;
  const heads = new Int32Array(alphabet);

  // 1. Sort the LMS substrings: seeded in any order within their buckets, induction orders them.
  sa.fill(EMPTY);
  setTails(counts, heads);
  for (let i = 1; i < n; i++) if (isLms(small, i)) sa[--heads[text[i]!]!] = i;
  induce(text, sa, small, counts, heads);

  // 2. Name them in that order, equal ones alike, and keep the names in text order in the tail of `sa`.
  let lms = 0;
  for (let i = 0; i < n; i++) if (isLms(small, sa[i]!)) sa[lms++] = sa[i]!;
  const names = nameSubstrings(text, sa, small, lms);
  const reduced = sa.subarray(n - lms);
  for (let from = n - 1, to = n - 1; from >= lms; from--) if (sa[from] !== EMPTY) sa[to--] = sa[from]!;

  // 3. The order of the names' suffixes is the order of the LMS suffixes.
  const order = sa.subarray(0, lms);
  if (names < lms) sortSuffixes(reduced, order, names);
  else for (let i = 0; i < lms; i++) order[reduced[i]!] = i;

  // 4. Seed the LMS suffixes in order and induce all others.
  for (let i = 1, k = 0; i < n; i++) if (isLms(small, i)) reduced[k++] = i;
  for (let i = 0; i < lms; i++) order[i] = reduced[order[i]!]!;
  sa.fill(EMPTY, lms);
  setTails(counts, heads);
  for (let i = lms - 1; i >= 0; i--) {
    const position = sa[i]!;
    sa[i] = EMPTY;
    sa[--heads[text[position]!]!] = position;
  }
  induce(text, sa, small, counts, heads);
}

/** One bit a suffix: 1 for S. */
function suffixTypes(text: SymbolArray): Uint8Array {
  const n = text.length;
  const small = new Uint8Array((n >>> 3) + 1);
  let next = 0; // the last suffix is L: the end of the text is smaller
  for (let i = n - 2; i >= 0; i--) {
    if (text[i] !== text[i + 1]) next = text[i]! < text[i + 1]! ? 1 : 0;
    if (next === 1) small[i >>> 3]! |= 1 << (i & 7);
  }
  return small;
}

function isSmall(small: Uint8Array, i: number): boolean {
  return ((small[i >>> 3]! >>> (i & 7)) & 1) === 1;
}

function isLms(small: Uint8Array, i: number): boolean {
  return i > 0 && isSmall(small, i) && !isSmall(small, i - 1);
}

function setHeads(counts: Int32Array, heads: Int32Array): void {
  for (let symbol = 0, sum = 0; symbol < counts.length; symbol++) {
    heads[symbol] = sum;
    sum += counts[symbol]!;
  }
}

function setTails(counts: Int32Array, tails: Int32Array): void {
  for (let symbol = 0, sum = 0; symbol < counts.length; symbol++) {
    sum += counts[symbol]!;
    tails[symbol] = sum;
  }
}

function induce(text: SymbolArray, sa: Int32Array, small: Uint8Array, counts: Int32Array, heads: Int32Array): void {
  const n = text.length;
  setHeads(counts, heads);
  sa[heads[text[n - 1]!]!++] = n - 1; // induced by the end of the text, the smallest of all suffixes
  for (let i = 0; i < n; i++) {
    const before = sa[i]! - 1;
    if (before >= 0 && !isSmall(small, before)) sa[heads[text[before]!]!++] = before;
  }
  setTails(counts, heads);
  for (let i = n - 1; i >= 0; i--) {
    const before = sa[i]! - 1;
    if (before >= 0 && isSmall(small, before)) sa[--heads[text[before]!]!] = before;
  }
}

/**
 * Writes the name of the LMS substring at position p to sa[lms + (p >> 1)] (LMS positions are never neighbours, so no
 * two collide) and returns how many names there are. The first `lms` entries hold the positions in order of their
 * substrings.
 */
function nameSubstrings(text: SymbolArray, sa: Int32Array, small: Uint8Array, lms: number): number {
  sa.fill(EMPTY, lms);
  let names = 0;
  let previous = -1;
  for (let i = 0; i < lms; i++) {
    const position = sa[i]!;
    if (previous < 0 || !sameSubstring(text, small, previous, position)) names++;
    sa[lms + (position >>> 1)] = names - 1;
    previous = position;
  }
  return names;
}

function sameSubstring(text: SymbolArray, small: Uint8Array, a: number, b: number): boolean {
  const n = text.length;
  for (let d = 0; a + d < n && b + d < n; d++) {
    if (text[a + d] !== text[b + d] || isSmall(small, a + d) !== isSmall(small, b + d)) return false;
    if (d > 0 && isLms(small, a + d)) return true;
  }
  return false; // one ran into the end of the text, which equals nothing
}
