/** The whole state: `Container` of 16 fields, seven in use. Its `hash_tree_root` is the state root. Spec: docs/spec/state.md. */
import { type EconomicParameters, GENESIS_PARAMETERS, STATE_DEPTH, TABLE_DEPTH } from "../params.ts";
import { fieldBranch, lengthSibling, type RecordProof } from "../tree/proof.ts";
import { Rows } from "../tree/rows.ts";
import { Table } from "../tree/table.ts";
import { ZERO_HASHES } from "../tree/zeroHashes.ts";
import { createSystem } from "./system.ts";

/** Tables in field order; a table's place here is its field number in the state container. */
export const TABLES = ["accounts", "datanets", "contributions", "models", "attributions", "withdrawals"] as const;
export type TableName = (typeof TABLES)[number];
/** Tables whose records never change once written: proofs against old roots come from the present tree. */
export const APPEND_ONLY: readonly TableName[] = ["attributions", "withdrawals"];
const SYSTEM_FIELD = TABLES.length;

export class State implements Record<TableName, Table> {
  readonly accounts = new Table("accounts");
  readonly datanets = new Table("datanets");
  readonly contributions = new Table("contributions");
  readonly models = new Table("models");
  readonly attributions = new Table("attributions", "log");
  readonly withdrawals = new Table("withdrawals");
  readonly system: Table;

  constructor(parameters: EconomicParameters = GENESIS_PARAMETERS) {
    this.system = createSystem(parameters);
  }

  /** Equal numbers of one state mean that the identities and terms in what is signed are the same. */
  get identityVersion(): number {
    const { accounts, datanets, contributions, models } = this;
    return accounts.rewrites + datanets.rewrites + contributions.rewrites + models.rewrites;
  }

  /** The roots of all 16 fields. */
  fieldRoots(): Uint8Array[] {
    Table.rehash([...TABLES.map((name) => this[name]), this.system]);
    const roots = TABLES.map((name) => this[name].root());
    roots.push(this.system.leaf(0));
    while (roots.length < 2 ** STATE_DEPTH) roots.push(ZERO_HASHES[0]!);
    return roots;
  }

  /** 32 bytes. Hashes what changed since the last call. */
  root(): Uint8Array {
    return stateRoot(this.fieldRoots());
  }

  /** Proof of a record against `root()`. Throws RangeError when there is no such record. */
  prove(table: TableName, index: number): RecordProof {
    return proveAt(this[table], TABLES.indexOf(table), index, this[table].length, this.fieldRoots());
  }

  /**
   * Proof of a record of an append-only table against an older root, given that state's field roots and table length.
   * Throws RangeError when the record was not there yet.
   */
  proveOld(table: TableName, index: number, length: number, fieldRoots: readonly Uint8Array[]): RecordProof {
    if (!APPEND_ONLY.includes(table)) throw new RangeError(`"table" is not append-only: ${table}`);
    this[table].root();
    return proveAt(this[table], TABLES.indexOf(table), index, length, fieldRoots);
  }
}

const container = new Rows(1, 2 ** STATE_DEPTH);

/** Of the field roots; those that are left out are zero. */
export function stateRoot(fieldRoots: readonly Uint8Array[]): Uint8Array {
  container.begin(1, STATE_DEPTH);
  for (let i = 0; i < fieldRoots.length; i++) container.bytes.set(fieldRoots[i]!, i * 32);
  container.hash(STATE_DEPTH);
  return container.bytes.slice(0, 32);
}

export { SYSTEM_FIELD };

function proveAt(
  table: Table,
  field: number,
  index: number,
  length: number,
  fieldRoots: readonly Uint8Array[],
): RecordProof {
  if (!(index < length)) throw new RangeError(`"index" ${index} is not in ${table.name} (length ${length})`);
  const siblings = [...table.branch(index, length), lengthSibling(length), ...fieldBranch(fieldRoots, field)];
  if (siblings.length !== TABLE_DEPTH + 1 + STATE_DEPTH) throw new Error("proof of a wrong length");
  return { field, index, siblings };
}
