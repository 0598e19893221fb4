/** How a transaction gets into the host's pool: what it offers, and how much more each time. Used by `senderLane.ts` only. */
import { isTributaryError, TributaryError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { bumpedFees, type Fees, marketFees } from "./fees.ts";
import type { HostPool, HostReceipt, PoolAnswer, SendRequest, SignedAttempt } from "./hostPool.ts";

export interface OfferOptions {
  maxFeePerGasLimit: bigint;
  minPriorityFeePerGas: bigint;
}

/** A `send` that waits for its result. */
export interface Order {
  request: SendRequest;
  /** Clock time. */
  deadline: number;
  resolve(receipt: HostReceipt): void;
  reject(error: TributaryError): void;
}

/** A nonce that must be used before later ones can be. */
export interface Flight {
  nonce: number;
  /** Undefined: nobody waits any more, or the nonce belongs to an earlier run. A transfer of nothing may take its place. */
  order: Order | undefined;
  gas: bigint;
  /** Oldest first. Any of them may be the one that is included. */
  attempts: SignedAttempt[];
  /** Host block at which the newest attempt, or the waiting, began. */
  sinceBlock: number;
  /** The last host block at which the pool had the newest attempt. */
  knownAt: number | undefined;
  isIncluded: boolean;
  /** Looks at the host that found the nonce used but none of the attempts. */
  missed: number;
}

export interface View {
  head: number;
  baseFee: bigint;
  mined: number;
  pending: number;
}

export const TRANSFER_GAS = 21_000n;
// 1.125^100 is more than 10^5: from any fee that a pool may hold to any limit that is not absurd.
const MAX_BUMPS = 100;

/** The host said no to a transaction of which the pool has no other attempt. */
export interface Refusal {
  answer: PoolAnswer;
  message: string;
}

export interface Offers {
  /**
   * The gas to give, after every check that needs no nonce of its own: a transaction that cannot be sent must leave no gap.
   * Returns the error that the order ends with; throws the ones that may pass.
   */
  prepare(request: SendRequest, nonce: number): Promise<bigint | TributaryError>;
  /**
   * Signs and submits at market fees, or above the newest attempt's, and higher until the pool takes it or the limit is
   * reached. Undefined when the pool has an attempt, may have one, or may get one later.
   */
  offer(flight: Flight, view: View): Promise<Refusal | undefined>;
  /** Gives the pool an attempt that it lost. */
  resubmit(attempt: SignedAttempt): Promise<"done" | "too-cheap">;
}

export function createOffers(pool: HostPool, log: Logger, options: OfferOptions): Offers {
  const limit = options.maxFeePerGasLimit;

  async function submit(flight: Flight, fees: Fees): Promise<Refusal> {
    const { order, nonce, gas } = flight;
    const attempt = order
      ? await pool.sign(order.request, nonce, gas, fees)
      : await pool.sign({ to: pool.address, data: "0x" }, nonce, TRANSFER_GAS, fees);
    // Noted before the answer: without one, the pool may have it or not.
    flight.attempts.push(attempt);
    const answer = await pool.submit(attempt);
    if (answer.answer !== "accepted") flight.attempts.pop();
    return answer;
  }

  return {
    async prepare(request, nonce) {
      try {
        const gas = await pool.gasFor(request);
        pool.checkSize(request, nonce, gas, { maxFeePerGas: limit, maxPriorityFeePerGas: limit });
        return gas;
      } catch (error) {
        const mayPass = isTributaryError(error) && error.retryable && error.code !== "host-funds";
        if (!isTributaryError(error) || mayPass) throw error;
        return error;
      }
    },

    async offer(flight, view) {
      const { nonce, attempts } = flight;
      const market = marketFees(view.baseFee, await pool.priorityFee(options.minPriorityFeePerGas), limit);
      flight.sinceBlock = view.head;
      const last = attempts.at(-1);
      let fees: Fees | undefined = last === undefined ? market : bumpedFees(last.fees, market, limit);
      for (let bumps = 0; fees !== undefined && bumps < MAX_BUMPS; bumps++) {
        const { answer, message } = await submit(flight, fees);
        if (answer === "accepted") {
          flight.knownAt = view.head;
          log.debug({ nonce, hash: attempts.at(-1)?.hash, attempts: attempts.length }, "submitted a transaction");
          return undefined;
        }
        if (!isTooCheap(answer)) {
          log.warn({ nonce, answer, message }, "the host refused a transaction");
          return attempts.length === 0 ? { answer, message } : undefined;
        }
        fees = bumpedFees(fees, market, limit);
      }
      log.warn({ nonce, attempts: attempts.length, limit }, "the host wants more than the fee limit allows");
      return undefined;
    },

    async resubmit(attempt) {
      const { answer, message } = await pool.submit(attempt);
      log.info({ hash: attempt.hash, answer, message }, "submitted a lost transaction again");
      return isTooCheap(answer) ? "too-cheap" : "done";
    },
  };
}

/** What the sender's caller gets to know. */
export function refusalError({ answer, message }: Refusal): TributaryError {
  if (answer === "no-funds") return new TributaryError("host-funds", `the sending key cannot pay: ${message}`);
  return new TributaryError("host-refused", `the host refused the transaction: ${message}`);
}

const isTooCheap = (answer: PoolAnswer): boolean => answer === "underpriced" || answer === "below-base-fee";
