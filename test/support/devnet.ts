/** A network in one process: a real host with the real contracts, sequencers and verifiers on real stores. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestClient, createWalletClient, type Hex, http, maxUint256, publicActions, walletActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { DEPLOYER, developmentAccount, SEQUENCER } from "../../cli/devnet/accounts.ts";
import { type DevelopmentHost, developmentChain, startDevelopmentHost } from "../../cli/devnet/host.ts";
import { inboxAbi } from "../../contracts/abi/inbox.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { tokenAbi } from "../../contracts/abi/token.ts";
import { vaultAbi } from "../../contracts/abi/vault.ts";
import type { TransactionReceipt } from "../../protocol/api.ts";
import { type Block, encodeBatch } from "../../protocol/batch.ts";
import { toHex } from "../../protocol/bytes.ts";
import {
  encodeTransaction,
  type SignedTransaction,
  type Transaction,
  transactionHash,
} from "../../protocol/transactions/registry.ts";
import { identitiesOf } from "../../protocol/transactions/transaction.ts";
import { startVerifier, type VerifierNode, type VerifierServiceOptions } from "../../prover/service.ts";
import { Lifecycle } from "../../runtime/lifecycle.ts";
import { createLogger, type LogLevel } from "../../runtime/logger.ts";
import type { NodeView } from "../../runtime/rpc/node.ts";
import { type Sequencer, type SequencerOptions, startSequencer } from "../../sequencer/service.ts";
import { until } from "./until.ts";
import { type Person, signHash } from "./world.ts";

/** Polls often, posts what there is, credits at once: what a test does not say otherwise. */
const PACE = {
  creditTag: "latest",
  hostPollMs: 20,
  blockTimeMs: 20,
  batchMaxAgeSeconds: 0,
  confirmations: 1,
} as const;
const GWEI = 10n ** 9n;
/** Enough for any batch: an estimate may be too little a second later. */
const POST_GAS = 10_000_000n;
export const TOKENS = GWEI;

/** What the nodes say: nothing, unless TEST_LOG gives a level. */
const LOG_LEVEL = (process.env.TEST_LOG ?? "silent") as LogLevel;

type Left = "poster" | "creditTag";
type SequencerOverrides = Partial<Omit<SequencerOptions, Left>> & {
  [K in Left]?: SequencerOptions[K] | undefined;
};

export type PostableBlock = Block & { inboxAcc: Uint8Array };

export type Running<T> = T & {
  readonly dataDir: string;
  /** Why it broke, if it did. */
  failure(): unknown;
  stop(): Promise<void>;
};

export class Devnet {
  readonly host: DevelopmentHost;
  readonly client: ReturnType<typeof testClient>;
  readonly #stops: (() => Promise<void>)[] = [];
  readonly #directories: string[] = [];

  private constructor(host: DevelopmentHost) {
    this.host = host;
    this.client = testClient(host.rpcUrl);
  }

  static async start(options: Parameters<typeof startDevelopmentHost>[0] = {}): Promise<Devnet> {
    const devnet = new Devnet(await startDevelopmentHost(options));
    const { token, vault } = devnet.host.deployment;
    const approve = { address: token, abi: tokenAbi, functionName: "approve", args: [vault, maxUint256] } as const;
    await devnet.mined(devnet.wallet.writeContract(approve));
    return devnet;
  }

  get rollup(): Hex {
    return this.host.deployment.rollup;
  }

