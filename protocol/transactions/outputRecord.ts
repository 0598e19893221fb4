/** The records of Attribute and AttributeCommitted: what they say, and their packed form. */
import type { ByteReader, ByteWriter } from "../bytes.ts";
import { MAX_FEE, MAX_INDEX, MAX_RECORDS, MAX_SHARES } from "../params.ts";
import type { Share } from "../state/attribution.ts";

/** A record whose output is under its transaction's `outputsRoot`. */
export interface CommittedRecord {
  /** Gwei, below 2^32. */
  fee: number;
  /** 0 to 16, strictly increasing contributions, weights 1 to 65,535. */
  shares: Share[];
}

export interface OutputRecord extends CommittedRecord {
  /** SHA-256 of the output's bytes. */
  output: Uint8Array;
}

/** One or the other. */
export type AnyRecord = CommittedRecord & Partial<OutputRecord>;

/** `count (1 to 256) || record...`, each record as `decode` reads it. */
export function decodeRecords<R extends AnyRecord>(
  reader: ByteReader,
  decode: (reader: ByteReader, isFirst: boolean, previousFee: number) => R,
): R[] {
  const count = reader.varint(MAX_RECORDS);
  if (count === 0) reader.fail();
  const records: R[] = [];
  for (let i = 0, fee = 0; i < count && reader.ok; i++) {
    const record = decode(reader, i === 0, fee);
    fee = record.fee;
    records.push(record);
  }
  return records;
}

export function encodeRecords(writer: ByteWriter, records: readonly AnyRecord[]): void {
  if (records.length === 0) throw new RangeError(`"records" is empty`);
  writer.varint(records.length, MAX_RECORDS);
  records.forEach((record, i) => {
    encodeRecord(writer, record, records[i - 1]?.fee);
  });
}

/**
 * `head || fee? || shares`: head is the number of shares, plus 128 when a fee follows. The first record states its fee; a later
 * one does exactly when it differs from the one before. A share is the contribution (the first as it is, then the distance
 * less one) and the weight.
 */
export function decodeCommitted(reader: ByteReader, isFirst: boolean, previousFee: number): CommittedRecord {
  const head = reader.byte();
  const count = head & 0x7f;
  const statesFee = head >= 0x80;
  const fee = statesFee ? reader.varint(MAX_FEE) : previousFee;
  if (count > MAX_SHARES || (isFirst ? !statesFee : statesFee && fee === previousFee)) reader.fail();
  const shares: Share[] = [];
  for (let i = 0, next = 0; i < count && reader.ok; i++) {
    const contribution = next + reader.varint();
    const weight = reader.varint(0xffff);
    if (weight === 0 || contribution > MAX_INDEX) reader.fail();
    shares.push({ contribution, weight });
    next = contribution + 1;
  }
  return { fee, shares };
}

/** The same behind `output (32)`. */
export function decodeWithOutput(reader: ByteReader, isFirst: boolean, previousFee: number): OutputRecord {
  const output = reader.take(32).slice();
  const { fee, shares } = decodeCommitted(reader, isFirst, previousFee);
  return { output, fee, shares };
}

function encodeRecord(writer: ByteWriter, record: AnyRecord, previousFee: number | undefined): void {
  if (record.shares.length > MAX_SHARES) throw new RangeError(`"shares" has more than ${MAX_SHARES}`);
  const statesFee = record.fee !== previousFee;
  if (record.output !== undefined) writer.fixed(record.output, 32);
  writer.byte(record.shares.length + (statesFee ? 0x80 : 0));
  if (statesFee) writer.varint(record.fee, MAX_FEE);
  let next = 0;
  for (const { contribution, weight } of record.shares) {
    if (contribution < next) throw new RangeError(`"shares" are not strictly increasing at ${contribution}`);
    if (weight < 1) throw new RangeError(`"weight" is not positive: ${weight}`);
    writer.varint(contribution - next).varint(weight, 0xffff);
    next = contribution + 1;
  }
}
