/** The load generator's side of the wire: keep-alive connections to the sequencer's real HTTP server. */
import { Agent, request } from "node:http";
import { toHex } from "../protocol/bytes.ts";
import type { PackedAnswer } from "../runtime/rpc/packedTransactions.ts";
import type { Lane } from "./lane.ts";

export class Wire {
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(url: string, connections: number) {
    this.#url = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** The next transactions of a lane: `chunk` in one body, or with 0 one in a JSON-RPC request. The answers in their order. */
  async send(lane: Lane, chunk: number): Promise<PackedAnswer[]> {
    return chunk === 0 ? [await this.#sendRaw(lane.next(1))] : this.#sendPacked(lane.next(chunk));
  }

  async #sendPacked(body: Uint8Array): Promise<PackedAnswer[]> {
    return JSON.parse(await this.#post("/v1/transactions", "application/octet-stream", body)) as PackedAnswer[];
  }

  async #sendRaw(transaction: Uint8Array): Promise<PackedAnswer> {
    const params = { raw: toHex(transaction) };
    const body = { jsonrpc: "2.0", id: 1, method: "tributary_sendRawTransaction", params };
    const { result, error } = JSON.parse(
      await this.#post("/", "application/json", Buffer.from(JSON.stringify(body))),
    ) as { result?: never; error?: never };
    return result === undefined ? { error: error! } : { receipt: result };
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(path: string, type: string, body: Uint8Array): Promise<string> {
    const headers = { "content-type": type, "content-length": body.length };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.#url), { method: "POST", agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => resolve(Buffer.concat(chunks).toString()));
      });
      sent.once("error", reject);
      sent.end(body);
    });
  }
}

/** The codes of the refused; throws when a transaction was taken with another verdict than Ok, or a record was refused. */
export function refusals(answers: readonly PackedAnswer[]): string[] {
  return answers.flatMap((answer) => {
    if ("error" in answer) return [answer.error.data?.code ?? answer.error.message];
    const { verdict, items } = answer.receipt;
    const bad = [verdict, ...items].find((each) => each !== "Ok");
    if (bad !== undefined) throw new Error(`a transaction of the load has the verdict ${bad}`);
    return [];
  });
}

/** How many were refused with each code, for a note. */
export function tally(codes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => `${count} ${code}`).join(", ") || "none";
}
