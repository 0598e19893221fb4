import type { FastifyInstance } from "fastify";
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RPC_ERRORS, type RpcErrorName, type TransactionReceipt } from "../../protocol/api.ts";
import { ByteWriter, concat, toHex } from "../../protocol/bytes.ts";
import { transactionToJson } from "../../protocol/json.ts";
import { encodeSigned, type SignedTransaction } from "../../protocol/transactions/registry.ts";
import { TributaryError } from "../../runtime/errors.ts";
import { createLogger } from "../../runtime/logger.ts";
import type { RpcErrorObject } from "../../runtime/rpc/rpcErrors.ts";
import type { TestNode } from "../support/testChain.ts";
import { mallory } from "../support/world.ts";
import {
  ask,
  attribution,
  call,
  post,
  type RpcAnswer,
  seasonedNode,
  serverOf,
  signedParams,
  transfer,
} from "./rpcFixture.ts";

let node: TestNode;
let app: FastifyInstance;
const metrics = new Registry();
const logged: string[] = [];

beforeAll(async () => {
  node = await seasonedNode();
  const logger = createLogger({ name: "test", destination: { write: (line) => void logged.push(line) } });
  app = serverOf(node, { metrics, logger });
});

afterAll(async () => {
  await app.close();
  await node.close();
});

const request = (method: string, params: unknown = {}, id: unknown = 1) => ({ jsonrpc: "2.0", id, method, params });
const HASH = `0x${"00".repeat(32)}`;

