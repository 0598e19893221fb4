/** Writes of a model's developer. */
import type { Hex } from "../../protocol/bytes.ts";
import { MAX_MODEL_DATANETS } from "../../protocol/params.ts";
import { RELATIONS, type Relation } from "../../protocol/state/model.ts";
import {
  bpsArgument,
  bytesArgument,
  increasingArgument,
  indexArgument,
  listArgument,
  nameArgument,
  referenceArgument,
} from "../arguments.ts";
import type { Context } from "../context.ts";
import { TributaryArgumentError } from "../errors.ts";
import { type SendTransactionReturnType, sendTransaction, type WriteParameters } from "./sendTransaction.ts";

export interface RegisterModelParameters extends WriteParameters {
  /** Digest of the weights or of their manifest, 32 bytes. */
  artifactRoot: Hex;
  parent?: number | undefined;
  /** How it descends from its parent: not "none" exactly when there is one. */
  relation?: Relation | undefined;
  /** One to four, strictly increasing. */
  datanets: readonly number[];
  /** Part of a fee, after the protocol's, that goes to the model, of 10,000. */
  ownerBps: number;
  /** What children registered from now on will pass up, of 10,000. @default 0 */
  royaltyBps?: number | undefined;
  /** Reads contributions at inference time, so that their age does not matter. @default false */
  live?: boolean | undefined;
  /** Number of contributions that were there when it was trained. By default all there are now. */
  trainedAt?: number | undefined;
}
export type RegisterModelReturnType = SendTransactionReturnType;

/**
 * Registers a model. Locks `modelBond`.
 *
 * @example
 * const { created } = await client.registerModel({ artifactRoot, datanets: [0], ownerBps: 2_000 });
 */
export async function registerModel(
  context: Context,
  parameters: RegisterModelParameters,
): Promise<RegisterModelReturnType> {
  const {
    artifactRoot,
    parent,
    relation = "none",
    datanets,
    ownerBps,
    royaltyBps = 0,
    live = false,
    ...rest
  } = parameters;
  const { trainedAt, ...options } = rest;
  if ((parent === undefined) !== (relation === "none")) {
    throw new TributaryArgumentError(
      "relation",
      parent === undefined ? "needs a parent" : `to the parent ${parent} is missing`,
    );
  }
  listArgument("datanets", datanets, 1, MAX_MODEL_DATANETS);
  const body = {
    artifactRoot: bytesArgument("artifactRoot", artifactRoot, 32),
    parent: parent === undefined ? undefined : referenceArgument("parent", parent),
    relation: nameArgument("relation", relation, RELATIONS),
    datanets: [...increasingArgument("datanets", datanets)],
    ownerBps: bpsArgument("ownerBps", ownerBps),
    royaltyBps: bpsArgument("royaltyBps", royaltyBps),
    live,
    trainedAt: indexArgument("trainedAt", trainedAt ?? (await contributionCount(context))),
  };
  return sendTransaction(context, { name: "RegisterModel", body, ...options });
}

async function contributionCount({ transport }: Context): Promise<number> {
  return (await transport.request("chainInfo", {})).tables.contributions;
}

export interface UpdateModelParameters extends WriteParameters {
  model: number;
  ownerBps?: number | undefined;
  royaltyBps?: number | undefined;
  /** Final: takes no more attributions; a claim then returns the bond. */
  retired?: boolean | undefined;
}
export type UpdateModelReturnType = SendTransactionReturnType;

/** Changes a model's parts of fees from now on. What is not given stays as it is. */
export async function updateModel(
  context: Context,
  { model, ownerBps, royaltyBps, retired, ...options }: UpdateModelParameters,
): Promise<UpdateModelReturnType> {
  const current = await context.transport.request("getModel", { index: indexArgument("model", model) });
  if (current === null) throw new TributaryArgumentError("model", `${model} does not exist`);
  const body = {
    model,
    ownerBps: bpsArgument("ownerBps", ownerBps ?? current.ownerBps),
    royaltyBps: bpsArgument("royaltyBps", royaltyBps ?? current.royaltyBps),
    retired: retired ?? current.retired,
  };
  return sendTransaction(context, { name: "UpdateModel", body, ...options });
}
