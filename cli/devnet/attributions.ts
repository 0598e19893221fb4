/** Second half of the main job: attributions for traced sentences, and what they cost on the host. */
import { hexToBytes } from "viem";
import { evidenceRoot } from "../../attribution/evidenceTree.ts";
import { encodeTransaction, SIGNATURE_BYTES } from "../../protocol/transactions/registry.ts";
import type { TracedSentence } from "./corpus.ts";
import type { Network } from "./network.ts";
import { reliably, sendReliably } from "./reliably.ts";

/** Gwei per record: 0.002 token. */
export const RECORD_FEE = 2_000_000;
/** Method 1: exact spans (docs/spec/attribution.md#methods). */
const EXACT_SPANS = 1;
/** Leaves room for the other transactions of a block. */
const FILL = 0.9;
const MAX_CHUNK_BYTES = 7_000;

export interface Attributed {
  records: number;
  transactions: number;
  /** Packed bytes of all of them. */
  bytes: number;
  fees: bigint;
  shares: number;
  /** Block of the last one. */
  height: number;
  /** Where each sentence's record is in the attributions table. */
  indexOf: Map<TracedSentence, number>;
}

/** Sends the attributions, as many records a signature as a block holds. */
export async function attribute(
  { client }: Network,
  traced: readonly TracedSentence[],
  { model, operator }: { model: number; operator: number },
  report: (status: string) => void,
): Promise<Attributed> {
  const { recordsPerBlock } = await reliably(() => client.chainInfo());
  const result: Attributed = {
    records: 0,
    transactions: 0,
    bytes: 0,
    fees: 0n,
    shares: 0,
    height: 0,
    indexOf: new Map(),
  };
  for (const chunk of chunksOf(traced, Math.floor(recordsPerBlock.now * 8 * FILL))) {
    const records = chunk.map(({ output, shares }) => ({ output, fee: RECORD_FEE, shares: [...shares] }));
    const body = {
      model,
      method: EXACT_SPANS,
      evidenceRoot: evidenceRoot(chunk.map((each) => each.evidenceLeaf)),
      records,
    };
    const receipt = await sendReliably(client, { name: "Attribute", body, account: operator });
    const rejected = receipt.items.find((verdict) => verdict !== "Ok");
    if (rejected !== undefined) throw new Error(`a record was rejected: ${rejected}`);
    chunk.forEach((sentence, i) => {
      result.indexOf.set(sentence, receipt.created[0]!.first + i);
    });
    result.records += records.length;
    result.transactions++;
    result.height = receipt.height;
    result.bytes += encodeTransaction({ name: "Attribute", account: operator, body }).length + SIGNATURE_BYTES;
    result.fees += BigInt(RECORD_FEE * records.length);
    result.shares += records.reduce((sum, { shares }) => sum + shares.length, 0);
    report(`${result.records} of ${traced.length}`);
  }
  return result;
}

function* chunksOf(traced: readonly TracedSentence[], maxShares: number): Generator<TracedSentence[]> {
  let chunk: TracedSentence[] = [];
  let [shares, bytes] = [0, 0];
  for (const sentence of traced) {
    const size = 40 + 6 * sentence.shares.length;
    if (chunk.length > 0 && (shares + sentence.shares.length > maxShares || bytes + size > MAX_CHUNK_BYTES)) {
      yield chunk;
      [chunk, shares, bytes] = [[], 0, 0];
    }
    chunk.push(sentence);
    shares += sentence.shares.length;
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

export interface HostCost {
  batches: number;
  blocks: number;
  /** Calldata of all batches: everything that is on the host. */
  bytes: number;
  gas: bigint;
}

/** What the batches up to `lastBatch` cost, read from the host; the verifier agreed with them. */
export async function hostCost({ auditor, host }: Network, lastBatch: number): Promise<HostCost> {
  const cost: HostCost = { batches: lastBatch, blocks: 0, bytes: 0, gas: 0n };
  for (let id = 1; id <= lastBatch; id++) {
    const batch = await reliably(() => auditor.getBatch({ id }));
    if (batch === null) throw new Error(`the verifier does not know batch ${id}`);
    const hash = batch.hostTransaction;
    const { input } = await host.publicClient.getTransaction({ hash });
    cost.blocks += batch.blockCommitments.length;
    cost.bytes += hexToBytes(input).length;
    cost.gas += (await host.publicClient.getTransactionReceipt({ hash })).gasUsed;
  }
  return cost;
}
