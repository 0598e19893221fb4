/** The system record, one container of four chunks: where the chain stands, and the parameters of its economy. */
import { type EconomicParameters, GENESIS_PARAMETERS } from "../params.ts";
import { Table } from "../tree/table.ts";

export const TREASURY = 0;
export const HEIGHT = 1;
export const TIMESTAMP = 2;
export const INBOX_INDEX = 3;
/** All that came in through the Vault, and all that left. */
export const DEPOSITED = 4;
export const WITHDRAWN = 5;
const FIRST_PARAMETER = 8;
export const PARAMETERS = Object.keys(GENESIS_PARAMETERS) as (keyof EconomicParameters)[];

export interface System {
  treasury: bigint;
  height: number;
  timestamp: number;
  inboxIndex: number;
  deposited: bigint;
  withdrawn: bigint;
  parameters: EconomicParameters;
}

/** A table of one record; its root in the state is the record's, not a list's. */
export function createSystem(parameters: EconomicParameters): Table {
  const system = new Table("system", "record");
  system.append();
  PARAMETERS.forEach((name, i) => {
    system.setNumber(0, FIRST_PARAMETER + i, parameters[name]);
  });
  return system;
}

export function parameter(system: Table, name: keyof EconomicParameters): number {
  return system.number(0, FIRST_PARAMETER + PARAMETERS.indexOf(name));
}

export function readSystem(system: Table): System {
  return {
    treasury: system.u64(0, TREASURY),
    height: system.number(0, HEIGHT),
    timestamp: system.number(0, TIMESTAMP),
    inboxIndex: system.number(0, INBOX_INDEX),
    deposited: system.u64(0, DEPOSITED),
    withdrawn: system.u64(0, WITHDRAWN),
    parameters: Object.fromEntries(PARAMETERS.map((name) => [name, parameter(system, name)])) as EconomicParameters,
  };
}
