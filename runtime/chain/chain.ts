/**
 * The chain a node holds: the state at the head, the log behind it, snapshots. One way back to a state serves restart, crash
 * and host reorg alike: the newest snapshot that still holds, then replay.
 */
import { equalBytes, toHex } from "../../protocol/bytes.ts";
import { type EconomicParameters, GENESIS_PARAMETERS } from "../../protocol/params.ts";
import { State, stateRoot, TABLES } from "../../protocol/state/state.ts";
import { TributaryError } from "../errors.ts";
import { corrupt, isDamage, type Operation, type Store } from "../store/store.ts";
import { AccountIndex } from "./accountIndex.ts";
import { BlockLog } from "./blockLog.ts";
import { checkIdentity, type Identity } from "./identity.ts";
import { replayBlock } from "./replay.ts";
import { Snapshots } from "./snapshots.ts";
import type { StoredBlock } from "./storedBlock.ts";

export interface Head {
  height: number;
  root: Uint8Array;
  timestamp: number;
  /** Cursor of the Inbox after the head, and its accumulator there. */
  inboxIndex: number;
  inboxAcc: Uint8Array;
}

export interface ChainOptions {
  store: Store;
  identity: Identity;
  /** EIP-712 domain separator. */
  separator: Uint8Array;
  parameters?: EconomicParameters;
  /** Blocks between snapshots. */
  snapshotEvery?: number;
  /** Told of repairs, and of errors of snapshots written in the background. */
  warn?: (message: string, error?: unknown) => void;
}

const DEFAULT_SNAPSHOT_EVERY = 2_000;

export class Chain {
  readonly log: BlockLog;
  readonly store: Store;
  readonly separator: Uint8Array;
  readonly #options: ChainOptions;
  readonly #snapshots: Snapshots;
  #state: State;
  #accounts = new AccountIndex();
  #head: Head;
  #written: Head;
  #genesisRoot: Uint8Array | undefined;
  #snapshotAt = 0;
  #snapshotWrite: Promise<void> | undefined;
  #rewindMarks = 0;
  readonly #listeners = new Set<(block: StoredBlock) => void>();
  readonly #rewindListeners = new Set<(height: number) => Promise<void>>();

  private constructor(options: ChainOptions) {
    this.#options = options;
    this.store = options.store;
    this.separator = options.separator;
    this.log = new BlockLog(options.store);
    this.#snapshots = new Snapshots(options.store);
    this.#state = new State(options.parameters ?? GENESIS_PARAMETERS);
    this.#head = genesisHead(this.#state);
    this.#written = this.#head;
  }

  /** Throws `store-mismatch` for another instance's store, `store-corrupt` when the log does not give its own roots. */
  static async open(options: ChainOptions): Promise<Chain> {
    const chain = new Chain(options);
    try {
      await checkIdentity(options.store, options.identity);
      await chain.#restore(await chain.log.head());
      chain.#written = chain.#head;
    } catch (error) {
      throw isDamage(error) ? corrupt(options.store.path, error) : error;
    }
    return chain;
  }

  /** The state after the head; on a sequencer also what the open block did so far. */
  get state(): State {
    return this.#state;
  }

  get head(): Head {
    return this.#head;
  }

  /** State root before the first block. */
  get genesisRoot(): Uint8Array {
    this.#genesisRoot ??= new State(this.#options.parameters ?? GENESIS_PARAMETERS).root();
    return this.#genesisRoot;
  }

  /** The head as far as the log has it: what may be told, since what is told can be read. */
  get written(): Head {
    return this.#written;
  }

  /**
   * Changes when a rewind begins and when it has ended: what was read of the log between two equal values belongs together.
   */
  get generation(): number {
    return this.#rewindMarks;
  }

  /** Accounts of an owner (20 bytes), lowest index first. */
  accountsOf(owner: Uint8Array): number[] {
    return this.#accounts.find(this.#state.accounts, owner);
  }

