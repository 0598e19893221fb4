/** The HTTP server of sequencer and verifier: JSON-RPC, packed submissions, WebSockets, health and metrics. */
import websocket from "@fastify/websocket";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import type { Registry } from "prom-client";
import type { Logger } from "../logger.ts";
import { Dispatcher } from "./dispatch.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { submitOf } from "./methods/transaction.ts";
import { methodsOf } from "./methodTable.ts";
import type { NodeView } from "./node.ts";
import { discoverMethod } from "./openrpc.ts";
import { answersToJson, submitPacked } from "./packedTransactions.ts";
import { errorObject, type RpcErrorObject } from "./rpcErrors.ts";
import { createRpcMetrics } from "./rpcMetrics.ts";
import { Sockets } from "./sockets.ts";
import { Subscriptions } from "./subscriptions.ts";

export interface ServerOptions {
  node: NodeView;
  logger: Logger;
  /** Default: `DEFAULT_LIMITS`. */
  limits?: Partial<Limits> | undefined;
  /** What `/metrics` shows; gets the server's own metrics too. Without it there is no `/metrics`. */
  metrics?: Registry | undefined;
}

const PACKED = "application/octet-stream";
/** A whole request must arrive within this time, so that slow senders do not pile up. */
const REQUEST_TIMEOUT_MS = 60_000;
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-allow-headers": "content-type",
  "access-control-max-age": "86400",
};

/**
 * The server, not yet listening: daemons call `listen`, tests `inject`. `close` waits for the requests under way.
 *
 * @example
 * const server = createServer({ node, logger, metrics: register });
 * await server.listen({ host: "127.0.0.1", port: 7070 });
 */
export function createServer({ node, logger, limits: given, metrics: registry }: ServerOptions): FastifyInstance {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const metrics = createRpcMetrics(registry);
  const dispatcher = new Dispatcher({ logger, metrics, batchEntries: limits.batchEntries });
  const methods = methodsOf(node).set("rpc.discover", discoverMethod());
  const app = Fastify({ bodyLimit: limits.bodyBytes, requestTimeout: REQUEST_TIMEOUT_MS });

  // Bodies come as bytes: what is in them is for the dispatcher to say, in its own words.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(CORS);
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const { statusCode, message } = error;
    if (statusCode !== undefined && statusCode < 500) {
      return sendError(reply, statusCode, errorObject("invalid-request", message));
    }
    const answer = dispatcher.errorOf(error, { url: request.url });
    return sendError(reply, answer.data.code === "internal" ? 500 : 503, answer);
  });
  app.setNotFoundHandler((request, reply) =>
    sendError(reply, 404, errorObject("not-found", `there is no ${request.method} ${request.url.slice(0, 100)}`)),
  );
  app.options("*", (_request, reply) => reply.code(204).send());

  app.post("/", async ({ body }, reply) => {
    const answer = await dispatcher.respond(asBytes(body), methods);
    return answer === undefined ? reply.code(204).send() : sendJson(reply, answer);
  });

  app.post("/v1/transactions", { bodyLimit: limits.rawBodyBytes }, async ({ headers, body }, reply) => {
    if (headers["content-type"]?.split(";")[0]?.trim() !== PACKED) {
      return sendError(reply, 415, errorObject("invalid-request", `the body must be ${PACKED}`));
    }
    const errorOf = (error: unknown) => dispatcher.errorOf(error, { route: "/v1/transactions" });
    const answers = await submitPacked(submitOf(node), asBytes(body), limits.rawTransactions, errorOf);
    return sendJson(reply, answersToJson(answers));
  });

  app.get("/healthz", (_request, reply) => sendJson(reply, `{"status":"live"}`));
  app.get("/readyz", (_request, reply) => {
    const status = node.syncStatus();
    // Ready to answer for the chain: the host was seen, and all that is on it is executed.
    const ready = status.hostBlock > 0 && status.height >= status.posted;
    return sendJson(reply.code(ready ? 200 : 503), JSON.stringify({ status: ready ? "ready" : "syncing", ...status }));
  });
  if (registry !== undefined) {
    app.get("/metrics", async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  }

  const subscriptions = new Subscriptions(node, logger);
  const sockets = new Sockets({ dispatcher, methods, subscriptions, limits, metrics });
  app.addHook("onClose", async () => {
    sockets.stop();
    subscriptions.stop();
  });
  app.register(websocket, { options: { maxPayload: limits.bodyBytes, perMessageDeflate: false } });
  app.register(async (scope) => {
    scope.get("/ws", { websocket: true }, (socket) => sockets.accept(socket));
  });
  return app;
}

/** The body as plain bytes: of a Node Buffer `slice` would be a view, and the protocol's code takes it for a copy. */
function asBytes(body: unknown): Uint8Array {
  if (!(body instanceof Uint8Array)) return new Uint8Array(0); // a request without a body
  return new Uint8Array(body.buffer, body.byteOffset, body.length);
}

function sendJson(reply: FastifyReply, json: string): FastifyReply {
  return reply.type("application/json").send(json);
}

/** What has no request id to answer to still has JSON-RPC's shape. */
function sendError(reply: FastifyReply, status: number, error: RpcErrorObject): FastifyReply {
  return sendJson(reply.code(status), JSON.stringify({ jsonrpc: "2.0", id: null, error }));
}
