/**
 * Reading the rollup from its host. The contract's storage at a block is the authority; logs only say where the data is, so
 * what they lead to is checked against storage or an accumulator. Spec: docs/spec/settlement.md.
 */
import { TransactionNotFoundError } from "viem";
import { inboxAbi } from "../../contracts/abi/inbox.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { fromHex, type Hex } from "../../protocol/bytes.ts";
import type { EnqueuedMessage } from "../../protocol/inbox.ts";
import { isTributaryError, TributaryError } from "../errors.ts";
import { type BlockRange, createBlockPages } from "./blockPages.ts";
import { type Deployment, type DeploymentChecks, readDeployment } from "./deployment.ts";
import { type HostHeads, readHeads } from "./heads.ts";
import { createHostClient, type HostClient, type HostConnection } from "./hostClient.ts";
import { onHost } from "./hostErrors.ts";
import { verifyMessages } from "./inboxMessages.ts";
import { decodePostBatch, type PostBatchArguments } from "./postBatch.ts";
import { type BlockRef, type HostBlock, readAt, readBlock } from "./readAt.ts";
import { type Bond, type Epoch, readBond, readEpoch, readSlot, type Slot } from "./slot.ts";

export interface HostReaderOptions extends HostConnection, DeploymentChecks {
  /** The Rollup contract: the one address that identifies a rollup. */
  rollup: Hex;
  /** Blocks per log request; halved when the provider refuses. Default 2,000. */
  pageBlocks?: number;
}

/** What the contract keeps of a batch; times in seconds, cursor and height are those after its last block. */
export interface StoredBatch {
  commitment: Uint8Array;
  stateRoot: Uint8Array;
  /** Host time of posting; 0 for genesis. */
  postedAt: number;
  timestamp: number;
  inboxIndex: number;
  epoch: number;
  height: number;
}

/** A `BatchPosted` log and where it is. The batch may have been removed since: ask `storedBatch`. */
export interface PostedBatch {
  id: number;
  epoch: number;
  poster: Hex;
  commitment: Uint8Array;
  stateRoot: Uint8Array;
  hostBlock: number;
  hostBlockHash: Hex;
  transactionHash: Hex;
}

export interface MessageRange {
  fromIndex: number;
  /** Accumulator before message `fromIndex`. Default: the contract's at `toBlock`. */
  previousAcc?: Uint8Array;
  /** First host block to search. Default: the deployment's. */
  fromBlock?: number;
  toBlock: number;
}

/**
 * Every method throws TributaryError: `host-unreachable`, `host-timeout`, `host-refused`, or `host-reorged` when a block named
 * by hash is gone. `block` is a number or a hash; undefined means the latest.
 */
export interface HostReader extends Deployment {
  readonly client: HostClient;
  /** Newest, safe and finalized block, in ascending order of certainty; genesis where a young chain has none. */
  heads(): Promise<HostHeads>;
  /** Undefined when the host has no such block. */
  block(block: BlockRef): Promise<HostBlock | undefined>;
  /** Number of the last batch. */
  tip(block?: BlockRef): Promise<number>;
  /** Undefined above the tip. */
  storedBatch(id: number, block?: BlockRef): Promise<StoredBatch | undefined>;
  /** In order of posting; ids repeat when batches were removed and their numbers used again. */
  postedBatches(range: BlockRange): Promise<PostedBatch[]>;
  /**
   * Undefined when the host no longer knows the transaction. What is returned is bound to a batch only by its commitment.
   * Throws `host-reorged` when the transaction is not a `postBatch`.
   */
  batchBytes(transactionHash: Hex): Promise<PostBatchArguments | undefined>;
  /** In index order and verified, as far as `toBlock` has any. Throws `host-reorged` when they do not connect. */
  messages(range: MessageRange): Promise<EnqueuedMessage[]>;
  /** Number of messages so far. */
  inboxLength(block?: BlockRef): Promise<number>;
  /** Accumulator before message `index`, after `index` messages. Undefined when there are fewer. */
  acc(index: number, block?: BlockRef): Promise<Uint8Array | undefined>;
  /** Host time at which message `index` was enqueued, seconds. Undefined when there is none. */
  enqueuedAt(index: number, block?: BlockRef): Promise<number | undefined>;
  /** Fee of the next message, wei. */
  inboxFee(block?: BlockRef): Promise<bigint>;
  bondOf(address: Hex, block?: BlockRef): Promise<Bond>;
  slot(block?: BlockRef): Promise<Slot>;
  /** The part of the slot that signing needs. */
  epoch(block: BlockRef): Promise<Epoch>;
}

