/** Inbox messages that the host has made safe enough to credit, waiting for a block. */
import { type EnqueuedMessage, messageWeight } from "../protocol/inbox.ts";
import { INBOX_BLOCK_WEIGHT } from "../protocol/params.ts";

export class MessageQueue {
  #messages: EnqueuedMessage[] = [];
  #isComplete = false;

  /** Whether all that could be credited at the last look at the host are here, or were taken. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  markComplete(): void {
    this.#isComplete = true;
  }

  /** Adds messages in index order; ones it has are left out. */
  push(messages: readonly EnqueuedMessage[]): void {
    for (const message of messages) {
      const next = this.nextIndex;
      if (next === undefined || message.index === next) this.#messages.push(message);
    }
  }

  /** Index it expects next; undefined while empty. */
  get nextIndex(): number | undefined {
    const last = this.#messages.at(-1);
    return last === undefined ? undefined : last.index + 1;
  }

  /** Whether the message at `cursor` is here. */
  has(cursor: number): boolean {
    return this.#messages.some(({ index }) => index === cursor);
  }

  /** The messages from `cursor` on that fit one block (rule 5); they leave the queue. */
  take(cursor: number): EnqueuedMessage[] {
    if (!this.has(cursor)) return [];
    this.#messages = this.#messages.filter(({ index }) => index >= cursor);
    let weight = 0;
    let count = 0;
    while (count < this.#messages.length) {
      weight += messageWeight(this.#messages[count]!.bytes);
      if (weight > INBOX_BLOCK_WEIGHT) break;
      count++;
    }
    return this.#messages.splice(0, count);
  }

  clear(): void {
    this.#messages = [];
    this.#isComplete = false;
  }
}
