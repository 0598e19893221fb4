/** A way to the host's RPC that can be closed, that can lie, and that notes what is asked. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

interface Request {
  method: string;
  params: unknown[];
}

export interface HostProxy {
  readonly url: string;
  /** While it is false, every connection is cut. */
  isOpen: boolean;
  /** The method of each request so far. */
  readonly asked: string[];
  /** Makes another answer of the host's. */
  alter: ((request: Request, answer: string) => string) | undefined;
  stop(): Promise<void>;
}

export async function startHostProxy(target: string): Promise<HostProxy> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    if (!proxy.isOpen) {
      request.socket.destroy();
      return;
    }
    const body = await read(request);
    const asking = JSON.parse(body) as Request;
    asked.push(asking.method);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(target, { method: "POST", body, headers });
    const text = await answer.text();
    response.writeHead(answer.status, headers).end(proxy.alter?.(asking, text) ?? text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: HostProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isOpen: true,
    asked,
    alter: undefined,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
