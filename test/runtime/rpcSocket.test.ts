import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { Registry } from "prom-client";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { BlockView, TransactionReceipt } from "../../protocol/api.ts";
import type { NodeView } from "../../runtime/rpc/node.ts";
import { blockSchema, receiptSchema } from "../../runtime/rpc/resultSchemas.ts";
import type { TestNode } from "../support/testChain.ts";
import { call, type RpcAnswer, seasonedNode, serverOf, signedParams, transfer } from "./rpcFixture.ts";

let node: TestNode;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  node = await seasonedNode();
});

afterAll(() => node.close());

let app: FastifyInstance;
let client: Client;

beforeEach(async () => {
  app = await listen(serverOf(node));
  client = await connect(app);
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Notification {
  subscription: string;
  result: unknown;
}

class Client {
  readonly socket: WebSocket;
  readonly #answers = new Map<unknown, (answer: RpcAnswer) => void>();
  readonly #notifications: Notification[] = [];
  #waiting: (() => void) | undefined;
  readonly closed: Promise<number>;
  #nextId = 1;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.closed = new Promise((resolve) => this.socket.on("close", (code) => resolve(code)));
    this.socket.on("error", () => {});
    this.socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as RpcAnswer & { method?: string; params: Notification };
      if (message.method === "tributary_subscription") this.#notifications.push(message.params);
      else this.#answers.get(message.id)?.(message);
      this.#waiting?.();
    });
  }

  ask(method: string, params: object = {}): Promise<RpcAnswer> {
    const id = this.#nextId++;
    const answer = new Promise<RpcAnswer>((resolve) => this.#answers.set(id, resolve));
    this.socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: `tributary_${method}`, params }));
    return answer;
  }

  /** The answer to a message that is sent as it is; it must have the id null. */
  raw(message: string | Buffer): Promise<RpcAnswer> {
    const answer = new Promise<RpcAnswer>((resolve) => this.#answers.set(null, resolve));
    this.socket.send(message);
    return answer;
  }

  /** The next notifications, as soon as there are `count`. */
  async notifications(count: number): Promise<Notification[]> {
    while (this.#notifications.length < count) await new Promise<void>((resolve) => (this.#waiting = resolve));
    return this.#notifications.splice(0, count);
  }
}

async function listen(server: FastifyInstance): Promise<FastifyInstance> {
  await server.listen({ host: "127.0.0.1", port: 0 });
  closers.push(() => server.close());
  return server;
}

async function connect(server: FastifyInstance): Promise<Client> {
  const { port } = server.server.address() as AddressInfo;
  const opened = new Client(`ws://127.0.0.1:${port}/ws`);
  closers.push(() => opened.socket.terminate());
  await new Promise((resolve) => opened.socket.once("open", resolve));
  return opened;
}

const send = (amount: bigint, account = 0) =>
  call(app, "sendTransaction", signedParams(node, transfer(amount, account)));

test("all methods are there, and errors have their shape", async () => {
  expect(await client.ask("getDatanet", { index: 0 })).toMatchObject({ result: { owner: 0 } });
  expect(await client.ask("getDatanet", {})).toMatchObject({ error: { code: -32602 } });
  expect(await client.raw("{")).toMatchObject({ id: null, error: { code: -32700 } });
  expect(await client.raw(Buffer.from("5"))).toMatchObject({ id: null, error: { code: -32600 } });
  expect(await client.raw("[]")).toMatchObject({ id: null, error: { code: -32600 } });
  expect(await client.ask("sendTransaction", signedParams(node, transfer()))).toMatchObject({
    result: { verdict: "Ok" },
  });
});

test("blocks come in order, as getBlock shows them", async () => {
  const { result: id } = await client.ask("subscribe", { topic: "blocks" });
  const first = node.chain.head.height + 1;
  for (let i = 0; i < 5; i++) await send(BigInt(i + 1));
  const received = await client.notifications(5);
  expect(received.map(({ subscription }) => subscription)).toEqual(Array(5).fill(id));
  for (const [i, { result }] of received.entries()) {
    expect(blockSchema.parse(result)).toEqual(await call(app, "getBlock", { height: first + i }));
    expect((result as BlockView).height).toBe(first + i);
  }
});

test("receipts: all, of an account, of a transaction", async () => {
  const other = await connect(app);
  const { result: all } = await client.ask("subscribe", { topic: "receipts" });
  await other.ask("subscribe", { topic: "receipts", account: 1 });
  const mine = await send(1n, 0);
  const bobs = await send(2n, 1);
  const received = await client.notifications(2);
  expect(received).toEqual([mine, bobs].map((result) => ({ subscription: all, result })));
  expect(receiptSchema.parse(received[0]!.result)).toEqual(mine);
  expect((await other.notifications(1))[0]!.result).toEqual(bobs);

  const one = await connect(app);
  await one.ask("subscribe", { topic: "receipts", hash: bobs.hash });
  await one.ask("subscribe", { topic: "receipts", account: 4 });
  const last = await send(3n, 4);
  expect((await one.notifications(1))[0]!.result).toEqual(last);
});

test("unsubscribing ends it, once, and only one's own", async () => {
  const other = await connect(app);
  const { result: id } = await client.ask("subscribe", { topic: "receipts" });
  const { result: kept } = await client.ask("subscribe", { topic: "receipts", account: 0 });
  expect(await other.ask("unsubscribe", { subscription: id })).toMatchObject({ result: false });
  expect(await client.ask("unsubscribe", { subscription: id })).toMatchObject({ result: true });
  expect(await client.ask("unsubscribe", { subscription: id })).toMatchObject({ result: false });
  await send(1n);
  await send(2n);
  expect((await client.notifications(2)).map(({ subscription }) => subscription)).toEqual([kept, kept]);
});

test("bad subscriptions", async () => {
  const refused = async (params: object) => (await client.ask("subscribe", params)).error;
  expect(await refused({})).toMatchObject({ code: -32602, message: `"topic" must be one of blocks, receipts` });
  expect(await refused({ topic: "prices" })).toMatchObject({ code: -32602 });
  expect(await refused({ topic: "blocks", account: 1 })).toMatchObject({ code: -32602 });
  expect(await refused({ topic: "receipts", account: -1 })).toMatchObject({ code: -32602 });
  expect((await client.ask("unsubscribe", { subscription: 5 })).error).toMatchObject({ code: -32602 });
});

test("a socket holds a bounded number of subscriptions", async () => {
  const few = await connect(await listen(serverOf(node, { limits: { socketSubscriptions: 2 } })));
  for (let i = 0; i < 2; i++) expect((await few.ask("subscribe", { topic: "blocks" })).error).toBeUndefined();
  expect(await few.ask("subscribe", { topic: "blocks" })).toMatchObject({
    error: { code: -32001, data: { code: "busy" } },
  });
});

test("a server holds a bounded number of sockets", async () => {
  const small = await listen(serverOf(node, { limits: { sockets: 1 } }));
  const first = await connect(small);
  const second = await connect(small);
  expect(await second.closed).toBe(1013);
  expect(await first.ask("syncStatus")).toMatchObject({ result: {} });
});

test("a message above the limit ends the connection", async () => {
  const small = await connect(await listen(serverOf(node, { limits: { bodyBytes: 1_000 } })));
  small.socket.send("x".repeat(1_001));
  expect(await small.closed).toBe(1009);
});

test("who asks faster than it is answered waits, and gets every answer", async () => {
  let started = 0;
  const release: (() => void)[] = [];
  const slow = viewOf(node, {
    atBoundary: async (read) => {
      started++;
      await new Promise<void>((resolve) => release.push(resolve));
      return read();
    },
  });
  const server = await listen(serverOf(slow, { limits: { socketRequests: 2 } }));
  const waiting = await connect(server);
  const [socket] = server.websocketServer.clients;
  const answers = Array.from({ length: 5 }, () => waiting.ask("getProof", { table: "accounts", index: 0 }));
  while (started < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(socket!.isPaused).toBe(true);
  let done = false;
  void Promise.all(answers).then(() => {
    done = true;
  });
  while (!done) {
    release.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(socket!.isPaused).toBe(false);
  expect(started).toBe(5);
  for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ result: { table: "accounts" } });
});

test("who does not read is dropped, and others are not", async () => {
  const receipt = await send(1n);
  const listeners = new Set<(receipt: TransactionReceipt) => void>();
  const view = viewOf(node, {
    onReceipt: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const metrics = new Registry();
  const server = await listen(serverOf(view, { metrics, limits: { socketBufferedBytes: 256 * 1_024 } }));
  const [deaf, other] = [await connect(server), await connect(server)];
  await deaf.ask("subscribe", { topic: "receipts" });
  deaf.socket.pause();
  // Nobody reads while this runs: first the kernel's buffers fill, then ours.
  for (let i = 0; i < 200_000 && server.websocketServer.clients.size === 2; i++) {
    for (const listener of listeners) listener(receipt);
    const dropped = [...server.websocketServer.clients].some((socket) => socket.readyState !== socket.OPEN);
    if (dropped) break;
  }
  deaf.socket.resume();
  expect(await deaf.closed).toBe(1006);
  expect(await other.ask("syncStatus")).toMatchObject({ result: {} });
  expect(await metrics.metrics()).toContain("tributary_rpc_sockets_dropped_total 1");
  for (const listener of listeners) listener(receipt);
});

test("the server's end closes sockets and takes its listeners off the node", async () => {
  let listening = 0;
  const view = viewOf(node, {
    onReceipt: () => {
      listening++;
      return () => listening--;
    },
  });
  const server = await listen(serverOf(view));
  const open = await connect(server);
  expect(listening).toBe(1);
  await server.close();
  expect(listening).toBe(0);
  expect(await open.closed).toBeGreaterThan(1_000);
});

/** The node with parts replaced. */
function viewOf(original: TestNode, parts: Partial<NodeView>): NodeView {
  const { chain, batches, attributions, instance, submit } = original;
  return {
    chain,
    batches,
    attributions,
    instance,
    submit: submit!,
    syncStatus: () => original.syncStatus(),
    pendingNonce: (account) => original.pendingNonce(account),
    atBoundary: (read) => original.atBoundary(read),
    onReceipt: (listener) => original.onReceipt(listener),
    ...parts,
  };
}
