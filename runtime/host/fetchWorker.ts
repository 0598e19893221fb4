/** Worker thread: fetches. */
import { parentPort } from "node:worker_threads";
import type { FetchAnswer, FetchOrder } from "./fetchMessages.ts";

/** As viem bounds it: pages of logs are far below. */
const MAX_BODY_BYTES = 10_485_760;

const underWay = new Map<number, AbortController>();

parentPort!.on("message", ({ id, request }: FetchOrder) => {
  if (request === undefined) underWay.get(id)?.abort();
  else void answer(id, request).finally(() => underWay.delete(id));
});

async function answer(id: number, { url, ...init }: NonNullable<FetchOrder["request"]>): Promise<void> {
  const controller = new AbortController();
  underWay.set(id, controller);
  try {
    const response = await fetch(url, { ...init, signal: controller.signal });
    const { status, statusText } = response;
    const body = await textOf(response);
    send({ id, response: { status, statusText, headers: [...response.headers], body } });
  } catch (error) {
    send({ id, failure: (error as Error).message });
  }
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`the answer has more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(message: FetchAnswer): void {
  parentPort!.postMessage(message);
}
