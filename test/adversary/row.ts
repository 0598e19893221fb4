/** A lie, and what becomes of it: the table of lies is made of these. */
import type { Arena } from "./arena.ts";

export const LIARS = ["sequencer", "open poster", "prover", "user", "header key", "host", "nobody"] as const;
export type Liar = (typeof LIARS)[number];

export interface Row {
  /** Unique in the table. */
  readonly name: string;
  /** Of the project's list of rules: the one that the lie breaks, or that an honest party relies on. */
  readonly rule: number;
  readonly liar: Liar;
  /** What is done. */
  readonly deed: string;
  /** How it has to end; several in order where the deed has several parts. */
  readonly expected: readonly End[];
  /** Why that end is the right one. */
  readonly why: string;
  /** Does it, on a host as the season left it; how it ended. */
  run(arena: Arena): Promise<readonly End[]>;
}

/** In words that both sides of the table use. */
export type End = string;

/** A verifier that started from nothing proved the batch false by block `blockIndex` of it, and the poster lost its bond. */
export const proven = (blockIndex: number): End => `proven: block ${blockIndex}`;

/** The host's contracts revert with this error. */
export const refused = (error: string): End => `refused: ${error}`;

/** The node does not go along, with this error. */
export const declined = (code: string): End => `declined: ${code}`;

/** The protocol's verdict on a transaction or an item, agreed by everybody. */
export const judged = (verdict: string): End => `verdict: ${verdict}`;

/** The signer lost its bond for what it had signed. */
export const CONVICTED: End = "convicted";

/** Nobody honest lost anything: no proof succeeds, nobody is slashed, every root is agreed on. */
export const UNTOUCHED: End = "untouched";

/** It happened as the rules want it. */
export const done = (what: string): End => `done: ${what}`;
