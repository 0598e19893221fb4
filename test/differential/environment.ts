/** Where the blocks of the differential tests run. */
import type { Environment } from "../../protocol/block.ts";
import { toHex } from "../../protocol/bytes.ts";
import type { Recover } from "../../protocol/signature.ts";
import * as world from "../support/world.ts";

const MOST_REMEMBERED = 1_000;

/** A block is made and then run: much of the time would go into recovering the same signatures again. */
function remembering(recover: Recover): Recover {
  const known = new Map<string, Uint8Array | undefined>();
  return (hash, signature) => {
    const key = toHex(hash) + toHex(signature);
    if (known.has(key)) return known.get(key);
    if (known.size >= MOST_REMEMBERED) known.clear();
    const signer = recover(hash, signature);
    known.set(key, signer);
    return signer;
  };
}

export const ENVIRONMENT: Environment = { ...world.ENVIRONMENT, recover: remembering(world.ENVIRONMENT.recover) };
