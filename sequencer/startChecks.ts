/** What must be in order on the host before a sequencer starts, with what to do where it is not. */
import { formatEther } from "viem";
import { equalBytes, fromHex, type Hex, toHex } from "../protocol/bytes.ts";
import { TributaryError } from "../runtime/errors.ts";
import { SLOT_BOND } from "../runtime/host/constants.ts";
import type { HostReader } from "../runtime/host/hostReader.ts";
import type { Statements } from "./statements.ts";

export const sameAddress = (a: Hex | undefined, b: Hex): boolean => a?.toLowerCase() === b.toLowerCase();

/**
 * Throws `invalid-config` unless `poster` holds the slot, or is its accepted successor, and has the slot's bond or `willBond`.
 */
export async function requirePoster(reader: HostReader, poster: Hex, willBond: boolean): Promise<void> {
  const [slot, bond] = await Promise.all([reader.slot(), reader.bondOf(poster)]);
  const isNext = sameAddress(slot.successor?.poster, poster) && slot.successor?.accepted === true;
  if (!sameAddress(slot.poster, poster) && !isNext) {
    const holder = slot.poster === undefined ? "is vacant" : `is held by ${slot.poster}`;
    const way = "start with --permissionless to post when others may, or with --no-post to post nothing";
    throw new TributaryError("invalid-config", `${poster} may not post: the slot ${holder}; ${way}`);
  }
  if (bond.amount >= SLOT_BOND || willBond) return;
  const missing = formatEther(SLOT_BOND - bond.amount);
  const message = `${poster} has ${formatEther(bond.amount)} ETH bonded, the slot needs ${formatEther(SLOT_BOND)}`;
  throw new TributaryError("invalid-config", `${message}: start with --bond to bond ${missing} ETH more`);
}

/**
 * A store that has never signed does not know what another one signed under the same slot: it could sign or post against it.
 * Throws `invalid-config` when that is possible and `isNew` does not say that it did not happen.
 */
export async function requireKnownSigner(
  reader: HostReader,
  statements: Statements,
  options: { poster: Hex; headerKey: Uint8Array; isNew: boolean },
): Promise<void> {
  if (statements.isKnown) return;
  const { poster, headerKey, isNew } = options;
  const { latest } = await reader.heads();
  const [seen, tip] = await Promise.all([reader.epoch(latest.hash), reader.tip(latest.hash)]);
  const isOurs = sameAddress(seen.poster, poster) && sameAddress(seen.slotPoster, poster);
  const isKey = seen.slotHeaderKey !== undefined && equalBytes(fromHex(seen.slotHeaderKey), headerKey);
  if (isOurs && isKey && tip > 0 && !isNew) {
    const message = `the header key ${toHex(headerKey)} may have signed in epoch ${seen.epoch} with another store`;
    const way = "use that store, or start with --new-signer if it never signed or the epoch began after its end";
    throw new TributaryError("invalid-config", `${message}, whose word this one could break and lose the bond: ${way}`);
  }
  await statements.makeKnown();
}
