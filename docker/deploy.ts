/**
 * Deploys the settlement contracts to the development host of `compose.yaml` and bonds the sequencer. The deployer's first
 * transactions give the contracts the same addresses every time; where the Rollup is there already, nothing happens.
 * Usage: npx tsx docker/deploy.ts http://host:8545
 */
import { createPublicClient, createWalletClient, getContractAddress, http, parseEther } from "viem";
import { DEPLOYER, developmentAccount, SEQUENCER } from "../cli/devnet/accounts.ts";
import { developmentChain } from "../cli/devnet/host.ts";
import { rollupAbi } from "../contracts/abi/rollup.ts";
import { deployDevnet } from "../contracts/script/deploy.ts";
import { toHex } from "../protocol/bytes.ts";
import { State } from "../protocol/state/state.ts";

const WINDOW_SECONDS = 7 * 24 * 3_600;
const ATTEMPTS = 60;
/** The rules are the deployer's first contract, the token its second, the Rollup its third. */
const ROLLUP_NONCE = 2n;

const rpcUrl = process.argv[2] ?? "http://127.0.0.1:8545";
const chain = developmentChain(rpcUrl);
const publicClient = createPublicClient({ chain, transport: http(rpcUrl), pollingInterval: 200, cacheTime: 0 });
const wallet = (index: number) =>
  createWalletClient({ account: developmentAccount(index), chain, transport: http(rpcUrl) });

for (let attempt = 1; ; attempt++) {
  try {
    await publicClient.getChainId();
    break;
  } catch (error) {
    if (attempt === ATTEMPTS) throw error;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
const expected = getContractAddress({ from: developmentAccount(DEPLOYER).address, nonce: ROLLUP_NONCE });
if ((await publicClient.getCode({ address: expected })) === undefined) {
  const sequencer = wallet(SEQUENCER);
  const { address } = sequencer.account;
  const genesisRoot = toHex(new State().root());
  const parties = { sequencer: address, headerKey: address };
  const { rollup } = await deployDevnet({
    walletClient: wallet(DEPLOYER),
    publicClient,
    genesisRoot,
    challengeWindow: WINDOW_SECONDS,
    ...parties,
  });
  const hash = await sequencer.writeContract({
    address: rollup,
    abi: rollupAbi,
    functionName: "bond",
    value: parseEther("10"),
  });
  await publicClient.waitForTransactionReceipt({ hash });
  if (rollup.toLowerCase() !== expected.toLowerCase())
    throw new Error(`the Rollup is at ${rollup}, not at ${expected}: the host is not fresh`);
}
console.log(expected);
