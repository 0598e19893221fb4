/** The host is asked from a thread: viem must not see the difference. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { FetchThread } from "../../runtime/host/fetchThread.ts";
import { createHostClient } from "../../runtime/host/hostClient.ts";
import { hostError } from "../../runtime/host/hostErrors.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function thread(code?: URL): FetchThread {
  const made = new FetchThread(code);
  closers.push(() => made.close());
  return made;
}

/** The answer to one request, or the error that the node would see, with and without the thread. */
async function bothWays(rpcUrl: string, requestTimeoutMs = 10_000): Promise<unknown[]> {
  const { fetch } = thread();
  const connection = { rpcUrl, requestTimeoutMs, retryCount: 0 };
  const clients = [createHostClient(connection), createHostClient({ ...connection, fetch })];
  const outcomes = clients.map((client) =>
    client.getChainId().catch((error: unknown) => {
      const { code, message } = hostError("asking", error) as { code: string; message: string };
      return { code, message };
    }),
  );
  return Promise.all(outcomes);
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

describe("requests from a thread", () => {
  test.each<[string, RequestListener, unknown]>([
    ["an answer", json(200, { jsonrpc: "2.0", id: 1, result: "0x7a69" }), 31_337],
    [
      "an error of the node",
      json(200, { jsonrpc: "2.0", id: 1, error: { code: -32_601, message: "no such method" } }),
      { code: "host-refused", message: expect.stringContaining("no such method") },
    ],
    ["too many requests", json(429, {}), { code: "host-unreachable" }],
    ["an error of its server", json(503, { error: "down" }), { code: "host-unreachable" }],
    ["no JSON", (_, response) => response.end("<html>"), { code: "host-unreachable" }],
    ["a connection that breaks", (request) => request.socket.destroy(), { code: "host-unreachable" }],
  ])("%s looks as it does without it", async (_, listener, expected) => {
    const [plain, threaded] = await bothWays(await serve(listener));
    expect(threaded).toEqual(plain);
    if (typeof expected === "object") expect(threaded).toMatchObject(expected as object);
    else expect(threaded).toBe(expected);
  });

  test("nobody there looks as it does without it", async () => {
    const [plain, threaded] = await bothWays("http://127.0.0.1:9");
    expect(threaded).toEqual(plain);
    expect(threaded).toMatchObject({ code: "host-unreachable" });
  });

  test("no answer in time looks as it does without it, and the connection is given up", async () => {
    let open = 0;
    let allGone = (): void => {};
    const gone = new Promise<void>((resolve) => {
      allGone = resolve;
    });
    const url = await serve((request) => {
      open++;
      request.socket.once("close", () => --open === 0 && allGone());
    });
    const [plain, threaded] = await bothWays(url, 300);
    expect(threaded).toEqual(plain);
    expect(threaded).toMatchObject({ code: "host-timeout" });
    await gone;
  });

  test("many at once get each their own answer", async () => {
    const url = await serve((request, response) => {
      request.setEncoding("utf8").on("data", (body: string) => response.end(body));
    });
    const { fetch } = thread();
    const bodies = Array.from({ length: 200 }, (_, i) => `request ${i}`);
    const answers = bodies.map(async (body) => (await fetch(url, { method: "POST", body })).text());
    expect(await Promise.all(answers)).toEqual(bodies);
  });

  test("an answer without an end is an error", async () => {
    const url = await serve((_, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536)));
        response.once("drain", more);
      };
      more();
    });
    await expect(thread().fetch(url)).rejects.toThrow("more than 10485760 bytes");
  });

  test("what is under way when it is closed, and what comes after, ends with `stopped`", async () => {
    const url = await serve(() => {});
    const requests = thread();
    const waiting = requests.fetch(url);
    const closing = requests.close();
    await expect(waiting).rejects.toMatchObject({ code: "stopped" });
    await closing;
    await expect(requests.fetch(url)).rejects.toMatchObject({ code: "stopped" });
    await requests.done;
  });

  test("what waits when the thread breaks is rejected, and so is `done`", async () => {
    const code = `import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit(3));`;
    const requests = thread(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    await expect(requests.fetch("http://127.0.0.1:9")).rejects.toThrow("ended with status 3");
    await expect(requests.done).rejects.toThrow("ended with status 3");
  });
});
