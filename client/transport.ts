/** JSON-RPC over HTTP. Calls made in the same turn travel as one JSON-RPC batch. */
import type { RpcMethod, RpcMethods } from "../protocol/api.ts";
import { fromJsonRpcError, type JsonRpcError, TributaryRpcError } from "./errors.ts";

/** How the client reaches a node. Rejects with TributaryRpcError. */
export interface Transport {
  /** The node's base address; `/ws` and `/v1/transactions` are below it. Undefined when there is none. */
  readonly url: string | undefined;
  request<Method extends RpcMethod>(
    method: Method,
    params: RpcMethods[Method]["params"],
  ): Promise<RpcMethods[Method]["result"]>;
  /** Posts bytes to a path below `url`; the JSON answer. */
  post?(path: string, bytes: Uint8Array): Promise<unknown>;
}

export interface HttpOptions {
  /** @default 10_000 */
  timeoutMs?: number | undefined;
  /** Most calls in one request; 1 turns batching off. @default 100 */
  maxBatchSize?: number | undefined;
  headers?: Record<string, string> | undefined;
}

interface Call {
  id: number;
  method: string;
  params: unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

interface Answer {
  id?: unknown;
  result?: unknown;
  error?: JsonRpcError;
}

/**
 * Transport over HTTP.
 *
 * @example
 * const client = createTributaryClient({ transport: http("http://127.0.0.1:7070", { timeoutMs: 2_000 }) });
 */
export function http(url: string, options: HttpOptions = {}): Transport {
  const { timeoutMs = 10_000, maxBatchSize = 100, headers = {} } = options;
  const base = url.replace(/\/+$/, "");
  let nextId = 1;
  let waiting: Call[] = [];

  const fetchJson = async (target: string, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<unknown> => {
    let response: Response;
    let text: string;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      response = await fetch(target, { method: "POST", headers: { ...headers, "content-type": type }, body, signal });
      text = await response.text();
    } catch (cause) {
      const timedOut = cause instanceof Error && cause.name === "TimeoutError";
      const message = timedOut ? `no answer from ${target} in ${timeoutMs} ms` : `cannot reach ${target}`;
      throw new TributaryRpcError(timedOut ? "timeout" : "unreachable", message, { cause });
    }
    const answer = parseJson(target, response.status, text);
    // A proxy, or a node that is stopping: what answers is not the RPC.
    if (response.status >= 502 && !isRpcError(answer)) {
      throw new TributaryRpcError("unreachable", `${target} answers ${response.status}`);
    }
    return answer;
  };

  const send = async (calls: readonly Call[]): Promise<void> => {
    const requests = calls.map(({ id, method, params }) => ({ jsonrpc: "2.0", id, method, params }));
    try {
      const body = JSON.stringify(requests.length === 1 ? requests[0] : requests);
      settle(calls, await fetchJson(base, "application/json", body));
    } catch (error) {
      for (const call of calls) call.reject(error);
    }
  };

  const flush = (): void => {
    const calls = waiting;
    waiting = [];
    for (let from = 0; from < calls.length; from += maxBatchSize) void send(calls.slice(from, from + maxBatchSize));
  };

  return {
    url: base,
    request: (method, params) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) queueMicrotask(flush);
        const call = { id: nextId++, method: `tributary_${method}`, params, reject };
        waiting.push({ ...call, resolve: resolve as (result: unknown) => void });
      }),
    post: (path, bytes) => fetchJson(base + path, "application/octet-stream", new Uint8Array(bytes)),
  };
}

function parseJson(target: string, status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const code = status >= 502 ? "unreachable" : "bad-response";
    throw new TributaryRpcError(code, `${target} answered ${status} without JSON`, { cause });
  }
}

function isRpcError(answer: unknown): boolean {
  const { error } = (answer ?? {}) as { error?: unknown };
  return typeof error === "object" && error !== null;
}

/** Gives each call its answer; one error without an id is every call's. */
function settle(calls: readonly Call[], body: unknown): void {
  const answers = (Array.isArray(body) ? body : [body]) as (Answer | null)[];
  const byId = new Map(answers.map((answer) => [answer?.id, answer]));
  const shared = answers.length === 1 && typeof answers[0]?.id !== "number" ? answers[0] : undefined;
  for (const call of calls) {
    const answer = byId.get(call.id) ?? shared;
    if (answer?.error !== undefined && answer.error !== null) call.reject(fromJsonRpcError(answer.error, call.method));
    else if (answer?.result !== undefined) call.resolve(answer.result);
    else call.reject(new TributaryRpcError("bad-response", `${call.method}: the answer is not JSON-RPC`));
  }
}
