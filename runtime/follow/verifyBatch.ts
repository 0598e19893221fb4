/** Re-executes a posted batch on the chain's state and compares every root. The one judge of verifier and sequencer alike. */
import type { FaultReport } from "../../protocol/api.ts";
import { executeBlock } from "../../protocol/block.ts";
import { equalBytes, toHex } from "../../protocol/bytes.ts";
import type { EnqueuedMessage } from "../../protocol/inbox.ts";
import type { Batches } from "../chain/batches.ts";
import { type Chain, sealBlock } from "../chain/chain.ts";
import type { StoredBlock } from "../chain/storedBlock.ts";
import { TributaryError } from "../errors.ts";
import { nativeRecover } from "../signatures/nativeRecover.ts";
import type { FetchedBatch } from "./fetchBatch.ts";

/**
 * Takes the batch in when every root is right; otherwise leaves the chain as it was and says what is wrong. `messages` are those
 * that the batch consumes, in order. Throws `host-reorged` when they are not: only with the right ones is a wrong root a fault.
 */
export async function verifyBatch(
  chain: Chain,
  batches: Batches,
  { record, blocks, inboxAcc }: FetchedBatch,
  messages: readonly EnqueuedMessage[],
): Promise<FaultReport | undefined> {
  const endAcc = messages.at(-1)?.acc ?? chain.head.inboxAcc;
  const count = blocks.reduce((sum, { header }) => sum + header.inboxCount, 0);
  if (messages.length !== count || !equalBytes(endAcc, inboxAcc)) {
    throw new TributaryError(
      "host-reorged",
      `batch ${record.id} was posted on other messages than those that were read`,
    );
  }
  const environment = { separator: chain.separator, recover: nativeRecover };
  const agreed: StoredBlock[] = [];
  let consumed = 0;
  for (const [i, { header, content }] of blocks.entries()) {
    const own = messages.slice(consumed, consumed + header.inboxCount);
    const height = record.firstHeight + i;
    const start = {
      timestamp: header.timestamp,
      feeAccount: header.feeAccount,
      messages: own.map(({ bytes }) => bytes),
    };
    const results = executeBlock(chain.state, environment, start, content);
    const acc = own.at(-1)?.acc ?? agreed.at(-1)?.inboxAcc ?? chain.head.inboxAcc;
    const firstInboxIndex = record.firstInboxIndex + consumed;
    const block = sealBlock(chain.state, { ...start, height, firstInboxIndex, inboxAcc: acc, content, results });
    if (!equalBytes(block.header.stateRoot, header.stateRoot)) {
      await chain.rewind(chain.head.height); // the state holds the blocks of this batch that were right
      const [expectedRoot, postedRoot] = [toHex(block.header.stateRoot), toHex(header.stateRoot)];
      return { batch: record.id, height, expectedRoot, postedRoot };
    }
    agreed.push(block);
    consumed += header.inboxCount;
  }
  // What a loss of power takes away is on the host still: the next start reads it again.
  await chain.commit(agreed, [batches.add(record)], { sync: false });
  return undefined;
}
