/** What is signed: our EIP-712 hashing against viem's, and that nothing that matters can change without the digest. */
import fc from "fast-check";
import { type Hex, hashDomain, hashTypedData, type TypedDataDefinition, type TypedDataParameter } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import { domainSeparator } from "../../protocol/eip712.ts";
import { keccak256, word } from "../../protocol/hash.ts";
import { compactSignature, portableRecover } from "../../protocol/signature.ts";
import {
  TRANSACTIONS,
  type Transaction,
  type TransactionName,
  transactionHash,
  transactionTypedData,
} from "../../protocol/transactions/registry.ts";
import type { Identities } from "../../protocol/transactions/transaction.ts";
import { anyTransaction, anywhere, bytes, nearby, reportCases, transactionOf } from "../support/arbitraries.ts";
import { alice, DOMAIN, ENVIRONMENT } from "../support/world.ts";

const counts = { digests: 0 };
afterAll(() => reportCases("digest", counts));

const NAMES = Object.keys(TRANSACTIONS) as TransactionName[];

/** Identities that differ for every index and table. */
const IDENTITIES: Identities = {
  owner: (index) => keccak256(word(index)).slice(12),
  metadataHash: (index) => keccak256(word(index + 1)),
  contentRoot: (index) => keccak256(word(index + 2)),
  artifactRoot: (index) => keccak256(word(index + 3)),
  datanetTerms: (index) => ({ lineageBps: index % 4_999, curatorBps: (index * 7) % 4_999 }),
  modelTerms: (index) => ({ ownerBps: index % 9_973, royaltyBps: (index * 3) % 9_973 }),
};
const hashOf = (transaction: Transaction, nonce = 7, identities = IDENTITIES, separator = ENVIRONMENT.separator): Hex =>
  toHex(transactionHash(separator, transaction, nonce, identities));
const typedDataOf = (transaction: Transaction, nonce = 7): TypedDataDefinition =>
  transactionTypedData(DOMAIN, transaction, nonce, IDENTITIES) as unknown as TypedDataDefinition;

test.each(NAMES)("the hash of %s is viem's hash of its typed data", (name) => {
  const nonce = fc.oneof(fc.nat(), fc.maxSafeNat());
  fc.assert(
    fc.property(transactionOf(name, anywhere), nonce, (transaction, at) => {
      expect(hashOf(transaction, at)).toBe(hashTypedData(typedDataOf(transaction, at)));
      counts.digests++;
    }),
    { numRuns: 60 },
  );
});

test("the domain separator is viem's", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), bytes(20), (chainId, verifyingContract) => {
      const { domain } = transactionTypedData({ chainId, verifyingContract }, SAMPLE, 0, IDENTITIES);
      const EIP712Domain: TypedDataParameter[] = [
        { name: "name", type: "string" },
        { name: "version", type: "string" },
        { name: "chainId", type: "uint256" },
        { name: "verifyingContract", type: "address" },
      ];
      const expected = hashDomain<Record<string, TypedDataParameter[]>>({ domain, types: { EIP712Domain } });
      expect(toHex(domainSeparator({ chainId, verifyingContract }))).toBe(expected);
    }),
  );
});

test("what a viem account signs is recovered to it", async () => {
  const account = privateKeyToAccount(toHex(alice.key));
  for (const name of NAMES) {
    const [transaction] = fc.sample(transactionOf(name, nearby), 1);
    const signature = compactSignature(fromHex(await account.signTypedData(typedDataOf(transaction!))));
    const hash = transactionHash(ENVIRONMENT.separator, transaction!, 7, IDENTITIES);
    expect(portableRecover(hash, signature!)).toEqual(alice.address);
  }
});

const SAMPLE: Transaction = { name: "Transfer", account: 1, body: { to: 2, amount: 3n } };

describe("the digest changes", () => {
  test("with the nonce, the account, the chain and the rollup", () => {
    const hashes = [
      hashOf(SAMPLE),
      hashOf(SAMPLE, 8),
      hashOf({ ...SAMPLE, account: 2 }),
      hashOf(SAMPLE, 7, IDENTITIES, domainSeparator({ ...DOMAIN, chainId: 902 })),
      hashOf(SAMPLE, 7, IDENTITIES, domainSeparator({ ...DOMAIN, verifyingContract: new Uint8Array(20) })),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test("with any difference of two transactions", () => {
    fc.assert(
      fc.property(anyTransaction(nearby), anyTransaction(nearby), (a, b) => {
        const same = JSON.stringify(a, plain) === JSON.stringify(b, plain);
        expect(hashOf(a) === hashOf(b)).toBe(same);
      }),
      { numRuns: 300 },
    );
  });

  const naming: [keyof Identities, TransactionName][] = [
    ["owner", "Transfer"],
    ["metadataHash", "UpdateDatanet"],
    ["metadataHash", "Contribute"],
    ["metadataHash", "Accept"],
    ["metadataHash", "Reject"],
    ["metadataHash", "RegisterModel"],
    ["contentRoot", "Accept"],
    ["contentRoot", "Reject"],
    ["contentRoot", "Revoke"],
    ["artifactRoot", "UpdateModel"],
    ["artifactRoot", "Attribute"],
    ["artifactRoot", "AttributeCommitted"],
  ];
  test.each(naming)("with the %s beside an index in %s", (identity, name) => {
    const transaction = name === "Transfer" ? SAMPLE : sampleOf(name);
    const changed = { ...IDENTITIES, [identity]: () => new Uint8Array(identity === "owner" ? 20 : 32) };
    expect(hashOf(transaction, 7, changed)).not.toBe(hashOf(transaction));
  });
});

function sampleOf(name: TransactionName): Transaction {
  return fc.sample(transactionOf(name, nearby), { numRuns: 1, seed: 1 })[0]!;
}

function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
