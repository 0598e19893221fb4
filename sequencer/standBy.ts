/**
 * Going back to blocks that were signed and had to leave the log. What made them go, a reorg of the host or another's batch,
 * can itself be undone; then nothing else may be posted at their heights, so the sequencer stands by what it said.
 */
import { blockCommitment } from "../protocol/batch.ts";
import { equalBytes, toHex } from "../protocol/bytes.ts";
import { witnessOf } from "../protocol/witness/witnessOf.ts";
import type { Batches } from "../runtime/chain/batches.ts";
import { type Chain, sealBlock } from "../runtime/chain/chain.ts";
import type { InboxCursor } from "../runtime/follow/inboxFollower.ts";
import { nativeRecover } from "../runtime/signatures/nativeRecover.ts";
import type { DryRuns } from "./dryRuns.ts";
import { commitmentOf, type Statements } from "./statements.ts";
import { inboxIndexOf, type Withdrawn } from "./withdrawn.ts";

export interface StandByOptions {
  chain: Chain;
  batches: Batches;
  statements: Statements;
  dryRuns: DryRuns | undefined;
}

/**
 * Height after which the withdrawn blocks belong, if they all can be posted as they are: their epoch lasts, the log still holds
 * the block before them, nothing of theirs is on the host, and it holds the Inbox they rest on.
 */
export async function returnHeight(
  { chain, batches, statements }: StandByOptions,
  epoch: number,
  agrees: (cursor: InboxCursor) => Promise<boolean>,
): Promise<number | undefined> {
  const [first, last] = [statements.withdrawn[0], statements.withdrawn.at(-1)];
  if (first === undefined || last === undefined || last.statement.epoch < epoch) return undefined;
  if (last.height - first.height >= statements.withdrawn.length) return undefined; // some between them are gone
  const height = first.height - 1;
  if (height < batches.postedHeight || height > chain.head.height) return undefined;
  if (!equalBytes(commitmentOf(await chain.log.block(height)), first.parent)) return undefined;
  let checked: number | undefined;
  for (const block of statements.withdrawn) {
    const index = inboxIndexOf(block);
    if (index !== checked && !(await agrees({ index, acc: block.inboxAcc }))) return undefined;
    checked = index;
  }
  return height;
}

/** Makes the withdrawn blocks again on the chain, whose head is the block before them. */
export async function restoreSigned({ chain, statements, dryRuns }: StandByOptions): Promise<void> {
  const environment = { separator: chain.separator, recover: nativeRecover };
  for (const block of [...statements.withdrawn]) {
    const { results, witness } = witnessOf(chain.state, environment, block, block.content);
    const made = sealBlock(chain.state, { ...partsOf(block), results });
    const { header } = block.statement;
    if (header !== null && toHex(blockCommitment(made)) !== header.blockCommitment) {
      throw new Error(`block ${block.height}, made again, is not the one that was signed`);
    }
    const dryRun = dryRuns?.wants(made.height, results) ? dryRuns.note(made, witness) : [];
    await chain.commit([made], [...statements.restore(block), ...dryRun]);
  }
}

const partsOf = ({ height, firstInboxIndex, messages, inboxAcc, content, timestamp, feeAccount }: Withdrawn) => ({
  height,
  firstInboxIndex,
  messages,
  inboxAcc,
  content,
  timestamp,
  feeAccount,
});
