import type { Chain } from "../../chain/chain.ts";
import type { StoredBlock } from "../../chain/storedBlock.ts";
import { TributaryError } from "../../errors.ts";

/** The head moves when a block's write begins; a write that takes longer than this is not coming. */
const WRITE_TIMEOUT_MS = 10_000;

/** The block at a height that the head has reached, as soon as it is in the log. Throws `not-available`. */
export async function writtenBlock(chain: Chain, height: number): Promise<StoredBlock> {
  if (height === 0) throw new TributaryError("not-available", "there is no block yet to prove against");
  const written = waitFor(chain, height); // before the look, so that no write falls between the two
  try {
    const block = (await chain.log.block(height)) ?? (await written.block);
    if (block !== undefined) return block;
  } finally {
    written.stop();
  }
  throw new TributaryError("not-available", `block ${height} is not written yet; ask again`);
}

function waitFor(chain: Chain, height: number): { block: Promise<StoredBlock | undefined>; stop: () => void } {
  let stop = (): void => {};
  const block = new Promise<StoredBlock | undefined>((resolve) => {
    const off = chain.onBlock((each) => {
      if (each.height === height) resolve(each);
    });
    const timer = setTimeout(resolve, WRITE_TIMEOUT_MS, undefined);
    stop = () => {
      clearTimeout(timer);
      off();
    };
  });
  return { block, stop };
}
