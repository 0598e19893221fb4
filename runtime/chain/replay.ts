/** Running a block of our own log again: the same execution, signatures taken from the recorded verdicts. */
import { BlockExecution, type Environment } from "../../protocol/block.ts";
import { equalBytes } from "../../protocol/bytes.ts";
import { ownerOf } from "../../protocol/state/account.ts";
import type { State } from "../../protocol/state/state.ts";
import type { SignedTransaction } from "../../protocol/transactions/registry.ts";
import { TributaryError } from "../errors.ts";
import { entriesOf } from "./blockLog.ts";
import type { StoredBlock } from "./storedBlock.ts";

/** Throws `store-corrupt` when the block does not give the root it was stored with. */
export function replayBlock(state: State, block: StoredBlock, separator: Uint8Array): void {
  let signer: Uint8Array | undefined;
  const environment: Environment = { separator, recover: () => signer };
  const { timestamp, feeAccount, stateRoot } = block.header;
  const execution = new BlockExecution(state, environment, { timestamp, feeAccount, messages: block.messages });
  for (const { transaction, result, raw } of entriesOf(block).slice(block.messages.length)) {
    const signed = transaction as SignedTransaction;
    const known = state.accounts.has(signed.account) && result.verdict !== "BadSignature";
    signer = known ? ownerOf(state.accounts, signed.account) : undefined;
    execution.admit(signed, raw.length);
    execution.run(signed, raw.length);
  }
  if (!equalBytes(state.root(), stateRoot)) {
    throw new TributaryError("store-corrupt", `block ${block.height} in the store does not give its state root`);
  }
}
