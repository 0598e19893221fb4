/** The contracts that host.gas compares with, deployed beside ours. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Abi, encodeDeployData, type Hex } from "viem";

const require = createRequire(import.meta.url);

export interface Compiled {
  abi: Abi;
  bytecode: Hex;
}

/** Ethereum Attestation Service as its authors compiled it. */
export function easArtifact(name: "EAS" | "SchemaRegistry"): Compiled {
  return require(
    `@ethereum-attestation-service/eas-contracts/artifacts/contracts/${name}.sol/${name}.json`,
  ) as Compiled;
}

/** Compiles `bench/contracts/Credits.sol` with the settings of our own contracts. Throws with the compiler's errors. */
export function compileCredits(): Compiled {
  const solc = require("solc") as { compile(input: string): string };
  const file = "Credits.sol";
  const input = {
    language: "Solidity",
    sources: { [file]: { content: readFileSync(join(import.meta.dirname, "contracts", file), "utf8") } },
    settings: {
      optimizer: { enabled: true, runs: 1_000 },
      evmVersion: "cancun",
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as {
    errors?: { severity: string; formattedMessage: string }[];
    contracts?: Record<string, Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>;
  };
  const contract = output.contracts?.[file]?.Credits;
  if (contract === undefined) {
    throw new Error(output.errors?.map(({ formattedMessage }) => formattedMessage).join("\n") ?? "solc gave nothing");
  }
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
}

export const deployData = ({ abi, bytecode }: Compiled, args: readonly unknown[] = []): Hex =>
  encodeDeployData({ abi, bytecode, args });
