/**
 * A rollup without a sequencer: the protocol's execution, blocks posted by hand to the real contracts. It answers what
 * the bridge asks of a node, from its own state.
 */
import type { PublicClient } from "viem";
import { encodeFunctionData } from "viem";
import { sendTransaction, waitForTransactionReceipt } from "viem/actions";
import type { BridgeContracts, HostWriter } from "../../bridge/contracts.ts";
import type { RollupReceipt, RollupRpc } from "../../bridge/rollupRpc.ts";
import { inboxAbi } from "../../contracts/abi/inbox.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import type { BatchView, ProofView } from "../../protocol/api.ts";
import {
  type BatchPreimage,
  type Block,
  batchCommitment,
  blockCommitment,
  encodeBatch,
  encodeHeader,
  genesisCommitment,
} from "../../protocol/batch.ts";
import { executeBlock, type TransactionResult } from "../../protocol/block.ts";
import { concat, fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import { keccak256 } from "../../protocol/hash.ts";
import { portableRecover } from "../../protocol/signature.ts";
import { readAccount } from "../../protocol/state/account.ts";
import { State, type TableName } from "../../protocol/state/state.ts";
import {
  domainSeparator,
  encodeSigned,
  type SignedTransaction,
  type Transaction,
  transactionHash,
} from "../../protocol/transactions/registry.ts";
import { identitiesOf } from "../../protocol/transactions/transaction.ts";

interface PostedBatch {
  preimage: BatchPreimage;
  /** Of the state after it: what old proofs need. */
  fieldRoots: Uint8Array[];
  withdrawals: number;
  block: Block;
  height: number;
}

export const GENESIS_ROOT = toHex(new State().root());

export class HandMadeRollup implements RollupRpc {
  readonly state = new State();
  readonly #receipts = new Map<Hex, RollupReceipt>();
  readonly #batches: PostedBatch[] = [];
  readonly #host: PublicClient;
  readonly #poster: HostWriter;
  readonly #contracts: BridgeContracts;
  #pending: SignedTransaction[] = [];
  #height = 0;
  #inboxIndex = 0;
  #unposted: Block[] = [];

  constructor(host: PublicClient, poster: HostWriter, contracts: BridgeContracts) {
    this.#contracts = contracts;
    this.#host = host;
    this.#poster = poster;
  }

  // --- what users send ---

  /** Signs with `sign` and puts it into the next block; its hash. */
  async submit(transaction: Transaction, sign: (hash: Hex) => Promise<Uint8Array>): Promise<Hex> {
    const nonce = readAccount(this.state.accounts, transaction.account)!.nonce;
    const hash = toHex(transactionHash(this.#separator(), transaction, nonce, identitiesOf(this.state)));
    this.#pending.push({ ...transaction, signature: await sign(hash) });
    return hash;
  }

  // --- what a sequencer does ---

  /** Executes a block of all messages of the Inbox and all submitted transactions. */
  async seal(): Promise<void> {
    const { inbox } = this.#contracts;
    const events = await this.#host.getContractEvents({
      address: inbox,
      abi: inboxAbi,
      eventName: "MessageEnqueued",
      fromBlock: 0n,
    });
    const messages = events.slice(this.#inboxIndex).map(({ args }) => fromHex(args.message!));
    const { timestamp } = await this.#host.getBlock();
    const content = concat(...this.#pending.map(encodeSigned));
    this.#pending = [];
    const start = { timestamp: Number(timestamp), feeAccount: 0, messages };
    const environment = { separator: this.#separator(), recover: portableRecover };
    const results = executeBlock(this.state, environment, start, content);
    this.#inboxIndex += messages.length;
    this.#height++;
    for (const result of results) this.#record(result);
    const header = { ...start, stateRoot: this.state.root(), inboxCount: messages.length };
    this.#unposted.push({ header, content });
  }

  /** Posts the sealed blocks as one batch. */
  async post(): Promise<void> {
    const { rollup, inbox } = this.#contracts;
    const contract = { address: inbox, abi: inboxAbi } as const;
    const { acc } = await this.#host.readContract({
      ...contract,
      functionName: "checkpoint",
      args: [BigInt(this.#inboxIndex)],
    });
    const parent = this.#batches.at(-1);
    const parentCommitment = parent ? batchCommitment(parent.preimage) : genesisCommitment(fromHex(GENESIS_ROOT));
    const blocks = this.#unposted;
    const args = [toHex(parentCommitment), acc, toHex(encodeBatch(blocks))] as const;
    const data = encodeFunctionData({ abi: rollupAbi, functionName: "postBatch", args });
    const hash = await sendTransaction(this.#poster, { to: rollup, data, account: this.#poster.account, chain: null });
    const receipt = await waitForTransactionReceipt(this.#poster, { hash });
    if (receipt.status !== "success") throw new Error("postBatch reverted");
    const preimage = {
      parentCommitment,
      parentRoot: parent?.block.header.stateRoot ?? fromHex(GENESIS_ROOT),
      parentTimestamp: parent?.block.header.timestamp ?? 0,
      firstHeight: this.#height - blocks.length + 1,
      firstInboxIndex: this.#inboxIndex - blocks.reduce((sum, { header }) => sum + header.inboxCount, 0),
      epoch: 0,
      blockCommitments: blocks.map(blockCommitment),
    };
    const fieldRoots = this.state.fieldRoots();
    const withdrawals = this.state.withdrawals.length;
    this.#batches.push({ preimage, fieldRoots, withdrawals, block: blocks.at(-1)!, height: this.#height });
    this.#unposted = [];
  }

  // --- what a node answers ---

  async getAccount({ address }: { address: Hex }) {
    return [...Array(this.state.accounts.length).keys()]
      .map((index) => ({ index, ...readAccount(this.state.accounts, index)! }))
      .filter(({ owner }) => toHex(owner) === address.toLowerCase());
  }

  async getReceipt({ hash }: { hash: Hex }): Promise<RollupReceipt | null> {
    return this.#receipts.get(hash) ?? null;
  }

  async syncStatus() {
    return { inboxLength: this.#inboxIndex };
  }

  async getProof({
    table,
    index,
    batch = 1,
  }: {
    table: TableName;
    index: number;
    batch?: number | undefined;
  }): Promise<ProofView> {
    const { fieldRoots, withdrawals, block, preimage, height } = this.#batches[batch - 1]!;
    const view: BatchView = {
      ...preimage,
      id: batch,
      commitment: toHex(batchCommitment(preimage)),
      parentCommitment: toHex(preimage.parentCommitment),
      parentRoot: toHex(preimage.parentRoot),
      blockCommitments: preimage.blockCommitments.map(toHex),
      lastHeight: height,
      poster: this.#poster.account.address,
      postedAt: 0,
      hostBlock: 0,
      hostTransaction: toHex(new Uint8Array(32)),
      confirmation: "posted",
    };
    return {
      table,
      index,
      data: toHex(this.state.withdrawals.items.bytes(index)),
      attribution: null,
      siblings: this.state.proveOld("withdrawals", index, withdrawals, fieldRoots).siblings.map(toHex),
      height,
      header: toHex(encodeHeader(block.header)),
      contentHash: toHex(keccak256(block.content)),
      batch: view,
    };
  }

  #record({ hash, verdict, created = [] }: TransactionResult): void {
    this.#receipts.set(toHex(hash), { hash: toHex(hash), verdict, created: [...created], height: this.#height });
  }

  #separator(): Uint8Array {
    const { chainId, rollup } = this.#contracts;
    return domainSeparator({ chainId, verifyingContract: fromHex(rollup) });
  }
}
