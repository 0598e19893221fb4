/** Packed submissions, for operators: many signed transactions in one body, `nonce (varint) || packed transaction` each. */
import type { SoftConfirmationView, TransactionReceipt } from "../../protocol/api.ts";
import { ByteReader } from "../../protocol/bytes.ts";
import { decodeSigned } from "../../protocol/transactions/registry.ts";
import type { NodeView } from "./node.ts";
import { errorObject, type RpcErrorObject } from "./rpcErrors.ts";

/** What became of one transaction. */
export type PackedAnswer = { receipt: TransactionReceipt } | { error: RpcErrorObject };

/**
 * Submits all transactions in order, none waiting for another, and resolves when each has its answer. Bytes that are no
 * transaction, or one too many, end the body: what stands before is processed, and one last entry says where it stopped.
 */
export function submitPacked(
  submit: NonNullable<NodeView["submit"]>,
  body: Uint8Array,
  most: number,
  errorOf: (error: unknown) => RpcErrorObject,
): Promise<PackedAnswer[]> {
  const answers: Promise<PackedAnswer>[] = [];
  const reader = new ByteReader(body);
  const stop = (offset: number, why: string): void => {
    const message = `stopped at byte ${offset}, after ${answers.length} transactions: ${why}`;
    answers.push(Promise.resolve({ error: errorObject("invalid-params", message, { offset }) }));
  };
  while (!reader.atEnd) {
    const { offset } = reader;
    if (answers.length === most) {
      stop(offset, `a body holds at most ${most}`);
      break;
    }
    const nonce = reader.varint();
    const start = reader.offset;
    const transaction = reader.ok ? decodeSigned(reader) : undefined;
    if (transaction === undefined) {
      stop(offset, "no nonce and packed, signed transaction begin here");
      break;
    }
    answers.push(settle(() => submit(transaction, nonce, body.subarray(start, reader.offset)), errorOf));
  }
  return Promise.all(answers);
}

/**
 * The answers as JSON, as `JSON.stringify` gives it. What confirms many transactions of a block is one object and half of each
 * receipt: it is written once.
 */
export function answersToJson(answers: readonly PackedAnswer[]): string {
  const written = new Map<SoftConfirmationView, string>();
  const parts: string[] = [];
  for (const answer of answers) {
    if ("error" in answer || answer.receipt.softConfirmation === undefined) {
      parts.push(JSON.stringify(answer));
      continue;
    }
    const { softConfirmation, ...receipt } = answer.receipt;
    let json = written.get(softConfirmation);
    if (json === undefined) {
      json = JSON.stringify(softConfirmation);
      written.set(softConfirmation, json);
    }
    parts.push(`{"receipt":${JSON.stringify(receipt).slice(0, -1)},"softConfirmation":${json}}}`);
  }
  return `[${parts.join(",")}]`;
}

async function settle(
  submit: () => Promise<TransactionReceipt>,
  errorOf: (error: unknown) => RpcErrorObject,
): Promise<PackedAnswer> {
  try {
    return { receipt: await submit() };
  } catch (error) {
    return { error: errorOf(error) };
  }
}
