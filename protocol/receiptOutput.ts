/** The output in a receipt whose record does not name it: the operator's branch, beside the record's proof. */
import type { CommittedOutput } from "./api.ts";
import { fromHex, type Hex, toHex } from "./bytes.ts";
import { type OutputProof, verifyOutput } from "./outputs.ts";
import type { Receipt, ReceiptAttribution } from "./receipt.ts";

export interface ReceiptCommitted extends CommittedOutput {
  /** That the record's `output` stands there; null exactly when that is. */
  proof: { count: number; branch: Hex[] } | null;
}

/**
 * The receipt with the output that its record is for. Throws RangeError when the record names its output itself, or the proof is
 * of another one.
 *
 * @example
 * const whole = receiptWithOutput(receipt, proveOutput(outputs, position));
 * verifyReceipt(whole).record.output; // the output's SHA-256
 */
export function receiptWithOutput(receipt: Receipt, proof: OutputProof): Receipt {
  const { record } = receipt;
  if (typeof record === "string" || record.committed === undefined) throw new RangeError("no output is missing");
  const { outputsRoot, position } = record.committed;
  if (proof.position !== position || !verifyOutput({ ...proof, outputsRoot: fromHex(outputsRoot) })) {
    throw new RangeError("the proof is not of the record's output");
  }
  const committed = { outputsRoot, position, proof: { count: proof.count, branch: proof.branch.map(toHex) } };
  return { ...receipt, record: { ...record, output: toHex(proof.output), committed } };
}

/** What is wrong with the output of a record, or null. Nothing is where none is claimed. */
export function outputProblem({ output, committed }: ReceiptAttribution): string | null {
  if (committed === undefined) return null;
  const { outputsRoot, position, proof } = committed;
  if ((output === null) !== (proof === null)) return `"record.output" is not there exactly when its proof is`;
  if (output === null || proof === null) return null;
  const branch = proof.branch.map(fromHex);
  const claim = { output: fromHex(output), position, count: proof.count, branch, outputsRoot: fromHex(outputsRoot) };
  return verifyOutput(claim) ? null : "the output is not under the record's outputs root";
}
