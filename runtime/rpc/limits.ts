/** What one caller may ask for. Rates are a reverse proxy's task. */
export interface Limits {
  /** Bytes of a JSON-RPC request, and of a WebSocket message. */
  bodyBytes: number;
  /** Requests in one JSON-RPC batch. */
  batchEntries: number;
  /** Of one packed submission. */
  rawBodyBytes: number;
  rawTransactions: number;
  /** WebSockets at the same time. */
  sockets: number;
  /** Per WebSocket. */
  socketSubscriptions: number;
  /** Messages of one WebSocket that are being answered; more wait in the peer. */
  socketRequests: number;
  /** Bytes waiting for a slow reader before its WebSocket is dropped. */
  socketBufferedBytes: number;
}

const MIB = 1_048_576;

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: MIB,
  batchEntries: 100,
  // About 50,000 Attribute records of 80 bytes, ten seconds of a busy operator.
  rawBodyBytes: 4 * MIB,
  rawTransactions: 10_000,
  sockets: 1_000,
  socketSubscriptions: 32,
  socketRequests: 64,
  // A receipt is half a kilobyte: 16,000 of them, seconds of full load.
  socketBufferedBytes: 8 * MIB,
};
