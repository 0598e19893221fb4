import fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTributaryClient, http, type TributaryClient } from "../../client/client.ts";
import { RPC_ERRORS } from "../../protocol/api.ts";

interface Call {
  id: number;
  method: string;
  params: { height: number };
}

/** Answers as each test says; a body of its own, or one answer per call. */
let reply: (body: Call | Call[]) => unknown;
let requests: (Call | Call[])[] = [];
let status: number;
let app: FastifyInstance;
let url: string;
let client: TributaryClient;

beforeAll(async () => {
  app = fastify();
  app.post("/", (request, response) => {
    requests.push(request.body as Call);
    const answer = reply(request.body as Call);
    if (answer !== HANG) response.code(status).send(answer);
  });
  url = await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => app.close());
beforeEach(() => {
  requests = [];
  status = 200;
  client = createTributaryClient({ url });
});

const HANG = Symbol("no answer");
const failWith = (error: object) => (body: Call | Call[]) => ({ jsonrpc: "2.0", id: (body as Call).id, error });

describe("http", () => {
  test("default: one call is one request, not a batch", async () => {
    reply = (body) => ({ jsonrpc: "2.0", id: (body as Call).id, result: null });
    expect(await client.getBlock({ height: 3 })).toBeNull();
    expect(requests).toMatchObject([{ jsonrpc: "2.0", method: "tributary_getBlock", params: { height: 3 } }]);
  });

  test("behavior: calls of one turn are one batch, answered in any order", async () => {
    reply = (body) =>
      (body as Call[]).map(({ id, params }) => ({ jsonrpc: "2.0", id, result: { height: params.height } })).reverse();
    const blocks = await Promise.all([1, 2, 3].map((height) => client.getBlock({ height })));
    expect(blocks.map((block) => block?.height)).toEqual([1, 2, 3]);
    expect(requests).toHaveLength(1);
  });

  test("behavior: a batch has at most `maxBatchSize` calls", async () => {
    reply = (body) => [body].flat().map(({ id }) => ({ jsonrpc: "2.0", id, result: null }));
    const small = createTributaryClient({ transport: http(`${url}/`, { maxBatchSize: 2 }) });
    await Promise.all([1, 2, 3, 4, 5].map((height) => small.getBlock({ height })));
    expect(requests.map((request) => [request].flat().length).sort()).toEqual([1, 2, 2]);
  });

  test("behavior: in a batch each call has its own error", async () => {
    reply = (body) =>
      (body as Call[]).map(({ id }, i) =>
        i === 0
          ? { jsonrpc: "2.0", id, result: null }
          : { jsonrpc: "2.0", id, error: { code: -32002, message: "no such block" } },
      );
    const [first, second] = await Promise.allSettled([client.getBlock({ height: 1 }), client.getBlock({ height: 2 })]);
    expect(first).toMatchObject({ status: "fulfilled", value: null });
    expect(second).toMatchObject({ status: "rejected", reason: { code: "not-found" } });
  });
});

describe("TributaryRpcError", () => {
  test.each(Object.entries(RPC_ERRORS))("default: %s by its number", async (name, code) => {
    reply = failWith({ code, message: "as it is" });
    await expect(client.chainInfo()).rejects.toMatchObject({
      name: "TributaryRpcError",
      code: name,
      message: "tributary_chainInfo: as it is",
    });
  });

  test("behavior: the name in the data counts more than the number, and the data is kept", async () => {
    reply = failWith({ code: -32603, message: "later", data: { code: "busy", unpostedBytes: 9 } });
    await expect(client.chainInfo()).rejects.toMatchObject({ code: "busy", data: { unpostedBytes: 9 } });
  });

  test("behavior: a code of no name", async () => {
    reply = failWith({ code: 7, message: "odd" });
    await expect(client.chainInfo()).rejects.toMatchObject({ code: "unknown" });
  });

  test("behavior: an error for the whole batch is every call's", async () => {
    reply = () => ({ jsonrpc: "2.0", id: null, error: { code: -32600, message: "too many calls" } });
    const results = await Promise.allSettled([client.chainInfo(), client.syncStatus()]);
    expect(results).toMatchObject(Array(2).fill({ status: "rejected", reason: { code: "invalid-request" } }));
  });

  test("behavior: an answer that is no JSON-RPC, or lacks a call", async () => {
    reply = () => "<html>";
    await expect(client.chainInfo()).rejects.toMatchObject({ code: "bad-response" });
    reply = (body) => [{ jsonrpc: "2.0", id: (body as Call[])[0]!.id, result: null }];
    const results = await Promise.allSettled([client.getBlock(), client.getBlock()]);
    expect(results).toMatchObject([{ status: "fulfilled" }, { status: "rejected", reason: { code: "bad-response" } }]);
  });

  test("behavior: a node that is stopping, or a proxy without a node behind it, is not there", async () => {
    status = 503;
    reply = () => ({ statusCode: 503, error: "Service Unavailable", message: "closing" });
    await expect(client.chainInfo()).rejects.toMatchObject({ code: "unreachable" });
    reply = () => "<html>";
    await expect(client.chainInfo()).rejects.toMatchObject({ code: "unreachable" });
    reply = failWith({ code: -32009, message: "syncing" });
    await expect(client.chainInfo()).rejects.toMatchObject({ code: "not-available" });
  });

  test("behavior: nobody there, and nobody who answers in time", async () => {
    const gone = createTributaryClient({ url: "http://127.0.0.1:1" });
    await expect(gone.chainInfo()).rejects.toMatchObject({ code: "unreachable", cause: expect.any(Error) });
    reply = () => HANG;
    const hasty = createTributaryClient({ transport: http(url, { timeoutMs: 20 }) });
    await expect(hasty.chainInfo()).rejects.toMatchObject({ code: "timeout" });
  });
});

describe("waitForConfirmation", () => {
  const hash = `0x${"ab".repeat(32)}` as const;
  const receipt = (confirmation: string) => ({ hash, fee: "7", verdict: "Ok", confirmation });

  test("default: waits through unknown and lower levels", async () => {
    const states = [null, receipt("sequenced"), null, receipt("posted"), receipt("host-finalized")];
    reply = (body) => ({ jsonrpc: "2.0", id: (body as Call).id, result: states.shift() });
    const found = await client.waitForConfirmation({ hash, level: "host-safe", pollingIntervalMs: 1 });
    expect(found).toMatchObject({ confirmation: "host-finalized", fee: 7n });
    expect(states).toEqual([]);
  });

  test("behavior: gives up", async () => {
    reply = (body) => ({ jsonrpc: "2.0", id: (body as Call).id, result: receipt("sequenced") });
    const waiting = client.waitForConfirmation({ hash, level: "settled", pollingIntervalMs: 1, timeoutMs: 0 });
    await expect(waiting).rejects.toMatchObject({
      code: "timeout",
      message: expect.stringContaining("is sequenced, not settled"),
    });
  });
});

test("a client needs a node", () => {
  expect(() => createTributaryClient({})).toThrow(`"url" or a transport is needed`);
});
