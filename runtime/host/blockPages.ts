/** Reading a long range of host blocks in pages that the provider accepts. */
import { isTributaryError } from "../errors.ts";

export const DEFAULT_PAGE_BLOCKS = 2_000;

export interface BlockPages {
  /** Runs `fetchPage` over `fromBlock`..`toBlock` (both included), in order; all results together. */
  read<T>(range: BlockRange, fetchPage: (page: BlockRange) => Promise<readonly T[]>): Promise<T[]>;
}

export interface BlockRange {
  fromBlock: number;
  toBlock: number;
}

/**
 * Providers limit a log request by blocks, results or time, and say so in many ways. So any refusal or timeout of more than
 * one block halves the page; the size found is kept for later reads. A refusal of a single block is an error.
 */
export function createBlockPages(initialSize: number = DEFAULT_PAGE_BLOCKS): BlockPages {
  let size = initialSize;

  return {
    async read(range, fetchPage) {
      const found = [];
      let next = range.fromBlock;
      while (next <= range.toBlock) {
        const page = { fromBlock: next, toBlock: Math.min(next + size - 1, range.toBlock) };
        const length = page.toBlock - page.fromBlock + 1;
        try {
          found.push(...(await fetchPage(page)));
          next = page.toBlock + 1;
        } catch (error) {
          const mayBeTooLong = isTributaryError(error, "host-refused") || isTributaryError(error, "host-timeout");
          if (!mayBeTooLong || length === 1) throw error;
          size = Math.floor(length / 2);
        }
      }
      return found;
    },
  };
}
