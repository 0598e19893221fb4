/**
 * A node for tests of what is served from one: a real chain in a temporary store, whose blocks are executed, sealed and
 * written as a sequencer does, and batches that only a host is missing from. Every submission gets a block of its own.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SignedHeaderView, SyncStatus, TransactionReceipt } from "../../protocol/api.ts";
import { batchCommitment, blockCommitment } from "../../protocol/batch.ts";
import { BlockExecution, type TransactionResult, transactionFee } from "../../protocol/block.ts";
import { concat, equalBytes, type Hex, toHex } from "../../protocol/bytes.ts";
import { accumulate } from "../../protocol/inbox.ts";
import { Meter } from "../../protocol/meter.ts";
import { BALANCE, NONCE, ownerOf } from "../../protocol/state/account.ts";
import {
  boundOf,
  encodeSigned,
  type SignedTransaction,
  type Transaction,
  transactionHash,
} from "../../protocol/transactions/registry.ts";
import { identitiesOf } from "../../protocol/transactions/transaction.ts";
import { AttributionIndex } from "../../runtime/chain/attributionIndex.ts";
import { Batches, type BatchRecord } from "../../runtime/chain/batches.ts";
import { Chain, sealBlock } from "../../runtime/chain/chain.ts";
import { receiptOf } from "../../runtime/chain/receipts.ts";
import { TributaryError } from "../../runtime/errors.ts";
import type { Instance, NodeView } from "../../runtime/rpc/node.ts";
import { openStore } from "../../runtime/store/store.ts";
import { ENVIRONMENT, PEOPLE, type Person, signHash } from "./world.ts";

const filled = (byte: string, length: number): Hex => `0x${byte.repeat(length)}`;
const WINDOW_SECONDS = 600;

const INSTANCE: Instance = {
  chainId: 901,
  rollup: filled("77", 20),
  token: filled("22", 20),
  vault: filled("33", 20),
  inbox: filled("44", 20),
  genesisRoot: filled("00", 32),
  configHash: filled("cf", 32),
  deploymentBlock: 7,
  challengeWindowSeconds: WINDOW_SECONDS,
};

interface OpenBlock {
  execution: BlockExecution;
  messages: readonly Uint8Array[];
  content: Uint8Array[];
}

export class TestNode implements NodeView {
  readonly chain: Chain;
  readonly batches: Batches;
  readonly attributions: AttributionIndex;
  readonly instance = INSTANCE;
  readonly role: SyncStatus["role"];
  readonly submit?: NonNullable<NodeView["submit"]>;
  timestamp = 1_000_000;
  hostBlock = 100;
  #open: OpenBlock | undefined;
  #held = false;
  #boundaryReads: (() => void)[] = [];
  readonly #receiptListeners = new Set<(receipt: TransactionReceipt) => void>();

  private constructor(chain: Chain, batches: Batches, role: SyncStatus["role"]) {
    this.chain = chain;
    this.batches = batches;
    this.attributions = new AttributionIndex(chain);
    this.role = role;
    if (role === "sequencer") this.submit = (transaction, nonce) => this.#submit(transaction, nonce);
  }

  static async open(role: SyncStatus["role"] = "sequencer"): Promise<TestNode> {
    const store = await openStore(await mkdtemp(join(tmpdir(), "tributary-test-")));
    const { chainId, rollup, genesisRoot } = INSTANCE;
    const chain = await Chain.open({
      store,
      identity: { chainId, rollup, genesisRoot },
      separator: ENVIRONMENT.separator,
    });
    return new TestNode(chain, await Batches.open(store, WINDOW_SECONDS), role);
  }

  /** The same chain, served by a verifier. */
  asVerifier(): TestNode {
    return new TestNode(this.chain, this.batches, "verifier");
  }

  async close(): Promise<void> {
    const { store } = this.chain;
    await this.chain.close();
    await store.close();
    await rm(store.path, { recursive: true });
  }

  nonce(account: number): number {
    const { accounts } = this.chain.state;
    return accounts.has(account) ? accounts.number(account, NONCE) : 0;
  }

  sign(transaction: Transaction, nonce = this.nonce(transaction.account), signer?: Person): SignedTransaction {
    const { state, separator } = this.chain;
    const { account } = transaction;
    const owner = state.accounts.has(account) ? ownerOf(state.accounts, account) : undefined;
    const person =
      signer ?? PEOPLE.find(({ address }) => owner !== undefined && equalBytes(address, owner)) ?? PEOPLE[0];
    return {
      ...transaction,
      signature: signHash(transactionHash(separator, transaction, nonce, identitiesOf(state)), person),
    };
  }

  /** Seals a block of these messages and transactions (signed by their owners), all of which must fit. */
  async block(
    transactions: readonly Transaction[],
    messages: readonly Uint8Array[] = [],
  ): Promise<readonly TransactionResult[]> {
    const { execution } = this.#begin(messages);
    for (const transaction of transactions) this.#run(this.sign(transaction));
    await this.#seal();
    return execution.results;
  }

  /** From now on submissions join one open block. */
  hold(): void {
    this.#held = true;
  }

  /** Seals the open block. */
  async release(): Promise<void> {
    this.#held = false;
    await this.#seal();
  }

  /** Puts the sealed blocks that are in no batch yet into one. */
  async postBatch(): Promise<BatchRecord> {
    const parent = await this.batches.latest();
    const firstHeight = (parent?.lastHeight ?? 0) + 1;
    const { height } = this.chain.head;
    const blocks = await Promise.all(
      Array.from({ length: height - firstHeight + 1 }, async (_, i) => (await this.chain.log.block(firstHeight + i))!),
    );
    const before = await this.chain.log.block(firstHeight - 1);
    const preimage = {
      parentCommitment: new Uint8Array(32),
      parentRoot: before?.header.stateRoot ?? new Uint8Array(32),
      parentTimestamp: before?.header.timestamp ?? 0,
      firstHeight,
      firstInboxIndex: blocks[0]!.firstInboxIndex,
      epoch: 0,
      blockCommitments: blocks.map(blockCommitment),
    };
    const record: BatchRecord = {
      ...preimage,
      id: this.batches.tip + 1,
      commitment: toHex(batchCommitment(preimage)),
      parentCommitment: toHex(preimage.parentCommitment),
      parentRoot: toHex(preimage.parentRoot),
      lastHeight: height,
      poster: filled("99", 20),
      postedAt: this.timestamp,
      hostBlock: ++this.hostBlock,
      hostTransaction: filled("d4", 32),
      blockCommitments: preimage.blockCommitments.map(toHex),
    };
    await this.chain.store.write([this.batches.add(record)]);
    return record;
  }

  syncStatus(): SyncStatus {
    const { height, root, inboxIndex } = this.chain.head;
    const { batches, hostBlock, role } = this;
    return {
      role,
      height,
      stateRoot: toHex(root),
      posted: batches.heightAt("posted"),
      hostSafe: batches.heightAt("host-safe"),
      hostFinalized: batches.heightAt("host-finalized"),
      settled: batches.heightAt("settled"),
      inboxIndex,
      inboxLength: inboxIndex,
      hostBlock,
      batch: batches.tip,
      fault: null,
      unpostedBytes: 0,
    };
  }

  pendingNonce(account: number): number {
    return this.nonce(account);
  }

  openContent(): { height: number; content: Uint8Array } | undefined {
    return this.#open && { height: this.chain.head.height + 1, content: concat(...this.#open.content) };
  }

  /** As if signed: what a header would say of the block. */
  async signedHeader(height: number): Promise<SignedHeaderView | undefined> {
    const block = this.role === "sequencer" ? await this.chain.log.block(height) : undefined;
    return (
      block && {
        epoch: 0,
        height,
        parent: filled("00", 32),
        blockCommitment: toHex(blockCommitment(block)),
        inboxIndex: block.firstInboxIndex + block.messages.length,
        inboxAcc: toHex(block.inboxAcc),
        signature: filled("5a", 64),
      }
    );
  }

  atBoundary<T>(read: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (): void => {
        try {
          resolve(read());
        } catch (error) {
          reject(error);
        }
      };
      if (this.#open === undefined) run();
      else this.#boundaryReads.push(run);
    });
  }

  onReceipt(listener: (receipt: TransactionReceipt) => void): () => void {
    this.#receiptListeners.add(listener);
    return () => this.#receiptListeners.delete(listener);
  }

  async #submit(transaction: SignedTransaction, nonce: number): Promise<TransactionReceipt> {
    this.#check(transaction, nonce);
    const { execution } = this.#open ?? this.#begin([]);
    const result = this.#run(transaction);
    const place = {
      height: this.chain.head.height + 1,
      position: execution.results.length - 1,
      timestamp: this.timestamp,
    };
    if (!this.#held) await this.#seal();
    const receipt = receiptOf(result, place);
    for (const listener of this.#receiptListeners) listener(receipt);
    return receipt;
  }

  #check(transaction: SignedTransaction, nonce: number): void {
    const { state, separator } = this.chain;
    const { account, signature } = transaction;
    const bytes = encodeSigned(transaction).length;
    if (!new Meter(state, 0).add(boundOf(transaction), bytes)) throw new TributaryError("over-weight", "too heavy");
    if (!state.accounts.has(account)) throw new TributaryError("unknown-account", `there is no account ${account}`);
    const expected = this.nonce(account);
    if (nonce !== expected) {
      const code = nonce < expected ? "nonce-too-low" : "nonce-too-high";
      throw new TributaryError(code, `the next nonce is ${expected}`, { details: { expected } });
    }
    const signer = ENVIRONMENT.recover(transactionHash(separator, transaction, nonce, identitiesOf(state)), signature);
    if (signer === undefined || !equalBytes(signer, ownerOf(state.accounts, account))) {
      throw new TributaryError("wrong-signature", "not the owner's signature");
    }
    if (!state.accounts.covers(account, BALANCE, transactionFee(state, bytes))) {
      throw new TributaryError("insufficient-funds", "cannot pay the fee");
    }
  }

  #begin(messages: readonly Uint8Array[]): OpenBlock {
    const start = { timestamp: this.timestamp, feeAccount: 0, messages };
    this.#open = { execution: new BlockExecution(this.chain.state, ENVIRONMENT, start), messages, content: [] };
    return this.#open;
  }

  #run(transaction: SignedTransaction): TransactionResult {
    const { execution, content } = this.#open!;
    const packed = encodeSigned(transaction);
    if (!execution.admit(transaction, packed.length)) throw new Error("the test's block is full");
    const result = execution.run(transaction, packed.length);
    execution.results.push(result);
    content.push(packed);
    return result;
  }

  async #seal(): Promise<void> {
    const { execution, messages, content } = this.#open!;
    const { height, inboxIndex, inboxAcc } = this.chain.head;
    const block = sealBlock(this.chain.state, {
      height: height + 1,
      firstInboxIndex: inboxIndex,
      messages,
      inboxAcc: messages.reduce((acc, message) => accumulate(acc, message, this.timestamp), inboxAcc),
      content: concat(...content),
      results: execution.results,
      timestamp: this.timestamp,
      feeAccount: 0,
    });
    this.#open = undefined;
    const written = this.chain.commit([block]);
    for (const read of this.#boundaryReads.splice(0)) read();
    await written;
  }
}
