/**
 * Whether a sequencer may post at the moment, and what it puts on the host so that it may. The slot's holder always may; with
 * `permissionless` anyone may while the slot is vacant or its holder silent, and builds only then.
 */
import { formatEther } from "viem";
import { type Hex, toHex } from "../protocol/bytes.ts";
import { OPEN_BOND, SLOT_BOND } from "../runtime/host/constants.ts";
import type { HostHeads } from "../runtime/host/heads.ts";
import type { HostReader } from "../runtime/host/hostReader.ts";
import type { HostSender } from "../runtime/host/hostSender.ts";
import { encodeBond, encodeClaimSlot } from "../runtime/host/postBatch.ts";
import type { Slot } from "../runtime/host/slot.ts";
import type { Logger } from "../runtime/logger.ts";
import { sameAddress } from "./startChecks.ts";

export interface StandingOptions {
  reader: HostReader;
  /** Undefined when nothing is ever posted. */
  poster: Hex | undefined;
  permissionless: boolean;
  /** Bond by itself what is missing. */
  bond: boolean;
  /** Claim the slot when it is vacant, with this header key (20 bytes). */
  claimWith: Uint8Array | undefined;
  logger: Logger;
}

export class Standing {
  readonly #options: StandingOptions;
  #slot: Slot | undefined;
  #mayPost: boolean;

  constructor(options: StandingOptions) {
    this.#options = options;
    this.#mayPost = !options.permissionless;
  }

  /** Whether it is its turn: else it follows the host, takes no transactions and builds no blocks. */
  get mayPost(): boolean {
    return this.#mayPost;
  }

  /** Why it takes no transactions, or undefined. */
  get refusal(): string | undefined {
    return this.#mayPost ? undefined : "the slot's holder posts: send it to its sequencer";
  }

  async look({ latest }: HostHeads): Promise<void> {
    const { reader, permissionless, logger } = this.#options;
    if (!permissionless) return;
    this.#slot = await reader.slot(latest.hash);
    const before = this.#mayPost;
    this.#mayPost = this.#isOpen(this.#slot, latest.timestamp);
    if (this.#mayPost && !before) logger.warn({ slot: this.#slot.poster }, "others may post: building and posting");
    if (!this.#mayPost && before)
      logger.warn({ slot: this.#slot.poster }, "the slot's holder posts again: following it");
  }

  /** Claims a slot that is vacant and unclaimed, if the options say so. */
  async claim(sender: HostSender): Promise<void> {
    const { claimWith, reader, logger } = this.#options;
    const slot = this.#slot;
    if (claimWith === undefined || slot === undefined || slot.poster !== undefined || slot.successor) return;
    await this.#bond(sender, SLOT_BOND);
    logger.warn({ headerKey: toHex(claimWith) }, "claiming the vacant slot");
    await sender.send({ to: reader.rollup, data: encodeClaimSlot(toHex(claimWith)) });
    this.#slot = await reader.slot();
  }

  /** Bonds what a post needs, if the options say so. */
  async bond(sender: HostSender): Promise<void> {
    const { bond, permissionless } = this.#options;
    if (permissionless) await this.#bond(sender, OPEN_BOND);
    else if (bond) await this.#bond(sender, SLOT_BOND);
  }

  async #bond(sender: HostSender, required: bigint): Promise<void> {
    const { reader, poster, logger } = this.#options;
    const { amount } = await reader.bondOf(poster!);
    if (amount >= required) return;
    const value = required - amount;
    logger.warn({ ether: formatEther(value) }, "bonding what a poster has to");
    await sender.send({ to: reader.rollup, data: encodeBond(), value });
  }

  #isOpen({ poster, successor, silentSince, openModeAt }: Slot, now: number): boolean {
    const own = this.#options.poster!;
    const isDue = successor?.accepted === true && now >= successor.effectiveAt;
    const holder = isDue ? successor.poster : poster;
    if (holder === undefined || sameAddress(holder, own) || silentSince !== undefined) return true;
    return openModeAt !== undefined && now >= openModeAt;
  }
}
