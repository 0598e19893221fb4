import { Counter, Gauge, Histogram, type Registry } from "prom-client";

export interface RpcMetrics {
  /** One call; `outcome` is `ok` or the error's name. */
  called(method: string, outcome: string, seconds: number): void;
  sockets(open: number): void;
  socketDropped(): void;
}

/** Reads of the state take microseconds, proofs and writes milliseconds, waiting for a boundary a quarter of a second. */
const BUCKETS_SECONDS = [0.0005, 0.002, 0.01, 0.05, 0.25, 1, 5];

export function createRpcMetrics(registry: Registry | undefined): RpcMetrics {
  if (registry === undefined) return { called() {}, sockets() {}, socketDropped() {} };
  const registers = [registry];
  const calls = new Counter({
    name: "tributary_rpc_calls_total",
    help: "Calls answered, by method and outcome",
    labelNames: ["method", "outcome"],
    registers,
  });
  const seconds = new Histogram({
    name: "tributary_rpc_call_seconds",
    help: "Time from a call to its answer",
    labelNames: ["method"],
    buckets: BUCKETS_SECONDS,
    registers,
  });
  const open = new Gauge({ name: "tributary_rpc_sockets", help: "Open WebSockets", registers });
  const dropped = new Counter({
    name: "tributary_rpc_sockets_dropped_total",
    help: "WebSockets dropped because they read too slowly",
    registers,
  });
  return {
    called(method, outcome, duration) {
      calls.inc({ method, outcome });
      seconds.observe({ method }, duration);
    },
    sockets: (count) => open.set(count),
    socketDropped: () => dropped.inc(),
  };
}
