/** Who is told of what: blocks and receipts go to the WebSockets that asked for them, each serialized once. */

import type { z } from "zod";
import type { TransactionReceipt } from "../../protocol/api.ts";
import { toHex } from "../../protocol/bytes.ts";
import type { StoredBlock } from "../chain/storedBlock.ts";
import { TributaryError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { blockView } from "./methods/block.ts";
import { type CallableMethod, NAMESPACE } from "./methodTable.ts";
import type { NodeView } from "./node.ts";
import { SUBSCRIBE_PARAMS, UNSUBSCRIBE_PARAMS } from "./schemas.ts";

type Topic = z.output<typeof SUBSCRIBE_PARAMS>;

interface Subscription {
  id: string;
  topic: Topic;
  send(text: string): void;
}

/** What one WebSocket may call beyond the methods that all have. */
export interface SubscriberMethods {
  methods: [string, CallableMethod][];
  /** Ends the socket's subscriptions. */
  close(): void;
}

export class Subscriptions {
  readonly #node: NodeView;
  readonly #logger: Logger;
  readonly #subscriptions = new Set<Subscription>();
  readonly #stops: (() => void)[];
  #nextId = 1;
  /** Blocks in order, whatever looking up their batch takes. */
  #blocks: Promise<void> = Promise.resolve();

  constructor(node: NodeView, logger: Logger) {
    this.#node = node;
    this.#logger = logger;
    this.#stops = [
      node.chain.onBlock((block) => this.#queueBlock(block)),
      node.onReceipt((receipt) => this.#publish(receipt, (topic) => wantsReceipt(topic, receipt))),
    ];
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  /** Methods for a socket to which `send` writes; it may hold `most` subscriptions. */
  subscriber(send: (text: string) => void, most: number): SubscriberMethods {
    const own = new Map<string, Subscription>();
    const subscribe = (topic: Topic): string => {
      if (own.size >= most) {
        throw new TributaryError("busy", `a connection holds at most ${most} subscriptions`, { retryable: false });
      }
      const subscription = { id: `0x${(this.#nextId++).toString(16)}`, topic, send };
      own.set(subscription.id, subscription);
      this.#subscriptions.add(subscription);
      return subscription.id;
    };
    const unsubscribe = ({ subscription: id }: z.output<typeof UNSUBSCRIBE_PARAMS>): boolean => {
      const subscription = own.get(id);
      if (subscription === undefined) return false;
      this.#subscriptions.delete(subscription);
      return own.delete(id);
    };
    return {
      methods: [
        [`${NAMESPACE}subscribe`, { params: SUBSCRIBE_PARAMS, call: (params) => subscribe(params as Topic) }],
        [
          `${NAMESPACE}unsubscribe`,
          { params: UNSUBSCRIBE_PARAMS, call: (params) => unsubscribe(params as { subscription: string }) },
        ],
      ],
      close: () => {
        for (const subscription of own.values()) this.#subscriptions.delete(subscription);
        own.clear();
      },
    };
  }

  /** Listens to the node no longer. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#subscriptions.clear();
  }

  #queueBlock(block: StoredBlock): void {
    if (this.#subscriptions.size === 0) return;
    this.#blocks = this.#blocks
      .then(async () => {
        const view = await blockView(this.#node, block);
        this.#publish(view, ({ topic }) => topic === "blocks");
      })
      .catch((error) => this.#logger.error({ err: error, height: block.height }, "a block could not be published"));
  }

  #publish(result: unknown, wants: (topic: Topic) => boolean): void {
    let json: string | undefined;
    for (const { id, topic, send } of this.#subscriptions) {
      if (!wants(topic)) continue;
      json ??= JSON.stringify(result);
      send(`{"jsonrpc":"2.0","method":"${NAMESPACE}subscription","params":{"subscription":"${id}","result":${json}}}`);
    }
  }
}

function wantsReceipt(topic: Topic, { account, hash }: TransactionReceipt): boolean {
  if (topic.topic !== "receipts") return false;
  if (topic.account !== undefined && topic.account !== account) return false;
  return topic.hash === undefined || toHex(topic.hash) === hash;
}
