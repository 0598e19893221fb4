/** Every method: what its params must be, and what runs. Documentation is in `methodDocs.ts`. */
import type { z } from "zod";
import type { RpcMethod, RpcMethods } from "../../protocol/api.ts";
import { getAccount } from "./methods/account.ts";
import { getAttributions } from "./methods/attribution.ts";
import { getBatch } from "./methods/batch.ts";
import { getBlock } from "./methods/block.ts";
import { chainInfo } from "./methods/chainInfo.ts";
import { getContribution } from "./methods/contribution.ts";
import { getDatanet } from "./methods/datanet.ts";
import { estimateFee } from "./methods/fee.ts";
import { getLineage } from "./methods/lineage.ts";
import { getModel } from "./methods/model.ts";
import { getProof } from "./methods/proof.ts";
import { getContent, getHeader } from "./methods/statements.ts";
import { syncStatus } from "./methods/syncStatus.ts";
import { getReceipt, getTransaction, sendRawTransaction, sendTransaction } from "./methods/transaction.ts";
import type { NodeView } from "./node.ts";
import { PARAMS, type ParamsOf } from "./schemas.ts";

export const NAMESPACE = "tributary_";

type Handlers = {
  [Method in RpcMethod]: (
    node: NodeView,
    params: ParamsOf<Method>,
  ) => RpcMethods[Method]["result"] | Promise<RpcMethods[Method]["result"]>;
};

const HANDLERS: Handlers = {
  chainInfo,
  syncStatus,
  sendTransaction,
  sendRawTransaction,
  estimateFee,
  getTransaction,
  getReceipt,
  getAccount,
  getDatanet,
  getContribution,
  getModel,
  getLineage,
  getAttributions,
  getBlock,
  getContent,
  getHeader,
  getBatch,
  getProof,
};

/** A method as the dispatcher sees it. */
export interface CallableMethod {
  params: z.ZodType;
  /** Gets what `params` made of the request. */
  call(params: unknown): unknown;
}

export type MethodTable = ReadonlyMap<string, CallableMethod>;

export const METHOD_NAMES = Object.keys(PARAMS) as RpcMethod[];

/** The methods served from `node`, by full name. */
export function methodsOf(node: NodeView): Map<string, CallableMethod> {
  return new Map(METHOD_NAMES.map((name) => [NAMESPACE + name, callable(node, name)]));
}

// One place where a handler and its schema are known to belong together but the compiler cannot see it.
function callable(node: NodeView, name: RpcMethod): CallableMethod {
  const handler = HANDLERS[name] as (node: NodeView, params: unknown) => unknown;
  return { params: PARAMS[name], call: (params) => handler(node, params) };
}
