/** A development host: anvil with the settlement contracts deployed, the sequencer bonded, tokens in the deployer's hands. */
import { createPublicClient, createWalletClient, defineChain, http, type PublicClient, parseEther } from "viem";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { type Deployment, deployDevnet, ensureContractsBuilt } from "../../contracts/script/deploy.ts";
import { toHex } from "../../protocol/bytes.ts";
import { State } from "../../protocol/state/state.ts";
import { type Anvil, startAnvil } from "../../runtime/host/anvil.ts";
import { DEPLOYER, developmentAccount, namedAccount, SEQUENCER } from "./accounts.ts";

export interface DevelopmentHostOptions {
  /** Seconds between host blocks; without it a block for every transaction. */
  blockTimeSeconds?: number;
  challengeWindowSeconds?: number;
  /** The safe block lags the latest by this many, the finalized one by twice as many. Default 1. */
  slotsInAnEpoch?: number;
  port?: number;
}

export interface DevelopmentHost {
  anvil: Anvil;
  rpcUrl: string;
  deployment: Deployment;
  publicClient: PublicClient;
  /** A wallet client of a development account. */
  wallet(index: number): ReturnType<typeof walletOf>;
}

const CHAIN_ID = 31_337;
const DEFAULT_WINDOW_SECONDS = 7 * 24 * 3_600;
const POLL_MS = 50;

export function developmentChain(rpcUrl: string) {
  const nativeCurrency = { name: "Ether", symbol: "ETH", decimals: 18 };
  return defineChain({
    id: CHAIN_ID,
    name: "development host",
    nativeCurrency,
    rpcUrls: { default: { http: [rpcUrl] } },
  });
}

export async function startDevelopmentHost(options: DevelopmentHostOptions = {}): Promise<DevelopmentHost> {
  await ensureContractsBuilt();
  const { blockTimeSeconds, slotsInAnEpoch = 1, port } = options;
  // One block an epoch: safe and finalized follow the latest closely, so that a demonstration need not wait for them.
  const anvil = await startAnvil({
    chainId: CHAIN_ID,
    slotsInAnEpoch,
    ...(blockTimeSeconds !== undefined && { blockTimeSeconds }),
    ...(port !== undefined && { port }),
  });
  const { rpcUrl } = anvil;
  const publicClient = createPublicClient({
    chain: developmentChain(rpcUrl),
    transport: http(rpcUrl),
    pollingInterval: POLL_MS,
    cacheTime: 0,
  });
  const wallet = (index: number) => walletOf(rpcUrl, index);
  const sequencer = wallet(SEQUENCER);
  const deployment = await deployDevnet({
    walletClient: wallet(DEPLOYER),
    publicClient,
    genesisRoot: toHex(new State().root()),
    challengeWindow: options.challengeWindowSeconds ?? DEFAULT_WINDOW_SECONDS,
    sequencer: sequencer.account.address,
    headerKey: sequencer.account.address,
    timelock: namedAccount("timelock").address,
  });
  const hash = await sequencer.writeContract({
    address: deployment.rollup,
    abi: rollupAbi,
    functionName: "bond",
    value: parseEther("10"),
  });
  await publicClient.waitForTransactionReceipt({ hash });
  return { anvil, rpcUrl, deployment, publicClient, wallet };
}

function walletOf(rpcUrl: string, index: number) {
  return createWalletClient({
    account: developmentAccount(index),
    chain: developmentChain(rpcUrl),
    transport: http(rpcUrl),
    pollingInterval: POLL_MS,
  });
}