  onBlock(listener: (block: StoredBlock) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs within every rewind, after the blocks above the height have left the log. Returns the function that ends it. */
  onRewind(listener: (height: number) => Promise<void>): () => void {
    this.#rewindListeners.add(listener);
    return () => this.#rewindListeners.delete(listener);
  }

  /**
   * Writes blocks that the state already holds, in order; `also` goes into the same atomic write. Durable when it resolves, unless
   * `sync` is false: then a loss of power can take the newest blocks away, all writes after the first lost one with it.
   */
  async commit(blocks: readonly StoredBlock[], also: Operation[] = [], { sync } = { sync: true }): Promise<void> {
    for (const block of blocks) {
      if (block.height !== this.#head.height + 1)
        throw new Error(`block ${block.height} does not follow ${this.#head.height}`);
      this.#head = headOf(block);
    }
    await this.store.write([...blocks.flatMap((block) => this.log.additions(block)), ...also], { sync });
    const last = blocks.at(-1);
    if (last !== undefined) this.#written = headOf(last);
    for (const block of blocks) for (const listener of this.#listeners) listener(block);
  }

  /** Whether enough blocks passed since the last snapshot, and none is being written. */
  get isSnapshotDue(): boolean {
    const every = this.#options.snapshotEvery ?? DEFAULT_SNAPSHOT_EVERY;
    return this.#snapshotWrite === undefined && this.#head.height - this.#snapshotAt >= every;
  }

  /** Saves a snapshot when one is due; the caller is between blocks. Returns at once, errors go to `warn`. */
  snapshotIfDue(): void {
    if (!this.isSnapshotDue) return;
    this.#snapshotAt = this.#head.height;
    const warn = (error: unknown): void => this.#options.warn?.("a snapshot could not be written", error);
    this.#snapshotWrite = this.#snapshots
      .save(this.#state, this.#head.height)
      .catch(warn)
      .finally(() => {
        this.#snapshotWrite = undefined;
      });
  }

  /**
   * Goes back to the state after block `height`; the blocks above leave the log and are returned, lowest first. What `also`
   * makes of them goes into the same atomic write. Until it resolves, the state is that of before.
   */
  async rewind(
    height: number,
    also: (removed: readonly StoredBlock[]) => readonly Operation[] = () => [],
  ): Promise<StoredBlock[]> {
    this.#rewindMarks++;
    await this.#snapshotWrite;
    const removed: StoredBlock[] = [];
    for (let at = height + 1; at <= this.#head.height; at++) {
      const block = await this.log.block(at);
      if (block === undefined) throw new TributaryError("store-corrupt", `block ${at} is missing from the store`);
      removed.push(block);
    }
    await this.#snapshots.dropAbove(height);
    const operations = removed.flatMap((block) => this.log.removals(block));
    await this.store.write([...operations, ...also(removed)], { sync: true });
    const isThere = height === this.#head.height && equalBytes(this.#state.root(), this.#head.root);
    if (!isThere) await this.#restore(height);
    this.#written = this.#head;
    for (const listener of this.#rewindListeners) await listener(height);
    this.#rewindMarks++;
    return removed;
  }

  /** The stored description of the state after a block, for proofs against old roots. Height 0 has no block. */
  async stateAt(height: number): Promise<Pick<StoredBlock, "fieldRoots" | "lengths"> | undefined> {
    return this.log.block(height);
  }

  /** Waits for background writes. */
  async close(): Promise<void> {
    await this.#snapshotWrite;
  }

  /** The new state takes the old one's place when it is complete. */
  async #restore(height: number): Promise<void> {
    const { state, head: start } = await this.#newestState(height);
    let head = start;
    for (let at = start.height + 1; at <= height; at++) {
      const block = await this.log.block(at);
      if (block === undefined) {
        throw new TributaryError(
          "store-corrupt",
          `block ${at} is missing; delete ${this.store.path} and sync from the host`,
        );
      }
      replayBlock(state, block, this.separator);
      head = headOf(block);
    }
    this.#state = state;
    this.#head = head;
    this.#snapshotAt = start.height;
    this.#accounts = new AccountIndex();
  }

  async #newestState(height: number): Promise<{ state: State; head: Head }> {
    for (const at of await this.#snapshots.heights()) {
      const block = at <= height ? await this.log.block(at) : undefined;
      const state = block && (await this.#snapshots.load(at, block.header.stateRoot));
      if (block && state) return { state, head: headOf(block) };
      this.#options.warn?.(`the snapshot at block ${at} is not usable; replaying more of the log instead`);
    }
    this.#snapshots.forget();
    const state = new State(this.#options.parameters ?? GENESIS_PARAMETERS);
    return { state, head: genesisHead(state) };
  }
}

export function headOf(block: StoredBlock): Head {
  const { header, height, firstInboxIndex, inboxAcc } = block;
  const inboxIndex = firstInboxIndex + header.inboxCount;
  return { height, root: header.stateRoot, timestamp: header.timestamp, inboxIndex, inboxAcc };
}

function genesisHead(state: State): Head {
  return { height: 0, root: state.root(), timestamp: 0, inboxIndex: 0, inboxAcc: new Uint8Array(32) };
}

/** The block that the execution of `content` on `state` gives, ready to commit. */
export function sealBlock(
  state: State,
  parts: Pick<StoredBlock, "height" | "firstInboxIndex" | "messages" | "inboxAcc" | "content" | "results"> & {
    timestamp: number;
    feeAccount: number;
  },
): StoredBlock {
  const fieldRoots = state.fieldRoots();
  const { timestamp, feeAccount, ...rest } = parts;
  const header = { stateRoot: stateRoot(fieldRoots), timestamp, feeAccount, inboxCount: parts.messages.length };
  return { ...rest, header, fieldRoots, lengths: TABLES.map((name) => state[name].length) };
}

/** Whether a genesis root is the one these parameters give. */
export function checkGenesis(genesisRoot: Uint8Array, parameters: EconomicParameters = GENESIS_PARAMETERS): void {
  const own = new State(parameters).root();
  if (equalBytes(own, genesisRoot)) return;
  throw new TributaryError(
    "host-mismatch",
    `the rollup starts from root ${toHex(genesisRoot)}, these rules from ${toHex(own)}`,
  );
}
