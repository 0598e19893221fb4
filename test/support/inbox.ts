/** Messages as an Inbox would have them. */
import { accumulate, type EnqueuedMessage } from "../../protocol/inbox.ts";
import { depositMessage, type Person } from "./world.ts";

/** One after the other from index 0, all at the same time. */
export function enqueue(messages: readonly Uint8Array[], enqueuedAt = 1_000): EnqueuedMessage[] {
  let acc: Uint8Array = new Uint8Array(32);
  return messages.map((bytes, index) => {
    acc = accumulate(acc, bytes, enqueuedAt);
    return { index, enqueuedAt, bytes, acc };
  });
}

export const deposits = (owners: readonly Person[], amount = 100_000_000_000n): EnqueuedMessage[] =>
  enqueue(owners.map((owner) => depositMessage(owner, amount)));
