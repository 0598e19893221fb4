/** What a verifier says of its work: to the log, to `/metrics`, and over RPC. It decides nothing. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { FaultReport, ProofProgress } from "../protocol/api.ts";
import { type Hex, toHex } from "../protocol/bytes.ts";
import type { BatchRecord } from "../runtime/chain/batches.ts";
import type { HostReceipt } from "../runtime/host/hostPool.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Decision } from "./decide.ts";
import type { KeptSnapshot } from "./snapshotKeeper.ts";

export type Deed = "commit" | "prove" | "reveal" | "collect";

const DEEDS: Record<Deed, string> = {
  commit: "committed to the proof of a fault",
  prove: "proved a fault: the host removed the batch and all behind it",
  reveal: "showed the commitment to a proof, for its reward",
  collect: "collected the reward of a proof",
};

export class Speaker {
  readonly #logger: Logger;
  readonly #done: Record<Deed, number> = { commit: 0, prove: 0, reveal: 0, collect: 0 };
  #faults = 0;
  #contradictions = 0;
  /** Of the last attempt to do something, when it failed. */
  #problem: string | null = null;
  #lastFault: string | undefined;
  #lastDecision = "";
  #decision: Decision = { act: "agree" };
  #rewards = 0n;
  #snapshot = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  agreed({ id, firstHeight, lastHeight }: BatchRecord, root: Uint8Array): void {
    this.#logger.info({ batch: id, firstHeight, lastHeight, stateRoot: toHex(root) }, "agreed with a batch");
  }

  removed(kept: number): void {
    this.#logger.warn({ kept }, "batches are gone from the host");
  }

  /** The host's rules and ours differ: nothing here can be right about both. */
  contradicted({ id, commitment }: BatchRecord): void {
    this.#contradictions++;
    const text =
      "the host removed, as proven false, a batch that this node agreed with: its rules are not the contract's";
    this.#logger.fatal({ batch: id, commitment }, text);
  }

  /** The same fault may be found again, after a restart of the host's view of it; it is told once. Whether it was new. */
  fault({ batch, height, expectedRoot, postedRoot }: FaultReport): boolean {
    const key = `${batch} ${height} ${postedRoot}`;
    if (key === this.#lastFault) return false;
    this.#lastFault = key;
    this.#faults++;
    const report = { batch, height, expectedRoot, postedRoot };
    this.#logger.error(report, "FAULT: a posted state root is not what the rules give");
    return true;
  }

  /** Told at every look at the host; says what changed. */
  decided(decision: Decision): void {
    this.#decision = decision;
    const text = JSON.stringify(decision, (_key, value) => (typeof value === "bigint" ? value.toString() : value));
    if (text === this.#lastDecision) return;
    this.#lastDecision = text;
    if (decision.act === "alarm") this.#logger.error({ why: decision.why }, "the fault stands, and cannot be proven");
    if (decision.act === "wait")
      this.#logger.info({ until: decision.until }, "the reward of a proof is held until then");
  }

  did(deed: Deed, subject: { commitment: Hex; reward?: bigint }, { transactionHash, gasUsed }: HostReceipt): void {
    const { commitment, reward = 0n } = subject;
    this.#done[deed]++;
    this.#problem = null;
    if (deed === "collect") this.#rewards += reward;
    const wei = reward === 0n ? {} : { reward: reward.toString() };
    this.#logger.info({ commitment, transactionHash, gas: Number(gasUsed), ...wei }, DEEDS[deed]);
  }

  /** It will be tried again. */
  failed(deed: Deed, problem: string): void {
    if (problem !== this.#problem) this.#logger.error({ deed, problem }, "the fault is not dealt with yet");
    this.#problem = problem;
  }

  snapshot({ batch, stateRoot, path }: KeptSnapshot): void {
    this.#snapshot = batch;
    this.#logger.info({ batch, stateRoot, path }, "wrote a portable snapshot");
  }

  /** How far it is with the fault that it stands before. */
  get progress(): ProofProgress {
    const { act } = this.#decision;
    if (this.#decision.act === "alarm") return { stage: "blocked", problem: this.#decision.why };
    return { stage: act === "prove" ? "prove" : "commit", problem: this.#problem };
  }

  /** The counts are kept here and copied when they are asked for. */
  register(registry: Registry): void {
    const registers = [registry];
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name: `tributary_${name}`,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    };
    const counter = (name: string, help: string, value: () => number): void => {
      new Counter({
        name: `tributary_${name}_total`,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(value());
        },
      });
    };
    gauge("proof_blocked", "1 while a fault stands that cannot be proven", () => +(this.#decision.act === "alarm"));
    gauge("snapshot_batch", "batch of the newest portable snapshot of this run", () => this.#snapshot);
    counter("contradictions", "batches agreed with that the host removed as proven false", () => this.#contradictions);
    counter("faults", "posted batches found to have a wrong root", () => this.#faults);
    for (const deed of Object.keys(DEEDS) as Deed[]) {
      counter(`prover_${deed}`, `transactions of this run: ${DEEDS[deed]}`, () => this.#done[deed]);
    }
    counter("rewards_wei", "rewards collected in this run, in wei", () => Number(this.#rewards));
  }
}
