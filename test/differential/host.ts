/** The rules in Solidity: `Transition` on an anvil of its own, asked by `eth_call`. */
import {
  createWalletClient,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  hexToBytes,
  http,
  numberToHex,
} from "viem";
import { foundry } from "viem/chains";
import { type Artifact, ensureContractsBuilt, readArtifact } from "../../contracts/script/artifacts.ts";
import type { BlockStart } from "../../protocol/block.ts";
import { toHex } from "../../protocol/bytes.ts";
import { startAnvil } from "../../runtime/host/anvil.ts";
import { devAccount } from "../support/anvil.ts";
import { until } from "../support/until.ts";

/** What `Transition.execute` takes. */
export interface Call {
  readonly preRoot: Uint8Array;
  readonly separator: Uint8Array;
  readonly start: BlockStart;
  readonly content: Uint8Array;
  readonly witness: Uint8Array;
  /** Gas for the work, besides what the host takes for the call's bytes. */
  readonly gas: number;
}

/** What it returns; or the error it reverted with. */
export type Answer = { readonly postRoot: Hex; readonly verdicts: Hex } | { readonly reverted: string };

export interface TransitionHost {
  execute(call: Call): Promise<Answer>;
  stop(): Promise<void>;
}

/** Of a block of the host: enough for a call of any size. */
const GAS_LIMIT = 200_000_000;

interface Reply {
  result?: Hex;
  error?: { message: string; data?: unknown };
}

/** With the contract as it is, or another build of it. */
export async function startTransition(other?: Artifact): Promise<TransitionHost> {
  if (other === undefined) await ensureContractsBuilt();
  const { abi, bytecode } = other ?? (await readArtifact("Transition"));
  const anvil = await startAnvil({ gasLimit: GAS_LIMIT });
  const rpc = async (method: string, params: readonly unknown[]): Promise<Reply> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json" };
    return (await (await fetch(anvil.rpcUrl, { method: "POST", body, headers })).json()) as Reply;
  };
  const wallet = createWalletClient({ account: devAccount(0), chain: foundry, transport: http(anvil.rpcUrl) });
  await wallet.deployContract({ abi, bytecode, gas: BigInt(GAS_LIMIT / 2) });
  const to = getContractAddress({ from: devAccount(0).address, nonce: 0n });
  await until("the contract's code", async () => (await rpc("eth_getCode", [to, "latest"])).result !== "0x");
  return {
    async execute({ preRoot, separator, start, content, witness, gas }) {
      const { timestamp, feeAccount, messages } = start;
      const input = {
        preRoot: toHex(preRoot),
        separator: toHex(separator),
        timestamp,
        feeAccount,
        content: toHex(content),
        messages: messages.map(toHex),
      };
      const data = encodeFunctionData({ abi, functionName: "execute", args: [input, toHex(witness)] });
      const { result, error } = await rpc("eth_call", [
        { to, data, gas: numberToHex(gas + gasOfBytes(data)) },
        "latest",
      ]);
      if (result !== undefined) {
        const [postRoot, verdicts] = decodeFunctionResult({ abi, functionName: "execute", data: result }) as [Hex, Hex];
        return { postRoot, verdicts };
      }
      if (error === undefined || !/revert|EVM error|out of gas/i.test(error.message)) {
        throw new Error(`no answer from the host: ${error?.message}`);
      }
      if (typeof error.data !== "string" || error.data === "0x") return { reverted: error.message };
      try {
        return { reverted: decodeErrorResult({ abi, data: error.data as Hex }).errorName };
      } catch {
        return { reverted: `${error.message} ${error.data.slice(0, 200)}` };
      }
    },
    stop: () => anvil.stop(),
  };
}

/** What the host takes for a call before it does anything. */
function gasOfBytes(data: Hex): number {
  const bytes = hexToBytes(data);
  const zeros = bytes.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  return 21_000 + 4 * zeros + 16 * (bytes.length - zeros);
}
