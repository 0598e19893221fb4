/** The part of a WebSocket that subscriptions use; the browser's and those of npm `ws` have it. */
export interface Socket {
  send(text: string): void;
  close(): void;
  addEventListener(type: "open" | "close" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

export type OpenSocket = (url: string) => Socket;

/** The platform's own WebSocket; undefined where there is none, as in Node 20. */
export function platformSocket(): OpenSocket | undefined {
  const { WebSocket: Constructor } = globalThis as { WebSocket?: new (url: string) => Socket };
  return Constructor && ((url) => new Constructor(url));
}
