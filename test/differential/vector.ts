/** A block, its witness and its outcome as JSON: enough to check any implementation of the rules. */
import { toHex } from "../../protocol/bytes.ts";
import type { Case } from "./chains.ts";
import { ENVIRONMENT } from "./environment.ts";

/** Bytes as hex; `verdicts` as `Transition.execute` returns them. */
export interface Vector {
  readonly name: string;
  readonly preRoot: string;
  readonly separator: string;
  readonly timestamp: number;
  readonly feeAccount: number;
  readonly messages: readonly string[];
  readonly content: string;
  readonly witness: string;
  readonly postRoot: string;
  readonly verdicts: string;
}

export function vectorOf(name: string, { block, preRoot, postRoot, witness, verdicts }: Case): Vector {
  const { timestamp, feeAccount, messages } = block.start;
  return {
    name,
    preRoot: toHex(preRoot),
    separator: toHex(ENVIRONMENT.separator),
    timestamp,
    feeAccount,
    messages: messages.map(toHex),
    content: toHex(block.content),
    witness: toHex(witness),
    postRoot: toHex(postRoot),
    verdicts: toHex(verdicts),
  };
}