describe("JSON-RPC", () => {
  const single: [what: string, body: string, error: RpcErrorName, id: unknown][] = [
    ["no body", "", "parse-error", null],
    ["malformed JSON", `{"jsonrpc":"2.0",`, "parse-error", null],
    ["a trailing comma", `[1,]`, "parse-error", null],
    ["100,000 open brackets", "[".repeat(100_000), "parse-error", null],
    ["a number", "5", "invalid-request", null],
    ["null", "null", "invalid-request", null],
    ["a string", `"tributary_chainInfo"`, "invalid-request", null],
    ["an empty object", "{}", "invalid-request", null],
    ["an empty batch", "[]", "invalid-request", null],
    ["version 1.0", `{"jsonrpc":"1.0","method":"tributary_chainInfo","id":7}`, "invalid-request", 7],
    ["a number as method", `{"jsonrpc":"2.0","method":5,"id":"a"}`, "invalid-request", "a"],
    [
      "params that are text",
      `{"jsonrpc":"2.0","method":"tributary_chainInfo","params":"x","id":1}`,
      "invalid-request",
      1,
    ],
    ["params null", `{"jsonrpc":"2.0","method":"tributary_chainInfo","params":null,"id":1}`, "invalid-request", 1],
    ["an object as id", `{"jsonrpc":"2.0","method":"tributary_chainInfo","id":{}}`, "invalid-request", null],
    ["a huge number as id", `{"jsonrpc":"2.0","method":"tributary_chainInfo","id":1e999}`, "invalid-request", null],
    ["an unknown method", `{"jsonrpc":"2.0","method":"tributary_nothing","id":1}`, "method-not-found", 1],
    ["no namespace", `{"jsonrpc":"2.0","method":"chainInfo","id":1}`, "method-not-found", 1],
    ["a property of objects as method", `{"jsonrpc":"2.0","method":"__proto__","id":1}`, "method-not-found", 1],
    ["constructor as method", `{"jsonrpc":"2.0","method":"tributary_constructor","id":1}`, "method-not-found", 1],
    ["a method of sockets", `{"jsonrpc":"2.0","method":"tributary_subscribe","id":1}`, "method-not-found", 1],
    ["positional params", `{"jsonrpc":"2.0","method":"tributary_getDatanet","params":[0],"id":1}`, "invalid-params", 1],
    [
      "nested deep",
      `{"jsonrpc":"2.0","method":"tributary_getDatanet","params":{"index":${"[".repeat(50_000)}${"]".repeat(50_000)}},"id":1}`,
      "invalid-params",
      1,
    ],
    [
      "__proto__ in params",
      `{"jsonrpc":"2.0","method":"tributary_getDatanet","params":{"index":0,"__proto__":{"x":1}},"id":1}`,
      "invalid-params",
      1,
    ],
  ];
  test.each(single)("%s", async (_what, body, error, id) => {
    const { status, json } = await post(app, body);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      jsonrpc: "2.0",
      id,
      error: { code: RPC_ERRORS[error], data: { code: error, retryable: false } },
    });
    expect(JSON.stringify(json).length).toBeLessThan(2_000);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test("bytes that are no UTF-8", async () => {
    const { json } = await post(app, Buffer.from([0x22, 0xff, 0x22]));
    expect(json).toMatchObject({ id: null, error: { code: -32700 } });
  });

  test("ids come back as they are; params may be left out", async () => {
    for (const id of [0, -1, 1.5, "", "x", null]) {
      const { json } = await post(app, JSON.stringify({ jsonrpc: "2.0", id, method: "tributary_syncStatus" }));
      expect(json).toMatchObject({ id, result: { role: "sequencer" } });
    }
  });

  test("a notification has no answer, but happens", async () => {
    const { id: _, ...notification } = request("tributary_sendTransaction", signedParams(node, transfer()));
    const nonce = node.nonce(0);
    expect(await post(app, JSON.stringify(notification))).toEqual({ status: 204, json: undefined });
    expect(node.nonce(0)).toBe(nonce + 1);
    expect(await post(app, JSON.stringify([notification, notification]))).toEqual({ status: 204, json: undefined });
  });

  test("a batch answers in order, leaves notifications out, and names what is no request", async () => {
    const { json } = await post(
      app,
      JSON.stringify([
        request("tributary_getDatanet", { index: 0 }, "a"),
        { jsonrpc: "2.0", method: "tributary_syncStatus" },
        5,
        [],
        request("tributary_nothing", {}, "b"),
        request("tributary_getReceipt", { hash: HASH }, null),
      ]),
    );
    const answers = json as RpcAnswer[];
    expect(answers.map(({ id }) => id)).toEqual(["a", null, null, "b", null]);
    expect(answers.map(({ error }) => error?.code)).toEqual([undefined, -32600, -32600, -32601, undefined]);
    expect(answers[4]!.result).toBeNull();
  });

  test("a batch of 100 is answered, one of 101 is not", async () => {
    const many = (count: number) =>
      JSON.stringify(Array.from({ length: count }, (_, i) => request("tributary_getDatanet", { index: 0 }, i)));
    expect((await post(app, many(100))).json).toHaveLength(100);
    expect((await post(app, many(101))).json).toMatchObject({
      id: null,
      error: { code: -32600, message: expect.stringContaining("100") },
    });
  });

  test("transactions of a batch enter in its order", async () => {
    const nonce = node.nonce(1);
    const transactions = Array.from({ length: 5 }, (_, i) =>
      request("tributary_sendTransaction", signedParams(node, transfer(BigInt(i + 1), 1), nonce + i), i),
    );
    const { json } = await post(app, JSON.stringify(transactions));
    expect((json as RpcAnswer[]).map(({ result }) => (result as TransactionReceipt).verdict)).toEqual(
      Array(5).fill("Ok"),
    );
    expect(node.nonce(1)).toBe(nonce + 5);
  });

  test("a body above 1 MiB is refused in JSON-RPC's shape", async () => {
    const { status, json } = await post(app, " ".repeat(1_048_577));
    expect(status).toBe(413);
    expect(json).toMatchObject({
      jsonrpc: "2.0",
      id: null,
      error: { code: -32600, data: { code: "invalid-request" } },
    });
    expect((await post(app, `${" ".repeat(1_048_500)}5`)).status).toBe(200);
  });
});

