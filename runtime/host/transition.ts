/** Asking the contract what a block does: the law itself, by `eth_call`. Spec: docs/spec/faults.md#execute. */
import { transitionAbi } from "../../contracts/abi/transition.ts";
import type { Hex } from "../../protocol/bytes.ts";
import type { HostReader } from "./hostReader.ts";
import { readAt } from "./readAt.ts";

export interface TransitionInput {
  preRoot: Hex;
  separator: Hex;
  /** Seconds. */
  timestamp: number;
  feeAccount: number;
  content: Hex;
  /** As enqueued, in order. */
  messages: readonly Hex[];
}

/** Throws `host-reverted` when the witness is not that of the block, and what every read of the host does. */
export function executeOnHost(
  { client, transition }: Pick<HostReader, "client" | "transition">,
  input: TransitionInput,
  witness: Hex,
): Promise<{ postRoot: Hex; verdicts: Hex }> {
  return readAt(client, "executing a block", undefined, async (at) => {
    const contract = { address: transition, abi: transitionAbi, functionName: "execute" } as const;
    const [postRoot, verdicts] = await client.readContract({ ...contract, args: [input, witness], ...at });
    return { postRoot, verdicts };
  });
}
