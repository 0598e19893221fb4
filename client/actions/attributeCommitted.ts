import { type Hex, toHex } from "../../protocol/bytes.ts";
import { type OutputProof, outputsRoot, proveOutputs } from "../../protocol/outputs.ts";
import type { AttributeCommitted } from "../../protocol/transactions/attributeCommitted.ts";
import type { Context } from "../context.ts";
import { type AttributeParameters, attributeBody } from "./attribute.ts";
import { type SendTransactionReturnType, sendTransaction, type WriteParameters } from "./sendTransaction.ts";

export type AttributeCommittedParameters = AttributeParameters;
export type AttributeCommittedReturnType = SendTransactionReturnType & {
  outputsRoot: Hex;
  /** One for each record. Keep them: nobody else can say which output a record is for. */
  outputProofs: OutputProof[];
};

/**
 * `attribute` without the outputs: the chain gets one root over them, which saves 32 bytes a record. It does not tell any more
 * which output a record is for; that takes the record's proof from here (`receiptWithOutput`). Fees are Gwei, below 2^32.
 * Throws TributaryArgumentError for what has no packed form, TributaryRpcError for what the node refuses. The proofs follow
 * from the outputs in the records' order (`proveOutputs`): keep those before sending, lest a crash lose them.
 *
 * @example
 * const shares = [{ contribution: 4, weight: 700 }, { contribution: 9, weight: 300 }];
 * const records = [{ output: sha256(text), fee: 50_000n, shares }];
 * const { items, outputProofs } = await client.attributeCommitted({ model: 0, method: 1, records });
 */
export async function attributeCommitted(
  context: Context,
  parameters: AttributeCommittedParameters,
): Promise<AttributeCommittedReturnType> {
  const { model, method, evidenceRoot, records, ...options } = parameters;
  const { body, outputProofs } = attributeCommittedBody({ model, method, evidenceRoot, records });
  const sent = await sendTransaction(context, { name: "AttributeCommitted", body, ...options });
  return { ...sent, outputsRoot: toHex(body.outputsRoot), outputProofs };
}

/** The checked body of an AttributeCommitted, for those who sign and send it themselves, and the proofs to keep. */
export function attributeCommittedBody(parameters: Omit<AttributeCommittedParameters, keyof WriteParameters>): {
  body: AttributeCommitted;
  outputProofs: OutputProof[];
} {
  const { records, ...rest } = attributeBody(parameters);
  const outputs = records.map(({ output }) => output);
  return {
    body: { ...rest, outputsRoot: outputsRoot(outputs), records: records.map(({ fee, shares }) => ({ fee, shares })) },
    outputProofs: proveOutputs(outputs),
  };
}
