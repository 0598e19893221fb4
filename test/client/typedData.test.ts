import fc from "fast-check";
import { hashTypedData } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, test } from "vitest";
import { neededRecords } from "../../client/identities.ts";
import { signHash } from "../../client/signer.ts";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import type { Domain } from "../../protocol/eip712.ts";
import { portableRecover } from "../../protocol/signature.ts";
import {
  domainSeparator,
  TRANSACTIONS,
  type Transaction,
  type TransactionName,
  transactionHash,
  transactionTypedData,
} from "../../protocol/transactions/registry.ts";
import type { Identities } from "../../protocol/transactions/transaction.ts";
import { bytes, IDENTITIES, index, transactionOf } from "./arbitraries.ts";

const NAMES = Object.keys(TRANSACTIONS) as TransactionName[];
const domain: fc.Arbitrary<Domain> = fc.record({
  chainId: fc.integer({ min: 1, max: 2 ** 40 }),
  verifyingContract: bytes(20),
});

function typedDataOf(domain: Domain, transaction: Transaction, nonce: number) {
  return transactionTypedData(domain, transaction, nonce, IDENTITIES);
}

describe("transactionHash", () => {
  test.each(NAMES)("is what viem hashes: %s", (name) => {
    fc.assert(
      fc.property(domain, transactionOf(name), index, (domain, transaction, nonce) => {
        const hash = transactionHash(domainSeparator(domain), transaction, nonce, IDENTITIES);
        const typedData = typedDataOf(domain, transaction, nonce);
        expect(toHex(hash)).toBe(hashTypedData(typedData));
      }),
    );
  });
});

describe("signHash", () => {
  const account = privateKeyToAccount(`0x${"7".repeat(64)}`);
  const wallet = { address: account.address, signTypedData: account.signTypedData };

  test.each(NAMES)("a wallet and the fast path sign the same bytes: %s", async (name) => {
    await fc.assert(
      fc.asyncProperty(domain, transactionOf(name), index, async (domain, transaction, nonce) => {
        const hash = transactionHash(domainSeparator(domain), transaction, nonce, IDENTITIES);
        const typedData = () => typedDataOf(domain, transaction, nonce);
        const fast = await signHash(account, toHex(hash), typedData);
        const slow = await signHash(wallet, toHex(hash), typedData);
        expect(toHex(fast)).toBe(toHex(slow));
        expect(toHex(portableRecover(hash, fast)!)).toBe(account.address.toLowerCase());
      }),
      { numRuns: 10 },
    );
  });

  test("behavior: refuses a wallet that signs with another key, and what is no plain signature", async () => {
    const hash = `0x${"11".repeat(32)}` as const;
    const typedData = () => typedDataOf({ chainId: 1, verifyingContract: new Uint8Array(20) }, transfer, 0);
    const transfer: Transaction = { name: "Transfer", account: 0, body: { to: 1, amount: 1n } };
    const other = { ...wallet, address: `0x${"22".repeat(20)}` as const };
    await expect(signHash(other, hash, typedData)).rejects.toThrow(/another key/);
    const smart = { ...wallet, signTypedData: async () => `0x${"ab".repeat(96)}` as const };
    await expect(signHash(smart, hash, typedData)).rejects.toThrow(/smart wallets/);
  });
});

/** Of which record each of them speaks. */
const RECORD_OF = {
  owner: "account",
  metadataHash: "datanet",
  contentRoot: "contribution",
  artifactRoot: "model",
  datanetTerms: "datanet",
  modelTerms: "model",
} as const;

describe("neededRecords", () => {
  test.each(NAMES)("are those that the hash asks for: %s", (name) => {
    fc.assert(
      fc.property(transactionOf(name), (transaction) => {
        const asked: ReturnType<typeof neededRecords> = {
          account: new Set(),
          datanet: new Set(),
          contribution: new Set(),
          model: new Set(),
        };
        const recording = Object.fromEntries(
          Object.entries(IDENTITIES).map(([kind, identity]) => [
            kind,
            (at: number) => {
              asked[RECORD_OF[kind as keyof typeof RECORD_OF]].add(at);
              return identity(at);
            },
          ]),
        ) as unknown as Identities;
        transactionHash(fromHex("11".repeat(32)), transaction, 0, recording);
        expect(neededRecords(transaction)).toEqual(asked);
      }),
    );
  });
});
