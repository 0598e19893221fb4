/** The prover: looks, decides, acts, again and again. All it keeps is what `KnownFaults` has; the rest is on the host. */
import type { LocalAccount } from "viem/accounts";
import type { Hex } from "../protocol/bytes.ts";
import { isTributaryError, type TributaryError } from "../runtime/errors.ts";
import type { HostReader } from "../runtime/host/hostReader.ts";
import type { Actor } from "./act.ts";
import { type Decision, decide } from "./decide.ts";
import type { KnownFault, KnownFaults } from "./knownFaults.ts";
import { observe } from "./observe.ts";
import type { Deed, Speaker } from "./speak.ts";
import type { FoundFault } from "./verifier.ts";

export interface ProverOptions {
  reader: HostReader;
  account: LocalAccount;
  actor: Actor;
  known: KnownFaults;
  speaker: Speaker;
  /** The fault that the verifier stands before. */
  found: () => FoundFault | undefined;
}

/** Looks at the host after which a proof that was refused is tried again: the refusal may have been the endpoint's. */
const LOOKS_AFTER_REFUSAL = 60;

interface Refusal {
  commitment: Hex;
  problem: string;
  looksLeft: number;
}

export class Prover {
  readonly #options: ProverOptions;
  #refusal: Refusal | undefined;

  constructor(options: ProverOptions) {
    this.#options = options;
  }

  /**
   * One look, and what follows from it. Whether something was done, so that more may follow at once. Throws TributaryError: what
   * came of it, the next look shows.
   */
  async step(): Promise<boolean> {
    const { reader, account, known, speaker } = this.#options;
    const found = this.#options.found();
    const refusal = this.#refusalOf(found?.commitment);
    const sight = await observe({ reader, account, known: known.all, current: found?.commitment, refusal });
    await known.remove(sight.closed);
    const decision = decide(sight);
    speaker.decided(decision);
    try {
      return await this.#carryOut(decision, found);
    } catch (error) {
      if (isTributaryError(error) && isDeed(decision.act)) speaker.failed(decision.act, error.message);
      throw error;
    }
  }

  async #carryOut(decision: Decision, found: FoundFault | undefined): Promise<boolean> {
    const { actor } = this.#options;
    switch (decision.act) {
      case "commit":
        return this.#do("commit", decision, (fault) => actor.commit(fault));
      case "reveal":
        return this.#do("reveal", decision, (fault) => actor.reveal(fault));
      case "collect":
        return this.#do("collect", decision, (fault) => actor.collect(fault));
      case "prove":
        // Still being made; or the fault is another one by now.
        if (found?.proof === undefined || found.commitment !== decision.commitment) return false;
        await this.#prove(decision, found.proof);
        return false; // the verifier has to see that the batch is gone
      default:
        return false;
    }
  }

  async #do(
    deed: Deed,
    subject: { commitment: Hex; reward?: bigint },
    send: (fault: KnownFault) => ReturnType<Actor["commit"]>,
  ): Promise<boolean> {
    const { known, speaker } = this.#options;
    const fault = known.all.find(({ commitment }) => commitment === subject.commitment);
    if (fault === undefined) throw new Error(`decided on a fault that is not known: ${subject.commitment}`);
    speaker.did(deed, subject, await send(fault));
    return true;
  }

  async #prove(subject: { commitment: Hex }, proof: NonNullable<FoundFault["proof"]>): Promise<void> {
    const { actor, speaker } = this.#options;
    try {
      speaker.did("prove", subject, await actor.prove(proof));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Someone else may have been first, which the next look shows; otherwise this is a case for people.
      this.#refusal = { commitment: subject.commitment, problem: error.message, looksLeft: LOOKS_AFTER_REFUSAL };
      speaker.failed("prove", error.message);
    }
  }

  #refusalOf(commitment: Hex | undefined): string | undefined {
    const refusal = this.#refusal;
    if (refusal === undefined || refusal.commitment !== commitment || refusal.looksLeft-- <= 0) return undefined;
    return refusal.problem;
  }
}

const isDeed = (act: Decision["act"]): act is Deed => ["commit", "prove", "reveal", "collect"].includes(act);

const isRefusal = (error: unknown): error is TributaryError =>
  isTributaryError(error, "host-reverted") || isTributaryError(error, "transaction-too-large");
