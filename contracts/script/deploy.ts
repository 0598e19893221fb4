/** Deploys the settlement contracts to a development host. */
import {
  type Account,
  type Address,
  type Chain,
  type Hex,
  type PublicClient,
  type Transport,
  type WalletClient,
  zeroAddress,
} from "viem";
import { rollupAbi } from "../abi/rollup.ts";
import { type ContractName, ensureContractsBuilt, readArtifact } from "./artifacts.ts";

export { ensureContractsBuilt };

/** Supply of the development token: a billion, with 18 decimals. It goes to the deployer. */
const DEV_TOKEN_SUPPLY = 10n ** 27n;

export interface DeployParameters {
  walletClient: WalletClient<Transport, Chain, Account>;
  publicClient: PublicClient;
  /** An ERC-20 with 9 to 18 decimals; a development token when left out. */
  token?: Address;
  genesisRoot: Hex;
  /** The rules as a contract, the same for every rollup; deployed when left out. */
  transition?: Address;
  /** Seconds. */
  challengeWindow: number;
  /** First holder of the slot. It must `bond()` before its first post. */
  sequencer: Address;
  headerKey: Address;
  timelock?: Address;
  predecessor?: Address;
}

export interface Deployment {
  rollup: Address;
  inbox: Address;
  vault: Address;
  transition: Address;
  token: Address;
}

export async function deployDevnet(parameters: DeployParameters): Promise<Deployment> {
  const { publicClient, genesisRoot, challengeWindow, sequencer, headerKey } = parameters;
  const transition = parameters.transition ?? (await deploy(parameters, "Transition", []));
  const token = parameters.token ?? (await deploy(parameters, "DevToken", [DEV_TOKEN_SUPPLY]));
  const config = {
    token,
    timelock: parameters.timelock ?? zeroAddress,
    sequencer,
    headerKey,
    genesisRoot,
    transition,
    challengeWindow,
    predecessor: parameters.predecessor ?? zeroAddress,
  };
  const rollup = await deploy(parameters, "Rollup", [config]);
  const [inbox, vault] = await Promise.all([
    publicClient.readContract({ address: rollup, abi: rollupAbi, functionName: "inbox" }),
    publicClient.readContract({ address: rollup, abi: rollupAbi, functionName: "vault" }),
  ]);
  return { rollup, inbox, vault, transition, token };
}

async function deploy(parameters: DeployParameters, name: ContractName, args: readonly unknown[]): Promise<Address> {
  const { abi, bytecode } = await readArtifact(name);
  const hash = await parameters.walletClient.deployContract({ abi, bytecode, args });
  const receipt = await parameters.publicClient.waitForTransactionReceipt({ hash });
  if (receipt.status !== "success" || !receipt.contractAddress)
    throw new Error(`deployment of ${name} failed: ${hash}`);
  return receipt.contractAddress;
}
