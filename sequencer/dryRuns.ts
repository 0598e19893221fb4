/**
 * The poster's dry run: blocks are executed by the contract itself before they are posted, all that hold a rejected verdict and a
 * sample of the rest. Solidity decides what is a fault; where our rules differ from it, an honest poster would lose its bond.
 */
import { blockCommitment, encodeHeader } from "../protocol/batch.ts";
import type { TransactionResult } from "../protocol/block.ts";
import { concat, equalBytes, type Hex, toHex } from "../protocol/bytes.ts";
import { verdictCode } from "../protocol/verdict.ts";
import type { Chain } from "../runtime/chain/chain.ts";
import type { StoredBlock } from "../runtime/chain/storedBlock.ts";
import { isTributaryError } from "../runtime/errors.ts";
import type { HostReader } from "../runtime/host/hostReader.ts";
import { executeOnHost } from "../runtime/host/transition.ts";
import type { Logger } from "../runtime/logger.ts";
import { numberKey, numberOf } from "../runtime/store/keys.ts";
import { del, type Operation, put, type Store } from "../runtime/store/store.ts";

const SAMPLE_EVERY = 32;
/** Calls to the host at a time. */
const AT_ONCE = 4;

export interface DryRunOptions {
  chain: Chain;
  reader: Pick<HostReader, "client" | "transition">;
  logger: Logger;
}

export class DryRuns {
  readonly #store: Store;
  readonly #sampleEvery: number;
  /** Heights whose witnesses wait on disk, lowest first. */
  #waiting: number[];
  #failure: { height: number; message: string } | undefined;

  private constructor(store: Store, sampleEvery: number, waiting: number[]) {
    this.#store = store;
    this.#sampleEvery = sampleEvery;
    this.#waiting = waiting;
  }

  /** Of the blocks without a rejected verdict one in `sampleEvery` is run. */
  static async open(store: Store, sampleEvery: number = SAMPLE_EVERY): Promise<DryRuns> {
    const waiting: number[] = [];
    for await (const key of store.witnesses.keys()) waiting.push(numberOf(key));
    return new DryRuns(store, sampleEvery, waiting);
  }

  /** Blocks that wait to be run. */
  get count(): number {
    return this.#waiting.length;
  }

  /** No block from this height on may be posted yet. */
  get firstUnchecked(): number | undefined {
    return this.#waiting[0];
  }

  /** The block on which contract and rules disagree: nothing from it on is ever posted by this process. */
  get failure(): { height: number; message: string } | undefined {
    return this.#failure;
  }

  wants(height: number, results: readonly TransactionResult[]): boolean {
    const isRejected = results.some(({ verdict, items = [] }) => [verdict, ...items].some((each) => each !== "Ok"));
    return isRejected || height % this.#sampleEvery === 0;
  }

  /** To be written with the block. */
  note(block: StoredBlock, witness: Uint8Array): Operation[] {
    this.#waiting.push(block.height);
    return [put(this.#store.witnesses, numberKey(block.height), concat(blockCommitment(block), witness))];
  }

  /** To be written when the blocks above `height` leave the log. */
  forgetAbove(height: number): Operation[] {
    const gone = this.#waiting.filter((each) => each > height);
    this.#waiting = this.#waiting.filter((each) => each <= height);
    if (this.#failure !== undefined && this.#failure.height > height) this.#failure = undefined;
    return gone.map((each) => del(this.#store.witnesses, numberKey(each)));
  }

  /** Runs all that wait. Throws TributaryError when the host does not answer; what was run until then stays run. */
  async round(options: DryRunOptions): Promise<void> {
    for (let before = Infinity; this.#failure === undefined && this.#waiting.length < before; ) {
      before = this.#waiting.length;
      await Promise.all(this.#waiting.slice(0, AT_ONCE).map((height) => this.#run(height, options)));
    }
  }

  async #run(height: number, { chain, reader, logger }: DryRunOptions): Promise<void> {
    const { generation } = chain;
    const [block, before] = await Promise.all([chain.log.block(height), chain.log.block(height - 1)]);
    const stored = await this.#store.witnesses.get(numberKey(height));
    if (block === undefined || stored === undefined) return; // not written yet, or rewound
    // A process that did not post may have put another block there.
    if (!equalBytes(stored.subarray(0, 32), blockCommitment(block))) return this.#forget(height);
    const { timestamp, feeAccount, stateRoot } = block.header;
    const input = {
      preRoot: toHex(before?.header.stateRoot ?? chain.genesisRoot),
      separator: toHex(chain.separator),
      timestamp,
      feeAccount,
      content: toHex(block.content),
      messages: block.messages.map(toHex),
    };
    const message = await difference(reader, input, toHex(stored.subarray(32)), toHex(stateRoot), block.results);
    if (chain.generation !== generation || !this.#waiting.includes(height)) return; // another block stands there now
    if (message === undefined) return this.#forget(height);
    this.#failure ??= { height, message };
    const header = toHex(encodeHeader(block.header));
    logger.fatal({ height, message, header }, "contract and rules disagree: nothing from this block on is posted");
  }

  async #forget(height: number): Promise<void> {
    this.#waiting = this.#waiting.filter((each) => each !== height);
    await this.#store.write([del(this.#store.witnesses, numberKey(height))]);
  }
}

/** In what the contract's answer differs from ours; undefined when it does not. */
async function difference(
  reader: DryRunOptions["reader"],
  input: Parameters<typeof executeOnHost>[1],
  witness: Hex,
  root: Hex,
  results: readonly TransactionResult[],
): Promise<string | undefined> {
  const own = toHex(verdictBytes(results));
  try {
    const { postRoot, verdicts } = await executeOnHost(reader, input, witness);
    if (postRoot !== root) return `the contract gives root ${postRoot}, the block has ${root}`;
    return verdicts === own ? undefined : `the contract gives the verdicts ${verdicts}, the block has ${own}`;
  } catch (error) {
    if (isTributaryError(error, "host-reverted")) return `the contract refuses the witness: ${error.message}`;
    throw error;
  }
}

/** One byte for each result, and behind that of a transaction with items one for each of them. */
function verdictBytes(results: readonly TransactionResult[]): Uint8Array {
  return Uint8Array.from(results.flatMap(({ verdict, items = [] }) => [verdict, ...items].map(verdictCode)));
}
