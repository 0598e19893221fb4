/** Leaving a frozen rollup with nothing but the host and a state: no node is asked. */
import type { TransactionReceipt } from "viem";
import { readContract } from "viem/actions";
import { vaultAbi } from "../contracts/abi/vault.ts";
import { equalBytes, fromHex, toHex } from "../protocol/bytes.ts";
import type { EnqueuedMessage } from "../protocol/inbox.ts";
import { State } from "../protocol/state/state.ts";
import { INBOX_INDEX } from "../protocol/state/system.ts";
import { domainSeparator } from "../protocol/transactions/registry.ts";
import type { SnapshotHeader } from "../runtime/chain/snapshotFile.ts";
import { TributaryError } from "../runtime/errors.ts";
import { messagesFrom, replayBatches } from "../runtime/follow/replayBatches.ts";
import { onHost } from "../runtime/host/hostErrors.ts";
import type { HostReader as RollupReader } from "../runtime/host/hostReader.ts";
import type { BridgeContracts, HostReader, HostWriter } from "./contracts.ts";
import { type EscapePayment, encodeEscape, fieldOf } from "./escapes.ts";
import type { HostBatch } from "./hostBatches.ts";
import { transactOnHost } from "./hostTransaction.ts";

export interface GetEscapeStateParameters {
  /** From `connectHost`. */
  reader: RollupReader;
  /** A portable snapshot of a batch at or before `batch`; without one everything is executed again from genesis. */
  snapshot?: { header: SnapshotHeader; state: State } | undefined;
  /** The last finalized batch. */
  batch: Pick<HostBatch, "id" | "stateRoot">;
  /** Told after every batch that is executed on the way. */
  onBatch?: ((id: number) => void) | undefined;
}

export interface EscapeState {
  /** After `batch`, with the root that the host holds. */
  state: State;
  /** What no finalized batch consumed. */
  messages: EnqueuedMessage[];
}

/**
 * The state to leave with. Throws TributaryError: `invalid-params` when the snapshot is of another rollup, of a later batch, or
 * not what the host finalized; `host-mismatch` when the host finalized a root that the rules do not give.
 */
export async function getEscapeState(parameters: GetEscapeStateParameters): Promise<EscapeState> {
  const { reader, snapshot, batch, onBatch } = parameters;
  const { latest: head } = await reader.heads();
  const { chainId, rollup } = reader;
  if (snapshot !== undefined) {
    const problem = await snapshotProblem(reader, snapshot.header, batch.id);
    if (problem !== undefined) throw new TributaryError("invalid-params", problem);
  }
  const state = snapshot?.state ?? new State();
  const separator = domainSeparator({ chainId, verifyingContract: fromHex(rollup) });
  const range = { from: snapshot?.header.batch ?? 0, to: batch.id };
  await replayBatches(reader, { state, ...range, head, separator, ...(onBatch && { onBatch }) });
  if (toHex(state.root()) !== batch.stateRoot) {
    throw new TributaryError(
      "host-mismatch",
      `the state after batch ${batch.id} is not the one that the host finalized`,
    );
  }
  return { state, messages: await messagesFrom(reader, state.system.number(0, INBOX_INDEX), head) };
}

/** Why a snapshot does not count on this host, or undefined. Its root is taken to be that of its records. */
export async function snapshotProblem(
  reader: RollupReader,
  { chainId, rollup, batch, height, stateRoot }: SnapshotHeader,
  lastFinalized: number,
): Promise<string | undefined> {
  if (chainId !== reader.chainId || rollup.toLowerCase() !== reader.rollup.toLowerCase()) {
    return `the snapshot is of rollup ${rollup} on chain ${chainId}`;
  }
  if (batch > lastFinalized) return `the snapshot is of batch ${batch}; the last final one is ${lastFinalized}`;
  const stored = await reader.storedBatch(batch);
  const isSame = stored !== undefined && equalBytes(stored.stateRoot, fromHex(stateRoot)) && stored.height === height;
  return isSame ? undefined : `the host holds another state root for batch ${batch} than the snapshot`;
}

export interface EscapeParameters {
  contracts: BridgeContracts;
  /** From `getEscapeState`. */
  state: State;
  /** From `listEscapes`. */
  payment: EscapePayment;
}

/** Whether the Vault has paid it. */
export async function isEscaped(
  client: HostReader,
  { contracts, payment }: Omit<EscapeParameters, "state">,
): Promise<boolean> {
  const vault = { address: contracts.vault, abi: vaultAbi } as const;
  const index = BigInt(payment.index);
  return onHost("reading what the Vault paid", () => {
    if (payment.kind === "withdrawal") {
      return readContract(client, { ...vault, functionName: "isWithdrawn", args: [index] });
    }
    if (payment.kind === "deposit") {
      return readContract(client, { ...vault, functionName: "isRefunded", args: [index] });
    }
    return readContract(client, { ...vault, functionName: "isEscaped", args: [BigInt(fieldOf(payment)), index] });
  });
}

/**
 * Has the Vault pay one record to whom it belongs; anyone may send it. Throws TributaryError `host-reverted`: NotFrozen,
 * AlreadyEscaped, AlreadyRefunded, AlreadyWithdrawn.
 *
 * @example
 * const { batch } = await getFreezeStatus(wallet, { contracts });
 * const { state, messages } = await getEscapeState({ reader, snapshot, batch });
 * for (const payment of listEscapes({ state, messages, owner })) {
 *   await escapeFromRollup(wallet, { contracts, state, payment, batchId: batch.id });
 * }
 */
export function escapeFromRollup(
  client: HostWriter,
  { contracts, state, payment, batchId }: EscapeParameters & { batchId: number },
): Promise<TransactionReceipt> {
  const data = encodeEscape(state, payment, batchId);
  return transactOnHost(client, `escaping with ${payment.kind} ${payment.index}`, { to: contracts.vault, data });
}
