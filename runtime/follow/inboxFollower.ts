/** Follows the Inbox from a cursor: every message once, in order, bound to the accumulator. */
import { equalBytes, type Hex } from "../../protocol/bytes.ts";
import type { EnqueuedMessage } from "../../protocol/inbox.ts";
import { isTributaryError, TributaryError } from "../errors.ts";
import type { HostReader } from "../host/hostReader.ts";

export interface InboxCursor {
  /** Messages so far. */
  index: number;
  /** Accumulator after them. */
  acc: Uint8Array;
}

export class InboxFollower {
  readonly #reader: HostReader;
  #cursor: InboxCursor;
  /** Host blocks up to here were searched for the messages after the cursor. */
  #searchedTo: number;
  #length = 0;

  constructor(reader: HostReader, cursor: InboxCursor) {
    this.#reader = reader;
    this.#cursor = cursor;
    this.#searchedTo = reader.deploymentBlock - 1;
  }

  /** Messages known on the host at the last poll. */
  get length(): number {
    return this.#length;
  }

  /** Starts again from another place; host blocks up to `searchedTo` hold no message after it. */
  reset(cursor: InboxCursor, searchedTo: number = this.#reader.deploymentBlock - 1): void {
    this.#cursor = cursor;
    this.#searchedTo = searchedTo;
  }

  /** Notes how many messages there are at host block `at`; the cursor stays. Throws TributaryError. */
  async look(at: number): Promise<void> {
    this.#length = await this.#reader.inboxLength(at);
  }

  /** The messages after the cursor, up to host block `toBlock`; the cursor moves past them. Throws TributaryError. */
  async poll(toBlock: number): Promise<EnqueuedMessage[]> {
    await this.look(toBlock);
    const { index: fromIndex, acc: previousAcc } = this.#cursor;
    const count = this.#length - fromIndex;
    if (count <= 0) return [];
    const fromBlock = Math.min(this.#searchedTo + 1, toBlock);
    try {
      const messages = await this.#reader.messages({ fromIndex, previousAcc, fromBlock, toBlock });
      if (messages.length < count) {
        throw new TributaryError("host-reorged", `${count} messages are new on the host, logs show ${messages.length}`);
      }
      const last = messages.at(-1)!;
      this.#cursor = { index: last.index + 1, acc: last.acc };
      this.#searchedTo = toBlock;
      return messages;
    } catch (error) {
      // A reorg may have moved messages below what was searched: the next poll looks everywhere.
      if (isTributaryError(error, "host-reorged")) this.#searchedTo = this.#reader.deploymentBlock - 1;
      throw error;
    }
  }

  /** Whether the host's messages at block `at` are those that lead to `cursor`; undefined while it shows fewer. */
  async agrees({ index, acc }: InboxCursor, at: number | Hex): Promise<boolean | undefined> {
    const found = await this.#reader.acc(index, at);
    return found && equalBytes(found, acc);
  }
}
