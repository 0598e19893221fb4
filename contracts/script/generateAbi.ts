/**
 * Writes `contracts/abi/*.ts` from the compiled contracts. With `--check`, only compares and exits 1 on a difference.
 * Run: npx tsx contracts/script/generateAbi.ts [--check]
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Abi, type Hex, isHex, keccak256 } from "viem";
import { type ContractName, ensureContractsBuilt, readArtifact } from "./artifacts.ts";

interface Target {
  file: string;
  contract: ContractName;
  /** Contracts that this one calls: their errors come through, and callers want to read them. */
  calls: ContractName[];
  /** Whether nodes compare its code with what stands on the host. */
  isLaw?: boolean;
}

const TARGETS: Target[] = [
  { file: "rollup", contract: "Rollup", calls: ["Inbox", "ITransition"] },
  { file: "inbox", contract: "Inbox", calls: ["Rollup"] },
  { file: "vault", contract: "Vault", calls: ["Inbox", "Rollup", "DevToken"] },
  { file: "transition", contract: "Transition", calls: [], isLaw: true },
  { file: "token", contract: "DevToken", calls: [] },
];

await ensureContractsBuilt();
const isCheck = process.argv.includes("--check");
const folder = new URL("../abi/", import.meta.url);
await mkdir(folder, { recursive: true });
for (const target of TARGETS) {
  const path = fileURLToPath(new URL(`${target.file}.ts`, folder));
  const text = await generate(target);
  if (!isCheck) {
    await writeFile(path, text);
  } else if ((await readFile(path, "utf8").catch(() => "")) !== text) {
    process.stderr.write(
      `contracts/abi/${target.file}.ts differs from the contracts: run contracts/script/generateAbi.ts\n`,
    );
    process.exitCode = 1;
  }
}

async function generate({ file, contract, calls, isLaw }: Target): Promise<string> {
  const { abi: own, deployedBytecode } = await readArtifact(contract);
  const entries = own.map((item) => JSON.stringify(item));
  for (const called of calls) {
    const errors: Abi = (await readArtifact(called)).abi.filter((item) => item.type === "error");
    for (const error of errors.map((item) => JSON.stringify(item))) {
      if (!entries.includes(error)) entries.push(error);
    }
  }
  const from = calls.length === 0 ? "" : `, with the errors of ${calls.join(", ")}`;
  return [
    `// Generated from contracts/src/${contract}.sol${from}. Do not edit: run contracts/script/generateAbi.ts.`,
    `export const ${file}Abi = [`,
    ...entries.map((entry) => `  ${entry},`),
    "] as const;",
    ...(isLaw === true ? codeHash(file, deployedBytecode) : []),
    "",
  ].join("\n");
}

/** The code has no immutables and no libraries to link: what the compiler gives is what stands on the host. */
function codeHash(file: string, deployedBytecode: Hex): string[] {
  if (!isHex(deployedBytecode)) throw new Error(`the code of ${file} has libraries to link`);
  return [`export const ${file}CodeHash = "${keccak256(deployedBytecode)}";`];
}
