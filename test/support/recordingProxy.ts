/** A host's RPC behind a server that notes what is asked. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Appends the method of each request to `asked`. */
export async function recordingProxy(target: string, asked: string[]) {
  const server = createServer(async (request, response) => {
    const body = await read(request);
    asked.push((JSON.parse(body) as { method: string }).method);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(target, { method: "POST", body, headers });
    response.writeHead(answer.status, headers).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
