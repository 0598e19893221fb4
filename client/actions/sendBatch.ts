import type { TransactionReceipt } from "../../protocol/api.ts";
import { ByteWriter, toHex } from "../../protocol/bytes.ts";
import { encodeSigned, type SignedTransaction } from "../../protocol/transactions/registry.ts";
import type { Context } from "../context.ts";
import { fromJsonRpcError, type JsonRpcError, TributaryArgumentError, TributaryRpcError } from "../errors.ts";
import { type SentReceipt, toReceipt } from "../views.ts";

export type SendBatchParameters = readonly { nonce: number; signed: SignedTransaction }[];
/** For each transaction its receipt, or why it was refused. */
export type SendBatchReturnType = (SentReceipt | TributaryRpcError)[];

type PackedAnswer = { receipt: TransactionReceipt } | { error: JsonRpcError };

const PATH = "/v1/transactions";

/**
 * Sends many signed transactions in one request, packed as a block holds them: for operators. A refused transaction
 * stops none of the others; a later nonce of the same account will then be refused too.
 *
 * @example
 * const results = await client.sendBatch(await Promise.all(bodies.map((body, i) => sign(body, nonce + i))));
 */
export async function sendBatch(
  { transport }: Context,
  transactions: SendBatchParameters,
): Promise<SendBatchReturnType> {
  if (transport.post === undefined) throw new TributaryArgumentError("transport", "cannot post bytes");
  if (transactions.length === 0) return [];
  const writer = new ByteWriter();
  for (const { nonce, signed } of transactions) {
    writer.varint(nonce).put(encodeSigned(signed));
  }
  const answer = await transport.post(PATH, writer.finish());
  if (!Array.isArray(answer)) {
    const { error } = answer as { error?: JsonRpcError };
    if (error) throw fromJsonRpcError(error, PATH);
    throw new TributaryRpcError("bad-response", `${PATH}: the answer is not a list`);
  }
  const results = (answer as PackedAnswer[]).map((item) =>
    "receipt" in item ? toReceipt(item.receipt) : fromJsonRpcError(item.error, PATH),
  );
  // A server that stops early says so in its last entry, which then holds for all that follow.
  const last = results.at(-1);
  const stopped = last instanceof TributaryRpcError && last.code === "invalid-params";
  while (stopped && results.length < transactions.length) results.push(last);
  if (results.length !== transactions.length) {
    const counts = `${answer.length} answers to ${transactions.length} transactions`;
    throw new TributaryRpcError("bad-response", `${PATH}: ${counts}`);
  }
  return transactions.map(({ signed }, i) => {
    const result = results[i]!;
    return result instanceof TributaryRpcError ? result : { ...result, raw: toHex(encodeSigned(signed)) };
  });
}
