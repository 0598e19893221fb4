/**
 * Differential fuzzing: random chains of blocks under the rules in TypeScript and in Solidity.
 *
 *     npm run fuzz -- [--cases 100000] [--seed 1] [--all-bits]
 *
 * A case is a transaction or an inbox message whose verdict was compared; the block's root is compared as well. Exits 1 when the
 * two differ anywhere, or a wrong witness was taken.
 */
import { parseArgs } from "node:util";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { VERDICTS } from "../../protocol/verdict.ts";
import { transfer } from "../protocol/scenarios.ts";
import { seasonedWorld } from "../support/world.ts";
import { caseOf } from "./chains.ts";
import { cloneState } from "./cloneState.ts";
import { startTransition, type TransitionHost } from "./host.ts";
import { takenOf, withBit } from "./mutations.ts";
import { type Report, runChains } from "./run.ts";
import { shrink } from "./shrink.ts";
import { vectorOf } from "./vector.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    "all-bits": { type: "boolean", default: false },
  },
});
const [cases, seed] = [Number(values.cases), Number(values.seed)];
if (!Number.isSafeInteger(cases) || cases < 1 || !Number.isSafeInteger(seed)) {
  console.error("--cases is a positive number, --seed a number");
  process.exit(2);
}

const thousands = (count: number): string => count.toLocaleString("en");
const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(1);

useHasher(nativeHasher);
const host = await startTransition();
try {
  const isSound = values["all-bits"] ? await turnAllBits(host) : await fuzz(host);
  process.exitCode = isSound ? 0 : 1;
} finally {
  await host.stop();
}

async function fuzz(host: TransitionHost): Promise<boolean> {
  const begun = performance.now();
  let shown = 0;
  const onProgress = ({ cases, blocks, divergences }: Report): void => {
    if (cases < shown + 10_000) return;
    shown = cases;
    console.log(
      `${thousands(cases)} cases, ${thousands(blocks)} blocks, ${divergences.length} divergences, ${seconds(begun)} s`,
    );
  };
  const report = await runChains(host, { seed, cases, onProgress });
  console.log(
    `seed ${seed}: ${thousands(report.cases)} cases (transactions and messages compared) in ${seconds(begun)} s`,
  );
  console.log(`blocks: ${thousands(report.blocks)} in ${report.chains} chains`);
  console.log(
    `ended before their last byte: ${report.endedByMeter} by the meter, ${report.endedByBytes} by malformed bytes`,
  );
  const mean = Math.round(report.witnessBytes / report.blocks);
  console.log(`witnesses: ${thousands(mean)} bytes on average, ${thousands(report.largestWitness)} the largest`);
  console.log(`verdicts: ${VERDICTS.map((verdict) => `${verdict} ${thousands(report.verdicts[verdict])}`).join(", ")}`);
  console.log(`divergences: ${report.divergences.length}`);
  for (const { seed, chain, block, difference } of report.divergences.slice(0, 20)) {
    console.log(`  seed ${seed}, chain ${chain}, block ${block}: ${difference}`);
  }
  const [first] = report.divergences;
  const small = first && (await shrink(host, first));
  if (small) console.log(JSON.stringify(vectorOf(small.difference, small.found), null, 2));
  return report.divergences.length === 0;
}

/** A small block's witness with each of its bits turned, one at a time: none may be taken. */
async function turnAllBits(host: TransitionHost): Promise<boolean> {
  const begun = performance.now();
  const world = seasonedWorld();
  const state = cloneState(world.state);
  world.run(transfer());
  const small = caseOf(state, world.ran.at(-1)!);
  const bits = small.witness.length * 8;
  const mutations = Array.from({ length: bits }, (_, bit) => ({
    name: `bit ${bit}`,
    witness: withBit(small.witness, bit),
  }));
  const taken = await takenOf(host, small, mutations);
  console.log(`${thousands(bits)} bits of a witness turned in ${seconds(begun)} s, ${taken.length} taken`);
  for (const name of taken) console.log(`  ${name}`);
  return taken.length === 0;
}
