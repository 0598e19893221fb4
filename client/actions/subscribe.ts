import type { BlockView, TransactionReceipt } from "../../protocol/api.ts";
import type { Hex } from "../../protocol/bytes.ts";
import type { Context } from "../context.ts";
import { fromJsonRpcError, type JsonRpcError, TributaryArgumentError, TributaryRpcError } from "../errors.ts";
import { platformSocket } from "../socket.ts";
import { type Receipt, toReceipt } from "../views.ts";

export type SubscribeParameters = (
  | { topic: "blocks"; onData(block: BlockView): void }
  | {
      topic: "receipts";
      /** Only of this transaction. */
      hash?: Hex | undefined;
      /** Only of this account. */
      account?: number | undefined;
      onData(receipt: Receipt): void;
    }
) & {
  /** The connection was lost, or the server sent what is no message. Nothing more comes; subscribe again. */
  onError?: ((error: TributaryRpcError) => void) | undefined;
};
export interface SubscribeReturnType {
  /** Ends the subscription and its connection. */
  unsubscribe(): void;
}

interface Message {
  id?: number;
  result?: unknown;
  error?: JsonRpcError;
  method?: string;
  params?: { subscription: unknown; result: unknown };
}

/**
 * Follows blocks as they are sealed, or receipts as transactions come further. Resolves once the server has agreed.
 *
 * @example
 * const { unsubscribe } = await client.subscribe({ topic: "blocks", onData: (block) => console.log(block.height) });
 */
export async function subscribe(context: Context, parameters: SubscribeParameters): Promise<SubscribeReturnType> {
  const open = context.openSocket ?? platformSocket();
  const { url } = context.transport;
  if (open === undefined) throw new TributaryArgumentError("openSocket", "is needed: this platform has no WebSocket");
  if (url === undefined) throw new TributaryArgumentError("transport", "has no address");
  const { onData, onError, ...params } = parameters;
  const socket = open(`${url.replace(/^http/, "ws")}/ws`);
  let state: "asking" | "open" | "closed" = "asking";

  return new Promise((resolve, reject) => {
    const fail = (error: TributaryRpcError): void => {
      if (state === "closed") return;
      if (state === "asking") reject(error);
      else onError?.(error);
      state = "closed";
      socket.close();
    };
    const unsubscribe = (): void => {
      state = "closed";
      socket.close();
    };
    const receive = (message: Message): void => {
      if (message.error) fail(fromJsonRpcError(message.error, "tributary_subscribe"));
      else if (message.method !== "tributary_subscription") {
        state = "open";
        resolve({ unsubscribe });
      } else if (state === "open" && parameters.topic === "blocks") {
        parameters.onData(message.params?.result as BlockView);
      } else if (state === "open" && parameters.topic === "receipts") {
        parameters.onData(toReceipt(message.params?.result as TransactionReceipt));
      }
    };
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tributary_subscribe", params }));
    });
    socket.addEventListener("message", ({ data }) => {
      let message: Message;
      try {
        message = JSON.parse(String(data));
      } catch (cause) {
        fail(new TributaryRpcError("bad-response", "the subscription got a message that is not JSON", { cause }));
        return;
      }
      receive(message);
    });
    const lost = () => fail(new TributaryRpcError("unreachable", `the connection to ${url}/ws was lost`));
    socket.addEventListener("error", lost);
    socket.addEventListener("close", lost);
  });
}
