/**
 * The witness of a block, taken while it runs: what of the state before is touched, and the nodes that it takes to hash it.
 *
 *     const recorder = new WitnessRecorder(state);       // between blocks
 *     recorder.record(() => execute(...));               // as often as the block has parts
 *     const witness = recorder.finish();                 // before the state's root is asked for again
 */
import { type State, TABLES } from "../state/state.ts";
import type { Table } from "../tree/table.ts";
import { encodeWitness, type TableWitness } from "./encode.ts";
import { siblingsOf } from "./siblings.ts";

/** How much was noted at some moment, per table. */
export type WitnessMark = readonly number[];

export class WitnessRecorder {
  readonly #tables: readonly Table[];
  readonly #rehashes: readonly number[];
  readonly #system: Uint8Array;

  /** Starts a block on `state`, whose root it computes if something changed since. One recorder for a state at a time. */
  constructor(state: State) {
    state.root();
    this.#tables = TABLES.map((name) => state[name]);
    this.#rehashes = this.#tables.map(({ rehashes }) => rehashes);
    this.#system = state.system.records!.bytes(0).slice();
    for (const table of this.#tables) table.touches.begin(table.length);
  }

  /** Runs a part of the block; only what is read and written within is touched. */
  record<T>(act: () => T): T {
    for (const table of this.#tables) table.setNoting(true);
    try {
      return act();
    } finally {
      for (const table of this.#tables) table.setNoting(false);
    }
  }

  mark(): WitnessMark {
    return this.#tables.map(({ touches }) => touches.count);
  }

  /** Forgets what was touched since, for a transaction that is left out because it changed nothing. */
  undoTo(mark: WitnessMark): void {
    this.#tables.forEach(({ touches }, i) => {
      touches.undoTo(mark[i]!);
    });
  }

  /**
   * The witness of what was recorded, as docs/spec/faults.md lays it out. Throws Error when the state's root was computed since
   * the start: the nodes of the state before are gone then.
   */
  finish(): Uint8Array {
    if (this.#tables.some(({ rehashes }, i) => rehashes !== this.#rehashes[i])) {
      throw new Error("the state's root was computed before its witness was taken");
    }
    return encodeWitness(this.#system, this.#tables.map(witnessOfTable));
  }
}

function witnessOfTable(table: Table): TableWitness {
  const { length } = table.touches;
  const leaves = table.touches.sorted();
  const carried = leaves.map(({ index }) => index);
  for (let index = length; index < table.length; index++) carried.push(index);
  const nodes = carried.length === 0 ? [table.contents()] : siblingsOf(carried, length, table);
  return { length, leaves, nodes };
}
