/** How small a record could be. */
import { SHARES } from "./world.ts";

const WEIGHTS = 127;

/** Bytes of information in an eight-share record: the output's hash if it is there, which eight of the contributions, weights from 1 to 127. */
export function informationBytes(contributions: number, withOutput = true): number {
  let bits = (withOutput ? 256 : 0) + SHARES * Math.log2(WEIGHTS);
  for (let i = 0; i < SHARES; i++) bits += Math.log2((contributions - i) / (i + 1));
  return bits / 8;
}
