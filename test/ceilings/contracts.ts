/** All contracts on a host whose clock and blocks move only when told, so that every run takes the same gas. */
import {
  type Address,
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  keccak256,
  parseEther,
} from "viem";
import { foundry } from "viem/chains";
import { developmentAccount } from "../../cli/devnet/accounts.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { type Deployment, deployDevnet, ensureContractsBuilt } from "../../contracts/script/deploy.ts";
import { startAnvil } from "../../runtime/host/anvil.ts";

/** What one transaction may use (EIP-7825). */
export const TRANSACTION_GAS = 2 ** 24;
const CALL_GAS = 100_000_000;
const GENESIS_TIME = 1_800_000_000;
/** Of the first transaction that is measured: later than it takes to deploy. */
export const START_TIME = GENESIS_TIME + 10_000;

/**
 * Calls the address in the first word with what follows, and returns the gas it took (the call's own cost for an address not
 * used before is in it), whether it succeeded, and what it returned.
 */
const METER_CODE: Hex =
  "0x602036038060206000375a906000600082600060006000355af15a83036000526020523d600060403e3d6040016000f3";
const METER_ADDRESS: Hex = "0x00000000000000000000000000000000006a5e7e";

/** Of no state. */
export const GENESIS_ROOT = keccak256("0x67656e65736973");

export const DEPLOYER = developmentAccount(0);
export const SEQUENCER = developmentAccount(1);
export const HEADER_KEY = developmentAccount(2);
/** Owns every account of the rollup. */
export const USER = developmentAccount(3);
export const PROVER = developmentAccount(4);

export interface Contracts extends Deployment {
  /** EIP-712 domain separator. */
  readonly separator: Hex;
  readonly publicClient: ReturnType<typeof createPublicClient>;
  /** Host time of the next transaction is later than this, seconds. */
  setTime(time: number): void;
  /** Sends and mines with `TRANSACTION_GAS`; returns the gas it paid for. Throws Error when it reverts. */
  send(from: Address, to: Address, data: Hex, value?: bigint): Promise<number>;
  /** What a call takes and returns; nothing of it stays. Throws Error when it reverts. */
  metered(to: Address, data: Hex): Promise<{ gas: number; data: Hex }>;
  /** Everything is as before when `act` has ended. */
  inPassing<T>(act: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** The sequencer's bond is put up. */
export async function startContracts(genesisRoot = GENESIS_ROOT): Promise<Contracts> {
  await ensureContractsBuilt();
  const anvil = await startAnvil({ timestamp: GENESIS_TIME });
  const rpc = rpcOf(anvil.rpcUrl);
  const transport = http(anvil.rpcUrl);
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 10, cacheTime: 0 });
  const deployment = await deployDevnet({
    walletClient: createWalletClient({ account: DEPLOYER, chain: foundry, transport }),
    publicClient,
    genesisRoot,
    challengeWindow: 7 * 86_400,
    sequencer: SEQUENCER.address,
    headerKey: HEADER_KEY.address,
    timelock: USER.address,
  });
  const { rollup } = deployment;
  const call = { address: rollup, abi: rollupAbi, functionName: "domainSeparator" } as const;
  const separator = await publicClient.readContract(call);
  await rpc("anvil_setCode", METER_ADDRESS, METER_CODE);
  await rpc("evm_setAutomine", false);
  let time = START_TIME;

  const contracts: Contracts = {
    ...deployment,
    separator,
    publicClient,
    setTime(to) {
      time = to;
    },
    async send(from, to, data, value = 0n) {
      await rpc("evm_setNextBlockTimestamp", ++time);
      const hash = await rpc("eth_sendTransaction", { from, to, data, gas: hex(TRANSACTION_GAS), value: hex(value) });
      await rpc("evm_mine");
      const receipt = (await rpc("eth_getTransactionReceipt", hash)) as { status: Hex; gasUsed: Hex };
      const gasUsed = Number(receipt.gasUsed);
      if (receipt.status !== "0x1") throw new Error(`a transaction to ${to} reverted with ${gasUsed} gas`);
      return gasUsed;
    },
    async metered(to, data) {
      const input = `0x${to.slice(2).padStart(64, "0")}${data.slice(2)}`;
      const request = { from: PROVER.address, to: METER_ADDRESS, data: input, gas: hex(CALL_GAS) };
      const result = (await rpc("eth_call", request, "latest")) as Hex;
      const returned: Hex = `0x${result.slice(130)}`;
      if (BigInt(`0x${result.slice(66, 130)}`) !== 1n) throw new Error(`a call to ${to} reverted: ${returned}`);
      return { gas: Number(result.slice(0, 66)), data: returned };
    },
    async inPassing(act) {
      const snapshot = await rpc("evm_snapshot");
      const before = time;
      try {
        return await act();
      } finally {
        await rpc("evm_revert", snapshot);
        time = before;
      }
    },
    stop: () => anvil.stop(),
  };
  const bond = encodeFunctionData({ abi: rollupAbi, functionName: "bond" });
  await contracts.send(SEQUENCER.address, rollup, bond, parseEther("10"));
  return contracts;
}

const hex = (value: number | bigint): Hex => `0x${value.toString(16)}`;

function rpcOf(url: string) {
  return async (method: string, ...params: unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
}
