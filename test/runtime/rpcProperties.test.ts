import fc, { type Arbitrary } from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RPC_ERRORS, type RpcMethod } from "../../protocol/api.ts";
import { toHex } from "../../protocol/bytes.ts";
import { transactionToJson } from "../../protocol/json.ts";
import { createLogger } from "../../runtime/logger.ts";
import { METHOD_NAMES } from "../../runtime/rpc/methodTable.ts";
import { anyTransaction, anywhere, nearby, reportCases } from "../support/arbitraries.ts";
import type { TestNode } from "../support/testChain.ts";
import { seasonedNode, serverOf } from "./rpcFixture.ts";

let node: TestNode;
let app: FastifyInstance;
/** Errors of ours: no input may cause one. */
const faults: string[] = [];

beforeAll(async () => {
  node = await seasonedNode();
  app = serverOf(node, {
    logger: createLogger({ name: "test", destination: { write: (line) => void faults.push(line) } }),
  });
});

afterAll(async () => {
  reportCases("RPC", counts);
  await app.close();
  await node.close();
});

const CODES: readonly unknown[] = Object.values(RPC_ERRORS);
const counts = { answers: 0, results: 0, errors: 0, notifications: 0, packed: 0 };

function checkAnswer(answer: unknown): void {
  const { jsonrpc, id, result, error, ...rest } = answer as Record<string, unknown>;
  expect(jsonrpc).toBe("2.0");
  expect(rest).toEqual({});
  expect(id === null || typeof id === "string" || typeof id === "number").toBe(true);
  expect((result === undefined) !== (error === undefined)).toBe(true);
  if (error === undefined) counts.results++;
  else {
    const { code, message, data } = error as {
      code: number;
      message: string;
      data: { code: string; retryable: boolean };
    };
    expect(CODES).toContain(code);
    expect(RPC_ERRORS[data.code as keyof typeof RPC_ERRORS]).toBe(code);
    expect([typeof message, typeof data.retryable]).toEqual(["string", "boolean"]);
    expect(data.code).not.toBe("internal");
    counts.errors++;
  }
  counts.answers++;
}

async function checkPost(payload: string | Buffer): Promise<void> {
  const response = await app.inject({
    method: "POST",
    url: "/",
    payload,
    headers: { "content-type": "application/json" },
  });
  if (response.statusCode === 204) {
    counts.notifications++;
    return;
  }
  expect(response.statusCode).toBe(200);
  const json: unknown = response.json();
  for (const answer of Array.isArray(json) ? json : [json]) checkAnswer(answer);
}

const hex = fc.uint8Array({ minLength: 0, maxLength: 70 }).map((bytes) => toHex(bytes));
const odd: Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.integer({ min: -2, max: 9 }),
  fc.constantFrom(2 ** 48, 2 ** 53, 1e300, -0, 0.5, null, "latest", "0x", "0", "__proto__", [], {}),
  hex,
  fc.constantFrom(`0x${"00".repeat(32)}`, `0x${"11".repeat(20)}`, `0x${"11".repeat(64)}`),
);
const transaction = anyTransaction(nearby).map((each): unknown => transactionToJson(each));

/** A transaction with one of its values, at any depth, replaced by anything. */
const brokenTransaction = fc.tuple(transaction, fc.nat(), odd).map(([json, at, value]) => {
  const root = { json };
  const places = placesIn(root);
  const [parent, key] = places[at % places.length]!;
  parent[key] = value;
  return root.json;
});

type Place = [parent: Record<string, unknown>, key: string];

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const parent = value as Place[0];
  return Object.keys(parent).flatMap((key) => [[parent, key] as Place, ...placesIn(parent[key])]);
}

const field = fc.oneof(
  fc.constantFrom(
    "index",
    "address",
    "hash",
    "height",
    "id",
    "table",
    "batch",
    "raw",
    "nonce",
    "signature",
    "output",
    "model",
  ),
  fc.constantFrom("contribution", "before", "limit", "transaction", "__proto__", "constructor", "topic"),
);
const table = fc.constantFrom("accounts", "contributions", "attributions", "withdrawals", "none");
const signature = fc.uint8Array({ minLength: 64, maxLength: 65 }).map((bytes) => toHex(bytes));

