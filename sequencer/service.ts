/** The sequencer, wired: host, store, builder, poster, RPC. */
import type { LocalAccount } from "viem";
import type { SyncStatus } from "../protocol/api.ts";
import { fromHex, toHex } from "../protocol/bytes.ts";
import { AttributionIndex } from "../runtime/chain/attributionIndex.ts";
import { Batches } from "../runtime/chain/batches.ts";
import type { TributaryError } from "../runtime/errors.ts";
import { FetchThread } from "../runtime/host/fetchThread.ts";
import { connectHost } from "../runtime/host/hostReader.ts";
import { createHostSender } from "../runtime/host/hostSender.ts";
import { type Lifecycle, repeat } from "../runtime/lifecycle.ts";
import type { Logger } from "../runtime/logger.ts";
import { instanceOf, openChain } from "../runtime/node/openChain.ts";
import type { NodeView } from "../runtime/rpc/node.ts";
import { createDigestSigner } from "../runtime/signatures/nativeSign.ts";
import { RecoverPool } from "../runtime/signatures/recoverPool.ts";
import { Admission } from "./admission.ts";
import { Builder } from "./builder.ts";
import { DryRuns } from "./dryRuns.ts";
import { EpochWatch } from "./epochWatch.ts";
import { type CreditTag, HostSync } from "./hostSync.ts";
import { MessageQueue } from "./messages.ts";
import { Posting } from "./posting.ts";
import { Signer } from "./signer.ts";
import { Standing } from "./standing.ts";
import { requireKnownSigner, requirePoster } from "./startChecks.ts";
import { Statements } from "./statements.ts";
import { Unposted } from "./unposted.ts";

export interface SequencerOptions {
  dataDir: string;
  hostRpcUrl: string;
  rollup: `0x${string}`;
  /** Posts batches; must hold the slot and its bond. Without it blocks are built and never posted. */
  poster?: LocalAccount;
  /** Private key (32 bytes) that signs headers and confirmations; the slot must name it. Without it nothing is signed. */
  headerKey?: Uint8Array;
  /** Says that no other store signed under the slot in the present epoch: needed where that cannot be known. */
  newSigner?: boolean;
  /** Post whenever others than the slot's holder may, and follow the host until then. */
  permissionless?: boolean;
  /** Bond what is missing; a permissionless sequencer does so anyway, as much as an open poster needs. */
  bond?: boolean;
  /** Claim the slot when it is vacant: for the header key, or for the poster's where there is none. */
  claimSlot?: boolean;
  /** Whether blocks are executed by the contract before they are posted (rule 4). */
  dryRun?: boolean;
  /** Of the blocks without a rejected verdict one in so many. Default 32. */
  dryRunEvery?: number;
  /** Account on the rollup that gets the transaction fees. Default: the first account of the poster, else the treasury. */
  feeAccount?: number;
  creditTag?: CreditTag;
  blockTimeMs?: number;
  hostPollMs?: number;
  batchTargetBytes?: number;
  batchMaxAgeSeconds?: number;
  /** Bounds of rule 28: how far it may run ahead of the host. */
  maxUnpostedBytes?: number;
  maxUnpostedSeconds?: number;
  /** Depth in host blocks at which a posted batch counts as sent. */
  confirmations?: number;
  /** Batches that may be in the host's pool at once. */
  batchesInFlight?: number;
  snapshotEvery?: number;
  logger: Logger;
}

const DEFAULTS = {
  creditTag: "safe",
  blockTimeMs: 250,
  hostPollMs: 1_000,
  batchTargetBytes: 40_000,
  batchMaxAgeSeconds: 60,
  maxUnpostedBytes: 8_000_000,
  maxUnpostedSeconds: 30 * 60,
  /** What geth's pool keeps of one sender in any case: 16 slots of 32 kB. */
  batchesInFlight: 4,
} as const;

/** Blocks whose witnesses wait on disk, about 60 kB each at worst. */
const MAX_UNCHECKED = 1_000;
/** No account: fees go to the treasury. The largest number the header can hold. */
const NO_FEE_ACCOUNT = 2 ** 40 - 1;

export interface Sequencer extends NodeView {
  /** Resolves when `lifecycle` stops; rejects on a broken invariant. */
  readonly done: Promise<void>;
}

