/** Writes of contributors, and of the owner of a curated datanet. */
import type { Hex } from "../../protocol/bytes.ts";
import { MAX_ITEMS } from "../../protocol/params.ts";
import { CONTRIBUTION_KINDS, type ContributionKind } from "../../protocol/state/contribution.ts";
import { ALL_PURPOSES } from "../../protocol/state/datanet.ts";
import {
  bytesArgument,
  increasingArgument,
  indexArgument,
  integerArgument,
  listArgument,
  nameArgument,
  referenceArgument,
} from "../arguments.ts";
import type { Context } from "../context.ts";
import { type SendTransactionReturnType, sendTransaction, type WriteParameters } from "./sendTransaction.ts";

const MAX_TIME = 2 ** 40 - 1;

export interface ContributeItem {
  /** Merkle root of the content's tokens, 32 bytes. */
  contentRoot: Hex;
  /** The work this one corrects or builds on, in the same datanet. */
  parent?: number | undefined;
  /** @default "data" */
  kind?: ContributionKind | undefined;
  /** What models may do with it: bits of `PURPOSES`, a subset of the datanet's. */
  purposes: number;
  /** Seconds; 0 for never, the default. */
  expiresAt?: number | undefined;
}

export interface ContributeParameters extends WriteParameters {
  datanet: number;
  /** 1 to 256; all or none are taken. */
  items: readonly ContributeItem[];
}
export type ContributeReturnType = SendTransactionReturnType;

/**
 * Adds work to a datanet, at the datanet's terms of today. Locks `contributionBond` for each piece.
 *
 * @example
 * const { created } = await client.contribute({ datanet: 0, items: [{ contentRoot, purposes: PURPOSES.training }] });
 */
export async function contribute(
  context: Context,
  { datanet, items, ...options }: ContributeParameters,
): Promise<ContributeReturnType> {
  const body = {
    datanet: indexArgument("datanet", datanet),
    items: listArgument("items", items, 1, MAX_ITEMS).map(({ contentRoot, parent, kind, purposes, expiresAt }, i) => ({
      contentRoot: bytesArgument(`items[${i}].contentRoot`, contentRoot, 32),
      parent: parent === undefined ? undefined : referenceArgument(`items[${i}].parent`, parent),
      kind: nameArgument(`items[${i}].kind`, kind ?? "data", CONTRIBUTION_KINDS),
      purposes: integerArgument(`items[${i}].purposes`, purposes, 0, ALL_PURPOSES),
      expiresAt: integerArgument(`items[${i}].expiresAt`, expiresAt ?? 0, 0, MAX_TIME),
    })),
  };
  return sendTransaction(context, { name: "Contribute", body, ...options });
}

export interface AcceptContributionsParameters extends WriteParameters {
  datanet: number;
  /** Strictly increasing, 1 to 256; all or none are taken. */
  contributions: readonly number[];
}
export type AcceptContributionsReturnType = SendTransactionReturnType;

/** Takes pending work into a curated datanet. */
export async function acceptContributions(
  context: Context,
  parameters: AcceptContributionsParameters,
): Promise<AcceptContributionsReturnType> {
  return sendTransaction(context, { name: "Accept", ...decision(parameters) });
}

export type RejectContributionsParameters = AcceptContributionsParameters;
export type RejectContributionsReturnType = SendTransactionReturnType;

/** Turns pending work down; a claim then returns its bond. */
export async function rejectContributions(
  context: Context,
  parameters: RejectContributionsParameters,
): Promise<RejectContributionsReturnType> {
  return sendTransaction(context, { name: "Reject", ...decision(parameters) });
}

function decision({ datanet, contributions, ...options }: AcceptContributionsParameters) {
  listArgument("contributions", contributions, 1, MAX_ITEMS);
  increasingArgument("contributions", contributions);
  return { body: { datanet: indexArgument("datanet", datanet), contributions: [...contributions] }, ...options };
}

export interface RevokeParameters extends WriteParameters {
  contribution: number;
}
export type RevokeReturnType = SendTransactionReturnType;

/** Withdraws the consent to use one's work, in force an hour later. What it earned stays earned. */
export async function revoke(
  context: Context,
  { contribution, ...options }: RevokeParameters,
): Promise<RevokeReturnType> {
  const body = { contribution: indexArgument("contribution", contribution) };
  return sendTransaction(context, { name: "Revoke", body, ...options });
}
