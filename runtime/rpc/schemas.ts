/** Params of every method, by name. They check what comes in, and are what the OpenRPC document shows. */
import { z } from "zod";
import type { RpcMethod } from "../../protocol/api.ts";
import { MAX_BLOCK_BYTES, MAX_INDEX } from "../../protocol/params.ts";
import { TABLES } from "../../protocol/state/state.ts";
import { SIGNATURE_BYTES } from "../../protocol/transactions/registry.ts";
import { bytes, bytesUpTo, index, integer, oneOf } from "./fields.ts";
import { transactionSchema } from "./transactionSchemas.ts";

export const MAX_PAGE = 500;
/** A nonce takes at most seven bytes; more than a block never executes. */
const MAX_RAW_BYTES = 7 + MAX_BLOCK_BYTES;

const SIGNATURE_RULE = { error: `must be ${SIGNATURE_BYTES} or ${SIGNATURE_BYTES + 1} bytes as 0x-hex` };
const none = z.strictObject({});
const byIndex = z.strictObject({ index });
const byHash = z.strictObject({ hash: bytes(32) });
const latest = (what: string) =>
  z.union([index, z.literal("latest")], { error: `must be ${what} from 0 to ${MAX_INDEX}, or "latest"` });
const page = { before: index.optional(), limit: integer(1, MAX_PAGE).optional() };

export const PARAMS = {
  chainInfo: none,
  syncStatus: none,
  sendTransaction: z.strictObject({
    transaction: transactionSchema,
    nonce: index,
    signature: z.union([bytes(SIGNATURE_BYTES), bytes(SIGNATURE_BYTES + 1)], SIGNATURE_RULE),
  }),
  sendRawTransaction: z.strictObject({ raw: bytesUpTo(MAX_RAW_BYTES) }),
  estimateFee: z.strictObject({ transaction: transactionSchema }),
  getTransaction: byHash,
  getReceipt: byHash,
  getAccount: oneOf(["index", "address"], [byIndex, z.strictObject({ address: bytes(20) })]),
  getDatanet: byIndex,
  getContribution: byIndex,
  getModel: byIndex,
  getLineage: oneOf(
    ["contribution", "model"],
    [z.strictObject({ contribution: index }), z.strictObject({ model: index })],
  ),
  getAttributions: oneOf(
    ["output", "contribution", "model", "index"],
    [
      z.strictObject({ output: bytes(32), ...page }),
      z.strictObject({ contribution: index, ...page }),
      z.strictObject({ model: index, ...page }),
      z.strictObject({ index, ...page }),
    ],
  ),
  getBlock: z.strictObject({ height: latest("a height") }),
  getContent: z.strictObject({ height: index }),
  getHeader: z.strictObject({ height: latest("a height") }),
  getBatch: oneOf(
    ["id", "height"],
    [z.strictObject({ id: latest("a batch's id") }), z.strictObject({ height: index })],
  ),
  getProof: z.strictObject({
    table: z.enum(TABLES),
    index,
    height: index.optional(),
    batch: index.optional(),
  }),
} satisfies Record<RpcMethod, z.ZodType>;

export type ParamsOf<Method extends RpcMethod> = z.output<(typeof PARAMS)[Method]>;

/** Params of the methods that only a WebSocket has. */
export const SUBSCRIBE_PARAMS = z.discriminatedUnion(
  "topic",
  [
    z.strictObject({ topic: z.literal("blocks") }),
    z.strictObject({ topic: z.literal("receipts"), account: index.optional(), hash: bytes(32).optional() }),
  ],
  { error: `must be an object with a "topic"` },
);
export const UNSUBSCRIBE_PARAMS = z.strictObject({ subscription: z.string({ error: "must be a subscription's id" }) });
