import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RPC_ERRORS, type RpcMethod } from "../../protocol/api.ts";
import { EXAMPLES } from "../../runtime/rpc/examples.ts";
import { METHOD_DOCS } from "../../runtime/rpc/methodDocs.ts";
import { METHOD_NAMES } from "../../runtime/rpc/methodTable.ts";
import type { OpenRpcDocument } from "../../runtime/rpc/openrpc.ts";
import { RESULTS } from "../../runtime/rpc/resultSchemas.ts";
import { PARAMS } from "../../runtime/rpc/schemas.ts";
import { TestNode } from "../support/testChain.ts";
import { ask, serverOf } from "./rpcFixture.ts";

/** The compiler demands every method of `RpcMethods` here. */
const ALL: Record<RpcMethod, true> = {
  chainInfo: true,
  syncStatus: true,
  sendTransaction: true,
  sendRawTransaction: true,
  estimateFee: true,
  getTransaction: true,
  getReceipt: true,
  getAccount: true,
  getDatanet: true,
  getContribution: true,
  getModel: true,
  getLineage: true,
  getAttributions: true,
  getBlock: true,
  getContent: true,
  getHeader: true,
  getBatch: true,
  getProof: true,
};
const NAMES = Object.keys(ALL) as RpcMethod[];

let node: TestNode;
let app: FastifyInstance;
let document: OpenRpcDocument;

beforeAll(async () => {
  node = await TestNode.open();
  app = serverOf(node);
  document = (await ask(app, "rpc.discover")).result as OpenRpcDocument;
});

afterAll(async () => {
  await app.close();
  await node.close();
});

test("the document has every method, and those of sockets, once", () => {
  expect(document.openrpc).toBe("1.3.2");
  const names = document.methods.map(({ name }) => name);
  expect(names).toEqual([...METHOD_NAMES, "subscribe", "unsubscribe"].map((name) => `tributary_${name}`));
  expect([...METHOD_NAMES].sort()).toEqual([...NAMES].sort());
});

describe.each(NAMES)("%s", (name) => {
  const find = () => document.methods.find((each) => each.name === `tributary_${name}`)!;

  test("has a description, params, a result and errors", () => {
    const method = find();
    expect(method.description.length).toBeGreaterThan(20);
    expect(method.paramStructure).toBe("by-name");
    expect(method.result.schema).not.toEqual({});
    for (const { name: field, schema } of method.params) {
      expect(field).not.toBe("");
      expect(schema).not.toEqual({});
    }
    const codes = method.errors.map(({ message, code }) => [message, code]);
    expect(codes).toEqual(
      ["invalid-params", ...METHOD_DOCS[name].errors, "internal"].map((error) => [
        error,
        RPC_ERRORS[error as keyof typeof RPC_ERRORS],
      ]),
    );
    expect(new Set(codes.map(([error]) => error)).size).toBe(codes.length);
  });

  test("has an example that its own schemas take, with every field documented", () => {
    const { examples, params } = find();
    expect(examples).toHaveLength(1);
    const given = Object.fromEntries(examples[0]!.params.map(({ name: field, value }) => [field, value]));
    expect(given).toEqual(JSON.parse(JSON.stringify(EXAMPLES[name].params)));
    expect(PARAMS[name].safeParse(given).error).toBeUndefined();
    expect(RESULTS[name].safeParse(examples[0]!.result.value).error).toBeUndefined();
    const documented = params.map((each) => each.name);
    for (const field of Object.keys(given)) expect(documented).toContain(field);
    for (const { name: field, required } of params) if (required) expect(given).toHaveProperty(field);
  });
});

test("transactions are spelled out, kind by kind", () => {
  const { params } = document.methods.find(({ name }) => name === "tributary_sendTransaction")!;
  const schema = params.find(({ name }) => name === "transaction")!.schema as {
    oneOf: { properties: { name: { const: string } } }[];
  };
  expect(schema.oneOf.map(({ properties }) => properties.name.const)).toEqual([
    "Transfer",
    "Withdraw",
    "CreateDatanet",
    "UpdateDatanet",
    "Contribute",
    "Accept",
    "Reject",
    "Revoke",
    "RegisterModel",
    "UpdateModel",
    "Attribute",
    "Claim",
    "AttributeCommitted",
  ]);
});
