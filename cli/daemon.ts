/** What both daemons do around their service: log, signals, metrics, the RPC server, and how they end. */
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { TributaryError } from "../runtime/errors.ts";
import { Lifecycle, stopOnSignals } from "../runtime/lifecycle.ts";
import { createLogger, type Logger, type LogLevel } from "../runtime/logger.ts";
import type { NodeView } from "../runtime/rpc/node.ts";
import { createServer } from "../runtime/rpc/server.ts";

export interface DaemonOptions {
  listen: string;
  /** 0 for any that is free; the log says which. */
  port: number;
  logLevel: LogLevel;
}

export type DaemonNode = NodeView & {
  done: Promise<void>;
  /** Adds what only this service can tell. */
  registerMetrics?(registry: Registry): void;
};

/** Runs a service until a signal stops it, or until it breaks: then the process ends with an error. */
export async function runDaemon(
  name: string,
  options: DaemonOptions,
  start: (lifecycle: Lifecycle, logger: Logger) => Promise<DaemonNode>,
): Promise<void> {
  const logger = createLogger({ name, level: options.logLevel });
  const lifecycle = new Lifecycle({ onError: (part, err) => logger.error({ err, part }, "did not stop cleanly") });
  stopOnSignals(lifecycle, (signal) => logger.info({ signal }, "stopping"));
  try {
    const node = await untilStopped(lifecycle, start(lifecycle, logger));
    if (node === undefined) {
      await lifecycle.stop();
      process.exit(); // the start may wait for its host for long
    }
    const server = createServer({ node, logger, metrics: nodeMetrics(node) });
    lifecycle.onStop("rpc", () => server.close());
    const url = await listen(server, options);
    logger.info({ url, height: node.chain.head.height, rollup: node.instance.rollup }, "ready");
    await node.done;
  } finally {
    await lifecycle.stop();
  }
}

/** What a start gives; undefined when a signal comes first: what fails then fails because all is being closed. */
async function untilStopped<T>({ signal }: Lifecycle, start: Promise<T>): Promise<T | undefined> {
  const stopped = new Promise<undefined>((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
  return signal.aborted ? undefined : Promise.race([start, stopped]);
}

async function listen(server: ReturnType<typeof createServer>, { listen: host, port }: DaemonOptions): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const { code } = cause as { code?: string };
    const why = code === "EADDRINUSE" ? "another process listens there" : (cause as Error).message;
    throw new TributaryError("not-available", `cannot listen on ${host}:${port}: ${why}`, { cause, retryable: false });
  }
}

function nodeMetrics(node: DaemonNode): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const numbers = [
    "height",
    "posted",
    "hostSafe",
    "hostFinalized",
    "settled",
    "inboxIndex",
    "inboxLength",
    "hostBlock",
    "batch",
    "unpostedBytes",
  ] as const;
  for (const field of numbers) {
    const snake = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    new Gauge({
      name: `tributary_${snake}`,
      help: `SyncStatus.${field} (docs/spec/rpc.md)`,
      registers: [registry],
      collect() {
        this.set(node.syncStatus()[field]);
      },
    });
  }
  new Gauge({
    name: "tributary_fault",
    help: "1 while the node stands before a batch with a wrong root",
    registers: [registry],
    collect() {
      this.set(node.syncStatus().fault === null ? 0 : 1);
    },
  });
  node.registerMetrics?.(registry);
  return registry;
}
