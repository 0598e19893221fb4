/** What to offer for inclusion (EIP-1559). All values in wei per gas. */

export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

// Pools replace a transaction at +10 %; an eighth is clear of every rounding.
const BUMP_NUMERATOR = 9n;
const BUMP_DENOMINATOR = 8n;
// Six full blocks in a row double the base fee.
const BASE_FEE_ROOM = 2n;

/** The fees to begin with, never above `limit`. */
export function marketFees(baseFee: bigint, priorityFee: bigint, limit: bigint): Fees {
  const maxFeePerGas = min(BASE_FEE_ROOM * baseFee + priorityFee, limit);
  return { maxFeePerGas, maxPriorityFeePerGas: min(priorityFee, maxFeePerGas) };
}

/**
 * The fees of a replacement: at least 12.5 % above `previous` in both, and at least `market`. Undefined when that is above
 * `limit`: the pool would refuse less.
 */
export function bumpedFees(previous: Fees, market: Fees, limit: bigint): Fees | undefined {
  const maxFeePerGas = max(bump(previous.maxFeePerGas), market.maxFeePerGas);
  const maxPriorityFeePerGas = max(bump(previous.maxPriorityFeePerGas), market.maxPriorityFeePerGas);
  if (max(maxFeePerGas, maxPriorityFeePerGas) > limit) return undefined;
  return { maxFeePerGas: max(maxFeePerGas, maxPriorityFeePerGas), maxPriorityFeePerGas };
}

const bump = (fee: bigint): bigint => (fee * BUMP_NUMERATOR) / BUMP_DENOMINATOR + 1n;
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
