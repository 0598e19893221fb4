import { privateKeyToAccount } from "viem/accounts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createTributaryClient, type Receipt, type TributaryClient } from "../../client/client.ts";
import type { Socket } from "../../client/socket.ts";
import { type ServedNode, serveNode } from "./node.ts";

const ALICE = privateKeyToAccount(`0x${"11".repeat(32)}`);
const openSocket = (address: string) => new WebSocket(address) as Socket;
let served: ServedNode;
let client: TributaryClient;

beforeEach(async () => {
  served = await serveNode([ALICE.address]);
  client = createTributaryClient({ url: served.url, account: ALICE, openSocket });
});
afterEach(() => served.stop());

test("default: receipts in native types, until it is ended", async () => {
  const received: Receipt[] = [];
  let arrived = (): void => {};
  const first = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const { unsubscribe } = await client.subscribe({
    topic: "receipts",
    account: 0,
    onData: (receipt) => {
      received.push(receipt);
      arrived();
    },
  });
  const { hash } = await client.withdraw({ amount: 5n });
  await first;
  unsubscribe();
  await client.withdraw({ amount: 5n });
  expect(received).toMatchObject([{ hash, name: "Withdraw", fee: expect.any(BigInt) }]);
});

test("behavior: blocks in order", async () => {
  const heights: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const onData = ({ height }: { height: number }): void => {
      heights.push(height);
      if (heights.length === 2) resolve();
    };
    const subscribed = client.subscribe({ topic: "blocks", onData, onError: reject });
    subscribed
      .then(() => Promise.all([client.withdraw({ amount: 1n }), client.withdraw({ amount: 2n })]))
      .catch(reject);
  });
  expect(heights).toEqual([2, 3]);
});

test("behavior: tells that the connection was lost", async () => {
  let lose = (_error: unknown): void => {};
  const lost = new Promise((resolve) => {
    lose = resolve;
  });
  await client.subscribe({ topic: "blocks", onData: () => {}, onError: (error) => lose(error) });
  const stopping = served.stop();
  expect(await lost).toMatchObject({ code: "unreachable" });
  await stopping;
  served = await serveNode([]);
});

test("behavior: the server's refusal rejects", async () => {
  const refused = client.subscribe({ topic: "receipts", hash: "0x00", onData: () => {} });
  await expect(refused).rejects.toMatchObject({ code: "invalid-params" });
});

test("behavior: nobody there rejects; without an address it says so", async () => {
  const gone = createTributaryClient({ url: "http://127.0.0.1:1", openSocket });
  await expect(gone.subscribe({ topic: "blocks", onData: () => {} })).rejects.toMatchObject({ code: "unreachable" });
  const bare = createTributaryClient({ transport: { ...client.transport, url: undefined }, openSocket });
  await expect(bare.subscribe({ topic: "blocks", onData: () => {} })).rejects.toThrow(/"transport" has no address/);
});
