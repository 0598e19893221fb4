/**
 * From what was seen on the host and computed from it to the one thing to be done next. Pure: whoever asks twice, or after a
 * restart, is told the same.
 */
import type { Hex } from "../protocol/bytes.ts";

/** A posted batch with a wrong root, while it stands. */
export interface FaultSight {
  batch: number;
  commitment: Hex;
  /** In the batch, from 0. */
  blockIndex: number;
  /** Host time from which the batch can no longer be removed. */
  finalAt: number;
  /** Host block of our commitment to the proof; undefined when there is none. */
  committedAt: number | undefined;
  /** Why our proof cannot be sent: it was tried and refused, or is too large. */
  refusal: string | undefined;
}

/** A removal of a batch that we, too, found false. */
export interface RemovalSight {
  commitment: Hex;
  /** Wei; 0 when the bond was gone, or the reward was paid. */
  reward: bigint;
  /** Whether we are the beneficiary at present. */
  isOurs: boolean;
  /** Host block of the commitment by which the beneficiary holds it; of the proof, when none was shown. */
  heldSince: number;
  ourCommittedAt: number | undefined;
  /** Host time from which the reward is paid, and no commitment counts any more. */
  payableAt: number;
}

/** What counts of the host at one of its blocks. */
export interface Sight {
  /** Seconds. */
  time: number;
  /** Posting and proving have ended for ever. */
  isFrozen: boolean;
  fault: FaultSight | undefined;
  removals: readonly RemovalSight[];
}

export type Decision =
  | { act: "agree" }
  | { act: "commit" | "prove"; batch: number; blockIndex: number; commitment: Hex }
  | { act: "reveal" | "collect"; commitment: Hex; reward: bigint }
  /** Until a reward is paid. */
  | { act: "wait"; until: number }
  /** There is a fault, and nothing that we can do about it. */
  | { act: "alarm"; why: string };

/** The fault first, for as long as something can be done about it; then rewards that could be lost, then those that wait. */
export function decide(sight: Sight): Decision {
  const { fault } = sight;
  const onFault = fault && decideOnFault(fault, sight);
  if (onFault !== undefined && onFault.act !== "alarm") return onFault;
  const onRewards = sight.removals.map((removal) => decideOnReward(removal, sight));
  const urgent = onRewards.find(({ act }) => act === "reveal") ?? onRewards.find(({ act }) => act === "collect");
  return urgent ?? onFault ?? onRewards.find(({ act }) => act === "wait") ?? { act: "agree" };
}

function decideOnFault(fault: FaultSight, { time, isFrozen }: Sight): Decision {
  if (isFrozen) return { act: "alarm", why: "the rollup is frozen" };
  if (time >= fault.finalAt) return { act: "alarm", why: `batch ${fault.batch} is final with a wrong root` };
  if (fault.refusal !== undefined) return { act: "alarm", why: fault.refusal };
  const { batch, blockIndex, commitment, committedAt } = fault;
  if (committedAt === undefined) return { act: "commit", batch, blockIndex, commitment };
  // A commitment counts from the block after it; what is sent now is in that block at the earliest.
  return { act: "prove", batch, blockIndex, commitment };
}

function decideOnReward(removal: RemovalSight, { time }: Sight): Decision {
  const { commitment, reward, isOurs, heldSince, ourCommittedAt, payableAt } = removal;
  if (reward === 0n) return { act: "agree" };
  // Also when it is ours: others who found the fault may have committed between our commitment and the proof.
  const isOlder = ourCommittedAt !== undefined && ourCommittedAt < heldSince;
  if (isOlder && time < payableAt) return { act: "reveal", commitment, reward };
  if (!isOurs) return { act: "agree" };
  return time >= payableAt ? { act: "collect", commitment, reward } : { act: "wait", until: payableAt };
}