describe("params", () => {
  const typed = (transaction: unknown) => ({ transaction });
  const attribute = (records: unknown) =>
    typed({ name: "Attribute", account: 3, body: { model: 0, method: 0, evidenceRoot: HASH, records } });
  const withShares = (shares: unknown) => attribute([{ output: HASH, fee: 1, shares }]);
  const share = (contribution: unknown, weight: unknown = 1) => ({ contribution, weight });
  const pay = (amount: unknown, to: unknown = 1) => typed({ name: "Transfer", account: 0, body: { to, amount } });
  const record0 = "transaction.body.records[0]";

  const rows: [method: string, params: unknown, field: string, rule?: string][] = [
    ["chainInfo", { extra: 1 }, "extra", "not a known field"],
    ["getDatanet", {}, "index"],
    ["getDatanet", { index: "0" }, "index"],
    ["getDatanet", { index: -1 }, "index", "from 0 to 281474976710655"],
    ["getDatanet", { index: 1.5 }, "index"],
    ["getDatanet", { index: 2 ** 48 }, "index"],
    ["getDatanet", { index: 1e300 }, "index"],
    ["getDatanet", { index: null }, "index"],
    ["getDatanet", { index: true }, "index"],
    ["getDatanet", { index: [0] }, "index"],
    ["getAccount", {}, "", `exactly one of "index", "address"`],
    ["getAccount", { index: 0, address: `0x${"00".repeat(20)}` }, ""],
    ["getAccount", { address: "0x12" }, "address", "20 bytes"],
    ["getAccount", { address: "00".repeat(20) }, "address"],
    ["getReceipt", { hash: `0x${"0g".repeat(32)}` }, "hash", "32 bytes"],
    ["getReceipt", { hash: `${HASH}00` }, "hash"],
    ["getReceipt", { hash: 5 }, "hash"],
    ["getBlock", { height: "last" }, "height", `"latest"`],
    ["getBlock", { height: -1 }, "height"],
    ["getBatch", { id: 1, height: 1 }, ""],
    ["getLineage", {}, ""],
    ["getAttributions", { output: HASH, limit: 501 }, "limit", "from 1 to 500"],
    ["getAttributions", { output: HASH, limit: 0 }, "limit"],
    ["getAttributions", { output: HASH, model: 1 }, ""],
    ["getProof", { table: "system", index: 0 }, "table", "accounts"],
    ["getProof", { table: "__proto__", index: 0 }, "table"],
    ["sendRawTransaction", { raw: "0x" }, "raw"],
    ["sendRawTransaction", { raw: "0x0" }, "raw"],
    ["sendRawTransaction", { raw: `0x${"00".repeat(8_200)}` }, "raw", "1 to 8199 bytes"],
    ["estimateFee", {}, "transaction"],
    ["estimateFee", typed([]), "transaction"],
    ["estimateFee", typed({ name: "Steal", account: 0, body: {} }), "transaction.name", "Transfer"],
    ["estimateFee", typed({ name: "toString", account: 0, body: {} }), "transaction.name"],
    ["estimateFee", typed({ name: "Transfer", account: 0 }), "transaction.body"],
    [
      "estimateFee",
      typed({ name: "Transfer", account: 0, body: { to: 1, amount: "1", memo: "x" } }),
      "transaction.body.memo",
      "not a known field",
    ],
    [
      "estimateFee",
      typed({ name: "Transfer", account: 0, body: { to: 1, amount: "1" }, nonce: 1 }),
      "transaction.nonce",
    ],
    ["estimateFee", pay("0"), "transaction.body.amount", "from 1 to 18446744073709551615"],
    ["estimateFee", pay("18446744073709551616"), "transaction.body.amount"],
    ["estimateFee", pay("99999999999999999999999"), "transaction.body.amount"],
    ["estimateFee", pay("-1"), "transaction.body.amount"],
    ["estimateFee", pay("1.0"), "transaction.body.amount"],
    ["estimateFee", pay("0x10"), "transaction.body.amount"],
    ["estimateFee", pay("01"), "transaction.body.amount"],
    ["estimateFee", pay(5), "transaction.body.amount", "decimal string"],
    ["estimateFee", pay("1", `0x${"00".repeat(20)}`), "transaction.body.to", "zero address"],
    ["estimateFee", pay("1", 2 ** 48 - 1), "transaction.body.to"],
    [
      "estimateFee",
      withShares([share(2), share(2)]),
      `${record0}.shares[1].contribution`,
      "larger than the one before",
    ],
    ["estimateFee", withShares([share(2), share(1)]), `${record0}.shares[1].contribution`],
    ["estimateFee", withShares(Array.from({ length: 17 }, (_, i) => share(i))), `${record0}.shares`, "0 to 16"],
    ["estimateFee", withShares([share(1, 0)]), `${record0}.shares[0].weight`, "from 1 to 65535"],
    ["estimateFee", withShares([share(1, 65_536)]), `${record0}.shares[0].weight`],
    ["estimateFee", withShares([share(1, 1.5)]), `${record0}.shares[0].weight`],
    ["estimateFee", withShares({ length: 1 }), `${record0}.shares`],
    ["estimateFee", attribute([]), "transaction.body.records", "1 to 256"],
    ["estimateFee", attribute(Array(257).fill({ output: HASH, fee: 1, shares: [] })), "transaction.body.records"],
    ["estimateFee", attribute([{ output: HASH, fee: 2 ** 32, shares: [] }]), `${record0}.fee`, "4294967295"],
    ["estimateFee", attribute([{ output: HASH, fee: "1", shares: [] }]), `${record0}.fee`],
    ["estimateFee", attribute([{ output: "0x00", fee: 1, shares: [] }]), `${record0}.output`],
    [
      "estimateFee",
      typed({
        name: "CreateDatanet",
        account: 0,
        body: { metadataHash: HASH, curated: false, purposes: 4, lineageBps: 0, curatorBps: 0 },
      }),
      "transaction.body.purposes",
    ],
    [
      "estimateFee",
      typed({
        name: "CreateDatanet",
        account: 0,
        body: { metadataHash: HASH, curated: 0, purposes: 3, lineageBps: 0, curatorBps: 0 },
      }),
      "transaction.body.curated",
    ],
    [
      "estimateFee",
      typed({
        name: "CreateDatanet",
        account: 0,
        body: { metadataHash: HASH, curated: true, purposes: 3, lineageBps: 6_000, curatorBps: 4_001 },
      }),
      "transaction.body.curatorBps",
      "10000",
    ],
    [
      "estimateFee",
      typed({
        name: "RegisterModel",
        account: 0,
        body: { artifactRoot: HASH, relation: 1, datanets: [0], ownerBps: 0, royaltyBps: 0, live: false, trainedAt: 0 },
      }),
      "transaction.body.relation",
      "parent",
    ],
    [
      "estimateFee",
      typed({
        name: "RegisterModel",
        account: 0,
        body: {
          artifactRoot: HASH,
          relation: 0,
          datanets: [0, 1, 2, 3, 4],
          ownerBps: 0,
          royaltyBps: 0,
          live: false,
          trainedAt: 0,
        },
      }),
      "transaction.body.datanets",
      "1 to 4",
    ],
    [
      "estimateFee",
      typed({ name: "Accept", account: 0, body: { datanet: 0, contributions: [3, 3] } }),
      "transaction.body.contributions[1]",
    ],
    [
      "estimateFee",
      typed({ name: "Claim", account: 0, body: { items: [{ table: "accounts", index: 0 }] } }),
      "transaction.body.items[0].table",
      "contributions",
    ],
    [
      "estimateFee",
      typed({
        name: "Contribute",
        account: 0,
        body: { datanet: 0, items: [{ contentRoot: HASH, parent: null, kind: 0, purposes: 3, expiresAt: 0 }] },
      }),
      "transaction.body.items[0].parent",
    ],
    [
      "sendTransaction",
      { transaction: transactionToJson(transfer()), nonce: 0, signature: `0x${"11".repeat(63)}` },
      "signature",
      "64 or 65 bytes",
    ],
    [
      "sendTransaction",
      { transaction: transactionToJson(transfer()), nonce: 0, signature: `0x${"11".repeat(66)}` },
      "signature",
    ],
    [
      "sendTransaction",
      { transaction: transactionToJson(transfer()), nonce: -1, signature: `0x${"11".repeat(64)}` },
      "nonce",
    ],
  ];
  test.each(rows)("%s %j: %s", async (method, params, field, rule = "") => {
    const { error } = await ask(app, `tributary_${method}`, params);
    expect(error).toMatchObject({ code: -32602, data: { code: "invalid-params", retryable: false } });
    const { problems } = error!.data as { problems: { field: string; rule: string }[] };
    expect(problems.map((problem) => problem.field)).toContain(field);
    expect(problems.find((problem) => problem.field === field)!.rule).toContain(rule);
    expect(error!.message).toContain(problems[0]!.field);
    expect(problems.length).toBeLessThanOrEqual(8);
  });

  test("a thousand wrong fields make a short answer", async () => {
    const params = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${"x".repeat(500)}${i}`, i]));
    const { error } = await ask(app, "tributary_getDatanet", params);
    expect(JSON.stringify(error).length).toBeLessThan(3_000);
  });
});

describe("errors of ours", () => {
  const failing = (error: unknown) => {
    const { chain, batches, attributions, instance } = node;
    const broken = { chain, batches, attributions, instance, onReceipt: () => () => {}, pendingNonce: () => 0 };
    const fail = (): never => {
      throw error;
    };
    return serverOf({ ...broken, atBoundary: fail, syncStatus: fail, submit: async () => fail() });
  };

  test("an internal error says only an id, which the log has", async () => {
    const secret = new Error("the secret at /home/operator");
    const logger = createLogger({ name: "test", destination: { write: (line) => void logged.push(line) } });
    const { chain: real, batches, attributions, instance } = node;
    const server = serverOf(
      {
        chain: real,
        batches,
        attributions,
        instance,
        onReceipt: () => () => {},
        pendingNonce: () => 0,
        atBoundary: () => Promise.reject(secret),
        syncStatus: () => {
          throw secret;
        },
      },
      { logger },
    );
    for (const answer of [
      await ask(server, "tributary_syncStatus"),
      await ask(server, "tributary_getProof", { table: "accounts", index: 0 }),
      (await server.inject("/readyz")).json() as RpcAnswer,
    ]) {
      expect(answer.error).toMatchObject({ code: -32603, data: { code: "internal", retryable: false } });
      expect(JSON.stringify(answer)).not.toMatch(/secret|stack|\.ts/);
      expect(logged.some((line) => line.includes(String(answer.error!.data.id)) && line.includes("the secret"))).toBe(
        true,
      );
    }
    await server.close();
  });

  const kinds: [TributaryError, RpcErrorName, boolean][] = [
    [new TributaryError("busy", "later"), "busy", true],
    [new TributaryError("over-weight", "too much"), "over-weight", false],
    [new TributaryError("insufficient-funds", "poor"), "insufficient-funds", false],
    [new TributaryError("stopped", "stopping"), "not-available", true],
    [new TributaryError("host-timeout", "https://key@host is slow"), "host-unreachable", true],
    [new TributaryError("host-unreachable", "https://key@host"), "host-unreachable", true],
    [new TributaryError("store-corrupt", "/data/db"), "internal", false],
  ];
  test.each(kinds)("%s is %s", async (error, name, retryable) => {
    const server = failing(error);
    const { error: answer } = await ask(server, "tributary_sendTransaction", signedParams(node, transfer()));
    expect(answer).toMatchObject({ code: RPC_ERRORS[name], data: { code: name, retryable } });
    expect(answer!.message).not.toMatch(/https|data\/db/);
    await server.close();
  });
});

describe("packed submissions", () => {
  type Answer = { receipt?: TransactionReceipt; error?: RpcErrorObject };
  const pack = (nonce: number, signed: SignedTransaction) =>
    concat(new ByteWriter().varint(nonce).finish(), encodeSigned(signed));
  const send = async (body: Uint8Array, server = app, type = "application/octet-stream") => {
    const response = await server.inject({
      method: "POST",
      url: "/v1/transactions",
      payload: Buffer.from(body),
      headers: { "content-type": type },
    });
    return { status: response.statusCode, json: response.json() as Answer[] };
  };
  const transfers = (count: number) => {
    const nonce = node.nonce(0);
    return Array.from({ length: count }, (_, i) => pack(nonce + i, node.sign(transfer(BigInt(i + 1)), nonce + i)));
  };

  test("answers stand in order, and one refusal stops no other account", async () => {
    const [first, second] = transfers(2) as [Uint8Array, Uint8Array];
    const stolen = pack(node.nonce(4), node.sign(transfer(1n, 4), node.nonce(4), mallory));
    const other = pack(node.nonce(3), node.sign(attribution()));
    const { status, json } = await send(concat(first, stolen, second, other, first));
    expect(status).toBe(200);
    expect(json.map(({ receipt, error }) => receipt?.name ?? error?.data.code)).toEqual([
      "Transfer",
      "wrong-signature",
      "Transfer",
      "Attribute",
      "nonce-too-low",
    ]);
    expect(json[1]!.error).toMatchObject({ code: -32003, message: expect.any(String) });
  });

  test("malformed bytes end the body; what stands before is processed", async () => {
    const [first, second] = transfers(2) as [Uint8Array, Uint8Array];
    const { json } = await send(concat(first, second, new Uint8Array([0x00, 0xff, 0x01])));
    expect(json).toHaveLength(3);
    expect(json[1]!.receipt!.verdict).toBe("Ok");
    const offset = first.length + second.length;
    expect(json[2]!.error).toMatchObject({ code: -32602, data: { code: "invalid-params", offset } });
    expect(json[2]!.error!.message).toContain(`stopped at byte ${offset}, after 2 transactions`);
    const cut = transfers(1)[0]!.subarray(0, -1);
    expect((await send(cut)).json).toMatchObject([{ error: { data: { offset: 0 } } }]);
  });

  test("an empty body has an empty answer", async () => {
    expect(await send(new Uint8Array(0))).toEqual({ status: 200, json: [] });
  });

  test("too many transactions, too many bytes, another type, a verifier", async () => {
    const few = serverOf(node, { limits: { rawTransactions: 2, rawBodyBytes: 1_000 } });
    const { json } = await send(concat(...transfers(3)), few);
    expect(json.map(({ receipt, error }) => receipt?.verdict ?? error?.data.code)).toEqual([
      "Ok",
      "Ok",
      "invalid-params",
    ]);
    expect(await send(new Uint8Array(1_001), few)).toMatchObject({ status: 413, json: { error: { code: -32600 } } });
    expect(await send(new Uint8Array(4 * 1_048_576 + 1))).toMatchObject({ status: 413 });
    expect(await send(transfers(1)[0]!, app, "application/json")).toMatchObject({
      status: 415,
      json: { error: { code: -32600 } },
    });
    await few.close();
    const verifier = serverOf(node.asVerifier());
    expect(await send(transfers(1)[0]!, verifier)).toMatchObject({
      status: 503,
      json: { error: { code: -32009, data: { retryable: false } } },
    });
    await verifier.close();
  });

  test("all are started before any has its answer", async () => {
    const started: number[] = [];
    const answers: (() => void)[] = [];
    const { chain, batches, attributions, instance } = node;
    const receipt = await call(app, "sendTransaction", signedParams(node, transfer()));
    const server = serverOf({
      ...{ chain, batches, attributions, instance },
      onReceipt: () => () => {},
      pendingNonce: () => 0,
      atBoundary: async (read) => read(),
      syncStatus: () => node.syncStatus(),
      submit: (_, nonce) => {
        started.push(nonce);
        const answer = new Promise<TransactionReceipt>((resolve) =>
          answers.push(() => resolve({ ...receipt, position: nonce })),
        );
        if (started.length === 3) for (const each of answers.reverse()) each();
        return answer;
      },
    });
    const signed = node.sign(transfer());
    const { json } = await send(concat(pack(5, signed), pack(6, signed), pack(7, signed)), server);
    expect(started).toEqual([5, 6, 7]);
    expect(json.map((answer) => answer.receipt!.position)).toEqual([5, 6, 7]);
    await server.close();
  });
});

describe("around it", () => {
  test("health, readiness, metrics", async () => {
    expect((await app.inject("/healthz")).json()).toEqual({ status: "live" });
    const ready = await app.inject("/readyz");
    expect([ready.statusCode, ready.json()]).toMatchObject([200, { status: "ready", role: "sequencer" }]);
    const { body, headers } = await app.inject("/metrics");
    expect(headers["content-type"]).toContain("text/plain");
    expect(body).toMatch(/tributary_rpc_calls_total\{method="tributary_getDatanet",outcome="invalid-params"\} \d/);
    expect(body).toMatch(/method="unknown",outcome="method-not-found"/);
    const plain = serverOf(node);
    expect((await plain.inject("/metrics")).statusCode).toBe(404);
    await plain.close();
  });

  test("a node that has not executed what is on the host is not ready", async () => {
    const behind: TestNode = Object.assign(node.asVerifier(), {
      syncStatus: () => ({ ...node.syncStatus(), posted: 10 ** 6 }),
    });
    const server = serverOf(behind);
    expect((await server.inject("/readyz")).statusCode).toBe(503);
    await server.close();
  });

  test("browsers are let in", async () => {
    const preflight = await app.inject({ method: "OPTIONS", url: "/", headers: { origin: "https://a.example" } });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "content-type",
    });
    const { headers } = await app.inject({ method: "POST", url: "/", payload: "x" });
    expect(headers["access-control-allow-origin"]).toBe("*");
  });

  test.each(["GET /", "GET /nothing", "PUT /", "POST /v2", "GET /ws"])("%s is not there", async (line) => {
    const [method, url] = line.split(" ") as ["GET", string];
    const response = await app.inject({ method, url });
    expect(response.statusCode).toBe(404);
    expect(response.body).not.toContain("stack");
  });
});

test("what is sent is what the chain then holds", async () => {
  const transaction = transfer(123n);
  const signature = toHex(node.sign(transaction).signature);
  const receipt = await call(app, "sendTransaction", {
    transaction: transactionToJson(transaction),
    nonce: node.nonce(0),
    signature,
  });
  const view = await call(app, "getTransaction", { hash: receipt.hash });
  expect(view!.transaction).toEqual(transactionToJson(transaction));
  expect(view!.raw.endsWith(signature.slice(2))).toBe(true);
});
