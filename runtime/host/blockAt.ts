/** From a time to the host's blocks: logs are found by block, what the contracts store has times. */
import { TributaryError } from "../errors.ts";
import type { HostReader } from "./hostReader.ts";

/**
 * Number of the first block at or after `timestamp`, no later than `last`; about 25 questions among as many blocks as there are.
 * Throws `host-refused` when the host does not show old blocks.
 */
export async function blockAtTime(
  reader: Pick<HostReader, "block" | "deploymentBlock">,
  timestamp: number,
  last: number,
): Promise<number> {
  let low = reader.deploymentBlock;
  let high = last;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const block = await reader.block(middle);
    if (block === undefined) throw new TributaryError("host-refused", `the host does not show its block ${middle}`);
    if (block.timestamp >= timestamp) high = middle;
    else low = middle + 1;
  }
  return low;
}
