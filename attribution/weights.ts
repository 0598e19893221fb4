/**
 * From spans to shares: the weights that the rollup divides a fee by.
 *
 * Every word of the output is explained by one span, the most informative that covers it: overlapping spans are not
 * independent evidence and must not pay twice. The word's surprise, scaled by the rarity of its span, is that span's
 * credit.
 *
 * Among the documents that contain a span the k-th oldest gets 2^-k of the credit for k >= 2 and the oldest the rest,
 * so at least half. A first source deserves more than those that repeat it, and copying somebody's phrase, however
 * often, can take away half of its pay at most; an equal split would let ten copies take ten elevenths.
 */
import { MAX_SHARES } from "../protocol/params.ts";

/** The largest weight: it and all smaller ones take one byte as a varint on the host. */
export const MAX_WEIGHT = 127;

export interface Share {
  readonly contribution: number;
  readonly weight: number;
}

export interface ScoredSpan {
  readonly start: number;
  readonly end: number;
  /** Orders spans that compete for a word. */
  readonly information: number;
  /** Factor from surprise to credit: the rarity of the span. */
  readonly rarity: number;
  /** Contributions that contain the span, oldest (lowest) first; at least one. */
  readonly contributions: readonly number[];
}

/**
 * Credit of each span in spans' order: for every word the most informative covering span, the first of equals.
 * `surprises` has one entry a word of the output.
 */
export function spanCredits(spans: readonly ScoredSpan[], surprises: ArrayLike<number>): number[] {
  const winners = new Int32Array(surprises.length).fill(-1);
  for (const [s, span] of spans.entries()) {
    for (let i = span.start; i < span.end; i++) {
      if (winners[i]! < 0 || span.information > spans[winners[i]!]!.information) winners[i] = s;
    }
  }
  const credits = spans.map(() => 0);
  for (const [i, winner] of winners.entries()) {
    if (winner >= 0) credits[winner]! += surprises[i]! * spans[winner]!.rarity;
  }
  return credits;
}

/** Scores by contribution; they sum to the credits exactly. */
export function contributionScores(spans: readonly ScoredSpan[], credits: readonly number[]): Map<number, number> {
  const scores = new Map<number, number>();
  const give = (contribution: number, amount: number) =>
    scores.set(contribution, (scores.get(contribution) ?? 0) + amount);
  for (const [s, span] of spans.entries()) {
    let rest = credits[s]!;
    let part = Math.floor(rest / 2);
    for (let k = 1; k < span.contributions.length && part >= 2; k++) {
      part = Math.floor(part / 2);
      give(span.contributions[k]!, part);
      rest -= part;
    }
    give(span.contributions[0]!, rest);
  }
  return scores;
}

/**
 * The shares of the largest scores, at most 16 (the lower index among equals), in order of contribution. The largest
 * weight is 127; a score that rounds to weight 0 is no share, so that many tiny copies cannot each collect a minimum.
 */
export function quantizeShares(scores: ReadonlyMap<number, number>): Share[] {
  const ranked = [...scores].filter(([, score]) => score > 0).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const largest = BigInt(ranked[0]?.[1] ?? 1);
  return ranked
    .slice(0, MAX_SHARES)
    .map(([contribution, score]) => ({ contribution, weight: roundedWeight(BigInt(score), largest) }))
    .filter((share) => share.weight > 0)
    .sort((a, b) => a.contribution - b.contribution);
}

/** score / largest x 127, halves rounded up. BigInt, because a long output's score times 127 can pass 2^53. */
function roundedWeight(score: bigint, largest: bigint): number {
  return Number((score * BigInt(2 * MAX_WEIGHT) + largest) / (2n * largest));
}

/** Shares of an output from its informative spans. */
export function sharesOf(spans: readonly ScoredSpan[], surprises: ArrayLike<number>): Share[] {
  return quantizeShares(contributionScores(spans, spanCredits(spans, surprises)));
}
