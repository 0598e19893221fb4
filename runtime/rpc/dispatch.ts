/** JSON-RPC 2.0 (https://www.jsonrpc.org/specification): from the bytes of a request to the text of its answer. */
import { randomUUID } from "node:crypto";
import { TributaryError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { describeIssues, summarize } from "./describeIssues.ts";
import type { CallableMethod, MethodTable } from "./methodTable.ts";
import { answerTo, errorObject, internalError, type RpcErrorObject } from "./rpcErrors.ts";
import type { RpcMetrics } from "./rpcMetrics.ts";

export interface DispatchOptions {
  logger: Logger;
  metrics: RpcMetrics;
  batchEntries: number;
}

type Id = string | number | null;
type Response = { jsonrpc: "2.0"; id: Id } & ({ result: unknown } | { error: RpcErrorObject });

const utf8 = new TextDecoder("utf-8", { fatal: true });

export class Dispatcher {
  readonly #options: DispatchOptions;

  constructor(options: DispatchOptions) {
    this.#options = options;
  }

  /**
   * The answer to a request, single or batch; undefined when there is none to give (notifications). Never throws. All calls
   * of a batch are started in order; answers stand in the order of the requests.
   */
  async respond(body: Uint8Array, methods: MethodTable): Promise<string | undefined> {
    let request: unknown;
    try {
      request = JSON.parse(utf8.decode(body));
    } catch {
      return JSON.stringify(failure(null, errorObject("parse-error", "the body is not JSON in UTF-8")));
    }
    if (!Array.isArray(request)) {
      const response = await this.#answer(request, methods);
      return response && JSON.stringify(response);
    }
    const problem = this.#batchProblem(request);
    if (problem !== undefined) return JSON.stringify(failure(null, errorObject("invalid-request", problem)));
    const responses = await Promise.all(request.map((each) => this.#answer(each, methods)));
    const given = responses.filter((response) => response !== undefined);
    return given.length === 0 ? undefined : JSON.stringify(given);
  }

  /** The error object for whatever was thrown; a fault of ours goes to the log, under the id that the caller is given. */
  errorOf(error: unknown, context: Record<string, unknown>): RpcErrorObject {
    const answer = answerTo(error);
    if (answer !== undefined) return answer;
    const id = randomUUID();
    this.#options.logger.error({ ...context, errorId: id, err: error }, "a request failed for a reason of ours");
    return internalError(id);
  }

  #batchProblem({ length }: readonly unknown[]): string | undefined {
    if (length === 0) return "a batch holds at least one request";
    const { batchEntries } = this.#options;
    return length > batchEntries ? `a batch holds at most ${batchEntries} requests, not ${length}` : undefined;
  }

  /** Undefined for a notification. The method starts before this function first waits. */
  async #answer(request: unknown, methods: MethodTable): Promise<Response | undefined> {
    const problem = requestProblem(request);
    if (problem !== undefined) return failure(idOf(request) ?? null, errorObject("invalid-request", problem));
    const { method: name, params } = request as { method: string; params?: unknown };
    const method = methods.get(name);
    const startedAt = performance.now();
    let response: Response;
    let outcome = "ok";
    const id = idOf(request);
    try {
      if (method === undefined) throw new UnknownMethod(name);
      response = { jsonrpc: "2.0", id: id ?? null, result: await method.call(parseParams(method, params)) };
    } catch (thrown) {
      const error = thrown instanceof RefusedCall ? thrown.answer : this.errorOf(thrown, { method: name });
      outcome = error.data.code;
      response = failure(id ?? null, error);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    this.#options.metrics.called(method === undefined ? "unknown" : name, outcome, seconds);
    return id === undefined ? undefined : response;
  }
}

/** A call that was answered before it began. */
class RefusedCall extends Error {
  readonly answer: RpcErrorObject;

  constructor(answer: RpcErrorObject) {
    super(answer.message);
    this.answer = answer;
  }
}

class UnknownMethod extends RefusedCall {
  constructor(name: string) {
    super(errorObject("method-not-found", `there is no method "${name.slice(0, 100)}"; rpc.discover lists all`));
  }
}

function parseParams({ params: schema }: CallableMethod, params: unknown = {}): unknown {
  if (Array.isArray(params)) throw new TributaryError("invalid-params", "params go by name: an object, not an array");
  const parsed = schema.safeParse(params, { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = describeIssues(parsed.error.issues);
  throw new RefusedCall(errorObject("invalid-params", summarize(problems), { problems }));
}

function requestProblem(request: unknown): string | undefined {
  if (typeof request !== "object" || request === null || Array.isArray(request)) return "a request is an object";
  const { jsonrpc, method, params, id } = request as Record<string, unknown>;
  if (jsonrpc !== "2.0") return `"jsonrpc" must be "2.0"`;
  if (typeof method !== "string") return `"method" must be a string`;
  if (params !== undefined && (typeof params !== "object" || params === null)) return `"params" must be an object`;
  if (Object.hasOwn(request, "id") && !isId(id)) return `"id" must be a string, a number or null`;
  return undefined;
}

/** Undefined when there is none, or none that can be sent back. */
function idOf(request: unknown): Id | undefined {
  if (typeof request !== "object" || request === null || !Object.hasOwn(request, "id")) return undefined;
  const { id } = request as { id: unknown };
  return isId(id) ? id : undefined;
}

const isId = (id: unknown): id is Id =>
  id === null || typeof id === "string" || (typeof id === "number" && Number.isFinite(id));

function failure(id: Id, error: RpcErrorObject): Response {
  return { jsonrpc: "2.0", id, error };
}
