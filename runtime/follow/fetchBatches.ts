/** Batches in order, as the contract's storage at one host block holds them: where their bytes are is looked up in the logs. */
import { toHex } from "../../protocol/bytes.ts";
import type { StoredBlock } from "../chain/storedBlock.ts";
import { TributaryError } from "../errors.ts";
import type { HostReader } from "../host/hostReader.ts";
import type { HostBlock } from "../host/readAt.ts";
import { type FetchedBatch, fetchBatch, genesisParent, type Parent, parentAfter } from "./fetchBatch.ts";

export interface BatchRange {
  /** The batch before the first. */
  after: number;
  /** The last, at most the tip. */
  last: number;
  /** Host block at or before the first batch's. */
  fromBlock: number;
  head: HostBlock;
  /** Blocks of our log, for who may have posted them. */
  own?: ((first: number, last: number) => Promise<readonly StoredBlock[] | undefined>) | undefined;
}

/** Host blocks whose logs are read at a time. */
const WINDOW = 20_000;

/** Throws TributaryError: `host-reorged` when the host's answers do not belong together, so that asking again is right. */
export async function* fetchBatches(reader: HostReader, range: BatchRange): AsyncGenerator<FetchedBatch> {
  const { after, last, head } = range;
  let parent = await parentOf(reader, after, head);
  let id = after + 1;
  let stored = await reader.storedBatch(id, head.hash);
  for (let fromBlock = range.fromBlock; id <= last && fromBlock <= head.number; fromBlock += WINDOW) {
    const toBlock = Math.min(fromBlock + WINDOW - 1, head.number);
    for (const log of await reader.postedBatches({ fromBlock, toBlock })) {
      // Ids repeat after removals: the commitment says which post stands.
      if (log.id !== id || !stored || toHex(log.commitment) !== toHex(stored.commitment)) continue;
      const own = await range.own?.(parent.height + 1, stored.height);
      const fetched = await fetchBatch(reader, log, stored, parent, own);
      yield fetched;
      parent = parentAfter(fetched);
      stored = ++id <= last ? await reader.storedBatch(id, head.hash) : undefined;
    }
  }
  if (id <= last) throw new TributaryError("host-reorged", `batch ${id} has no log up to host block ${head.number}`);
}

async function parentOf(reader: HostReader, id: number, head: HostBlock): Promise<Parent> {
  if (id === 0) return genesisParent(toHex(reader.genesisRoot));
  const stored = await reader.storedBatch(id, head.hash);
  if (stored === undefined) throw new TributaryError("host-reorged", `batch ${id} is gone`);
  return { ...stored, commitment: toHex(stored.commitment), root: toHex(stored.stateRoot) };
}
