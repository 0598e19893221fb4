/** Sending through a sequencer that may be killed at any moment: sign once, send until there is a receipt. */

import type { SignTransactionParameters } from "../../client/actions/sendTransaction.ts";
import type { TributaryClient } from "../../client/client.ts";
import { TributaryRpcError } from "../../client/errors.ts";
import type { Receipt } from "../../client/views.ts";
import { sleep } from "../../runtime/lifecycle.ts";

const RETRY_MS = 200;
const GIVE_UP_MS = 60_000;
const NEVER = new AbortController().signal;

/** Whether the node may simply be down for a moment. */
function isOutage(error: unknown): boolean {
  return (
    error instanceof TributaryRpcError &&
    ["unreachable", "timeout", "busy", "bad-response", "not-available"].includes(error.code)
  );
}

/** Repeats a call while the node does not answer. Throws the last error after a minute. */
export async function reliably<T>(call: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isOutage(error) || performance.now() > deadline) throw error;
      await sleep(RETRY_MS, NEVER);
    }
  }
}

/**
 * Sends a transaction exactly once, whatever happens to the node in between: the signature fixes the nonce, so a second
 * copy can never take effect. Throws when it is rejected.
 */
export async function sendReliably(client: TributaryClient, parameters: SignTransactionParameters): Promise<Receipt> {
  const { hash, nonce, signed } = await reliably(() => client.signTransaction(parameters));
  const receipt = await reliably(async () => {
    const [answer] = await client.sendBatch([{ nonce, signed }]);
    if (!(answer instanceof TributaryRpcError)) return answer!;
    if (isOutage(answer)) throw answer;
    // It was taken before, and the answer was lost with the node.
    const earlier = answer.code === "nonce-too-low" ? await client.getReceipt({ hash }) : null;
    if (earlier === null) throw answer;
    return earlier;
  });
  if (receipt.verdict !== "Ok") throw new Error(`${parameters.name} was rejected: ${receipt.verdict}`);
  return receipt;
}