/** Params that a method may well take, and some that it may not. */
const likely: Partial<Record<RpcMethod, Arbitrary<unknown>>> = {
  chainInfo: fc.constant({}),
  syncStatus: fc.constant({}),
  sendTransaction: fc.record({ transaction, nonce: fc.nat(3), signature }),
  sendRawTransaction: fc.record({ raw: hex }),
  estimateFee: fc.record({ transaction: fc.oneof(transaction, brokenTransaction) }),
  getReceipt: fc.record({ hash: fc.constantFrom(`0x${"00".repeat(32)}`, "0x") }),
  getAccount: fc.record({ index: fc.nat(9) }),
  getDatanet: fc.record({ index: fc.nat(2) }),
  getContribution: fc.record({ index: fc.nat(5) }),
  getModel: fc.record({ index: fc.nat(3) }),
  getLineage: fc.oneof(fc.record({ contribution: fc.nat(5) }), fc.record({ model: fc.nat(3) })),
  getAttributions: fc.oneof(
    fc.record({ contribution: fc.nat(5), limit: fc.nat(9) }),
    fc.record({ model: fc.nat(2), before: fc.nat(9) }),
    fc.record({ index: fc.nat(4) }),
  ),
  getBlock: fc.record({ height: fc.oneof(fc.nat(9), fc.constant("latest")) }),
  getBatch: fc.oneof(fc.record({ id: fc.nat(3) }), fc.record({ height: fc.nat(9) })),
  getProof: fc.record(
    { table, index: fc.nat(4), height: fc.nat(9), batch: fc.nat(3) },
    { requiredKeys: ["table", "index"] },
  ),
};
const anyParams = fc.oneof(odd, fc.dictionary(field, odd, { maxKeys: 4 }), ...Object.values(likely));
const named = fc.constantFrom(...METHOD_NAMES);
const method = fc.oneof(
  { weight: 20, arbitrary: named.map((name) => `tributary_${name}`) },
  { weight: 1, arbitrary: fc.string() },
);
const fitting = named.chain((name) =>
  fc.record({
    jsonrpc: fc.constant("2.0"),
    id: fc.nat(),
    method: fc.constant(`tributary_${name}`),
    params: likely[name] ?? odd,
  }),
);
const request = fc.oneof(
  { weight: 10, arbitrary: fitting },
  { weight: 6, arbitrary: fc.record({ jsonrpc: fc.constant("2.0"), id: fc.nat(), method, params: anyParams }) },
  { weight: 1, arbitrary: fc.record({ jsonrpc: fc.constant("2.0"), method, params: anyParams }) },
  { weight: 1, arbitrary: fc.record({ jsonrpc: odd, id: odd, method: odd, params: odd }, { requiredKeys: [] }) },
  { weight: 1, arbitrary: odd },
);

test("any request, batch, JSON or bytes: a well-formed answer, and never a fault of ours", async () => {
  await fc.assert(
    fc.asyncProperty(request, (each) => checkPost(JSON.stringify(each))),
    { numRuns: 2_000 },
  );
  const batch = fc.array(request, { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(batch, (each) => checkPost(JSON.stringify(each))),
    { numRuns: 200 },
  );
  await fc.assert(
    fc.asyncProperty(fc.json(), (each) => checkPost(each)),
    { numRuns: 300 },
  );
  const bytes = fc.uint8Array({ maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(bytes, (each) => checkPost(Buffer.from(each))),
    { numRuns: 300 },
  );
  expect(faults).toEqual([]);
  expect(counts.answers).toBeGreaterThan(2_000);
  expect(counts.results).toBeGreaterThan(500);
});

test("transactions that the codec can carry never cause a fault", async () => {
  const body = anyTransaction(anywhere).map((each) => ({
    jsonrpc: "2.0",
    id: 1,
    method: "tributary_estimateFee",
    params: { transaction: transactionToJson(each) },
  }));
  await fc.assert(
    fc.asyncProperty(body, (each) => checkPost(JSON.stringify(each))),
    { numRuns: 300 },
  );
  expect(faults).toEqual([]);
});

test("any packed body: an array of receipts and errors", async () => {
  const headers = { "content-type": "application/octet-stream" };
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const payload = Buffer.from(bytes);
      const response = await app.inject({ method: "POST", url: "/v1/transactions", payload, headers });
      expect(response.statusCode).toBe(200);
      for (const entry of response.json() as { error?: { code: number } }[]) {
        expect(CODES).toContain(entry.error!.code);
        counts.packed++;
      }
    }),
    { numRuns: 500 },
  );
  expect(faults).toEqual([]);
  expect(counts.packed).toBeGreaterThan(400);
});
