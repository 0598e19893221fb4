/** A host for one test file: anvil with a client that mines, drops and reorganises on request. */
import { createTestClient, custom, http, publicActions, RpcRequestError, type Transport, walletActions } from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { type AnvilOptions, startAnvil } from "../../runtime/host/anvil.ts";

export { startAnvil } from "../../runtime/host/anvil.ts";

// Anvil funds the first ten accounts of this phrase; everybody knows the keys.
const PHRASE = "test test test test test test test test test test test junk";

/** The `index`-th account that anvil funds, 0 to 9. */
export const devAccount = (index: number): HDAccount => mnemonicToAccount(PHRASE, { addressIndex: index });

/** Account 0 signs what `client` writes; nothing is retried and nothing cached. */
export async function startTestHost(options: AnvilOptions = {}) {
  const anvil = await startAnvil(options);
  const chain = { ...foundry, id: options.chainId ?? foundry.id };
  const client = createTestClient({
    chain,
    mode: "anvil",
    transport: http(anvil.rpcUrl, { retryCount: 0 }),
    account: devAccount(0),
    cacheTime: 0,
    pollingInterval: 10,
  })
    .extend(publicActions)
    .extend(walletActions);
  return {
    ...anvil,
    client,
    /** Takes the newest `depth` blocks away; as many empty ones, of other hashes, take their place. */
    async reorg(depth: number): Promise<void> {
      await client.request<{ Parameters: [number, []]; ReturnType: null }>({
        method: "anvil_reorg" as never,
        params: [depth, []] as never,
      });
    },
  };
}

export type TestHost = Awaited<ReturnType<typeof startTestHost>>;

interface RpcCall {
  method: string;
  params: unknown;
  /** Asks the host. */
  forward(): Promise<RpcAnswer>;
}

type RpcAnswer = { result: unknown } | { error: string };

/** A connection that `handle` disturbs: it answers instead of the host, changes the answer, or throws as a broken one does. */
export function faultyTransport(rpcUrl: string, handle: (call: RpcCall) => Promise<RpcAnswer>): Transport {
  return custom(
    {
      async request({ method, params }) {
        const answer = await handle({ method, params, forward: () => forward(rpcUrl, method, params) });
        if ("result" in answer) return answer.result;
        throw new RpcRequestError({
          body: { method, params },
          url: rpcUrl,
          error: { code: -32000, message: answer.error },
        });
      },
    },
    { retryCount: 0 },
  );
}

async function forward(rpcUrl: string, method: string, params: unknown): Promise<RpcAnswer> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(rpcUrl, { method: "POST", body, headers: { "content-type": "application/json" } });
  const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
  return answer.error === undefined ? { result: answer.result } : { error: answer.error.message };
}
