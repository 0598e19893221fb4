/** The blocks that are sealed and not yet on the host: their number of bytes and their age, for poster and back-pressure. */
import { postedBytes } from "../protocol/batch.ts";
import type { Chain } from "../runtime/chain/chain.ts";
import type { StoredBlock } from "../runtime/chain/storedBlock.ts";

interface Entry {
  height: number;
  bytes: number;
  /** Block time, seconds. */
  timestamp: number;
}

export class Unposted {
  #entries: Entry[] = [];
  #bytes = 0;
  /** Blocks that came while the log was read. */
  #arrived: Entry[] | undefined;

  /** Reads the blocks above `postedHeight` from the log, and follows the chain from there. */
  static async load(chain: Chain, postedHeight: number): Promise<Unposted> {
    const unposted = new Unposted();
    await unposted.reload(chain, postedHeight);
    chain.onBlock((block) => unposted.#push(entryOf(block)));
    return unposted;
  }

  /** One at a time. The entries of before stay until those from the log are complete. */
  async reload(chain: Chain, postedHeight: number): Promise<void> {
    this.#arrived = [];
    const entries: Entry[] = [];
    for (let height = postedHeight + 1; height <= chain.head.height; height++) {
      const block = await chain.log.block(height);
      if (block === undefined) break; // its write is under way: it will arrive
      entries.push(entryOf(block));
    }
    const next = (entries.at(-1)?.height ?? postedHeight) + 1;
    this.#entries = [...entries, ...this.#arrived.filter(({ height }) => height >= next)];
    this.#bytes = this.#entries.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#arrived = undefined;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#entries.length;
  }

  /** Block time of the oldest one, seconds; undefined when all are posted. */
  get oldestTimestamp(): number | undefined {
    return this.#entries[0]?.timestamp;
  }

  /** The entries in order. */
  get entries(): readonly Readonly<Entry>[] {
    return this.#entries;
  }

  posted(height: number): void {
    while (this.#entries[0] !== undefined && this.#entries[0].height <= height)
      this.#bytes -= this.#entries.shift()!.bytes;
  }

  #push(entry: Entry): void {
    this.#arrived?.push(entry);
    const last = this.#entries.at(-1);
    if (last !== undefined && entry.height <= last.height) return; // of a rewound chain: a reload follows
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }
}

const entryOf = ({ height, content, header }: StoredBlock): Entry => ({
  height,
  bytes: postedBytes(content),
  timestamp: header.timestamp,
});