  /** Whoever deployed has all tokens. */
  get wallet() {
    return this.host.wallet(DEPLOYER);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
    await this.host.anvil.stop();
    for (const path of this.#directories) await rm(path, { recursive: true, force: true });
  }

  async directory(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), "tributary-test-"));
    this.#directories.push(path);
    return path;
  }

  /** With `poster: undefined` it builds and does not post; with `creditTag: undefined` it credits as a real one does. */
  async sequencer(overrides: SequencerOverrides = {}): Promise<Running<Sequencer>> {
    const { poster, creditTag, ...options } = {
      poster: developmentAccount(SEQUENCER),
      ...PACE,
      ...(await this.#common()),
      ...overrides,
    };
    return this.#run(options.dataDir, (lifecycle) =>
      startSequencer({ ...options, ...(poster && { poster }), ...(creditTag && { creditTag }) }, lifecycle),
    );
  }

  async verifier(overrides: Partial<VerifierServiceOptions> = {}): Promise<Running<VerifierNode>> {
    const options = { hostPollMs: PACE.hostPollMs, ...(await this.#common()), ...overrides };
    return this.#run(options.dataDir, (lifecycle) => startVerifier(options, lifecycle));
  }

  async #common() {
    const { rollup } = this;
    return {
      dataDir: await this.directory(),
      hostRpcUrl: this.host.rpcUrl,
      rollup,
      logger: createLogger({ name: "test", level: LOG_LEVEL }),
    };
  }

  async #run<T extends { done: Promise<void> }>(
    dataDir: string,
    start: (lifecycle: Lifecycle) => Promise<T>,
  ): Promise<Running<T>> {
    const lifecycle = new Lifecycle();
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      stopping ??= lifecycle.stop();
      return stopping;
    };
    this.#stops.push(() => stop().catch(() => {}));
    try {
      const node = await start(lifecycle);
      let failure: unknown;
      node.done.catch((error: unknown) => {
        failure = error;
      });
      return Object.assign(node, { dataDir, stop, failure: () => failure });
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** Waits until the transaction is in a block; a revert is an error. */
  async mined(hash: Promise<Hex>) {
    const receipt = await this.host.publicClient.waitForTransactionReceipt({ hash: await hash });
    if (receipt.status !== "success") throw new Error(`reverted: ${receipt.transactionHash}`);
    return receipt;
  }

  /** Puts money into the inbox for an owner. */
  async deposit(owner: Person, amountGwei = 100n * TOKENS) {
    const { vault } = this.host.deployment;
    const args = [amountGwei * GWEI, toHex(owner.address), 0] as const;
    const value = await this.inboxFee();
    return this.mined(
      this.wallet.writeContract({ address: vault, abi: vaultAbi, functionName: "deposit", args, value }),
    );
  }

  /** Sends a transaction through the inbox, authenticated by the host. */
  async force(transaction: Transaction, sender: Person) {
    const wallet = walletOf(this.host.rpcUrl, sender);
    await this.client.setBalance({ address: wallet.account.address, value: 10n ** 18n });
    const args = [toHex(encodeTransaction(transaction))] as const;
    const value = await this.inboxFee();
    const { inbox } = this.host.deployment;
    return this.mined(
      wallet.writeContract({ address: inbox, abi: inboxAbi, functionName: "enqueueForced", args, value }),
    );
  }

  inboxFee(): Promise<bigint> {
    const { inbox } = this.host.deployment;
    return this.host.publicClient.readContract({ address: inbox, abi: inboxAbi, functionName: "fee" });
  }

  async tip(): Promise<number> {
    const contract = { address: this.rollup, abi: rollupAbi } as const;
    return Number(await this.host.publicClient.readContract({ ...contract, functionName: "tip" }));
  }

  /** Posts blocks as they are, right or wrong, from the sequencer's key or another. */
  async post(blocks: readonly PostableBlock[], walletIndex = SEQUENCER) {
    const contract = { address: this.rollup, abi: rollupAbi } as const;
    const tip = BigInt(await this.tip());
    const parent = await this.client.readContract({ ...contract, functionName: "batch", args: [tip] });
    const args = [parent.commitment, toHex(blocks.at(-1)!.inboxAcc), toHex(encodeBatch(blocks))] as const;
    const call = { ...contract, functionName: "postBatch", args, gas: POST_GAS } as const;
    return this.mined(this.host.wallet(walletIndex).writeContract(call));
  }

  mine(blocks = 1): Promise<void> {
    return this.client.mine({ blocks });
  }

  /** Lets the host's clock pass `seconds`. */
  async advance(seconds: number): Promise<void> {
    await this.client.increaseTime({ seconds });
    await this.mine();
  }

  /**
   * Takes the newest `depth` blocks away; as many empty ones, of other hashes, take their place. What is sent meanwhile waits: a
   * block mined in the middle would leave anvil with a state that never was.
   */
  async reorg(depth: number): Promise<void> {
    await this.client.setAutomine(false);
    await this.client.request({ method: "anvil_reorg" as never, params: [depth, []] as never });
    await this.client.setAutomine(true);
    await this.mine();
  }

  /** Lets the host's clock pass that of a node's blocks from before a reorg: the host refuses what is ahead of its clock. */
  async passTimeOf(node: NodeView): Promise<void> {
    const { timestamp } = await this.client.getBlock();
    await this.advance(Math.max(1, node.chain.head.timestamp - Number(timestamp) + 1));
  }

  /** Waits until the node holds `count` accounts. */
  accounts(node: NodeView, count: number): Promise<true> {
    return until(`${count} accounts`, () => node.chain.state.accounts.length >= count);
  }

  /** Waits until all that a sequencer was given is on the host, and a verifier stands at the same block with the same root. */
  async agreement(sequencer: Running<NodeView>, verifier: Running<NodeView>): Promise<void> {
    let seen = "";
    await until(
      () => `agreement of sequencer and verifier; ${seen}`,
      async () => {
        const failure = sequencer.failure() ?? verifier.failure();
        if (failure !== undefined) throw failure;
        await sequencer.atBoundary(() => undefined);
        const [block, tip] = [Number(await this.client.getBlockNumber()), await this.tip()];
        const [own, other] = [sequencer.syncStatus(), verifier.syncStatus()];
        seen = JSON.stringify({ block, tip, own, other });
        if (other.fault !== null) throw new Error(`fault: ${JSON.stringify(other.fault)}`);
        // A node that looked before a reorg does not count.
        if ([own, other].some((status) => status.hostBlock !== block || status.batch !== tip)) return false;
        return own.unpostedBytes === 0 && own.height === other.height && own.stateRoot === other.stateRoot;
      },
    );
  }
}

