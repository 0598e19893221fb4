/** A closed loop: every sender sends its next transactions when the last ones are answered. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Lane } from "./lane.ts";
import { refusals, tally, Wire } from "./load.ts";
import { type BenchNetwork, cpuSecondsOf } from "./network.ts";

const BUSY_WAIT_MS = 50;

export interface Driven {
  /** Transactions acknowledged, which is durable. */
  acknowledged: number;
  /** Seconds by the clock. */
  wall: number;
  /** Processor seconds of the sequencer's process, all threads; NaN where the system does not tell. */
  sequencerCpu: number;
  /** Codes of those that were refused because the sequencer was busy, and sent again. */
  refused: string[];
}

/**
 * Sends what the lanes hold, `chunk` transactions a request: 0 for one in a JSON-RPC request, else packed. Ends when a lane has
 * no more than `leave` left, or after `seconds`. Throws when a transaction is refused for another reason than load.
 */
export async function drive(
  { sequencer }: BenchNetwork,
  lanes: readonly Lane[],
  { chunk, seconds, leave = 0 }: { chunk: number; seconds: number; leave?: number },
): Promise<Driven> {
  const wire = new Wire(sequencer.url, lanes.length);
  const refused: string[] = [];
  let acknowledged = 0;
  let isOver = false;
  const cpuBefore = await cpuSecondsOf(sequencer.pid);
  const start = performance.now();
  const runLane = async (lane: Lane): Promise<void> => {
    while (!isOver) {
      const answers = await wire.send(lane, chunk);
      const codes = refusals(answers);
      // Nonces are in order: from the first refusal on, nothing was taken.
      lane.skip(answers.length - codes.length);
      acknowledged += answers.length - codes.length;
      if (codes.length > 0) {
        if (codes[0] !== "busy") throw new Error(`the load was refused: ${tally(codes)}`);
        refused.push(...codes);
        await sleep(BUSY_WAIT_MS);
      }
      isOver ||= lane.left <= leave || performance.now() - start >= seconds * 1_000;
    }
  };
  await Promise.all(lanes.map(runLane));
  const wall = (performance.now() - start) / 1_000;
  wire.close();
  const sequencerCpu = ((await cpuSecondsOf(sequencer.pid)) ?? Number.NaN) - (cpuBefore ?? Number.NaN);
  return { acknowledged, wall, sequencerCpu, refused };
}
