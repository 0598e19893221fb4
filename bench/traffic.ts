/** Transactions of the load, signed beforehand. */
import { Meter } from "../protocol/meter.ts";
import { boundOf, encodeSigned, SIGNATURE_BYTES, type Transaction } from "../protocol/transactions/registry.ts";
import { Lane } from "./lane.ts";
import type { Presigned, Sender } from "./ledger.ts";
import type { BenchNetwork } from "./network.ts";
import { SOTU_CONTRIBUTIONS } from "./sotuRecords.ts";
import { attribute, randomOf, uniformRecords } from "./world.ts";

/** Blocks hold less as the log of records grows: more records than any load adds. */
const LOG_RECORDS = 2 ** 24;
/** Records differ by some bytes. */
const FILL = 0.98;

/** `each` transactions of some senders, in order of their nonces: Attribute with `records` eight-share records. */
export function presign(
  { ledger, senders }: BenchNetwork,
  { lanes, each, records }: { lanes: number; each: number; records: number },
): Lane[] {
  const source = uniformRecords(SOTU_CONTRIBUTIONS, randomOf(each));
  const signed = function* (sender: Sender): Generator<Presigned> {
    for (let i = 0; i < each; i++) {
      yield ledger.sign(sender, { ...attribute(Array.from({ length: records }, source)), account: sender.account });
    }
  };
  return senders.slice(0, lanes).map((sender) => new Lane(signed(sender)));
}

/** What was not sent: its nonces are used by what is signed next. */
export function giveBack({ senders }: BenchNetwork, lanes: readonly Lane[]): void {
  for (const [i, lane] of lanes.entries()) senders[i]!.nonce = lane.nonce;
}

/** Eight-share records that fill a block by themselves. */
export function recordsOfABlock({ ledger: { state } }: BenchNetwork): number {
  const source = uniformRecords(SOTU_CONTRIBUTIONS, randomOf(1));
  const records = [source()];
  const fits = (transaction: Transaction): boolean => {
    const packed = encodeSigned({ ...transaction, signature: new Uint8Array(SIGNATURE_BYTES) }).length;
    return new Meter({ ...state, attributions: { length: LOG_RECORDS } }, 0).add(boundOf(transaction), packed);
  };
  while (fits(attribute([...records, source()]))) records.push(source());
  return Math.floor(records.length * FILL);
}