export function signFor(node: NodeView, transaction: Transaction, nonce: number, signer: Person): SignedTransaction {
  const { state, separator } = node.chain;
  return {
    ...transaction,
    signature: signHash(transactionHash(separator, transaction, nonce, identitiesOf(state)), signer),
  };
}

/** Signs with the account's next nonce and submits. */
export function send(node: NodeView, transaction: Transaction, signer: Person): Promise<TransactionReceipt> {
  const nonce = node.pendingNonce(transaction.account);
  return node.submit!(signFor(node, transaction, nonce, signer), nonce);
}

/** As `send`, as often as the node says that it is busy. */
export function sendSoon(node: NodeView, transaction: Transaction, signer: Person): Promise<TransactionReceipt> {
  return until("a node that is not busy", () =>
    send(node, transaction, signer).catch((error: { code?: string }) => {
      if (error.code !== "busy") throw error;
      return undefined;
    }),
  );
}

/** The same transaction so many times, without waiting in between. */
export function sendMany(node: NodeView, transaction: Transaction, signer: Person, count: number) {
  const first = node.pendingNonce(transaction.account);
  const nonces = Array.from({ length: count }, (_, i) => first + i);
  return Promise.all(nonces.map((nonce) => node.submit!(signFor(node, transaction, nonce, signer), nonce)));
}

const walletOf = (rpcUrl: string, { key }: Person) =>
  createWalletClient({
    account: privateKeyToAccount(toHex(key)),
    chain: developmentChain(rpcUrl),
    transport: http(rpcUrl),
  });

function testClient(rpcUrl: string) {
  return createTestClient({ mode: "anvil", chain: developmentChain(rpcUrl), transport: http(rpcUrl), cacheTime: 0 })
    .extend(publicActions)
    .extend(walletActions);
}
