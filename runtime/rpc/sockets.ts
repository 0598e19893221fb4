/** JSON-RPC over WebSockets. Memory per socket is bounded: who asks faster than we answer waits, who reads too slowly is dropped. */
import type { RawData, WebSocket } from "ws";
import type { Dispatcher } from "./dispatch.ts";
import type { Limits } from "./limits.ts";
import type { MethodTable } from "./methodTable.ts";
import type { RpcMetrics } from "./rpcMetrics.ts";
import type { Subscriptions } from "./subscriptions.ts";

export interface SocketOptions {
  dispatcher: Dispatcher;
  methods: MethodTable;
  subscriptions: Subscriptions;
  limits: Limits;
  metrics: RpcMetrics;
}

/** WebSocket close code "try again later". */
const TRY_AGAIN_LATER = 1013;
/** A peer that answers no ping for this long is gone, though no one told us. */
const PING_INTERVAL_MS = 30_000;

export class Sockets {
  readonly #options: SocketOptions;
  /** Each with whether it gave a sign of life since the last ping. */
  readonly #alive = new Map<WebSocket, boolean>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#ping(), PING_INTERVAL_MS).unref();
  }

  accept(socket: WebSocket): void {
    const { dispatcher, subscriptions, limits, metrics } = this.#options;
    // An error always comes before a close, which does the rest; without a listener it would end the process.
    socket.on("error", () => {});
    if (this.#alive.size >= limits.sockets) {
      socket.close(TRY_AGAIN_LATER, "too many connections");
      return;
    }
    this.#alive.set(socket, true);
    metrics.sockets(this.#alive.size);
    const send = (text: string): void => this.#send(socket, text);
    const subscriber = subscriptions.subscriber(send, limits.socketSubscriptions);
    const methods = new Map([...this.#options.methods, ...subscriber.methods]);
    let answering = 0;
    socket.on("message", async (data) => {
      answering++;
      if (answering === limits.socketRequests) socket.pause();
      const answer = await dispatcher.respond(bytesOf(data), methods);
      if (answering === limits.socketRequests) socket.resume();
      answering--;
      if (answer !== undefined) send(answer);
    });
    socket.on("pong", () => this.#alive.set(socket, true));
    socket.on("close", () => {
      subscriber.close();
      this.#alive.delete(socket);
      metrics.sockets(this.#alive.size);
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #send(socket: WebSocket, text: string): void {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(text);
    if (socket.bufferedAmount > this.#options.limits.socketBufferedBytes) this.#drop(socket);
  }

  #drop(socket: WebSocket): void {
    if (socket.readyState !== socket.OPEN) return;
    this.#options.metrics.socketDropped();
    // A close handshake would wait behind what the peer does not read.
    socket.terminate();
  }

  #ping(): void {
    for (const [socket, alive] of this.#alive) {
      if (!alive) socket.terminate();
      else {
        this.#alive.set(socket, false);
        socket.ping();
      }
    }
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
