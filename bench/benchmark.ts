/** What a benchmark is and what it says. Figures are relative to what was measured beside them in the same process. */

/** One figure, as `--json` prints it. */
export interface Result {
  name: string;
  value: number;
  unit: string;
  /** What physics allows: the same unit, measured or computed in the same run. */
  limit?: number;
  /** How many times away from the limit; 1 is at it, more is worse. */
  ratio?: number;
  /** What else does the same job ... */
  peer?: string;
  /** ... its figure, in the same unit ... */
  peerValue?: number;
  /** ... and how many times better ours is; below 1 the peer is better. */
  peerRatio?: number;
  /** What was aimed at, such as "value <= 64". */
  target?: string;
  met?: boolean;
  /** What a reader needs to know to judge the figure; with a target not met, why. */
  note?: string;
}

export interface Options {
  /** Sizes for a check that everything works, in seconds; the figures mean nothing. */
  short: boolean;
  /** Length of each load. */
  seconds: number;
  /** Length of a soak. */
  minutes: number;
}

/** Measures and reports figure by figure, so that a run that is cut off leaves what it has. */
export type Benchmark = (options: Options, report: (result: Result) => void) => Promise<void>;

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** Whether a smaller or a larger value is better. */
  better: "less" | "more";
  limit?: number;
  peer?: { name: string; value: number };
  target?: { of: "value" | "ratio" | "peerRatio"; bound: number };
  note?: string;
  /** Why physics or the protocol does not allow the target; said when it is not met. */
  reason?: string;
}

/** Computes the ratios and holds the figure against its target. */
export function resultOf({ name, value, unit, better, limit, peer, target, note, reason }: Figure): Result {
  const timesBetter = (ours: number, other: number): number => (better === "less" ? other / ours : ours / other);
  const result: Result = { name, value, unit };
  if (limit !== undefined) Object.assign(result, { limit, ratio: 1 / timesBetter(value, limit) });
  if (peer !== undefined) {
    Object.assign(result, { peer: peer.name, peerValue: peer.value, peerRatio: timesBetter(value, peer.value) });
  }
  let [said, met] = [note, true];
  if (target !== undefined) {
    const atMost = target.of === "ratio" || (target.of === "value" && better === "less");
    const reached = result[target.of];
    if (reached === undefined) throw new Error(`${name} has a target for its ${target.of}, and no ${target.of}`);
    met = atMost ? reached <= target.bound : reached >= target.bound;
    Object.assign(result, { target: `${target.of} ${atMost ? "<=" : ">="} ${target.bound}`, met });
  }
  if (!met && reason !== undefined) said = said === undefined ? reason : `${said}; ${reason}`;
  return said === undefined ? result : { ...result, note: said };
}
