/** The daemons' hashes are the portable ones, only faster. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { keccak256, portableKeccak } from "../../protocol/hash.ts";
import { useFastHashes } from "../../runtime/fastHashes.ts";

test("keccak in WebAssembly gives what the portable one gives, of any bytes", async () => {
  await useFastHashes();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
      expect(keccak256(bytes)).toEqual(portableKeccak(bytes));
      expect(keccak256(Buffer.from(bytes))).toEqual(portableKeccak(bytes));
    }),
    { numRuns: 300 },
  );
  for (const length of [0, 135, 136, 137, 8_192, 110_000]) {
    const bytes = new Uint8Array(length).fill(7);
    expect(keccak256(bytes)).toEqual(portableKeccak(bytes));
  }
});

test("a digest is its own: the next one leaves it as it is", () => {
  const first = keccak256(new Uint8Array(1));
  const copy = first.slice();
  keccak256(new Uint8Array(2));
  expect(first).toEqual(copy);
});
