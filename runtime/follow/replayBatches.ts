/**
 * From a state to a later one, with nothing but the host: what who leaves does with a snapshot that is older than the last
 * finalized batch. No store, no node.
 */
import { executeBlock } from "../../protocol/block.ts";
import { equalBytes } from "../../protocol/bytes.ts";
import type { EnqueuedMessage } from "../../protocol/inbox.ts";
import type { State } from "../../protocol/state/state.ts";
import { INBOX_INDEX } from "../../protocol/state/system.ts";
import { TributaryError } from "../errors.ts";
import { blockAtTime } from "../host/blockAt.ts";
import type { HostReader } from "../host/hostReader.ts";
import type { HostBlock } from "../host/readAt.ts";
import { nativeRecover } from "../signatures/nativeRecover.ts";
import type { FetchedBatch } from "./fetchBatch.ts";
import { fetchBatches } from "./fetchBatches.ts";

export interface ReplayOptions {
  /** The state after batch `from`; changed in place. */
  state: State;
  from: number;
  to: number;
  /** The host as it is to be believed. */
  head: HostBlock;
  /** EIP-712 domain separator. */
  separator: Uint8Array;
  onBatch?: (id: number) => void;
}

/**
 * Executes the batches after `from` up to `to`. Throws TributaryError: `host-mismatch` when the host holds a state root that the
 * rules do not give, then nothing can be proven against it; `host-reorged` when its answers do not belong together.
 */
export async function replayBatches(reader: HostReader, options: ReplayOptions): Promise<void> {
  const { state, from, to, head, separator, onBatch } = options;
  if (from >= to) return;
  const first = await reader.storedBatch(from + 1, head.hash);
  if (first === undefined) throw new TributaryError("host-reorged", `the host has no batch ${from + 1}`);
  const fromBlock = await blockAtTime(reader, first.postedAt, head.number);
  const messages = await messagesFrom(reader, state.system.number(0, INBOX_INDEX), head);
  for await (const batch of fetchBatches(reader, { after: from, last: to, fromBlock, head })) {
    run(state, separator, batch, messages);
    onBatch?.(batch.record.id);
  }
}

/** All messages from `fromIndex` on that host block `head` shows, in order. */
export async function messagesFrom(reader: HostReader, fromIndex: number, head: HostBlock): Promise<EnqueuedMessage[]> {
  const first = await reader.enqueuedAt(fromIndex, head.hash);
  if (first === undefined) return [];
  const fromBlock = await blockAtTime(reader, first, head.number);
  return reader.messages({ fromIndex, fromBlock, toBlock: head.number });
}

/** Takes what the batch consumes off `messages`. */
function run(state: State, separator: Uint8Array, { record, blocks }: FetchedBatch, messages: EnqueuedMessage[]): void {
  for (const { header, content } of blocks) {
    const consumed = messages.splice(0, header.inboxCount);
    if (consumed.length < header.inboxCount) {
      throw new TributaryError("host-reorged", `messages of batch ${record.id} are missing`);
    }
    const start = { ...header, messages: consumed.map(({ bytes }) => bytes) };
    executeBlock(state, { separator, recover: nativeRecover }, start, content);
  }
  if (equalBytes(state.root(), blocks.at(-1)!.header.stateRoot)) return;
  const message = `batch ${record.id} has a state root that the rules do not give: nothing can be proven against it`;
  throw new TributaryError("host-mismatch", message, { details: { batch: record.id } });
}