/** Throws `host-mismatch` when the contracts are not the ones that this version runs. */
export async function connectHost(options: HostReaderOptions): Promise<HostReader> {
  const client = createHostClient(options);
  const deployment = await readDeployment(client, options.rollup, options);
  const rollup = { address: deployment.rollup, abi: rollupAbi } as const;
  const inbox = { address: deployment.inbox, abi: inboxAbi } as const;
  const pages = createBlockPages(options.pageBlocks);

  function checkpoint(index: number, block?: BlockRef) {
    const read = readAt(client, `reading the inbox after ${index} messages`, block, (at) =>
      client.readContract({ ...inbox, functionName: "checkpoint", args: [BigInt(index)], ...at }),
    );
    return unlessReverted("CheckpointUnknown", read);
  }

  async function acc(index: number, block?: BlockRef): Promise<Uint8Array | undefined> {
    const found = await checkpoint(index, block);
    return found && fromHex(found.acc);
  }

  return {
    ...deployment,
    client,
    heads: () => readHeads(client),
    block: (block) => readBlock(client, block),

    async tip(block) {
      const read = readAt(client, "reading the tip", block, (at) =>
        client.readContract({ ...rollup, functionName: "tip", ...at }),
      );
      return Number(await read);
    },

    async storedBatch(id, block) {
      const read = readAt(client, `reading batch ${id}`, block, (at) =>
        client.readContract({ ...rollup, functionName: "batch", args: [BigInt(id)], ...at }),
      );
      const found = await unlessReverted("BatchUnknown", read);
      return found && { ...found, commitment: fromHex(found.commitment), stateRoot: fromHex(found.stateRoot) };
    },

    postedBatches: (range) =>
      pages.read(range, async (page) => {
        const logs = await onHost("reading posted batches", () =>
          client.getContractEvents({ ...rollup, eventName: "BatchPosted", strict: true, ...bigRange(page) }),
        );
        return logs.map(({ args, ...log }) => ({
          id: Number(args.batchId),
          epoch: Number(args.epoch),
          poster: args.poster,
          commitment: fromHex(args.commitment),
          stateRoot: fromHex(args.stateRoot),
          hostBlock: Number(log.blockNumber),
          hostBlockHash: log.blockHash,
          transactionHash: log.transactionHash,
        }));
      }),

    async batchBytes(hash) {
      const transaction = await onHost(`reading transaction ${hash}`, () =>
        client.getTransaction({ hash }).catch((error: unknown) => {
          if (error instanceof TransactionNotFoundError) return undefined;
          throw error;
        }),
      );
      if (transaction === undefined) return undefined;
      const calldata = decodePostBatch(transaction.input);
      if (calldata === undefined) throw new TributaryError("host-reorged", `transaction ${hash} is not a postBatch`);
      return calldata;
    },

    async messages({ fromIndex, previousAcc, fromBlock = deployment.deploymentBlock, toBlock }) {
      const before = previousAcc ?? (await acc(fromIndex, toBlock));
      if (before === undefined) return [];
      const logs = await pages.read({ fromBlock, toBlock }, async (page) => {
        const found = await onHost("reading inbox messages", () =>
          client.getContractEvents({ ...inbox, eventName: "MessageEnqueued", strict: true, ...bigRange(page) }),
        );
        return found.map(({ args }) => args);
      });
      return verifyMessages(logs, fromIndex, before);
    },

    async inboxLength(block) {
      const read = readAt(client, "reading the inbox's length", block, (at) =>
        client.readContract({ ...inbox, functionName: "count", ...at }),
      );
      return Number(await read);
    },

    acc,
    enqueuedAt: async (index, block) => (await checkpoint(index + 1, block))?.enqueuedAt,

    inboxFee: (block) =>
      readAt(client, "reading the inbox fee", block, (at) =>
        client.readContract({ ...inbox, functionName: "fee", ...at }),
      ),
    bondOf: (address, block) => readBond(client, deployment.rollup, address, block),
    slot: (block) => readSlot(client, deployment.rollup, block),
    epoch: (block) => readEpoch(client, deployment.rollup, block),
  };
}

const bigRange = ({ fromBlock, toBlock }: BlockRange) => ({ fromBlock: BigInt(fromBlock), toBlock: BigInt(toBlock) });

/** Turns one named revert into undefined. */
async function unlessReverted<T>(errorName: string, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isTributaryError(error, "host-reverted") && error.details?.errorName === errorName) return undefined;
    throw error;
  }
}
