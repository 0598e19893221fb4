/** A batch as a sequencer with default settings would post it: full blocks up to its target. */
import { type Block, postedBytes } from "../protocol/batch.ts";
import { executeBlock } from "../protocol/block.ts";
import type { State } from "../protocol/state/state.ts";
import type { OutputRecord } from "../protocol/transactions/outputRecord.ts";
import {
  attribute,
  blockMaker,
  ENVIRONMENT,
  type FilledBlock,
  type Form,
  OPERATOR,
  type RecordSource,
  TIMESTAMP,
} from "./world.ts";

/** Default of `--batch-bytes` (cli/commands/sequencer.ts). */
export const BATCH_BYTES = 40_000;

export interface MadeBatch {
  blocks: Block[];
  records: OutputRecord[];
}

/** Runs full blocks on `state` until one more would pass the target. */
export function makeBatch(
  state: State,
  source: RecordSource,
  { targetBytes = BATCH_BYTES, form = attribute }: { targetBytes?: number; form?: Form } = {},
): MadeBatch {
  const make = blockMaker(state, source, { form });
  const blocks: Block[] = [];
  const records: OutputRecord[] = [];
  let bytes = 0;
  for (;;) {
    const block = make();
    bytes += postedBytes(block.content);
    if (bytes > targetBytes) return { blocks, records };
    blocks.push(runBlock(state, block));
    records.push(...block.records);
  }
}

/** Executes a block and gives it the root it has. */
export function runBlock(state: State, block: FilledBlock): Block {
  executeOnly(state, block);
  const header = { stateRoot: state.root(), timestamp: TIMESTAMP, inboxCount: 0, feeAccount: OPERATOR };
  return { header, content: block.content };
}

/** Executes a block without the root after it. Throws when a record is refused: then a benchmark would measure nothing. */
export function executeOnly(state: State, { content, records }: FilledBlock): void {
  const start = { timestamp: TIMESTAMP, feeAccount: OPERATOR, messages: [] };
  const [result] = executeBlock(state, ENVIRONMENT, start, content);
  const items = result?.items ?? [];
  if (items.length === records.length && items.every((verdict) => verdict === "Ok")) return;
  throw new Error(`a block of ${records.length} records gave ${result?.verdict ?? "nothing"}: ${items.join(" ")}`);
}
