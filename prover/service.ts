/** The verifier node, wired: host, store, verifier, prover, snapshots, and the view its RPC serves. */
import { join } from "node:path";
import type { Registry } from "prom-client";
import type { LocalAccount } from "viem/accounts";
import type { FaultReport, SyncStatus } from "../protocol/api.ts";
import { equalBytes, toHex } from "../protocol/bytes.ts";
import { NONCE } from "../protocol/state/account.ts";
import { AttributionIndex } from "../runtime/chain/attributionIndex.ts";
import { Batches } from "../runtime/chain/batches.ts";
import { receiptOf } from "../runtime/chain/receipts.ts";
import { TributaryError } from "../runtime/errors.ts";
import { wasProvenFalse } from "../runtime/host/faults.ts";
import { connectHost } from "../runtime/host/hostReader.ts";
import { createHostSender } from "../runtime/host/hostSender.ts";
import { type Lifecycle, repeat } from "../runtime/lifecycle.ts";
import type { Logger } from "../runtime/logger.ts";
import { instanceOf, openChain } from "../runtime/node/openChain.ts";
import type { NodeView } from "../runtime/rpc/node.ts";
import { createActor } from "./act.ts";
import { KnownFaults } from "./knownFaults.ts";
import { Prover } from "./prover.ts";
import { SnapshotKeeper } from "./snapshotKeeper.ts";
import { Speaker } from "./speak.ts";
import { type FoundFault, Verifier } from "./verifier.ts";

export interface VerifierServiceOptions {
  dataDir: string;
  hostRpcUrl: string;
  rollup: `0x${string}`;
  hostPollMs?: number;
  /** Blocks between snapshots in the store, for a quick restart. */
  snapshotEvery?: number;
  /** Host time between portable snapshots, seconds; 0 for one at every batch. Default: a day. */
  portableSnapshotSeconds?: number;
  /** Proves faults with this key, which must send nothing else. Without it the verifier only raises the alarm. */
  prover?: LocalAccount;
  /** What to do at the first fault, after it was logged. */
  onFault?: (fault: FaultReport) => void;
  logger: Logger;
}

export interface VerifierNode extends NodeView {
  readonly verifier: Verifier;
  /** Portable snapshots that it keeps at present. */
  readonly snapshots: Pick<SnapshotKeeper, "kept">;
  registerMetrics(registry: Registry): void;
  /** Resolves when `lifecycle` stops; rejects on a broken invariant. */
  readonly done: Promise<void>;
}

const DEFAULT_HOST_POLL_MS = 1_000;
const DAY_SECONDS = 24 * 3_600;
/** From the end of a batch's window until no reward of its removal can be open, with a day to spare. */
const CLOSES_AFTER_SECONDS = 2 * DAY_SECONDS;

