/** `chainInfo`: which rollup this is, its parameters, and how much a block carries. */
import type { ChainInfo } from "../../../protocol/api.ts";
import { Meter } from "../../../protocol/meter.ts";
import { HEADER_BYTES, MAX_BLOCK_BYTES, MAX_RECORDS } from "../../../protocol/params.ts";
import { type State, TABLES, type TableName } from "../../../protocol/state/state.ts";
import { readSystem } from "../../../protocol/state/system.ts";
import {
  boundOf,
  encodeTransaction,
  SIGNATURE_BYTES,
  type Transaction,
} from "../../../protocol/transactions/registry.ts";
import type { NodeView } from "../node.ts";

const SHARES = 8;

export async function chainInfo({ chain, instance }: NodeView): Promise<ChainInfo> {
  const { log, state } = chain;
  const head = await log.block(await log.head());
  const tables = Object.fromEntries(TABLES.map((name, i) => [name, head?.lengths[i] ?? 0])) as Record<
    TableName,
    number
  >;
  const { contributions } = tables;
  return {
    ...instance,
    parameters: readSystem(state.system).parameters,
    tables,
    recordsPerBlock: {
      now: recordsPerBlock(state, contributions),
      afterDoubling: recordsPerBlock(state, 2 * contributions),
    },
  };
}

/**
 * Eight-share records that an otherwise empty block holds in one transaction with one signature, once there are `contributions`
 * of them: found by asking the meter, not by a formula. The shares lie evenly over the table, which makes the distances
 * between them, and so the bytes, about as long as they get.
 */
export function recordsPerBlock(state: State, contributions: number): number {
  // The meter reads nothing of the state but the tables' lengths.
  const grown: State = Object.create(state, { contributions: { value: { length: contributions } } });
  const fits = (count: number): boolean => {
    const transaction = typicalTransaction(count, contributions);
    const bytes = encodeTransaction(transaction).length + SIGNATURE_BYTES;
    return HEADER_BYTES + bytes <= MAX_BLOCK_BYTES && new Meter(grown, 0).add(boundOf(transaction), bytes);
  };
  let most = 0;
  for (let step = MAX_RECORDS; step >= 1; step /= 2) {
    if (most + step <= MAX_RECORDS && fits(most + step)) most += step;
  }
  return most;
}

function typicalTransaction(count: number, contributions: number): Transaction {
  const distance = Math.max(1, Math.floor(contributions / SHARES));
  const weight = 0x10000 / SHARES;
  const shares = Array.from({ length: SHARES }, (_, i) => ({ contribution: i * distance, weight }));
  const records = Array.from({ length: count }, () => ({ output: new Uint8Array(32), fee: 1_000_000, shares }));
  return { name: "Attribute", account: 0, body: { model: 0, method: 0, evidenceRoot: new Uint8Array(32), records } };
}
