/** The node that the RPC's tests ask, with a little of everything in it, and ways to ask. */
import type { FastifyInstance } from "fastify";
import type { RpcMethod, RpcMethods } from "../../protocol/api.ts";
import { toHex } from "../../protocol/bytes.ts";
import { transactionToJson } from "../../protocol/json.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";
import { silentLogger } from "../../runtime/logger.ts";
import type { NodeView } from "../../runtime/rpc/node.ts";
import { createServer, type ServerOptions } from "../../runtime/rpc/server.ts";
import { TestNode } from "../support/testChain.ts";
import {
  alice,
  bob,
  carol,
  depositMessage,
  forcedMessage,
  mallory,
  OPEN_POLICY,
  root,
  work,
} from "../support/world.ts";

export const OUTPUT = root("output");

export const attribution = (fee = 1_000_000, output = OUTPUT): Transaction => ({
  name: "Attribute",
  account: 3,
  body: {
    model: 0,
    method: 1,
    evidenceRoot: root("evidence"),
    records: [
      {
        output,
        fee,
        shares: [
          { contribution: 0, weight: 3 },
          { contribution: 2, weight: 1 },
        ],
      },
    ],
  },
});

export const transfer = (amount = 5n, account = 0): Transaction => ({
  name: "Transfer",
  account,
  body: { to: 1, amount },
});

/**
 * Heights: 1 deposits (accounts 0 alice, 1 bob, 2 carol, 3 mallory, 4 alice), 2 datanet, contributions 0 to 2 (2 corrects 1,
 * 1 corrects 0) and models 0 and 1 (its child), 3 attribution 0, 4 the model's new terms and attributions 1 and 2, 5 a withdrawal and
 * one that is refused, 6 a forced transfer. Batch 1 holds 1 to 3, batch 2 4 and 5.
 */
export async function seasonedNode(): Promise<TestNode> {
  const node = await TestNode.open();
  const people = [alice, bob, carol, mallory, alice];
  await node.block(
    [],
    people.map((owner) => depositMessage(owner, 50_000_000_000n)),
  );
  const model = { artifactRoot: root("model"), parent: undefined, relation: 0, datanets: [0], ownerBps: 2_000 };
  const terms = { royaltyBps: 1_500, live: false, trainedAt: 3 };
  await node.block([
    { name: "CreateDatanet", account: 0, body: { metadataHash: root("datanet"), ...OPEN_POLICY } },
    { name: "Contribute", account: 1, body: { datanet: 0, items: [work("a")] } },
    { name: "Contribute", account: 1, body: { datanet: 0, items: [work("b", 0)] } },
    { name: "Contribute", account: 1, body: { datanet: 0, items: [work("c", 1)] } },
    { name: "RegisterModel", account: 2, body: { ...model, ...terms } },
    {
      name: "RegisterModel",
      account: 2,
      body: { ...model, ...terms, artifactRoot: root("child"), parent: 0, relation: 1 },
    },
  ]);
  node.timestamp += 10;
  await node.block([attribution()]);
  await node.postBatch();
  await node.block([
    { name: "UpdateModel", account: 2, body: { model: 0, ownerBps: 3_777, royaltyBps: 0, retired: false } },
    attribution(999_999),
    attribution(7, root("other output")),
  ]);
  await node.block([
    { name: "Withdraw", account: 1, body: { recipient: bob.address, amount: 1_000_000n } },
    { name: "Withdraw", account: 1, body: { recipient: bob.address, amount: 10n ** 18n } },
  ]);
  await node.postBatch();
  node.batches.setProgress({ safe: 101, finalized: 0, time: node.timestamp });
  await node.block([], [forcedMessage(transfer(77n, 1), bob)]);
  return node;
}

export function serverOf(node: NodeView, options: Partial<ServerOptions> = {}): FastifyInstance {
  return createServer({ node, logger: silentLogger(), ...options });
}

export interface RpcAnswer {
  jsonrpc: "2.0";
  id: unknown;
  result?: unknown;
  error?: { code: number; message: string; data: Record<string, unknown> };
}

/** Posts a body as it is. */
export async function post(app: FastifyInstance, payload: string | Buffer): Promise<{ status: number; json: unknown }> {
  const response = await app.inject({
    method: "POST",
    url: "/",
    payload,
    headers: { "content-type": "application/json" },
  });
  return { status: response.statusCode, json: response.body === "" ? undefined : JSON.parse(response.body) };
}

export async function ask(app: FastifyInstance, method: string, params: unknown = {}): Promise<RpcAnswer> {
  const { json } = await post(app, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  return json as RpcAnswer;
}

/** The result of a call that succeeds. */
export async function call<Method extends RpcMethod>(
  app: FastifyInstance,
  method: Method,
  params: RpcMethods[Method]["params"],
): Promise<RpcMethods[Method]["result"]> {
  const { result, error } = await ask(app, `tributary_${method}`, params);
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result as RpcMethods[Method]["result"];
}

/** Params of `sendTransaction` for a transaction signed by its owner. */
export function signedParams(node: TestNode, transaction: Transaction, nonce = node.nonce(transaction.account)) {
  const { signature } = node.sign(transaction, nonce);
  return { transaction: transactionToJson(transaction), nonce, signature: toHex(signature) };
}