/** Starts building and posting. Throws TributaryError when host, store or instance do not allow it. */
export async function startSequencer(options: SequencerOptions, lifecycle: Lifecycle): Promise<Sequencer> {
  const settings = { ...DEFAULTS, ...options };
  const { logger, hostRpcUrl: rpcUrl, rollup } = settings;
  const hostThread = new FetchThread();
  lifecycle.onStop("requests to the host", () => hostThread.close());
  const { fetch } = hostThread;
  const reader = await connectHost({ rpcUrl, rollup, fetch });
  const warn = (message: string, error?: unknown): void => logger.warn({ err: error }, message);
  const { snapshotEvery } = settings;
  const { store, chain } = await openChain(reader, settings.dataDir, {
    role: "sequencer",
    warn,
    ...(snapshotEvery && { snapshotEvery }),
  });
  lifecycle.onStop("store", async () => {
    await chain.close();
    await store.close();
  });
  const batches = await Batches.open(store, reader.challengeWindow);
  const unposted = await Unposted.load(chain, batches.postedHeight);
  const messages = new MessageQueue();
  const { creditTag, headerKey, poster } = settings;
  const statements = await Statements.open(store, chain.head.height);
  const key = headerKey && createDigestSigner(headerKey);
  if (key !== undefined && poster !== undefined) {
    const isNew = settings.newSigner ?? false;
    await requireKnownSigner(reader, statements, { poster: poster.address, headerKey: key.address, isNew });
  }
  const signer = new Signer({ statements, separator: chain.separator, key });
  const permissionless = settings.permissionless ?? false;
  const bond = settings.bond ?? false;
  if (poster !== undefined && !permissionless) await requirePoster(reader, poster.address, bond);
  const claimWith = settings.claimSlot && poster ? (key?.address ?? fromHex(poster.address)) : undefined;
  const standing = new Standing({ reader, poster: poster?.address, permissionless, bond, claimWith, logger });
  const epochs = new EpochWatch({ reader, signer, poster: poster?.address });
  const dryRuns = poster && settings.dryRun !== false ? await DryRuns.open(store, settings.dryRunEvery) : undefined;
  const builder: Builder = new Builder({
    chain,
    messages,
    signer,
    dryRuns,
    hostTime: () => sync.time,
    feeAccount: () => settings.feeAccount ?? firstAccount(settings.poster?.address),
    blockTimeMs: settings.blockTimeMs,
  });
  const firstAccount = (address: string | undefined): number => {
    return (address === undefined ? undefined : chain.accountsOf(fromHex(address))[0]) ?? NO_FEE_ACCOUNT;
  };
  const sync = new HostSync(
    { reader, chain, batches, unposted, messages, creditTag, epochs, standing, statements, dryRuns, logger },
    (height, replace) => builder.rewind(height, replace),
  );

  const restored = await builder.restore();
  logger.info({ height: chain.head.height, restored, posted: batches.postedHeight }, "chain restored");
  const building = builder.run(lifecycle.signal);
  lifecycle.onStop("builder", () => building);
  await Promise.race([sync.poll(), building]);

  const recoverPool = new RecoverPool();
  lifecycle.onStop("signature workers", () => recoverPool.close());
  const busy = (): string | undefined => {
    if (standing.refusal !== undefined) return standing.refusal;
    if (dryRuns !== undefined && dryRuns.count > MAX_UNCHECKED) return `${dryRuns.count} blocks wait for their dry run`;
    const { oldestTimestamp, bytes } = unposted;
    if (bytes > settings.maxUnpostedBytes)
      return `${bytes} bytes wait for the host; the bound is ${settings.maxUnpostedBytes}`;
    const age = oldestTimestamp === undefined ? 0 : hostNow() - oldestTimestamp;
    return age > settings.maxUnpostedSeconds ? `the oldest block has waited ${age} s for the host` : undefined;
  };
  // While the host is silent its clock stands; the time since its last answer still counts.
  let answeredAt = performance.now();
  const hostNow = (): number => sync.time + Math.floor((performance.now() - answeredAt) / 1_000);
  const admission = new Admission({ chain, builder, recoverPool, busy });

  const onError = (error: TributaryError, name: string): void => logger.warn({ err: error, code: error.code }, name);
  const following = repeat(
    "following the host",
    settings.hostPollMs,
    lifecycle.signal,
    async () => {
      await sync.poll();
      answeredAt = performance.now();
      builder.poke();
    },
    onError,
  );
  lifecycle.onStop("host follower", () => following);
  const working = [building, following];

  if (settings.poster !== undefined) {
    const account = settings.poster;
    const { confirmations } = settings;
    const sender = await createHostSender({
      rpcUrl,
      fetch,
      account,
      chainId: reader.chainId,
      pollIntervalMs: settings.hostPollMs,
      maxPending: settings.batchesInFlight,
      logger,
      ...(confirmations !== undefined && { confirmations }),
    });
    const posting = new Posting({
      rollup,
      reader,
      sender,
      sync,
      epochs,
      statements,
      standing,
      dryRuns,
      chain,
      batches,
      unposted,
      genesisRoot: toHex(reader.genesisRoot),
      targetBytes: settings.batchTargetBytes,
      maxAgeSeconds: settings.batchMaxAgeSeconds,
      logger,
    });
    const post = (): Promise<void> => posting.round();
    const run = async (): Promise<void> => dryRuns?.round({ chain, reader, logger });
    working.push(repeat("dry run", settings.hostPollMs, lifecycle.signal, run, onError));
    const postMs = Math.ceil(settings.hostPollMs / settings.batchesInFlight);
    working.push(sender.run(lifecycle.signal), repeat("posting", postMs, lifecycle.signal, post, onError));
    lifecycle.onStop("poster", async () => {
      await Promise.allSettled(working);
    });
  }

  return {
    chain,
    batches,
    attributions: new AttributionIndex(chain),
    instance: instanceOf(reader),
    done: Promise.all([...working, recoverPool.done, hostThread.done]).then(() => undefined),
    syncStatus: (): SyncStatus => ({
      role: "sequencer",
      height: chain.written.height,
      stateRoot: toHex(chain.written.root),
      posted: batches.postedHeight,
      hostSafe: batches.heightAt("host-safe"),
      hostFinalized: batches.heightAt("host-finalized"),
      settled: batches.heightAt("settled"),
      inboxIndex: chain.written.inboxIndex,
      inboxLength: sync.inboxLength,
      hostBlock: sync.hostBlock,
      batch: batches.tip,
      fault: sync.fault ?? null,
      unpostedBytes: unposted.bytes,
    }),
    pendingNonce: (account) => builder.pendingNonce(account),
    atBoundary: (read) => builder.atBoundary(read),
    submit: (transaction, nonce, packed) => admission.submit(transaction, nonce, packed),
    openReceipt: (hash) => builder.openReceipt(hash),
    signedHeader: async (height) => (await statements.statement(height))?.header ?? undefined,
    openContent: () => builder.openContent,
    onReceipt: (listener) => builder.onReceipt(listener),
  };
}
