/** One host for all rows: the real contracts on a real chain, at the end of the season whenever a row begins. */
import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  parseEther,
  type TransactionReceipt,
} from "viem";
import type { LocalAccount } from "viem/accounts";
import { developmentChain } from "../../cli/devnet/host.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { encodeBatch } from "../../protocol/batch.ts";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import type { EnqueuedMessage } from "../../protocol/inbox.ts";
import { domainSeparator } from "../../protocol/transactions/registry.ts";
import { MAX_TRANSACTION_GAS } from "../../runtime/host/hostPool.ts";
import { connectHost, type HostReader, type StoredBatch } from "../../runtime/host/hostReader.ts";
import { revertName } from "../../runtime/host/revert.ts";
import { Devnet, type PostableBlock } from "../support/devnet.ts";
import { until } from "../support/until.ts";
import { PEOPLE } from "../support/world.ts";
import { OPEN_POSTER, OTHER_POSTER, POSTER } from "./actors.ts";
import { Books } from "./books.ts";
import { refused } from "./row.ts";
import { writeSeason } from "./season.ts";

/** The host refused; `end` is what the table says of it. */
export class Refusal extends Error {
  readonly end: string;

  constructor(name: string) {
    super(name);
    this.end = refused(name);
  }
}

export interface Post {
  from?: LocalAccount;
  parent?: Hex;
  acc?: Hex;
  /** In place of the blocks' own encoding. */
  bytes?: Hex;
}

export const HOUR = 3_600;
export const DAY = 24 * HOUR;

export class Arena {
  readonly devnet: Devnet;
  readonly reader: HostReader;
  /** The EIP-712 domain separator of this instance. */
  readonly separator: Uint8Array;
  #season: Books;
  #snapshot: Hex = "0x";

  private constructor(devnet: Devnet, reader: HostReader) {
    this.devnet = devnet;
    this.reader = reader;
    const { chainId, rollup } = reader;
    this.separator = domainSeparator({ chainId, verifyingContract: fromHex(rollup) });
    this.#season = new Books(this.separator);
  }

  static async start(): Promise<Arena> {
    const devnet = await Devnet.start();
    try {
      const arena = new Arena(devnet, await connectHost({ rpcUrl: devnet.host.rpcUrl, rollup: devnet.rollup }));
      await arena.#playSeason();
      arena.#snapshot = await devnet.client.snapshot();
      return arena;
    } catch (error) {
      await devnet.stop();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.devnet.stop();
  }

  /** The end of the season again, whatever happened since. */
  async reset(): Promise<void> {
    await this.devnet.client.revert({ id: this.#snapshot });
    this.#snapshot = await this.devnet.client.snapshot();
  }

  async #playSeason(): Promise<void> {
    for (const owner of PEOPLE) await this.devnet.deposit(owner);
    this.#season.time = await this.now();
    await this.post([this.#season.block({ messages: await this.messages() })]);
    await this.post(writeSeason(this.#season));
    const bond = { functionName: "bond", value: parseEther("1") } as const;
    for (const poster of [OPEN_POSTER, OTHER_POSTER]) await this.call(poster, bond);
  }

  /** An honest poster's books as of the season's end, at the host's time. */
  async books(): Promise<Books> {
    const books = this.#season.copy();
    books.time = await this.now();
    return books;
  }

  // --- the host ---

  async now(): Promise<number> {
    return Number((await this.devnet.client.getBlock()).timestamp);
  }

  /** Lets the host's clock pass `seconds`; `books` keeps up. */
  async pass(seconds: number, books?: Books): Promise<void> {
    await this.devnet.advance(seconds);
    if (books !== undefined) books.time = await this.now();
  }

  /** Those that no batch consumed, or all from `fromIndex` on. */
  async messages(fromIndex?: number): Promise<EnqueuedMessage[]> {
    const { latest } = await this.reader.heads();
    const from = fromIndex ?? (await this.batch()).inboxIndex;
    return this.reader.messages({ fromIndex: from, toBlock: latest.number });
  }

  tip(): Promise<number> {
    return this.devnet.tip();
  }

  /** The tip, or another batch. */
  async batch(id?: number): Promise<StoredBatch> {
    return (await this.reader.storedBatch(id ?? (await this.tip())))!;
  }

  async bondOf({ address }: LocalAccount): Promise<bigint> {
    return (await this.reader.bondOf(address)).amount;
  }

  async epoch(): Promise<number> {
    return (await this.reader.slot()).epoch;
  }

  // --- transactions ---

  /** Tries out, sends, and waits for it to be in a block. Throws Refusal when the host reverts. */
  async send(from: LocalAccount, to: Hex, data: Hex, value = 0n): Promise<TransactionReceipt> {
    const { client, host } = this.devnet;
    try {
      await client.call({ account: from, to, data, value, gas: MAX_TRANSACTION_GAS });
    } catch (error) {
      const name = revertName(error);
      if (name === undefined) throw error;
      throw new Refusal(name);
    }
    const { rpcUrl } = host;
    const wallet = createWalletClient({ account: from, chain: developmentChain(rpcUrl), transport: http(rpcUrl) });
    const hash = await wallet.sendTransaction({ to, data, value, gas: MAX_TRANSACTION_GAS });
    const receipt = await until("a receipt", () => client.getTransactionReceipt({ hash }).catch(() => undefined));
    if (receipt.status !== "success") throw new Error(`went through when tried out, and then reverted: ${hash}`);
    return receipt;
  }

  /** A call of the Rollup. */
  call<Name extends ContractFunctionName<typeof rollupAbi, "payable" | "nonpayable">>(
    from: LocalAccount,
    {
      functionName,
      args,
      value,
    }: {
      functionName: Name;
      args?: ContractFunctionArgs<typeof rollupAbi, "payable" | "nonpayable", Name>;
      value?: bigint;
    },
  ): Promise<TransactionReceipt> {
    // The types of all arguments together are more than the compiler takes on here; `args` is checked above.
    const call: { abi: Abi; functionName: string; args?: readonly unknown[] } = {
      abi: rollupAbi,
      functionName,
      ...(args && { args: args as readonly unknown[] }),
    };
    const data = encodeFunctionData(call);
    return this.send(from, this.devnet.rollup, data, value);
  }

  /** Posts what the books hold, or what is said otherwise; the batch's number. */
  async post(blocks: readonly PostableBlock[], post: Post = {}): Promise<number> {
    const { from = POSTER, parent, acc, bytes } = post;
    const args = [
      parent ?? toHex((await this.batch()).commitment),
      acc ?? toHex(blocks.at(-1)!.inboxAcc),
      bytes ?? toHex(encodeBatch(blocks)),
    ] as const;
    await this.call(from, { functionName: "postBatch", args });
    return this.tip();
  }
}

/** How the host refuses what `act` sends. Throws Error when it does not. */
export async function refusalOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Refusal) return error.end;
    throw error;
  }
  return "went through";
}
