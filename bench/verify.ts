/**
 * A verifier's work, on the batches that a sequencer under full load has just posted: from the calldata of the host transactions
 * to roots that it agrees with, written to its store. `verify` in this process, with the calldata at hand; `sync` a verifier's
 * process that starts from nothing and asks the host for everything.
 */
import { join } from "node:path";
import type { Hex } from "viem";
import { batchCommitment, blockCommitment, decodeBatch } from "../protocol/batch.ts";
import { fromHex, toHex } from "../protocol/bytes.ts";
import { Batches } from "../runtime/chain/batches.ts";
import type { FetchedBatch } from "../runtime/follow/fetchBatch.ts";
import { fetchBatches } from "../runtime/follow/fetchBatches.ts";
import { verifyBatch } from "../runtime/follow/verifyBatch.ts";
import { connectHost } from "../runtime/host/hostReader.ts";
import { decodePostBatch } from "../runtime/host/postBatch.ts";
import { openChain } from "../runtime/node/openChain.ts";
import { type Benchmark, type Options, resultOf } from "./benchmark.ts";
import { verifyFromNothing } from "./daemons.ts";
import { bulkOf, measureLoad, withNetwork } from "./ingest.ts";
import { type Spent, stopwatch } from "./measure.ts";
import type { BenchNetwork } from "./network.ts";
import { formatNumber } from "./report.ts";

/** Part of the batches that come first and do not count, as in the load that made them: the code must have been compiled. */
const WARM_UP = 0.2;
/** Times as fast as a sequencer takes records in. */
const TARGET = 2;

/** Full load for some seconds, all of it posted. Returns records a second that were taken in. */
async function fill(network: BenchNetwork, options: Options): Promise<number> {
  const load = bulkOf(network);
  const { acknowledged, wall } = await measureLoad(network, options, load);
  await network.posted();
  return (acknowledged * load.records) / wall;
}

export const verify: Benchmark = (options, report) =>
  withNetwork(async (network) => {
    const ingested = await fill(network, options);
    const { records, batches, spent } = await verifyPosted(network);
    report(
      resultOf({
        name: "verify",
        value: records / spent.wall,
        unit: "records/s",
        better: "more",
        peer: { name: "ingest.bulk, just before", value: ingested },
        target: { of: "peerRatio", bound: TARGET },
        note: `${records} records in ${batches} batches; ${formatNumber(records / spent.cpu)} for each processor second`,
        reason: "blocks run one after the other on one core; a sequencer has its signatures recovered on another",
      }),
    );
  });

interface Posted {
  calldata: Hex;
  fetched: FetchedBatch;
}

async function verifyPosted(network: BenchNetwork): Promise<{ records: number; batches: number; spent: Spent }> {
  const { rpcUrl, deployment } = network.host;
  const reader = await connectHost({ rpcUrl, rollup: deployment.rollup });
  const { latest } = await reader.heads();
  const posted: Posted[] = [];
  const range = { after: 0, last: await reader.tip(latest.hash), fromBlock: reader.deploymentBlock, head: latest };
  for await (const fetched of fetchBatches(reader, range)) {
    const { input } = await reader.client.getTransaction({ hash: fetched.record.hostTransaction });
    posted.push({ calldata: input, fetched });
  }
  const messages = await reader.messages({ fromIndex: 0, toBlock: latest.number });
  const { store, chain } = await openChain(reader, join(network.folder, "verify"), { role: "verifier" });
  const batches = await Batches.open(store, reader.challengeWindow);
  let [running, before] = [stopwatch(), 0];
  for (const [i, each] of posted.entries()) {
    if (i === Math.floor(posted.length * WARM_UP)) {
      [running, before] = [stopwatch(), chain.state.attributions.length];
    }
    const batch = readBatch(each);
    const count = batch.blocks.reduce((sum, { header }) => sum + header.inboxCount, 0);
    const fault = await verifyBatch(chain, batches, batch, messages.splice(0, count));
    if (fault !== undefined) throw new Error(`a batch is faulty: ${JSON.stringify(fault)}`);
  }
  const spent = running();
  await chain.close();
  await store.close();
  return { records: chain.state.attributions.length - before, batches: posted.length, spent };
}

/** What `fetchBatch` does once it has the calldata. */
function readBatch({ calldata, fetched }: Posted): FetchedBatch {
  const { record } = fetched;
  const { inboxAcc, blocks: bytes } = decodePostBatch(calldata)!;
  const blocks = decodeBatch(bytes) ?? [];
  const commitment = batchCommitment({
    parentCommitment: fromHex(record.parentCommitment),
    parentRoot: fromHex(record.parentRoot),
    parentTimestamp: record.parentTimestamp,
    firstHeight: record.firstHeight,
    firstInboxIndex: record.firstInboxIndex,
    epoch: record.epoch,
    blockCommitments: blocks.map(blockCommitment),
  });
  if (toHex(commitment) !== record.commitment) throw new Error(`batch ${record.id} has another commitment`);
  return { ...fetched, blocks, inboxAcc };
}

export const sync: Benchmark = (options, report) =>
  withNetwork(async (network) => {
    await fill(network, options);
    const alone = await verifyPosted(network);
    const { seconds, batches, records } = await verifyFromNothing(network.host, network.folder, network.sequencer.url);
    report(
      resultOf({
        name: "sync",
        value: records / seconds,
        unit: "records/s",
        better: "more",
        // The same with the calldata at hand: the rest is the process's start and the host's RPC.
        limit: alone.records / alone.spent.wall,
        note: `${records} records in ${batches} batches, ${formatNumber(seconds)} s from the start of the process to the same root`,
      }),
    );
  });
