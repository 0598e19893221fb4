/**
 * Measures what the largest fault proofs take, with the real contracts, and fails when a limit is passed or a figure is worse than
 * committed. Usage: npm run proof:ceilings [-- --update | -- <part of a case's name>]
 */
import { useFastHashes } from "../../runtime/fastHashes.ts";
import { broken, brokenSizes, CEILINGS, LENGTHS } from "./ceilings.ts";
import { startCeilingsHost } from "./host.ts";
import { measureHostCosts } from "./hostCosts.ts";
import { type Figures, measure } from "./measure.ts";
import { writePage } from "./report.ts";
import {
  leftOver,
  type Proofs,
  readSnapshot,
  type Snapshot,
  worseCosts,
  worseProof,
  writeSnapshot,
} from "./snapshot.ts";

const isUpdate = process.argv.includes("--update");
const wanted = process.argv.slice(2).find((argument) => !argument.startsWith("--")) ?? "";
const chosen = CEILINGS.filter(({ name }) => name.includes(wanted));

await useFastHashes();
const problems: string[] = [];
const before = isUpdate ? undefined : readSnapshot();
const proofs = await measureProofs(before);
if (wanted === "") {
  const host = await measureHostCosts();
  problems.push(...brokenSizes(host));
  for (const [name, gas] of Object.entries(host.gas)) print([name, gas]);
  for (const [name, bytes] of Object.entries(host.codeBytes)) print([`bytes of ${name}`, bytes]);
  if (before !== undefined) {
    problems.push(...worseCosts(host, before));
    const names = CEILINGS.map(({ name }) => name);
    problems.push(...leftOver(before, names).map((name) => `${name} is in the snapshot and not measured`));
  } else {
    writeSnapshot({ proofs, host });
    writePage({ proofs, host });
  }
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;

async function measureProofs(snapshot: Snapshot | undefined): Promise<Proofs> {
  const found: Proofs = {};
  const host = await startCeilingsHost();
  try {
    print(["block", "records", "proof", "witness", "execution", "transaction", "metered", "metered gas"]);
    for (const ceiling of chosen) {
      const { name } = ceiling;
      found[name] = {};
      for (const { length, label } of LENGTHS) {
        const figures = await measure(host, ceiling, length);
        found[name][length] = figures;
        problems.push(...broken(name, length, figures));
        if (snapshot !== undefined) problems.push(...worseProof(name, length, figures, snapshot));
        print([name, label, ...columnsOf(figures)]);
      }
    }
    return found;
  } finally {
    await host.stop();
  }
}

function columnsOf(figures: Figures): number[] {
  const { calldataBytes, witnessBytes, executeGas, totalGas, meteredBytes, meteredGas } = figures;
  return [calldataBytes, witnessBytes, executeGas, totalGas, meteredBytes, meteredGas];
}

function print([name, ...columns]: (string | number)[]): void {
  process.stdout.write(`${String(name).padEnd(62)}${columns.map((column) => String(column).padStart(13)).join("")}\n`);
}
