/** The snapshot as a page: docs/ceilings.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { METER_BYTES, METER_GAS } from "../../protocol/params.ts";
import { LENGTHS, PROOF_BYTES, TYPICAL } from "./ceilings.ts";
import { TRANSACTION_GAS } from "./contracts.ts";
import { CODE_LIMIT, type HostCosts } from "./hostCosts.ts";
import type { Figures } from "./measure.ts";
import type { Proofs, Snapshot } from "./snapshot.ts";

export const PAGE = join(import.meta.dirname, "../../docs/ceilings.md");
export const writePage = (snapshot: Snapshot): void => writeFileSync(PAGE, pageOf(snapshot));

const number = (value: number): string => value.toLocaleString("en");
const ratio = (value: number): string => value.toFixed(2);
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

interface Measured {
  readonly name: string;
  readonly label: string;
  readonly figures: Figures;
}

function measured(proofs: Proofs): Measured[] {
  return Object.entries(proofs).flatMap(([name, byLength]) =>
    LENGTHS.flatMap(({ length, label }) => {
      const figures = byLength[length];
      return figures === undefined ? [] : [{ name, label, figures }];
    }),
  );
}

export function pageOf({ proofs, host }: Snapshot): string {
  const all = measured(proofs);
  const isOnce = ({ name }: Measured): boolean => name.endsWith(", once");
  return [
    PREFACE,
    "## The worst of all",
    worst(all),
    typical(all),
    "## One transaction or message",
    "Bytes of witness / gas of execution, in a block of its own.",
    once(all.filter(isOnce)),
    "## Blocks",
    LEGEND,
    ...LENGTHS.flatMap(({ label }) => [
      `### Tables of ${label} records`,
      blocks(all.filter((each) => each.label === label && !isOnce(each))),
    ]),
    "## Other calls and the contracts",
    others(host),
    "Gas of `postBatch` beside its calldata. Up to the slack it costs nothing: the host charges the calldata's floor price.",
    table(
      ["batch", "gas", "slack"],
      Object.entries(host.postBatch).map(([name, { execution, slack }]) => [name, number(execution), number(slack)]),
    ),
    "",
  ].join("\n\n");
}

const PREFACE = `# Ceilings: what the largest proofs take

Generated from \`test/ceilings/ceilings.json\` by \`npm run proof:ceilings -- --update\`; without \`--update\` the command measures again and
fails when a limit is passed, or a figure is more than 1 % above the snapshot. \`npm test\` does so for some of them.

Every figure is of the real contracts on anvil, with its newest L1 rules. Each block is posted with a false root as the last of a batch of
256, proven false by \`proveFault\`, and both implementations of the rules must agree on it. *Gas of execution* is what a
contract pays for calling \`Transition.execute\`; *gas of the transaction* is the receipt's, calldata and the floor price of
EIP-7623 included. Tables are sparse: records stand as far apart as they can, all other nodes are hashes of nothing, so a
tree of 2^48 leaves costs only the paths that a block touches.`;

const LEGEND = `*Proof* is the whole calldata, *metered* what the meter counted (at most ${number(METER_BYTES)} bytes and ${number(METER_GAS)} gas), *real / metered* how
much of its promise was used: witness, content that was read and messages against bytes, execution against gas.`;

function most(all: readonly Measured[], value: (figures: Figures) => number): Measured {
  return all.reduce((best, each) => (value(each.figures) > value(best.figures) ? each : best));
}

function worst(all: readonly Measured[]): string {
  const rows: [string, (figures: Figures) => number, string, (value: number) => string][] = [
    ["bytes of a proof", ({ calldataBytes }) => calldataBytes, number(PROOF_BYTES), number],
    ["gas of execution", ({ executeGas }) => executeGas, number(METER_GAS), number],
    ["gas of the transaction", ({ totalGas }) => totalGas, number(TRANSACTION_GAS), number],
    ["gas of proveFault besides", ({ overheadGas }) => overheadGas, "", number],
    ["bytes, real / metered", bytesRatio, "1", ratio],
    ["gas, real / metered", gasRatio, "", ratio],
    [
      "the same of blocks metered above half",
      (figures) => (figures.meteredGas > METER_GAS / 2 ? gasRatio(figures) : 0),
      "",
      ratio,
    ],
  ];
  return table(
    ["figure", "most", "limit", "block", "records"],
    rows.map(([what, value, limit, format]) => {
      const { name, label, figures } = most(all, value);
      return [what, format(value(figures)), limit, name, label];
    }),
  );
}

const bytesRatio = ({ provenBytes, meteredBytes }: Figures): number => provenBytes / meteredBytes;
const gasRatio = ({ executeGas, meteredGas }: Figures): number => executeGas / meteredGas;

function typical(all: readonly Measured[]): string {
  const { figures } = all.find(({ name, label }) => name.startsWith("typical") && label === "10^6")!;
  const { calldataBytes, executeGas, totalGas, results } = figures;
  return `A typical full block at 10^6 records (${results - 1} records of 8 shares, in a batch of blocks like it): ${number(calldataBytes)} bytes, ${number(executeGas)} gas of
execution, ${number(totalGas)} of the transaction. The limits for it are ${number(TYPICAL.proofBytes)} and ${number(TYPICAL.executeGas)}.`;
}

function once(all: readonly Measured[]): string {
  const names = [...new Set(all.map(({ name }) => name))];
  return table(
    ["", ...LENGTHS.map(({ label }) => label)],
    names.map((name) => [
      name.replace(", once", ""),
      ...LENGTHS.map(({ label }) => {
        const found = all.find((each) => each.name === name && each.label === label);
        return found === undefined ? "" : `${number(found.figures.witnessBytes)} / ${number(found.figures.executeGas)}`;
      }),
    ]),
  );
}

function blocks(all: readonly Measured[]): string {
  const head = [
    "block",
    "transactions",
    "results",
    "witness",
    "proof",
    "execution",
    "transaction",
    "metered",
    "real / metered",
  ];
  return table(
    head,
    all.map(({ name, figures }) => [
      name.replace(", full block", ""),
      number(figures.transactions),
      number(figures.results),
      number(figures.witnessBytes),
      number(figures.calldataBytes),
      number(figures.executeGas),
      number(figures.totalGas),
      `${number(figures.meteredBytes)} / ${number(figures.meteredGas)}`,
      `${ratio(bytesRatio(figures))} / ${ratio(gasRatio(figures))}`,
    ]),
  );
}

const others = ({ codeBytes, gas }: HostCosts): string =>
  table(
    ["", "gas", `bytes of code, at most ${number(CODE_LIMIT)}`],
    [
      ...Object.entries(codeBytes).map(([name, bytes]) => [name, "", number(bytes)]),
      ...Object.entries(gas).map(([name, value]) => [name, number(value), ""]),
    ],
  );
