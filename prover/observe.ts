/** What a prover needs to see of the host, all of it at one block: the input of `decide`. */
import type { LocalAccount } from "viem/accounts";
import { type Hex, toHex } from "../protocol/bytes.ts";
import { TributaryError } from "../runtime/errors.ts";
import { readFrozen, readProofCommit, readReward } from "../runtime/host/faults.ts";
import type { HostReader } from "../runtime/host/hostReader.ts";
import { readTaggedBlock } from "../runtime/host/readAt.ts";
import type { FaultSight, RemovalSight, Sight } from "./decide.ts";
import type { KnownFault } from "./knownFaults.ts";
import { proofCommitOf } from "./salt.ts";

export interface ObserveOptions {
  reader: HostReader;
  account: LocalAccount;
  known: readonly KnownFault[];
  /** Commitment of the batch that the verifier stands before. */
  current: Hex | undefined;
  /** Why the proof of that one cannot be sent. */
  refusal: string | undefined;
}

export interface Observed extends Sight {
  /** Commitments of known faults of which nothing can come any more. */
  closed: Hex[];
}

/** Throws TributaryError: the answers are all of one host block, or there are none. */
export async function observe({ reader, account, known, current, refusal }: ObserveOptions): Promise<Observed> {
  const latest = await readTaggedBlock(reader.client, "latest");
  if (latest === undefined) throw new TributaryError("host-unreachable", "the host has no latest block");
  const { hash, timestamp: time } = latest;

  async function committedAt(fault: KnownFault): Promise<number | undefined> {
    return readProofCommit(reader, (await proofCommitOf(account, reader.rollup, fault)).commit, hash);
  }

  async function faultOf(fault: KnownFault): Promise<FaultSight | undefined> {
    const { batch, commitment, blockIndex } = fault;
    const stored = await reader.storedBatch(batch, hash);
    if (stored === undefined || toHex(stored.commitment) !== commitment) return undefined;
    const finalAt = stored.postedAt + reader.challengeWindow;
    return { batch, commitment, blockIndex, finalAt, committedAt: await committedAt(fault), refusal };
  }

  async function removalOf(fault: KnownFault): Promise<RemovalSight | undefined> {
    const { commitment } = fault;
    const reward = await readReward(reader, commitment, hash);
    if (reward === undefined) return undefined;
    const { beneficiary, payableAt, committedAt: heldSince, amount } = reward;
    const isOurs = beneficiary.toLowerCase() === account.address.toLowerCase();
    return { commitment, reward: amount, isOurs, heldSince, ourCommittedAt: await committedAt(fault), payableAt };
  }

  const isFrozen = await readFrozen(reader, hash);
  const standing = known.find(({ commitment }) => commitment === current);
  const fault = standing && (await faultOf(standing));
  const found = await Promise.all(known.map(removalOf));
  const closed = known.filter((each, i) => {
    return found[i] === undefined && time >= each.closesAt && each.commitment !== current;
  });
  const removals = found.filter((each) => each !== undefined);
  return { time, isFrozen, fault, removals, closed: closed.map(({ commitment }) => commitment) };
}
