/** What the Rollup address alone tells about a deployment, checked before anything else is read (rule 31). */
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { fromHex, type Hex } from "../../protocol/bytes.ts";
import { keccak256 } from "../../protocol/hash.ts";
import { isTributaryError, TributaryError } from "../errors.ts";
import { type HOST_CONSTANTS, requireSameConstants } from "./constants.ts";
import type { HostClient } from "./hostClient.ts";
import { onHost } from "./hostErrors.ts";

/** Fixed at deployment. */
export interface Deployment {
  chainId: number;
  rollup: Hex;
  token: Hex;
  vault: Hex;
  inbox: Hex;
  timelock: Hex;
  /** The rules as a contract, and keccak-256 of its code. */
  transition: Hex;
  transitionCodeHash: Uint8Array;
  /** Undefined when this rollup continues no other. */
  predecessor: Hex | undefined;
  genesisRoot: Uint8Array;
  /** Host block; no event is older. */
  deploymentBlock: number;
  /** Seconds. */
  challengeWindow: number;
  configHash: Uint8Array;
  constants: readonly bigint[];
}

export interface DeploymentChecks {
  /** The host that is configured; unchecked when undefined. */
  chainId?: number | undefined;
  /** Default: the constants of this version. */
  expectedConstants?: typeof HOST_CONSTANTS | undefined;
  /** Default: the rules of this version. */
  expectedTransition?: Hex | undefined;
}

/** Throws `host-mismatch` when there is no rollup of this version at `rollup`. */
export async function readDeployment(client: HostClient, rollup: Hex, checks: DeploymentChecks): Promise<Deployment> {
  const chainId = await onHost("reading the host's chain id", () => client.getChainId());
  if (checks.chainId !== undefined && checks.chainId !== chainId) {
    const details = { expected: checks.chainId, chainId };
    throw new TributaryError("host-mismatch", `the host has chain id ${chainId}, expected ${checks.chainId}`, {
      details,
    });
  }
  const code = await onHost("reading the rollup's code", () => client.getCode({ address: rollup }));
  if (code === undefined) {
    const details = { rollup, chainId };
    throw new TributaryError("host-mismatch", `there is no contract at ${rollup} on chain ${chainId}`, { details });
  }
  const deployment = await readAddresses(client, rollup, chainId);
  requireSameConstants(deployment, checks.expectedConstants, checks.expectedTransition);
  return deployment;
}

async function readAddresses(client: HostClient, rollup: Hex, chainId: number): Promise<Deployment> {
  try {
    return await onHost("reading the rollup's deployment", () => readValues(client, rollup, chainId));
  } catch (cause) {
    // Another contract answers these calls with a revert.
    if (!isTributaryError(cause, "host-reverted")) throw cause;
    throw new TributaryError("host-mismatch", `the contract at ${rollup} on chain ${chainId} is no rollup`, { cause });
  }
}

async function readValues(client: HostClient, rollup: Hex, chainId: number): Promise<Deployment> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  const [token, vault, inbox, timelock, transition, predecessor] = await Promise.all([
    client.readContract({ ...contract, functionName: "token" }),
    client.readContract({ ...contract, functionName: "vault" }),
    client.readContract({ ...contract, functionName: "inbox" }),
    client.readContract({ ...contract, functionName: "timelock" }),
    client.readContract({ ...contract, functionName: "transition" }),
    client.readContract({ ...contract, functionName: "predecessor" }),
  ]);
  const [genesisRoot, deploymentBlock, challengeWindow, configHash, constants, rules] = await Promise.all([
    client.readContract({ ...contract, functionName: "genesisRoot" }),
    client.readContract({ ...contract, functionName: "deploymentBlock" }),
    client.readContract({ ...contract, functionName: "challengeWindow" }),
    client.readContract({ ...contract, functionName: "configHash" }),
    client.readContract({ ...contract, functionName: "constants" }),
    client.getCode({ address: transition }),
  ]);
  return {
    chainId,
    rollup,
    token,
    vault,
    inbox,
    timelock,
    transition,
    transitionCodeHash: keccak256(fromHex(rules ?? "0x")),
    predecessor: BigInt(predecessor) === 0n ? undefined : predecessor,
    genesisRoot: fromHex(genesisRoot),
    deploymentBlock: Number(deploymentBlock),
    challengeWindow,
    configHash: fromHex(configHash),
    constants,
  };
}
