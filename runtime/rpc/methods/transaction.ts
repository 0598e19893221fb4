import type { TransactionReceipt, TransactionView } from "../../../protocol/api.ts";
import { ByteReader, toHex } from "../../../protocol/bytes.ts";
import { transactionToJson } from "../../../protocol/json.ts";
import { compactSignature } from "../../../protocol/signature.ts";
import { decodeSigned } from "../../../protocol/transactions/registry.ts";
import { entriesOf } from "../../chain/blockLog.ts";
import { receiptOf } from "../../chain/receipts.ts";
import type { StoredBlock } from "../../chain/storedBlock.ts";
import { TributaryError } from "../../errors.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";

type Submit = NonNullable<NodeView["submit"]>;

/**
 * The node's `submit`. Throws `not-available` on a verifier. Callers call it before they first wait, so that transactions
 * enter in the order in which their requests came.
 */
export function submitOf(node: NodeView): Submit {
  if (node.submit === undefined) {
    const message = "this node is a verifier and takes no transactions; send them to the sequencer";
    throw new TributaryError("not-available", message, { retryable: false });
  }
  return (transaction, nonce, packed) => node.submit!(transaction, nonce, packed);
}

/** Throws `wrong-signature` for what no key can have signed, and what `NodeView.submit` throws. */
export function sendTransaction(node: NodeView, params: ParamsOf<"sendTransaction">): Promise<TransactionReceipt> {
  const submit = submitOf(node);
  const signature = compactSignature(params.signature);
  if (signature === undefined) {
    throw new TributaryError(
      "wrong-signature",
      `"signature" has a high s, or a recovery value other than 0, 1, 27 and 28`,
    );
  }
  return submit({ ...params.transaction, signature }, params.nonce);
}

/** Throws `invalid-params` when the bytes are not one nonce and one signed transaction, and what `NodeView.submit` throws. */
export function sendRawTransaction(
  node: NodeView,
  { raw }: ParamsOf<"sendRawTransaction">,
): Promise<TransactionReceipt> {
  const submit = submitOf(node);
  const reader = new ByteReader(raw);
  const nonce = reader.varint();
  const start = reader.offset;
  const transaction = reader.ok ? decodeSigned(reader) : undefined;
  if (transaction === undefined || !reader.atEnd) {
    const found = transaction === undefined ? "is not" : `has ${raw.length - reader.offset} bytes after`;
    throw new TributaryError("invalid-params", `"raw" ${found} a nonce and a packed, signed transaction`);
  }
  return submit(transaction, nonce, raw.subarray(start));
}

/** Null until its block is sealed. */
export async function getTransaction(
  node: NodeView,
  { hash }: ParamsOf<"getTransaction">,
): Promise<TransactionView | null> {
  const found = await locate(node, hash);
  if (found === undefined) return null;
  const { transaction, raw } = entriesOf(found.block)[found.position]!;
  return {
    hash: toHex(hash),
    transaction: transaction === undefined ? null : transactionToJson(transaction),
    raw: toHex(raw),
    receipt: await receiptAt(node, found),
  };
}

/** Known from the moment it is acknowledged: the block in progress is asked before the log, into which it moves. */
export async function getReceipt(node: NodeView, { hash }: ParamsOf<"getReceipt">): Promise<TransactionReceipt | null> {
  const open = node.openReceipt?.(hash);
  if (open !== undefined) return open;
  const found = await locate(node, hash);
  return found === undefined ? null : receiptAt(node, found);
}

interface Place {
  block: StoredBlock;
  position: number;
}

async function locate({ chain }: NodeView, hash: Uint8Array): Promise<Place | undefined> {
  const place = await chain.log.locate(hash);
  const block = place && (await chain.log.block(place.height));
  return block && { block, position: place.position };
}

async function receiptAt({ batches }: NodeView, { block, position }: Place): Promise<TransactionReceipt> {
  const { height, header, results } = block;
  const batch = (await batches.byHeight(height))?.id ?? null;
  const place = { height, position, timestamp: header.timestamp };
  return receiptOf(results[position]!, place, { confirmation: batches.confirmationOf(height), batch });
}
