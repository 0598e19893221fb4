/** From the Inbox's logs to messages that are proven to be the contract's. Spec: docs/spec/settlement.md#inbox. */
import { equalBytes, fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import { accumulate, type EnqueuedMessage } from "../../protocol/inbox.ts";
import { TributaryError } from "../errors.ts";

/** The arguments of `MessageEnqueued`. */
export interface MessageLog {
  index: bigint;
  acc: Hex;
  enqueuedAt: bigint;
  message: Hex;
}

/**
 * The messages from `fromIndex` on, without gap, each moving the accumulator from the one before it. Throws `host-reorged`
 * when a message is missing or the accumulator is another: the logs come from other blocks than `previousAcc`.
 */
export function verifyMessages(
  logs: readonly MessageLog[],
  fromIndex: number,
  previousAcc: Uint8Array,
): EnqueuedMessage[] {
  const messages: EnqueuedMessage[] = [];
  let acc = previousAcc;
  for (const log of logs) {
    const index = Number(log.index);
    if (index < fromIndex) continue;
    const expected = fromIndex + messages.length;
    if (index !== expected) {
      throw new TributaryError("host-reorged", `inbox message ${expected} is missing before ${index}`, {
        details: { expected, index },
      });
    }
    const bytes = fromHex(log.message);
    const enqueuedAt = Number(log.enqueuedAt);
    acc = accumulate(acc, bytes, enqueuedAt);
    if (!equalBytes(acc, fromHex(log.acc))) {
      throw new TributaryError("host-reorged", `inbox message ${index} does not continue the accumulator`, {
        details: { index, computed: toHex(acc), logged: log.acc },
      });
    }
    messages.push({ index, enqueuedAt, bytes, acc });
  }
  return messages;
}
