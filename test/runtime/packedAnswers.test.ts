/** The JSON of packed submissions is written in a faster way than `JSON.stringify`'s, and must be the same. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SoftConfirmationView, TransactionReceipt } from "../../protocol/api.ts";
import { answersToJson, type PackedAnswer } from "../../runtime/rpc/packedTransactions.ts";

const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`);
const confirmation = fc.record({ epoch: fc.nat(), height: fc.nat(), contentHash: hex, signature: hex });
const receipt = fc.record({ hash: hex, name: fc.string(), account: fc.option(fc.nat()), items: fc.array(fc.string()) });
const error = fc.record({ code: fc.integer(), message: fc.string(), data: fc.record({ code: fc.string() }) });

test("answers to packed submissions are the JSON that they would be anyhow", () => {
  const answers = fc.array(confirmation, { minLength: 1, maxLength: 3 }).chain((confirmations) =>
    fc.array(
      fc.oneof(
        fc.record({ error }),
        fc.record({ receipt }),
        fc.tuple(receipt, fc.constantFrom(...confirmations)).map(([own, softConfirmation]) => ({
          receipt: { ...own, softConfirmation: softConfirmation as unknown as SoftConfirmationView },
        })),
      ) as fc.Arbitrary<unknown>,
    ),
  );
  fc.assert(
    fc.property(answers, (some) => {
      expect(answersToJson(some as PackedAnswer[])).toBe(JSON.stringify(some));
    }),
  );
  expect(answersToJson([])).toBe("[]");
  const bare = { receipt: { hash: "0x" } as unknown as TransactionReceipt };
  expect(answersToJson([bare])).toBe('[{"receipt":{"hash":"0x"}}]');
});
