/** Writes of a datanet's owner: its terms. */
import type { Hex } from "../../protocol/bytes.ts";
import { BPS } from "../../protocol/params.ts";
import { ALL_PURPOSES, type DatanetPolicy } from "../../protocol/state/datanet.ts";
import { bpsArgument, bytesArgument, indexArgument, integerArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { TributaryArgumentError } from "../errors.ts";
import { type SendTransactionReturnType, sendTransaction, type WriteParameters } from "./sendTransaction.ts";

interface PolicyParameters {
  /** Contributions wait for the owner's acceptance. */
  curated?: boolean | undefined;
  /** What models may do with contributions: bits of `PURPOSES`. */
  purposes?: number | undefined;
  /** Part of a contribution's earnings that its parent gets, of 10,000. */
  lineageBps?: number | undefined;
  /** Part that the datanet's owner gets, of 10,000. */
  curatorBps?: number | undefined;
}

export interface CreateDatanetParameters extends PolicyParameters, WriteParameters {
  /** Hash of the datanet's description, 32 bytes. */
  metadataHash: Hex;
}
export type CreateDatanetReturnType = SendTransactionReturnType;

/**
 * Opens a datanet: by default not curated, for all purposes, with no parts for parents and owner. Locks `datanetBond`.
 *
 * @example
 * const { created } = await client.createDatanet({ metadataHash, curatorBps: 500 });
 */
export async function createDatanet(
  context: Context,
  parameters: CreateDatanetParameters,
): Promise<CreateDatanetReturnType> {
  const {
    metadataHash,
    curated = false,
    purposes = ALL_PURPOSES,
    lineageBps = 0,
    curatorBps = 0,
    ...options
  } = parameters;
  checkPolicy({ purposes, lineageBps, curatorBps });
  const body = {
    metadataHash: bytesArgument("metadataHash", metadataHash, 32),
    curated,
    purposes,
    lineageBps,
    curatorBps,
  };
  return sendTransaction(context, { name: "CreateDatanet", body, ...options });
}

export interface UpdateDatanetParameters extends PolicyParameters, WriteParameters {
  datanet: number;
  metadataHash?: Hex | undefined;
  /** Final: takes no more contributions; a claim then returns the bond. */
  closed?: boolean | undefined;
}
export type UpdateDatanetReturnType = SendTransactionReturnType;

/**
 * Changes a datanet's description and terms for work given from now on. What is not given stays as it is.
 *
 * @example
 * await client.updateDatanet({ datanet: 3, curatorBps: 300 });
 */
export async function updateDatanet(
  context: Context,
  parameters: UpdateDatanetParameters,
): Promise<UpdateDatanetReturnType> {
  const { datanet, metadataHash, curated, closed, purposes, lineageBps, curatorBps, ...options } = parameters;
  const current = await context.transport.request("getDatanet", { index: indexArgument("datanet", datanet) });
  if (current === null) throw new TributaryArgumentError("datanet", `${datanet} does not exist`);
  const body = {
    datanet,
    metadataHash: bytesArgument("metadataHash", metadataHash ?? current.metadataHash, 32),
    curated: curated ?? current.curated,
    closed: closed ?? current.closed,
    purposes: purposes ?? current.purposes,
    lineageBps: lineageBps ?? current.lineageBps,
    curatorBps: curatorBps ?? current.curatorBps,
  };
  checkPolicy(body);
  return sendTransaction(context, { name: "UpdateDatanet", body, ...options });
}

function checkPolicy({
  purposes,
  lineageBps,
  curatorBps,
}: Pick<DatanetPolicy, "purposes" | "lineageBps" | "curatorBps">) {
  integerArgument("purposes", purposes, 0, ALL_PURPOSES);
  bpsArgument("lineageBps", lineageBps);
  bpsArgument("curatorBps", curatorBps);
  const sum = lineageBps + curatorBps;
  if (sum > BPS) throw new TributaryArgumentError("curatorBps", `and "lineageBps" together are above ${BPS}: ${sum}`);
}
