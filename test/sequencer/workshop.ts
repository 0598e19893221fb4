/** A builder on a real store, without a host: messages come from the test. */
import type { TransactionReceipt } from "../../protocol/api.ts";
import { toHex } from "../../protocol/bytes.ts";
import type { EnqueuedMessage } from "../../protocol/inbox.ts";
import { NONCE, ownerOf } from "../../protocol/state/account.ts";
import { encodeSigned, type Transaction, transactionHash } from "../../protocol/transactions/registry.ts";
import { identitiesOf } from "../../protocol/transactions/transaction.ts";
import { entriesOf } from "../../runtime/chain/blockLog.ts";
import { Chain } from "../../runtime/chain/chain.ts";
import { createDigestSigner } from "../../runtime/signatures/nativeSign.ts";
import { openStore, type Store } from "../../runtime/store/store.ts";
import { Builder } from "../../sequencer/builder.ts";
import { DryRuns } from "../../sequencer/dryRuns.ts";
import { MessageQueue } from "../../sequencer/messages.ts";
import { Signer } from "../../sequencer/signer.ts";
import { Statements } from "../../sequencer/statements.ts";
import { until } from "../support/until.ts";
import { ENVIRONMENT, type Person, signHash } from "../support/world.ts";

export const IDENTITY = { chainId: 901, rollup: "0x77", genesisRoot: "0x00" } as const;
const NOBODY = 2 ** 40 - 1;

export interface WorkshopOptions {
  path: string;
  /** All that the inbox ever held. */
  inbox?: readonly EnqueuedMessage[];
  wrap?: (store: Store) => Store;
  blockTimeMs?: number;
  snapshotEvery?: number;
  /** Records witnesses: of every block with a rejected verdict, and of one in so many of the others. */
  sampleEvery?: number;
  /** Signs; the test says for which epoch. */
  headerKey?: Person;
}

export class Workshop {
  readonly chain: Chain;
  readonly messages = new MessageQueue();
  readonly builder: Builder;
  readonly signer: Signer;
  readonly warnings: string[] = [];
  /** All receipts that were given. */
  readonly receipts: TransactionReceipt[] = [];
  hostTime = 1_000_000;
  #inbox: readonly EnqueuedMessage[];
  readonly #nonces = new Map<number, number>();
  readonly #controller = new AbortController();
  #running: Promise<void> | undefined;

  private constructor(
    chain: Chain,
    signer: Signer,
    dryRuns: DryRuns | undefined,
    { inbox = [], blockTimeMs = 5 }: WorkshopOptions,
  ) {
    this.chain = chain;
    this.#inbox = inbox;
    const hostTime = () => this.hostTime;
    const feeAccount = () => NOBODY;
    this.builder = new Builder({ chain, messages: this.messages, signer, dryRuns, hostTime, feeAccount, blockTimeMs });
    this.signer = signer;
    this.builder.onReceipt((receipt) => this.receipts.push(receipt));
  }

  /** Opens chain and builder; nothing runs yet. */
  static async open(options: WorkshopOptions): Promise<Workshop> {
    const { path, wrap = (store) => store, snapshotEvery, headerKey, sampleEvery } = options;
    const store = await openStore(path);
    try {
      const chain = await Chain.open({
        store: wrap(store),
        identity: IDENTITY,
        separator: ENVIRONMENT.separator,
        ...(snapshotEvery !== undefined && { snapshotEvery }),
      });
      const statements = await Statements.open(chain.store, chain.head.height);
      const { separator } = ENVIRONMENT;
      const signer = new Signer({ statements, separator, key: headerKey && createDigestSigner(headerKey.key) });
      const dryRuns = sampleEvery === undefined ? undefined : await DryRuns.open(chain.store, sampleEvery);
      const workshop = new Workshop(chain, signer, dryRuns, options);
      await workshop.builder.restore();
      return workshop;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Opens, looks at the inbox, and runs. */
  static async start(options: WorkshopOptions): Promise<Workshop> {
    const workshop = await Workshop.open(options);
    workshop.run();
    workshop.readInbox();
    return workshop;
  }

  run(): void {
    this.#running = this.builder.run(this.#controller.signal);
    this.#running.catch(() => {});
  }

  /** As a poll of the host does: all messages after the chain's cursor. */
  readInbox(inbox: readonly EnqueuedMessage[] = this.#inbox): void {
    this.#inbox = inbox;
    this.messages.clear();
    this.messages.push(inbox.filter(({ index }) => index >= this.chain.head.inboxIndex));
    this.messages.markComplete();
    this.builder.poke();
  }

  /** Waits until the state holds `count` accounts. */
  accounts(count: number): Promise<true> {
    return until(`${count} accounts`, () => this.chain.state.accounts.length >= count);
  }

  /** Goes back, then has the messages again. */
  rewind(height: number, inbox?: readonly EnqueuedMessage[]): Promise<void> {
    return this.builder.rewind(height, async () => this.readInbox(inbox));
  }

  /** Resolves to the hash when it is acknowledged. */
  submit(transaction: Transaction, owner: Person, nonce = this.#nextNonce(transaction.account)): Promise<string> {
    const { chain } = this;
    const { state } = chain;
    const hash = transactionHash(chain.separator, transaction, nonce, identitiesOf(state));
    const recovered = { hash, signer: owner.address, state, identityVersion: state.identityVersion };
    const signed = { ...transaction, signature: signHash(hash, owner) };
    const packed = encodeSigned(signed);
    return new Promise((resolve, reject) => {
      const answer = { resolve: ({ hash }: { hash: string }) => resolve(hash), reject };
      this.builder.enqueue({ transaction: signed, packed, nonce, recovered, ...answer });
    });
  }

  #nextNonce(account: number): number {
    const { accounts } = this.chain.state;
    const next = this.#nonces.get(account) ?? (accounts.has(account) ? accounts.number(account, NONCE) : 0);
    this.#nonces.set(account, next + 1);
    return next;
  }

  /** Waits until all that was queued is in sealed blocks. */
  async quiet(): Promise<void> {
    await until("an empty queue", () => {
      if (this.messages.has(this.chain.head.inboxIndex)) return false;
      return this.builder.queueLength === 0;
    });
    await this.builder.atBoundary(() => undefined);
    await until("the last write", async () => (await this.chain.log.block(this.chain.head.height)) !== undefined);
  }

  /** Hashes of the users' transactions in the log, in order. */
  async logged(): Promise<string[]> {
    const hashes: string[] = [];
    for (let height = 1; height <= this.chain.head.height; height++) {
      const block = (await this.chain.log.block(height))!;
      for (const { result } of entriesOf(block).slice(block.messages.length)) hashes.push(toHex(result.hash));
    }
    return hashes;
  }

  ownerOf(account: number): Uint8Array {
    return ownerOf(this.chain.state.accounts, account);
  }

  /** Ends the loop; rejects with what broke it. */
  async finish(): Promise<void> {
    this.#controller.abort();
    await this.#running;
  }

  async close(): Promise<void> {
    await this.finish().catch(() => {});
    await this.chain.close();
    await this.chain.store.close();
  }
}
