/** All that is measured, and the limits that it must keep. */
import { METER_GAS } from "../../protocol/params.ts";
import { adversaries } from "./adversaries.ts";
import { TRANSACTION_GAS } from "./contracts.ts";
import { CODE_LIMIT, type HostCosts } from "./hostCosts.ts";
import { inboxCeilings } from "./inbox.ts";
import { attribute, type Ceiling, kindCeilings, MANY } from "./kinds.ts";
import type { Figures } from "./measure.ts";

/** Bytes of calldata that no proof exceeds. */
export const PROOF_BYTES = 80_000;
/** Of a block as operators fill it, at 10^6 records. */
export const TYPICAL = { length: 1_000_000, proofBytes: 62_000, executeGas: 5_000_000 };

/** Records of every table before the block, with how they are written. */
export const LENGTHS: readonly { length: number; label: string }[] = [
  { length: 64, label: "64" },
  { length: 10_000, label: "10^4" },
  // The meter's bytes are tightest where a table is about to need a level more.
  { length: 2 ** 16 - 1_024, label: "2^16 - 1,024" },
  { length: 1_000_000, label: "10^6" },
  { length: 2 ** 24, label: "2^24" },
  { length: 2 ** 32, label: "2^32" },
  // As deep as 2^48 - 1, with room for what the block appends.
  { length: 2 ** 48 - 4_096, label: "2^48 - 4,096" },
];

const typical: Ceiling = {
  name: "typical: records of 8 shares of one operator",
  places: { contributions: MANY },
  isTypical: true,
  play: (stage) => ({ steps: [attribute(stage, 8)] }),
};

export const CEILINGS: readonly Ceiling[] = [typical, ...kindCeilings(), ...inboxCeilings(), ...adversaries()];

/** What a measurement breaks, a line each. */
export function broken(name: string, length: number, figures: Figures): string[] {
  const isTypical = name === typical.name && length === TYPICAL.length;
  const limits: [string, number, number][] = [
    ["bytes of calldata", figures.calldataBytes, isTypical ? TYPICAL.proofBytes : PROOF_BYTES],
    ["gas of execution", figures.executeGas, isTypical ? TYPICAL.executeGas : METER_GAS],
    ["gas of the transaction", figures.totalGas, TRANSACTION_GAS],
    ["bytes that the meter counts", figures.provenBytes, figures.meteredBytes],
  ];
  return limits
    .filter(([, value, limit]) => value > limit)
    .map(([what, value, limit]) => `${name} at ${length}: ${value} ${what}, more than ${limit}`);
}

export const brokenSizes = ({ codeBytes }: HostCosts): string[] =>
  Object.entries(codeBytes)
    .filter(([, bytes]) => bytes > CODE_LIMIT)
    .map(([name, bytes]) => `${name} has ${bytes} bytes of code, more than ${CODE_LIMIT}`);
