import fc from "fast-check";
import { decodeFunctionData, encodeFunctionData, type Hex } from "viem";
import { describe, expect, test } from "vitest";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import { decodePostBatch, encodePostBatch, encodeRestart } from "../../runtime/host/postBatch.ts";

const word = fc.uint8Array({ minLength: 32, maxLength: 32 });
const call = fc.record({ parentCommitment: word, inboxAcc: word, blocks: fc.uint8Array({ maxLength: 300 }) });

/** As the contract reads it: canonical, or refused (`CalldataNotCanonical`). */
function canonical(data: Hex): boolean {
  try {
    const decoded = decodeFunctionData({ abi: rollupAbi, data });
    return decoded.functionName === "postBatch" && encodeFunctionData({ abi: rollupAbi, ...decoded }) === data;
  } catch {
    return false;
  }
}

describe("the calldata of a batch", () => {
  test("is viem's, and is read as it was written", () => {
    fc.assert(
      fc.property(call, (batch) => {
        const data = encodePostBatch(batch);
        const args = [toHex(batch.parentCommitment), toHex(batch.inboxAcc), toHex(batch.blocks)] as const;
        expect(data).toBe(encodeFunctionData({ abi: rollupAbi, functionName: "postBatch", args }));
        expect(decodePostBatch(data)).toEqual(batch);
      }),
    );
  });

  test("is nothing when the contract cannot have taken it", () => {
    const zero = new Uint8Array(32);
    const data = encodePostBatch({ parentCommitment: zero, inboxAcc: zero, blocks: Uint8Array.of(1, 2) });
    const bytes = fromHex(data);
    const odd: Hex[] = [encodeRestart(), "0x", toHex(bytes.subarray(0, 40)), toHex(bytes.subarray(0, -1)), `${data}00`];
    for (const length of [33, 2 ** 31]) {
      const changed = bytes.slice();
      new DataView(changed.buffer).setUint32(128, length);
      odd.push(toHex(changed));
    }
    for (const at of [70, 110]) {
      const changed = bytes.slice(); // high bytes of the offset and of the length
      changed[at] = 1;
      odd.push(toHex(changed));
    }
    for (const input of odd) {
      expect(canonical(input)).toBe(false);
      expect(decodePostBatch(input)).toBeUndefined();
    }
  });
});
