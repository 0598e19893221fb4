/** What a sender is told whose transaction did not get into a block. */
import type { TransactionResult } from "../protocol/block.ts";
import { type ErrorCode, TributaryError } from "../runtime/errors.ts";

const VOID_CODES: Partial<Record<TransactionResult["verdict"], ErrorCode>> = {
  UnknownAccount: "unknown-account",
  BadSignature: "wrong-signature",
  InsufficientFee: "insufficient-funds",
};

export function voidError({ verdict }: TransactionResult): TributaryError {
  return new TributaryError(VOID_CODES[verdict]!, `not taken: ${verdict}`);
}

export function nonceError(nonce: number, next: number): TributaryError {
  const code = nonce < next ? "nonce-too-low" : "nonce-too-high";
  return new TributaryError(code, `nonce ${nonce}, the account's next is ${next}`, { details: { expected: next } });
}

export const tooLarge = (): TributaryError =>
  new TributaryError("over-weight", "it no longer fits a block; send it in parts");

export const stopped = (): TributaryError => new TributaryError("stopped", "the sequencer is stopping; send it again");
