/** A transaction on its way into a block. */
import type { TransactionReceipt } from "../protocol/api.ts";
import type { Recovered } from "../protocol/block.ts";
import type { State } from "../protocol/state/state.ts";
import type { SignedTransaction } from "../protocol/transactions/registry.ts";
import type { TributaryError } from "../runtime/errors.ts";

export interface Submission {
  transaction: SignedTransaction;
  packed: Uint8Array;
  /** Undefined means the account's next. */
  nonce: number | undefined;
  /** What its hash is and who signed it, by what `state` said at `identityVersion`. */
  recovered?: Recovered & { state: State; identityVersion: number };
  /** Where it lies on disk when it was in a block before. */
  dropped?: number;
  resolve(receipt: TransactionReceipt): void;
  reject(error: TributaryError): void;
}
