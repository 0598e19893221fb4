/** The state of a sender: what waits, what is in flight, and one step from there. Used by `hostSender.ts` only. */
import type { TransactionReceipt } from "viem";
import type { Hex } from "../../protocol/bytes.ts";
import { TributaryError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { HostPool, HostReceipt, SendRequest, SignedAttempt } from "./hostPool.ts";
import {
  createOffers,
  type Flight,
  type OfferOptions,
  type Offers,
  type Order,
  refusalError,
  TRANSFER_GAS,
  type View,
} from "./offers.ts";

export interface LaneOptions extends OfferOptions {
  maxPending: number;
  confirmations: number;
  replaceAfterBlocks: number;
  timeoutMs: number;
}

// A node may count a nonce before it shows the receipt, and nodes behind a balancer may disagree for some seconds.
const MAX_MISSED = 5;

export class SenderLane {
  readonly #pool: HostPool;
  readonly #offers: Offers;
  readonly #clock: { now(): number };
  readonly #log: Logger;
  readonly #options: LaneOptions;
  readonly #waiting: Order[] = [];
  /** By nonce. */
  #flights: Flight[] = [];
  #nextNonce = 0;
  /** No tick has looked at the host yet, so that an earlier run's transactions are unknown. */
  #isFresh = true;
  /** Hash of the host block at which nothing was left to do: until the next one only what is sent can change that. */
  #settledAt: Hex | undefined;
  #isStopped = false;
  #idleWaiters: (() => void)[] = [];

  constructor(pool: HostPool, clock: { now(): number }, log: Logger, options: LaneOptions) {
    this.#pool = pool;
    this.#offers = createOffers(pool, log, options);
    this.#clock = clock;
    this.#log = log;
    this.#options = options;
  }

  enqueue(request: SendRequest): Promise<HostReceipt> {
    return new Promise((resolve, reject) => {
      if (this.#isStopped) return reject(stopped());
      this.#waiting.push({ request, deadline: this.#clock.now() + this.#options.timeoutMs, resolve, reject });
    });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#wakeIfIdle();
    });
  }

  stop(): void {
    this.#isStopped = true;
    const unfinished = [...this.#waiting.splice(0), ...this.#flights.flatMap(({ order }) => order ?? [])];
    for (const flight of this.#flights) flight.order = undefined;
    for (const order of unfinished) order.reject(stopped());
  }

  async tick(): Promise<void> {
    if (this.#isIdle) return;
    const head = await this.#pool.head();
    const isSettled = head.hash === this.#settledAt && this.#waiting.length === 0;
    this.#settledAt = undefined;
    if (isSettled) this.#expire();
    else await this.#step({ head: head.number, baseFee: head.baseFee, ...(await this.#pool.nonces()) });
    if (this.#flights.every(({ missed }) => missed === 0)) this.#settledAt = head.hash;
    this.#wakeIfIdle();
  }

  async #step(view: View): Promise<void> {
    for (const flight of [...this.#flights]) await this.#follow(flight, view);
    this.#expire();
    this.#adoptUnknownNonces(view);
    await this.#keepInPool(view);
    await this.#launchWaiting(view);
    this.#isFresh = false;
  }

  /** Looks for the receipt of any attempt; a receipt may also vanish again. */
  async #follow(flight: Flight, view: View): Promise<void> {
    if (flight.order === undefined && view.mined > flight.nonce) return this.#remove(flight);
    const receipt = await this.#findReceipt(flight);
    if (receipt === undefined) {
      if (flight.isIncluded) {
        this.#log.warn({ nonce: flight.nonce }, "a reorg of the host removed a transaction");
        flight.isIncluded = false;
        flight.sinceBlock = view.head;
      }
      if (view.mined <= flight.nonce) flight.missed = 0;
      else if (++flight.missed > MAX_MISSED) this.#concedeNonce(flight);
      return;
    }
    // The nonces were read a moment before the receipt.
    view.mined = Math.max(view.mined, flight.nonce + 1);
    view.pending = Math.max(view.pending, view.mined);
    flight.isIncluded = true;
    flight.missed = 0;
    const depth = view.head - Number(receipt.blockNumber) + 1;
    if (depth >= this.#options.confirmations) await this.#finish(flight, receipt);
  }

  async #findReceipt(flight: Flight): Promise<TransactionReceipt | undefined> {
    for (const { hash } of flight.attempts.toReversed()) {
      const receipt = await this.#pool.receipt(hash);
      if (receipt !== undefined) return receipt;
    }
    return undefined;
  }

  async #finish(flight: Flight, receipt: TransactionReceipt): Promise<void> {
    const { order } = flight;
    if (receipt.status === "success") {
      const { transactionHash, blockHash, gasUsed, effectiveGasPrice, logs } = receipt;
      const blockNumber = Number(receipt.blockNumber);
      order?.resolve({ transactionHash, blockNumber, blockHash, gasUsed, effectiveGasPrice, logs });
    } else if (order !== undefined) {
      order.reject(await this.#pool.revertReason({ ...order.request, gas: flight.gas }, receipt));
    }
    this.#remove(flight);
  }

  #concedeNonce(flight: Flight): void {
    const message = `nonce ${flight.nonce} was used by a transaction that this sender did not send`;
    const details = { nonce: flight.nonce, hashes: hashesOf(flight) };
    flight.order?.reject(new TributaryError("host-nonce-taken", message, { details }));
    this.#remove(flight);
  }

  #expire(): void {
    const now = this.#clock.now();
    for (const flight of [...this.#flights]) {
      if (flight.order === undefined || now < flight.order.deadline) continue;
      flight.order.reject(timedOut({ nonce: flight.nonce, hashes: hashesOf(flight), isIncluded: flight.isIncluded }));
      // What the pool has stays in the way of later nonces, so that the flight goes on without its passenger.
      flight.order = undefined;
      if (flight.attempts.length === 0) this.#withdraw(flight);
    }
    while (this.#waiting[0] !== undefined && now >= this.#waiting[0].deadline) {
      this.#waiting.shift()!.reject(timedOut({ hashes: [] }));
    }
  }

  /** Nonces in use that are not ours: an earlier run's transactions, and gaps that a reorg or a dropped transaction left. */
  #adoptUnknownNonces(view: View): void {
    const idle = this.#flights.length === 0;
    this.#nextNonce = idle ? view.pending : Math.max(this.#nextNonce, view.pending);
    const known = new Set(this.#flights.map(({ nonce }) => nonce));
    for (let nonce = view.mined; nonce < this.#nextNonce; nonce++) {
      if (known.has(nonce)) continue;
      this.#log.warn({ nonce }, "a nonce is taken by a transaction of an earlier run, or missing");
      this.#flights.push(newFlight(nonce, undefined, TRANSFER_GAS, view));
    }
    this.#flights.sort((a, b) => a.nonce - b.nonce);
  }

  /** Sends again what the pool lost. Only the lowest nonce can be included, so only it is ever too cheap. */
  async #keepInPool(view: View): Promise<void> {
    let isLowest = true;
    for (const flight of this.#flights.filter(({ isIncluded, nonce }) => !isIncluded && nonce >= view.mined)) {
      const isStuck = view.head - flight.sinceBlock >= this.#options.replaceAfterBlocks;
      const newest = flight.attempts.at(-1);
      if (isLowest && isStuck) await this.#offer(flight, view);
      else if (newest === undefined) {
        // A transaction of an earlier run gets its time; where the pool has none, a later nonce waits for nothing.
        if (view.pending <= flight.nonce) await this.#offer(flight, view);
      } else if (flight.knownAt !== view.head && !(await this.#isKnown(flight, newest, view))) {
        if (flight.order === undefined) await this.#offer(flight, view);
        else if ((await this.#offers.resubmit(newest)) === "too-cheap") await this.#offer(flight, view);
      }
      isLowest = false;
    }
  }

  /** A pool answers with the whole transaction: once a host block is enough. */
  async #isKnown(flight: Flight, { hash }: SignedAttempt, { head }: View): Promise<boolean> {
    const isKnown = await this.#pool.knows(hash);
    if (isKnown) flight.knownAt = head;
    return isKnown;
  }

  /** Launches until the pool has as many as it may, or none is left. */
  async #launchWaiting(view: View): Promise<void> {
    for (let order = this.#waiting[0]; order !== undefined; order = this.#waiting[0]) {
      if (!this.#mayLaunch(order)) return;
      const gas = await this.#offers.prepare(order.request, this.#nextNonce);
      this.#waiting.shift();
      if (gas instanceof TributaryError) {
        order.reject(gas);
        continue;
      }
      const flight = newFlight(this.#nextNonce++, order, gas, view);
      this.#flights.push(flight);
      await this.#offer(flight, view);
      // Put back because its nonce was taken since we looked: not before the next tick.
      if (this.#waiting[0] === order) return;
    }
  }

  /** What an earlier run left is not known: nothing goes behind it. Nor does what has to be tried on the state it will meet. */
  #mayLaunch({ request }: Order): boolean {
    const pending = this.#flights.filter(({ isIncluded }) => !isIncluded);
    if (pending.some(({ order }) => order === undefined)) return false;
    return pending.length === 0 || (request.gas !== undefined && pending.length < this.#options.maxPending);
  }

  async #offer(flight: Flight, view: View): Promise<void> {
    const refusal = await this.#offers.offer(flight, view);
    const { order } = flight;
    if (refusal === undefined || order === undefined) return;
    this.#withdraw(flight);
    // Taken since we looked: the order gets another nonce at the next tick.
    if (refusal.answer === "nonce-too-low") this.#waiting.unshift(order);
    else order.reject(refusalError(refusal));
  }

  #withdraw(flight: Flight): void {
    this.#remove(flight);
    if (flight.nonce === this.#nextNonce - 1) this.#nextNonce--;
  }

  #remove(flight: Flight): void {
    this.#flights = this.#flights.filter((other) => other !== flight);
  }

  /** Nothing to follow and nothing to send; what others did to our nonces shows when there is. */
  get #isIdle(): boolean {
    return !this.#isFresh && this.#waiting.length === 0 && this.#flights.length === 0;
  }

  #wakeIfIdle(): void {
    if (!this.#isIdle) return;
    for (const wake of this.#idleWaiters.splice(0)) wake();
  }
}

function newFlight(nonce: number, order: Order | undefined, gas: bigint, view: View): Flight {
  return { nonce, order, gas, attempts: [], sinceBlock: view.head, knownAt: undefined, isIncluded: false, missed: 0 };
}

const stopped = (): TributaryError => new TributaryError("stopped", "the sender is stopping");

const hashesOf = (flight: Flight) => flight.attempts.map(({ hash }) => hash);

function timedOut(details: Record<string, unknown>): TributaryError {
  return new TributaryError("host-timeout", "the transaction was not confirmed in time", { details });
}
