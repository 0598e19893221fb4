/** A node for the client to talk to: the real RPC server over a real chain, only without a host. */
import { fromHex, type Hex } from "../../protocol/bytes.ts";
import { encodeMessage } from "../../protocol/inbox.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { createServer } from "../../runtime/rpc/server.ts";
import { TestNode } from "../support/testChain.ts";

export interface ServedNode {
  /** The chain behind the server. */
  node: TestNode;
  url: string;
  /** Names of the calls in each request so far. */
  requests: string[][];
  stop(): Promise<void>;
}

/** Serves a chain on which each owner has an account with `balance` Gwei, from account 0 on. */
export async function serveNode(owners: readonly Hex[], balance = 10n ** 12n): Promise<ServedNode> {
  const node = await TestNode.open();
  await node.block(
    [],
    owners.map((owner) => encodeMessage({ type: "Deposit", owner: fromHex(owner), hint: undefined, amount: balance })),
  );
  const requests: string[][] = [];
  const server = createServer({ node, logger: silentLogger() });
  server.addHook("preHandler", async ({ url, body }) => {
    if (url !== "/") return;
    const calls = [JSON.parse(String(body))].flat() as { method: string }[];
    requests.push(calls.map(({ method }) => method.replace("tributary_", "")));
  });
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  const stop = async (): Promise<void> => {
    await server.close();
    await node.close();
  };
  return { node, url, requests, stop };
}
