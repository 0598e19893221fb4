/**
 * How much the differential tests see: plants faults in the Solidity rules, one at a time, and looks for each.
 *
 *     npm run mutants -- [--count 30] [--seed 1] [--cases 3000]
 *
 * A mutant that nobody finds is printed: either it means the same as the original, or a test is missing.
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Artifact } from "../../contracts/script/artifacts.ts";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { transfer } from "../protocol/scenarios.ts";
import { seasonedWorld } from "../support/world.ts";
import { caseOf } from "./chains.ts";
import { cloneState } from "./cloneState.ts";
import { startTransition, type TransitionHost } from "./host.ts";
import { mutationsOf, otherRecords, takenOf } from "./mutations.ts";
import { Random } from "./random.ts";
import { runChains } from "./run.ts";
import { askForVector, readVectors, vectorNames } from "./vectorFiles.ts";

const CONTRACTS = join(import.meta.dirname, "../../contracts");

/** What is replaced by what. */
const OPERATORS: readonly (readonly [RegExp, string])[] = [
  [/ < /g, " <= "],
  [/ <= /g, " < "],
  [/ > /g, " >= "],
  [/ >= /g, " > "],
  [/ == /g, " != "],
  [/ != /g, " == "],
  [/ && /g, " || "],
  [/ \|\| /g, " && "],
  [/ \+ /g, " - "],
  [/ - /g, " + "],
  [/ \* /g, " + "],
  [/\blt\(/g, "gt("],
  [/\bgt\(/g, "lt("],
  [/\biszero\(/g, "not("],
  [/\badd\(/g, "sub("],
  [/\bshl\(/g, "shr("],
  [/\bshr\(/g, "shl("],
  [/\band\(/g, "or("],
  [/\bVerdicts\.[A-Z_]+/g, "Verdicts.OK"],
  [/(?<= = )\d+(?=;)/g, "17"],
  [/(?<=\()0x[0-9a-f]+\b/g, "0x11"],
  [/^ +[A-Z]\w+\.\w+\(.*\);$/gm, ""],
  [/^ +\w+ [-+]?= [^;]*;$/gm, ""],
];

interface Mutant {
  readonly file: string;
  readonly line: number;
  /** The line before and after. */
  readonly from: string;
  readonly to: string;
  readonly source: string;
}

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: "3000" },
  },
});

useHasher(nativeHasher);
const sources = readSources();
const random = new Random("mutants", values.seed);
const tally = { found: 0, missed: 0, "not valid": 0 };
for (let left = Number(values.count); left > 0; left--) {
  const mutant = anyMutant(random, sources);
  const artifact = await compile({ ...sources, [mutant.file]: mutant.source });
  const outcome = artifact === undefined ? "not valid" : (await finds(artifact)) ? "found" : "missed";
  tally[outcome]++;
  console.log(`${outcome}: ${mutant.file}:${mutant.line}\n  ${mutant.from}\n  ${mutant.to}`);
}
console.log(
  Object.entries(tally)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(", "),
);

/** The transition's files and the interface, by path. */
function readSources(): Record<string, string> {
  const transition = readdirSync(join(CONTRACTS, "src/transition"), { recursive: true, encoding: "utf8" });
  const files = ["interfaces/ITransition.sol", ...transition.map((name) => `transition/${name}`)];
  const solidity = files.filter((name) => name.endsWith(".sol"));
  return Object.fromEntries(solidity.map((name) => [name, readFileSync(join(CONTRACTS, "src", name), "utf8")]));
}

function anyMutant(random: Random, sources: Record<string, string>): Mutant {
  for (;;) {
    const file = random.pick(Object.keys(sources).filter((name) => name.startsWith("transition/")));
    const original = sources[file]!;
    // Comments and strings keep their length, so that places stay what they are.
    const code = original.replace(/\/\/.*|"[^"\n]*"|^import .*$/gm, (text) => "~".repeat(text.length));
    const [pattern, to] = random.pick(OPERATORS);
    const places = [...code.matchAll(pattern)];
    if (places.length === 0) continue;
    const { index, 0: from } = random.pick(places);
    const source = original.slice(0, index) + to + original.slice(index + from.length);
    const line = original.slice(0, index).split("\n").length;
    const lineOf = (text: string): string => text.split("\n")[line - 1]!.trim();
    return { file, line, from: lineOf(original), to: lineOf(source), source };
  }
}

/** Undefined when it does not compile. */
async function compile(files: Record<string, string>): Promise<Artifact | undefined> {
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(Object.entries(files).map(([name, content]) => [name, { content }])),
    settings: {
      optimizer: { enabled: true, runs: 1_000 },
      evmVersion: "cancun",
      outputSelection: { "transition/Transition.sol": { Transition: ["abi", "evm.bytecode.object"] } },
    },
  };
  const child = spawn(process.execPath, [join(CONTRACTS, "bin/solc"), "--standard-json"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(input));
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  const { contracts } = JSON.parse(text);
  const built = contracts?.["transition/Transition.sol"]?.Transition;
  return built && { abi: built.abi, bytecode: `0x${built.evm.bytecode.object}` };
}

async function finds(artifact: Artifact): Promise<boolean> {
  const host = await startTransition(artifact);
  try {
    if (await differsOnVectors(host)) return true;
    const { divergences } = await runChains(host, { seed: 1, cases: Number(values.cases), stopAtFirst: true });
    return divergences.length > 0 || (await takesWrongWitness(host));
  } finally {
    await host.stop();
  }
}

async function differsOnVectors(host: TransitionHost): Promise<boolean> {
  for (const vector of vectorNames().flatMap(readVectors)) {
    const answer = await askForVector(host, vector);
    if ("reverted" in answer || answer.postRoot !== vector.postRoot || answer.verdicts !== vector.verdicts) return true;
  }
  return false;
}

async function takesWrongWitness(host: TransitionHost): Promise<boolean> {
  const world = seasonedWorld();
  const before = cloneState(world.state);
  world.run(transfer());
  const block = world.ran.at(-1)!;
  const right = caseOf(cloneState(before), block);
  const taken = await takenOf(host, right, [...mutationsOf(right.witness), ...otherRecords(before, block)]);
  return taken.length > 0;
}
