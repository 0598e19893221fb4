/** Content cut into its transactions, whether the meter lets them be read or not. */
import { ByteReader } from "../../protocol/bytes.ts";
import { decodeSigned } from "../../protocol/transactions/registry.ts";

export interface Parts {
  readonly transactions: readonly Uint8Array[];
  /** From the first byte that begins no transaction. */
  readonly rest: Uint8Array;
}

export function partsOf(content: Uint8Array): Parts {
  const reader = new ByteReader(content);
  const transactions: Uint8Array[] = [];
  let from = 0;
  while (!reader.atEnd && decodeSigned(reader) !== undefined) {
    transactions.push(content.subarray(from, reader.offset));
    from = reader.offset;
  }
  return { transactions, rest: content.subarray(from) };
}
