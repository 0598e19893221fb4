/** How money divides: integers only, every part rounded by rule, all parts together exactly the whole (rules 19, 21). */
import { BPS } from "./params.ts";
import type { Share } from "./state/attribution.ts";

export interface FeeSplit {
  readonly protocol: number;
  readonly model: number;
  /** The contributors' part. */
  readonly pool: number;
}

/** Divides a fee (Gwei, below 2^32) in sequence: protocol, then model, the rest for the contributors. */
export function splitFee(fee: number, protocolBps: number, ownerBps: number): FeeSplit {
  const protocol = Math.floor((fee * protocolBps) / BPS);
  const model = Math.floor(((fee - protocol) * ownerBps) / BPS);
  return { protocol, model, pool: fee - protocol - model };
}

/**
 * Divides `pool` (below 2^32) by weight, each part rounded down, the dust to the largest weight, ties to the lowest index.
 * Doubles are exact here: pool x weight < 2^48, and a quotient below 2^32 is at least 2^-20 away from a wrong floor.
 */
export function splitPool(pool: number, shares: readonly Share[]): number[] {
  let total = 0;
  for (const share of shares) total += share.weight;
  let rest = pool;
  let largest = 0;
  const parts: number[] = [];
  for (let i = 0; i < shares.length; i++) {
    const part = Math.floor((pool * shares[i]!.weight) / total);
    parts.push(part);
    rest -= part;
    if (shares[i]!.weight > shares[largest]!.weight) largest = i;
  }
  if (shares.length > 0) parts[largest]! += rest;
  return parts;
}

/** `amount x bps / 10^4` rounded up: upstream parts cannot be shaved by claiming often. */
export function upstreamPart(amount: bigint, bps: number): bigint {
  const base = BigInt(BPS);
  return (amount * BigInt(bps) + base - 1n) / base;
}
