/** The contracts of one rollup on the host, found from its one address (rule 31). */
import type { Account, Address, Chain, Client, Transport } from "viem";
import { getChainId, readContract } from "viem/actions";
import { rollupAbi } from "../contracts/abi/rollup.ts";
import { vaultAbi } from "../contracts/abi/vault.ts";
import { onHost } from "../runtime/host/hostErrors.ts";

/** Any viem client of the host. */
export type HostReader = Client<Transport, Chain | undefined, Account | undefined>;
/** A viem client of the host with an account, as `createWalletClient({ account, ... })` gives. */
export type HostWriter = Client<Transport, Chain | undefined, Account>;

export interface BridgeContracts {
  chainId: number;
  rollup: Address;
  inbox: Address;
  vault: Address;
  token: Address;
  /** Token units in one Gwei. */
  scale: bigint;
  challengeWindowSeconds: number;
}

export interface GetBridgeContractsParameters {
  rollup: Address;
}
export type GetBridgeContractsReturnType = BridgeContracts;

/**
 * Reads what the bridge needs to know of a deployment, all of it immutable: once is enough.
 * Throws TributaryError `host-mismatch` when there is no such contract.
 *
 * @example
 * const contracts = await getBridgeContracts(host, { rollup: "0x..." });
 */
export async function getBridgeContracts(
  client: HostReader,
  { rollup }: GetBridgeContractsParameters,
): Promise<GetBridgeContractsReturnType> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  return onHost("reading the bridge's contracts", async () => {
    const [chainId, inbox, vault, token, challengeWindowSeconds] = await Promise.all([
      getChainId(client),
      readContract(client, { ...contract, functionName: "inbox" }),
      readContract(client, { ...contract, functionName: "vault" }),
      readContract(client, { ...contract, functionName: "token" }),
      readContract(client, { ...contract, functionName: "challengeWindow" }),
    ]);
    const scale = await readContract(client, { address: vault, abi: vaultAbi, functionName: "scale" });
    return { chainId, rollup, inbox, vault, token, scale, challengeWindowSeconds };
  });
}
