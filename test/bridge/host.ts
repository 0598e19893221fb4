/** A host with the real contracts: a bonded poster, and Alice with ETH and tokens. */
import { type Address, createPublicClient, createWalletClient, type Hex, http, type PublicClient } from "viem";
import type { LocalAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { type BridgeContracts, getBridgeContracts, type HostWriter } from "../../bridge/contracts.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { tokenAbi } from "../../contracts/abi/token.ts";
import { deployDevnet, ensureContractsBuilt } from "../../contracts/script/deploy.ts";
import { type AnvilOptions, startAnvil } from "../../runtime/host/anvil.ts";
import { devAccount } from "../support/anvil.ts";

export const DEPLOYER = devAccount(0);
export const POSTER = devAccount(1);
export const ALICE = devAccount(2);
export const CHALLENGE_WINDOW_SECONDS = 600;
export const GWEI = 10n ** 9n;

export interface BridgeHost {
  url: string;
  client: PublicClient;
  contracts: BridgeContracts;
  wallet(account: LocalAccount): HostWriter;
  tokensOf(owner: Address): Promise<bigint>;
  /** Lets the host's clock run. */
  pass(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startBridgeHost(genesisRoot: Hex, options: AnvilOptions = {}): Promise<BridgeHost> {
  await ensureContractsBuilt();
  const { rpcUrl: url, stop } = await startAnvil(options);
  const transport = http(url);
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 20, cacheTime: 0 });
  const wallet = (account: LocalAccount) =>
    createWalletClient({ account, chain: foundry, transport, pollingInterval: 20 });
  const { rollup, token } = await deployDevnet({
    walletClient: wallet(DEPLOYER),
    publicClient: client,
    genesisRoot,
    challengeWindow: CHALLENGE_WINDOW_SECONDS,
    sequencer: POSTER.address,
    headerKey: POSTER.address,
  });
  const bond = { address: rollup, abi: rollupAbi, functionName: "bond", value: 10n ** 19n } as const;
  await client.waitForTransactionReceipt({ hash: await wallet(POSTER).writeContract(bond) });
  const tokens = { address: token, abi: tokenAbi } as const;
  const funding = { ...tokens, functionName: "transfer", args: [ALICE.address, 10n ** 24n] } as const;
  await client.waitForTransactionReceipt({ hash: await wallet(DEPLOYER).writeContract(funding) });
  return {
    url,
    client,
    contracts: await getBridgeContracts(client, { rollup }),
    wallet,
    tokensOf: (owner) => client.readContract({ ...tokens, functionName: "balanceOf", args: [owner] }),
    async pass(seconds) {
      await client.request({ method: "evm_increaseTime" as never, params: [seconds] as never });
      await client.request({ method: "evm_mine" as never, params: [] as never });
    },
    stop,
  };
}
