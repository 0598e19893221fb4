/** How lies end when somebody honest looks: a verifier that starts from nothing. */
import type { LocalAccount } from "viem/accounts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { toHex } from "../../protocol/bytes.ts";
import type { VerifierNode } from "../../prover/service.ts";
import { readReward } from "../../runtime/host/faults.ts";
import type { Running } from "../support/devnet.ts";
import { until } from "../support/until.ts";
import { POSTER, PROVER } from "./actors.ts";
import type { Arena } from "./arena.ts";
import { type End, proven, UNTOUCHED } from "./row.ts";

/** Runs a verifier with an empty store for as long as `look` takes. */
export async function withVerifier<T>(
  arena: Arena,
  look: (verifier: Running<VerifierNode>) => Promise<T>,
  prover: LocalAccount | undefined = PROVER,
): Promise<T> {
  const verifier = await arena.devnet.verifier({ ...(prover && { prover }) });
  try {
    return await look(verifier);
  } finally {
    await verifier.stop();
  }
}

/** Waits until it has seen the host's latest block and stands behind the tip, or before a fault. */
export async function stands(arena: Arena, verifier: Running<VerifierNode>): Promise<boolean> {
  const block = Number(await arena.devnet.client.getBlockNumber());
  const tip = await arena.tip();
  return until("the verifier's word", () => {
    const failure = verifier.failure();
    if (failure !== undefined) throw failure;
    const { hostBlock, batch, fault } = verifier.syncStatus();
    return fault !== null || (hostBlock >= block && batch === tip);
  }).then(() => verifier.syncStatus().fault === null);
}

/** What the host says of removals after its block `from`. */
export async function removals(arena: Arena, from: bigint) {
  const { client, rollup: address } = arena.devnet;
  const found = { address, abi: rollupAbi, eventName: "FaultProven", strict: true, fromBlock: from } as const;
  const logs = await client.getContractEvents(found);
  const later = logs.filter(({ blockNumber }) => blockNumber > from);
  return later.map(({ args, blockNumber }) => ({ ...args, hostBlock: Number(blockNumber) }));
}

export interface Expected {
  /** Of the false batch. Default: the slot's. */
  poster?: LocalAccount;
  /** Its number. Default: the tip. */
  batch?: number;
}

/**
 * A verifier that starts from nothing finds the lie and proves it by itself: the false batch and all behind it are gone, its
 * poster's bond is taken whole and half of it waits for the prover, and the verifier stands behind what is left.
 */
export async function caught(arena: Arena, { poster = POSTER, batch }: Expected = {}): Promise<End> {
  const { client } = arena.devnet;
  const falseBatch = batch ?? (await arena.tip());
  const { commitment } = await arena.batch(falseBatch);
  const parent = await arena.batch(falseBatch - 1);
  const bond = await arena.bondOf(poster);
  const from = await client.getBlockNumber();
  return withVerifier(arena, async (verifier) => {
    const proof = await until("a proof", async () => {
      const failure = verifier.failure();
      if (failure !== undefined) throw failure;
      const { fault } = verifier.syncStatus();
      if (fault?.proof?.stage === "blocked") return fault.proof.problem!;
      return (await removals(arena, from))[0];
    });
    if (typeof proof === "string") return `not proven: ${proof}`;
    await until("agreement after the proof", () => {
      const { fault, batch: tip } = verifier.syncStatus();
      return fault === null && tip === falseBatch - 1;
    });
    const reward = await until("the prover's commitment shown", async () => {
      const found = await readReward(arena.reader, toHex(commitment));
      return (
        (found === undefined || found.committedAt < proof.hostBlock) && { amount: 0n, beneficiary: undefined, ...found }
      );
    });
    const checks = {
      batch: Number(proof.batchId) === falseBatch && (await arena.tip()) === falseBatch - 1,
      root: verifier.syncStatus().stateRoot === toHex(parent.stateRoot),
      poster: proof.poster === poster.address && (await arena.bondOf(poster)) === 0n,
      reward: proof.reward === bond / 2n && reward.amount === bond / 2n,
      beneficiary: bond === 0n || reward.beneficiary === PROVER.address,
    };
    const wrong = Object.entries(checks).flatMap(([what, isRight]) => (isRight ? [] : [what]));
    return wrong.length === 0 ? proven(Number(proof.blockIndex)) : `proven, but wrong: ${wrong.join(", ")}`;
  });
}

/** A verifier that starts from nothing stands behind all that is posted, and nobody lost a bond. */
export async function agreed(arena: Arena, posters: readonly LocalAccount[] = [POSTER]): Promise<End> {
  const bonds = await Promise.all(posters.map((poster) => arena.bondOf(poster)));
  return withVerifier(arena, async (verifier) => {
    if (!(await stands(arena, verifier))) return `fault: ${JSON.stringify(verifier.syncStatus().fault)}`;
    const after = await Promise.all(posters.map((poster) => arena.bondOf(poster)));
    return after.every((bond, i) => bond === bonds[i] && bond > 0n) ? UNTOUCHED : "a bond was taken";
  });
}
