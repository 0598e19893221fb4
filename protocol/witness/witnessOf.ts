/** Runs a block and takes its witness along. */
import { type BlockStart, type Environment, executeBlock, type TransactionResult } from "../block.ts";
import type { State } from "../state/state.ts";
import { WitnessRecorder } from "./recorder.ts";

export interface WitnessedBlock {
  /** As `Transition.execute` takes it. */
  readonly witness: Uint8Array;
  readonly results: readonly TransactionResult[];
  /** The state's root after the block, 32 bytes. */
  readonly postRoot: Uint8Array;
}

/** Executes the block on `state`, which it changes in place as `executeBlock` does. */
export function witnessOf(
  state: State,
  environment: Environment,
  start: BlockStart,
  content: Uint8Array,
): WitnessedBlock {
  const recorder = new WitnessRecorder(state);
  const results = recorder.record(() => executeBlock(state, environment, start, content));
  const witness = recorder.finish();
  return { witness, results, postRoot: state.root() };
}
