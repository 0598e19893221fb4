/** What a block's proof would really carry, found by watching which records the execution reads and writes. */
import { TABLE_DEPTH } from "../../protocol/params.ts";
import { type State, TABLES, type TableName } from "../../protocol/state/state.ts";
import { RECORD_BYTES, type Table } from "../../protocol/tree/table.ts";

const ACCESSORS = [
  "u64",
  "setU64",
  "number",
  "setNumber",
  "add",
  "subtract",
  "covers",
  "chunk",
  "copyChunk",
  "low",
  "beginsWith",
  "setChunk",
] as const;

export interface Cost {
  /** Siblings and records, without what every block ships. */
  bytes: number;
  /** SHA-256 nodes, each counted once for both roots. */
  hashes: number;
}

/** The leaves of one table that a block touched. */
class Watch {
  readonly #table: Table;
  #before = 0;
  readonly #touched = new Set<number>();
  /** What the test itself reads is no part of the block. */
  paused = false;

  constructor(table: Table) {
    this.#table = table;
    for (const name of ACCESSORS) {
      const original = table[name].bind(table) as (...args: unknown[]) => unknown;
      const watched = (index: number, ...rest: unknown[]): unknown => {
        if (index < this.#before && !this.paused) this.#touched.add(index);
        return original(index, ...rest);
      };
      Object.assign(table, { [name]: watched });
    }
    this.reset();
  }

  reset(): void {
    this.#before = this.#table.length;
    this.#touched.clear();
  }

  get touched(): number[] {
    return [...this.#touched].sort((a, b) => a - b);
  }

  cost(): Cost {
    const appended = this.#table.length - this.#before;
    const leaves = this.#touched.size + appended;
    if (leaves === 0) return { bytes: 0, hashes: 0 };
    const fresh = Array.from({ length: appended }, (_, i) => this.#before + i);
    const { siblings, nodes } = multiproof(new Set([...this.#touched, ...fresh]), this.#before);
    const recordHashes = this.#table.records === undefined ? 0 : 3 * leaves;
    return { bytes: 32 * siblings + RECORD_BYTES * this.#touched.size, hashes: nodes + 1 + recordHashes };
  }
}

/** Siblings that a proof of `leaves` ships, those of empty subtrees (by the length before) elided, and nodes it hashes. */
export function multiproof(leaves: ReadonlySet<number>, lengthBefore: number): { siblings: number; nodes: number } {
  let siblings = 0;
  let nodes = 0;
  let level = leaves;
  for (let height = 0; height < TABLE_DEPTH; height++) {
    const parents = new Set<number>();
    for (const node of level) {
      const sibling = node % 2 === 0 ? node + 1 : node - 1;
      if (!level.has(sibling) && sibling * 2 ** height < lengthBefore) siblings++;
      parents.add(Math.floor(node / 2));
    }
    nodes += parents.size;
    level = parents;
  }
  return { siblings, nodes };
}

/** Watches a state's tables from now on; `reset` at the start of each block. */
export function watchWitness(state: State) {
  const watches = new Map<TableName, Watch>(TABLES.map((name) => [name, new Watch(state[name])]));
  return {
    reset: (): void => {
      for (const watch of watches.values()) watch.reset();
    },
    /** Reads and writes of `act` do not count. */
    aside: <T>(act: () => T): T => {
      for (const watch of watches.values()) watch.paused = true;
      const result = act();
      for (const watch of watches.values()) watch.paused = false;
      return result;
    },
    touched: (): number[][] => [...watches.values()].map(({ touched }) => touched),
    cost: (): Cost => {
      const total = { bytes: 0, hashes: 0 };
      for (const watch of watches.values()) {
        const { bytes, hashes } = watch.cost();
        total.bytes += bytes;
        total.hashes += hashes;
      }
      return total;
    },
  };
}
