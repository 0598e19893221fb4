/**
 * Contributions: one piece of work in a datanet. `{contentRoot, Vector[uint64, 4], Vector[uint64, 4], Vector[uint64, 4]}`.
 * It keeps what it earned itself, so that a share of an attribution touches this one leaf.
 */
import { CLOSING_DELAY_SECONDS } from "../params.ts";
import type { Table } from "../tree/table.ts";

const CONTENT_ROOT = 0;
export const DATANET_REF = 4;
export const CONTRIBUTOR_REF = 5;
export const PARENT_REF = 6;
export const TERMS = 7;
export const EXPIRES_AT = 8;
export const BOND = 9;
/** From attributions, not yet claimed. */
export const EARNED = 10;
/** Passed up by corrections of this work, not yet claimed. */
export const INHERITED = 11;
/** When a revocation binds; 0 for none. */
export const REVOKED_AT = 12;
/** All that attributions and corrections ever brought. */
export const LIFETIME = 13;

export const CONTRIBUTION_KINDS = ["data", "correction", "evaluation", "adapter"] as const;
export type ContributionKind = (typeof CONTRIBUTION_KINDS)[number];
export const CONTRIBUTION_STATUSES = ["pending", "accepted", "rejected"] as const;
export type ContributionStatus = (typeof CONTRIBUTION_STATUSES)[number];
export const PENDING = 0;
export const ACCEPTED = 1;
export const REJECTED = 2;

/** Terms that were in force when the work was given (rule 20). */
export interface ContributionTerms {
  kind: number;
  status: number;
  purposes: number;
  lineageBps: number;
  curatorBps: number;
}

export interface Contribution extends ContributionTerms {
  contentRoot: Uint8Array;
  datanet: number;
  contributor: number;
  parent: number | undefined;
  expiresAt: number;
  bond: bigint;
  earned: bigint;
  inherited: bigint;
  revokedAt: number;
  lifetime: bigint;
}

/** `kind | status << 8 | purposes << 16 | lineageBps << 24 | curatorBps << 38`, 14 bits for each of the last two: below 2^53. */
export function packTerms(terms: ContributionTerms): number {
  const low = terms.kind + terms.status * 2 ** 8 + terms.purposes * 2 ** 16;
  return low + terms.lineageBps * 2 ** 24 + terms.curatorBps * 2 ** 38;
}

export function unpackTerms(word: number): ContributionTerms {
  const high = Math.floor(word / 2 ** 24);
  return {
    kind: word % 2 ** 8,
    status: Math.floor(word / 2 ** 8) % 2 ** 8,
    purposes: Math.floor(word / 2 ** 16) % 2 ** 8,
    lineageBps: high % 2 ** 14,
    curatorBps: Math.floor(high / 2 ** 14) % 2 ** 14,
  };
}

export function contentRootOf(contributions: Table, index: number): Uint8Array {
  return contributions.chunk(index, CONTENT_ROOT);
}

/** To `target[at..at + 4]`. */
export function copyContentRoot(contributions: Table, index: number, target: BigUint64Array, at: number): void {
  contributions.copyChunk(index, CONTENT_ROOT, target, at);
}

export function setContentRoot(contributions: Table, index: number, root: Uint8Array): void {
  contributions.setChunk(index, CONTENT_ROOT, root);
}

export function statusOf(contributions: Table, index: number): number {
  return (contributions.low(index, TERMS) >>> 8) & 0xff;
}

export function purposesOf(contributions: Table, index: number): number {
  return (contributions.low(index, TERMS) >>> 16) & 0xff;
}

export function setStatus(contributions: Table, index: number, status: number): void {
  contributions.setNumber(index, TERMS, packTerms({ ...unpackTerms(contributions.number(index, TERMS)), status }));
}

/** Whether it takes no more credit at `timestamp`: rejected, or an hour past its revocation or expiry. */
export function isClosed(contributions: Table, index: number, timestamp: number): boolean {
  if (statusOf(contributions, index) === REJECTED) return true;
  const revokedAt = contributions.number(index, REVOKED_AT);
  if (revokedAt !== 0 && timestamp >= revokedAt) return true;
  const expiresAt = contributions.number(index, EXPIRES_AT);
  return expiresAt !== 0 && timestamp >= expiresAt + CLOSING_DELAY_SECONDS;
}

export function readContribution(contributions: Table, index: number): Contribution | undefined {
  if (!contributions.has(index)) return undefined;
  const parentRef = contributions.number(index, PARENT_REF);
  return {
    contentRoot: contentRootOf(contributions, index),
    datanet: contributions.number(index, DATANET_REF) - 1,
    contributor: contributions.number(index, CONTRIBUTOR_REF) - 1,
    parent: parentRef === 0 ? undefined : parentRef - 1,
    ...unpackTerms(contributions.number(index, TERMS)),
    expiresAt: contributions.number(index, EXPIRES_AT),
    bond: contributions.u64(index, BOND),
    earned: contributions.u64(index, EARNED),
    inherited: contributions.u64(index, INHERITED),
    revokedAt: contributions.number(index, REVOKED_AT),
    lifetime: contributions.u64(index, LIFETIME),
  };
}
