/** One block under both implementations of the rules. */
import { toHex } from "../../protocol/bytes.ts";
import type { State } from "../../protocol/state/state.ts";
import type { Block } from "./blocks.ts";
import { type Case, caseOf } from "./chains.ts";
import { ENVIRONMENT } from "./environment.ts";
import type { Answer, TransitionHost } from "./host.ts";

export interface Comparison extends Case {
  /** In what the two differ, undefined when in nothing. */
  readonly difference: Promise<string | undefined>;
}

/** Executes the block on `state`, which it changes, and asks the host for the same; the state may go on meanwhile. */
export function compare(host: TransitionHost, state: State, block: Block): Comparison {
  const made = caseOf(state, block);
  return { ...made, difference: ask(host, made).then((answer) => differenceOf(made, answer)) };
}

/** What the host makes of a case, with its own witness or another. */
export function ask(host: TransitionHost, right: Case, witness = right.witness): Promise<Answer> {
  const { block, preRoot, gas } = right;
  return host.execute({ ...block, preRoot, separator: ENVIRONMENT.separator, witness, gas });
}

function differenceOf({ postRoot, verdicts }: Case, answer: Answer): string | undefined {
  if ("reverted" in answer) return `Solidity reverts: ${answer.reverted}`;
  const own = toHex(verdicts);
  if (answer.verdicts !== own) return `verdicts: TypeScript ${own}, Solidity ${answer.verdicts}`;
  if (answer.postRoot !== toHex(postRoot)) return `roots: TypeScript ${toHex(postRoot)}, Solidity ${answer.postRoot}`;
  return undefined;
}
