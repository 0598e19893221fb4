/**
 * What one eight-share record takes on the host, with its part of everything around it: the signed host transaction, the call,
 * block headers with their roots, the operator's signatures. The limit is the information in a record: the output's hash, unless
 * outputs are committed by one root, which eight of all contributions, eight weights.
 */
import { size, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { encodeBatch } from "../protocol/batch.ts";
import { useFastHashes } from "../runtime/fastHashes.ts";
import { encodePostBatch } from "../runtime/host/postBatch.ts";
import { type MadeBatch, makeBatch } from "./batch.ts";
import { type Benchmark, resultOf } from "./benchmark.ts";
import { informationBytes } from "./information.ts";
import { SOTU_CONTRIBUTIONS, sotuRecords } from "./sotuRecords.ts";
import {
  attribute,
  attributeCommitted,
  OPERATOR_KEY,
  type RecordSource,
  randomOf,
  SHORT_LOG_RECORDS,
  stateOf,
  uniformRecords,
} from "./world.ts";

interface Case {
  name: string;
  contributions: number;
  source(): RecordSource;
  /** Bytes a record. */
  target: number;
  /** The same of committed outputs. */
  committedTarget?: number;
}

export const hostBytes: Benchmark = async ({ short }, report) => {
  await useFastHashes();
  const uniform = short ? 10_000 : 1_000_000;
  const cases: Case[] = [
    { name: "uniform", contributions: uniform, source: () => uniformRecords(uniform, randomOf(2)), target: 80 },
  ];
  if (!short) {
    const source = () => sotuRecords(randomOf(1));
    cases.unshift({ name: "sotu", contributions: SOTU_CONTRIBUTIONS, source, target: 64, committedTarget: 40 });
  }
  const forms = cases.flatMap((each) => [
    { ...each, form: attribute, withOutput: true },
    {
      ...each,
      name: `${each.name}.committed`,
      target: each.committedTarget,
      form: attributeCommitted,
      withOutput: false,
    },
  ]);
  for (const { name, contributions, source, target, form, withOutput } of forms) {
    const state = stateOf({ contributions, ...(short && { records: SHORT_LOG_RECORDS }) });
    const batch = makeBatch(state, source(), { form });
    const { blocks, records } = batch;
    report(
      resultOf({
        name: `host.bytes.${name}`,
        value: (await hostTransactionBytes(batch)) / records.length,
        unit: "bytes a record",
        better: "less",
        limit: informationBytes(contributions, withOutput),
        ...(target !== undefined && { target: { of: "value", bound: target } }),
        note: `${contributions} contributions, ${records.length} records in ${blocks.length} blocks of one host transaction`,
        reason: "the meter ends a block at 60,000 bytes of proof, so that few records share its header and signature",
      }),
    );
  }
};

/** Length of the signed transaction that posts the batch: all that the host keeps of it. */
async function hostTransactionBytes({ blocks }: MadeBatch): Promise<number> {
  const word = blocks[0]!.header.stateRoot; // 32 bytes as good as any
  const data = encodePostBatch({ parentCommitment: word, inboxAcc: word, blocks: encodeBatch(blocks) });
  const signed = await privateKeyToAccount(toHex(OPERATOR_KEY)).signTransaction({
    type: "eip1559",
    chainId: 10,
    nonce: 100_000,
    to: `0x${"11".repeat(20)}`,
    gas: 2_000_000n,
    maxFeePerGas: 10n ** 9n,
    maxPriorityFeePerGas: 10n ** 6n,
    data,
  });
  return size(signed);
}
