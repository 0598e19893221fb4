/** Host transactions are signed over bytes; viem, which does it over hex, is the oracle. */
import fc from "fast-check";
import { keccak256 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { expect, test } from "vitest";
import { toHex } from "../../protocol/bytes.ts";
import { signedLength, signHostTransaction } from "../../runtime/host/signHostTransaction.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(toHex);
const wei = fc.bigInt({ min: 0n, max: 2n ** 90n });
const counts = fc.oneof(fc.nat(300), fc.nat());

test("a signed host transaction is viem's, byte for byte", async () => {
  const transaction = fc.record({
    chainId: counts.map((id) => id + 1),
    nonce: counts,
    maxPriorityFeePerGas: fc.constant(0n),
    maxFeePerGas: wei,
    gas: fc.bigInt({ min: 0n, max: 2n ** 24n }),
    to: bytes(20),
    value: fc.oneof(fc.constant(0n), wei),
    data: fc
      .oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 60_000, maxLength: 70_000 }))
      .map(toHex),
  });
  await fc.assert(
    fc.asyncProperty(bytes(32), transaction, async (key, each) => {
      fc.pre(BigInt(key) > 0n && BigInt(key) < 2n ** 255n);
      const account = privateKeyToAccount(key);
      const { raw, hash } = await signHostTransaction(account, each);
      const expected = await account.signTransaction({ ...each, type: "eip1559" });
      expect(raw).toBe(expected);
      expect(hash).toBe(keccak256(expected));
      const shorter = signedLength(each) - (raw.length / 2 - 1);
      expect(shorter).toBeGreaterThanOrEqual(0);
      expect(shorter).toBeLessThan(3);
    }),
    { numRuns: 40 },
  );
}, 60_000);
