/** The connection to the host: one viem client with bounded retries. */
import { createPublicClient, http, type PublicClient, type Transport } from "viem";

export interface HostConnection {
  /** JSON-RPC over HTTP. */
  rpcUrl?: string;
  /** Instead of `rpcUrl`: any viem transport. */
  transport?: Transport;
  /** Of one HTTP request. Default 10,000. */
  requestTimeoutMs?: number;
  /** Further attempts after a failure that may pass (connection, 429, 5xx). Default 3, about one second in all. */
  retryCount?: number;
  /** Makes the HTTP requests, and bounds what is read of an answer. Default: Node's, in the caller's thread. */
  fetch?: typeof fetch | undefined;
}

export type HostClient = PublicClient;

/** Throws RangeError when neither or both of `rpcUrl` and `transport` are given. Makes no request. */
export function createHostClient(connection: HostConnection): HostClient {
  const { rpcUrl, transport, requestTimeoutMs = 10_000, retryCount = 3, fetch } = connection;
  if ((rpcUrl === undefined) === (transport === undefined)) {
    throw new RangeError('give exactly one of "rpcUrl" and "transport"');
  }
  const elsewhere = fetch && { fetchFn: fetch, maxResponseBodySize: false as const };
  return createPublicClient({
    transport: transport ?? http(rpcUrl, { timeout: requestTimeoutMs, retryCount, ...elsewhere }),
    // A cached block number could be older than the block that another request has just shown.
    cacheTime: 0,
  });
}
