/** What nothing of ours can beat, measured where it is compared with: SHA-256 with SIMD, native signature recovery. */
import secp256k1 from "secp256k1";
import { nativeHasher } from "../protocol/tree/nativeHasher.ts";
import { nativeRecover } from "../runtime/signatures/nativeRecover.ts";
import { cpuUs, median } from "./measure.ts";
import { bytesOf, randomOf } from "./world.ts";

const ROUNDS = 9;
const NODES_A_ROUND = 100_000;
const RECOVERIES_A_ROUND = 50;

/** Nanoseconds a node when `nodes` lie side by side and are hashed in one call: hashtree's own rate. Median of some rounds. */
export function batchNs(nodes: number): number {
  const input = bytesOf(nodes * 64, randomOf(nodes));
  const output = new Uint8Array(nodes * 32);
  const calls = Math.ceil(NODES_A_ROUND / nodes);
  return medianUs(
    () => {
      for (let call = 0; call < calls; call++) nativeHasher.hashPairs(input, output);
    },
    1e3 / (calls * nodes),
  );
}

const KEY = new Uint8Array(32).fill(9);
const HASH = bytesOf(32, randomOf(9));

/** Microseconds of one signature recovery with libsecp256k1. Median of some rounds. */
export function recoverUs(): number {
  const { signature, recid } = secp256k1.ecdsaSign(HASH, KEY);
  signature[32]! |= recid << 7;
  return medianUs(() => {
    for (let i = 0; i < RECOVERIES_A_ROUND; i++) nativeRecover(HASH, signature);
  }, 1 / RECOVERIES_A_ROUND);
}

/** Microseconds of processor time of a round, times `scale`. */
function medianUs(round: () => void, scale: number): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = cpuUs();
    round();
    return (cpuUs() - start) * scale;
  });
  return median(rounds);
}
