/**
 * Sends transactions of one key in order: the next is signed when the one before is in a block, or in the pool where that is
 * allowed. Nothing is kept on disk: at every step the host's nonces, pool and receipts say where things stand, so a restart is no
 * special case.
 */
import type { LocalAccount } from "viem/accounts";
import type { Hex } from "../../protocol/bytes.ts";
import { TributaryError } from "../errors.ts";
import { repeat } from "../lifecycle.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { createHostClient, type HostConnection } from "./hostClient.ts";
import { onHost } from "./hostErrors.ts";
import { createHostPool, type HostReceipt, type SendRequest } from "./hostPool.ts";
import { SenderLane } from "./senderLane.ts";

export type { HostReceipt, SendRequest } from "./hostPool.ts";

export interface HostSenderOptions extends HostConnection {
  /** Its key must send nowhere else: a second sender would take this one's nonces. */
  account: LocalAccount;
  /** Refused at creation when the host has another. */
  chainId?: number;
  /** Blocks that must hold a receipt, its own included, before it counts. Default 3. */
  confirmations?: number;
  /** Host blocks without inclusion after which a transaction is replaced at higher fees. Default 5. */
  replaceAfterBlocks?: number;
  /** Transactions with a given gas that may be in the pool at once. Default 1. */
  maxPending?: number;
  /** From `send` to the receipt. Default 15 minutes. */
  timeoutMs?: number;
  /** Upper bound of what is ever offered, wei per gas. Default 200 gwei. */
  maxFeePerGasLimit?: bigint;
  /** Lower bound of the priority fee, wei per gas. Default 0.001 gwei, what OP Stack sequencers ask. */
  minPriorityFeePerGas?: bigint;
  /** Between looks at the host. Default 1,000. */
  pollIntervalMs?: number;
  clock?: { now(): number };
  logger?: Logger;
}

export interface HostSender {
  readonly address: Hex;
  /**
   * Resolves when the transaction succeeded and is `confirmations` deep. Rejects with TributaryError:
   * `host-reverted` before sending (simulation) or after inclusion, with `details.errorName` and `args`;
   * `transaction-too-large`, `host-funds`, `host-refused` before sending; `host-nonce-taken`;
   * `host-timeout`: the transaction may still be included unless `details.hashes` is empty, so look at the host before you
   * send its like again; `stopped`.
   */
  send(request: SendRequest): Promise<HostReceipt>;
  /** Those that wait to be signed and submitted. */
  readonly waiting: number;
  /** Resolves once nothing is waiting or in flight, transactions of an earlier run of this key included. */
  settled(): Promise<void>;
  /** One look at the host and what follows from it. `run` calls it; tests do so by hand. */
  tick(): Promise<void>;
  /** Works until `signal` aborts, then rejects what is unfinished with `stopped`. Rejects on a broken invariant only. */
  run(signal: AbortSignal): Promise<void>;
}

/** Throws `host-mismatch` on another chain id, `host-unreachable` without a host. Sends nothing before `run` or `tick`. */
export async function createHostSender(options: HostSenderOptions): Promise<HostSender> {
  const { logger = silentLogger(), clock = Date, account } = options;
  const client = createHostClient(options);
  const chainId = await onHost("reading the host's chain id", () => client.getChainId());
  if (options.chainId !== undefined && options.chainId !== chainId) {
    throw new TributaryError("host-mismatch", `the host has chain id ${chainId}, expected ${options.chainId}`);
  }
  const lane = new SenderLane(createHostPool(client, account, chainId), clock, logger, {
    confirmations: options.confirmations ?? 3,
    maxPending: options.maxPending ?? 1,
    replaceAfterBlocks: options.replaceAfterBlocks ?? 5,
    timeoutMs: options.timeoutMs ?? 15 * 60_000,
    maxFeePerGasLimit: options.maxFeePerGasLimit ?? 200n * 10n ** 9n,
    minPriorityFeePerGas: options.minPriorityFeePerGas ?? 10n ** 6n,
  });
  const ticks = serialized(() => lane.tick());

  return {
    address: account.address,
    send: (request) => lane.enqueue(request),
    get waiting() {
      return lane.waiting;
    },
    settled: () => lane.settled(),
    tick: ticks,
    async run(signal) {
      const onError = (error: TributaryError): void =>
        logger.warn({ err: error }, "the sender could not look at the host");
      try {
        await repeat("host sender", options.pollIntervalMs ?? 1_000, signal, ticks, onError);
      } finally {
        lane.stop();
      }
    },
  };
}

/** A tick reads and changes the lane in many steps: the next must not begin within. */
function serialized(tick: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(tick, tick);
    return last;
  };
}