/** Starts following the host. Throws TributaryError when host, store or instance do not allow it. */
export async function startVerifier(options: VerifierServiceOptions, lifecycle: Lifecycle): Promise<VerifierNode> {
  const { logger, hostRpcUrl: rpcUrl, rollup, snapshotEvery } = options;
  const reader = await connectHost({ rpcUrl, rollup });
  const warn = (message: string, error?: unknown): void => logger.warn({ err: error }, message);
  const { store, chain } = await openChain(reader, options.dataDir, {
    role: "verifier",
    warn,
    ...(snapshotEvery && { snapshotEvery }),
  });
  lifecycle.onStop("store", async () => {
    await chain.close();
    await store.close();
  });
  const batches = await Batches.open(store, reader.challengeWindow);
  const speaker = new Speaker(logger);
  const { challengeWindow } = reader;
  const snapshots = await SnapshotKeeper.open({
    directory: join(options.dataDir, "snapshots"),
    chain,
    batches,
    instance: { chainId: reader.chainId, rollup },
    windowSeconds: challengeWindow,
    everySeconds: options.portableSnapshotSeconds ?? DAY_SECONDS,
    onKept: (snapshot) => speaker.snapshot(snapshot),
    warn,
  });
  const known = options.prover && (await KnownFaults.open(store));
  const verifier = new Verifier({
    reader,
    chain,
    batches,
    proves: known !== undefined,
    async onAgreed(batch, hostTime) {
      speaker.agreed(batch, chain.head.root);
      await snapshots.afterBatch(batch, hostTime);
    },
    async onRemoved(kept, first) {
      speaker.removed(kept);
      await snapshots.removeAbove(kept);
      if (await wasProvenFalse(reader, first)) speaker.contradicted(first);
    },
    async onFault({ report, commitment, blockIndex, postedAt }) {
      const { batch, expectedRoot } = report;
      const closesAt = postedAt + challengeWindow + CLOSES_AFTER_SECONDS;
      await known?.add({ batch, commitment, blockIndex, expectedRoot, closesAt });
      if (speaker.fault(report)) options.onFault?.(report);
    },
    onPolled: () => snapshots.atTip(),
  });
  const onError = (error: TributaryError, name: string): void => logger.warn({ err: error, code: error.code }, name);
  const pollMs = options.hostPollMs ?? DEFAULT_HOST_POLL_MS;
  const { signal } = lifecycle;
  const working = [repeat("following the host", pollMs, signal, () => verifier.poll(), onError)];
  lifecycle.onStop("verifier", async () => {
    await Promise.allSettled(working);
  });
  if (options.prover !== undefined && known !== undefined) {
    const { prover: account } = options;
    const { chainId, client } = reader;
    const send = { rpcUrl, account, chainId, confirmations: 1, pollIntervalMs: pollMs, logger };
    const sender = await createHostSender(send);
    const actor = createActor({ client, sender, account, rollup });
    const prover = new Prover({ reader, account, actor, known, speaker, found: () => verifier.fault });
    const prove = async (): Promise<void> => {
      while (!signal.aborted && (await prover.step()));
    };
    working.push(sender.run(signal), repeat("proving", pollMs, signal, prove, onError));
    logger.info({ prover: account.address }, "faults will be proven with this key");
  }

  return {
    verifier,
    chain,
    batches,
    attributions: new AttributionIndex(chain),
    instance: instanceOf(reader),
    snapshots,
    done: Promise.all(working).then(() => undefined),
    registerMetrics: (registry) => speaker.register(registry),
    syncStatus: (): SyncStatus => ({
      role: "verifier",
      height: chain.written.height,
      stateRoot: toHex(chain.written.root),
      posted: batches.postedHeight,
      hostSafe: batches.heightAt("host-safe"),
      hostFinalized: batches.heightAt("host-finalized"),
      settled: batches.heightAt("settled"),
      inboxIndex: chain.written.inboxIndex,
      inboxLength: verifier.inboxLength,
      hostBlock: verifier.hostBlock,
      batch: batches.tip,
      fault: faultOf(verifier.fault, known && speaker),
      unpostedBytes: 0,
    }),
    pendingNonce: (account) => (chain.state.accounts.has(account) ? chain.state.accounts.number(account, NONCE) : 0),
    // A batch is executed in one go; only while a faulty one is undone is the state not the head's.
    atBoundary: async (read) => {
      if (!equalBytes(chain.state.root(), chain.head.root)) {
        throw new TributaryError("not-available", "the node is going back to the last agreed batch");
      }
      return read();
    },
    onReceipt: (listener) =>
      chain.onBlock((block) => {
        const { height, header, results } = block;
        results.forEach((result, position) => {
          listener(receiptOf(result, { height, position, timestamp: header.timestamp }));
        });
      }),
  };
}

function faultOf(found: FoundFault | undefined, prover: Speaker | undefined): FaultReport | null {
  if (found === undefined) return null;
  return prover === undefined ? found.report : { ...found.report, proof: prover.progress };
}
