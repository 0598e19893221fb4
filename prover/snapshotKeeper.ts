/**
 * Keeps portable snapshots at batches' last blocks: candidates while their batch can still be removed, and the newest two of
 * final batches (rule 30). They are redundancy: what fails here is told and does not stop the verifier.
 */
import { mkdir, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type Hex, toHex } from "../protocol/bytes.ts";
import type { Batches, BatchRecord } from "../runtime/chain/batches.ts";
import type { Chain } from "../runtime/chain/chain.ts";
import { readSnapshotHeader, writeSnapshot } from "../runtime/chain/snapshotFile.ts";
import { isTributaryError } from "../runtime/errors.ts";

export interface SnapshotKeeperOptions {
  directory: string;
  chain: Chain;
  batches: Batches;
  instance: { chainId: number; rollup: Hex };
  /** The challenge window. */
  windowSeconds: number;
  /** Host time between snapshots; 0 for one at every batch. */
  everySeconds: number;
  onKept?: (snapshot: KeptSnapshot) => void;
  warn: (message: string, error: unknown) => void;
}

export interface KeptSnapshot {
  batch: number;
  height: number;
  stateRoot: Hex;
  path: string;
}

const FINAL_KEPT = 2;
const nameOf = (batch: number): string => `batch-${String(batch).padStart(9, "0")}.snapshot`;
const NAME = /^batch-(\d{9,})\.snapshot$/;

export class SnapshotKeeper {
  readonly #options: SnapshotKeeperOptions;
  /** Of batches that we agree with, in order. */
  #kept: KeptSnapshot[] = [];
  /** Of batches that we have yet to come to: left by an earlier store. */
  #ahead: KeptSnapshot[] = [];

  private constructor(options: SnapshotKeeperOptions) {
    this.#options = options;
  }

  /** Takes up what the directory holds. Throws when it cannot be made or read. */
  static async open(options: SnapshotKeeperOptions): Promise<SnapshotKeeper> {
    const keeper = new SnapshotKeeper(options);
    await mkdir(options.directory, { recursive: true });
    await keeper.#load();
    return keeper;
  }

  get kept(): readonly KeptSnapshot[] {
    return this.#kept;
  }

  /** The chain stands at the end of this batch. On the way to a host far ahead, only what may last is written. */
  async afterBatch(record: BatchRecord, hostTime: number): Promise<void> {
    if (await this.#takeUp(record)) return;
    const { windowSeconds, everySeconds } = this.#options;
    const isOld = record.postedAt + windowSeconds + 2 * everySeconds < hostTime;
    if (!isOld) await this.#writeIfDue(record);
    await this.#prune();
  }

  /** The chain stands at the host's last batch: of a chain that has stood still for long, too, there should be a snapshot. */
  async atTip(): Promise<void> {
    const { batches } = this.#options;
    const last = this.#kept.at(-1);
    if (batches.tip === 0 || last?.batch === batches.tip) return this.#prune();
    const record = await batches.latest();
    if (record !== undefined) await this.#writeIfDue(record);
    await this.#prune();
  }

  /** The batches above `id` are gone. */
  async removeAbove(id: number): Promise<void> {
    await this.#drop(this.#kept.filter(({ batch }) => batch > id));
  }

  async #writeIfDue(record: BatchRecord): Promise<void> {
    const { chain, batches, directory, instance, everySeconds, onKept, warn } = this.#options;
    const last = this.#kept.at(-1) && (await batches.byId(this.#kept.at(-1)!.batch));
    if (last !== undefined && record.postedAt - last.postedAt < everySeconds) return;
    const path = join(directory, nameOf(record.id));
    const { id: batch, lastHeight: height } = record;
    try {
      const { stateRoot } = await writeSnapshot(path, chain.state, { ...instance, batch, height });
      const snapshot = { batch, height, stateRoot, path };
      this.#kept.push(snapshot);
      onKept?.(snapshot);
    } catch (error) {
      if (!isTributaryError(error)) throw error;
      warn("a portable snapshot could not be written", error);
    }
  }

  async #prune(): Promise<void> {
    const settled = this.#options.batches.heightAt("settled");
    const final = this.#kept.filter(({ height }) => height <= settled);
    await this.#drop(final.slice(0, -FINAL_KEPT));
  }

  async #drop(snapshots: readonly KeptSnapshot[]): Promise<void> {
    // First, so that nobody is told of a file that is gone.
    this.#kept = this.#kept.filter((kept) => !snapshots.includes(kept));
    for (const { path } of snapshots) {
      await unlink(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") this.#options.warn(`${path} could not be removed`, error);
      });
    }
  }

  /** Whether there is a snapshot of this batch already, from before the store was lost. */
  async #takeUp({ id }: BatchRecord): Promise<boolean> {
    const found = this.#ahead.find(({ batch }) => batch === id);
    this.#ahead = this.#ahead.filter(({ batch }) => batch > id);
    if (found === undefined) return false;
    this.#kept.push(found);
    const isRight = found.stateRoot === toHex(this.#options.chain.head.root);
    if (!isRight) await this.#drop([found]);
    return isRight;
  }

  async #load(): Promise<void> {
    const { directory, batches, chain } = this.#options;
    for (const name of (await readdir(directory)).filter((each) => NAME.test(each)).sort()) {
      const path = join(directory, name);
      const header = await readSnapshotHeader(path);
      const problem =
        "problem" in header ? header.problem : nameOf(header.batch) === name ? undefined : "another batch's";
      if ("problem" in header || problem !== undefined) {
        this.#options.warn(`${path} is not taken up: ${problem}`, undefined);
        continue;
      }
      const { batch, height, stateRoot } = header;
      const snapshot = { batch, height, stateRoot, path };
      if (batch > batches.tip) {
        this.#ahead.push(snapshot);
        continue;
      }
      this.#kept.push(snapshot);
      const block = await chain.log.block(height);
      const isOurs = (await batches.byId(batch))?.lastHeight === height;
      if (!isOurs || block === undefined || toHex(block.header.stateRoot) !== stateRoot) await this.#drop([snapshot]);
    }
  }
}
