/**
 * What happened before every row: an honest history of two batches. Accounts 0 alice, 1 bob, 2 carol, 3 mallory; datanets 0
 * carol's, 1 alice's; model 0 mallory's, trained on datanet 0 before contribution 5. Contributions: 0 bob's, which earned;
 * 1 alice's, its child; 2 bob's, revoked; 3 bob's, which expires; 4 alice's, of datanet 1; 5 bob's, younger than the model.
 */
import type { Transaction } from "../../protocol/transactions/registry.ts";
import { alice, bob, carol, mallory, OPEN_POLICY, type Person, root, work } from "../support/world.ts";
import type { Books, Written } from "./books.ts";

/** Seconds after the season's time at which contribution 3 expires. */
const EXPIRES_AFTER = 100;

export const WITHDRAWN = 5_000_000_000n;
/** Gwei that the season's attribution cost. */
export const FEE = 20_000_000;

export const transfer = (account: number, to: number | Uint8Array, amount = 1n): Transaction => ({
  name: "Transfer",
  account,
  body: { to, amount },
});

/** By mallory, to her model. */
export const attribute = (shares: readonly (readonly [number, number])[], fee = FEE): Transaction => ({
  name: "Attribute",
  account: 3,
  body: {
    model: 0,
    method: 1,
    evidenceRoot: new Uint8Array(32),
    records: [
      {
        output: root(`output ${JSON.stringify(shares)}`),
        fee,
        shares: shares.map(([contribution, weight]) => ({ contribution, weight })),
      },
    ],
  },
});

/** By mallory, of two outputs that are committed to: the first credits contribution 0, the second nobody. */
export const attributeCommitted = (): Transaction => ({
  name: "AttributeCommitted",
  account: 3,
  body: {
    model: 0,
    method: 1,
    evidenceRoot: new Uint8Array(32),
    outputsRoot: root("outputs"),
    records: [
      { fee: FEE, shares: [{ contribution: 0, weight: 1 }] },
      { fee: 0, shares: [] },
    ],
  },
});

export const claim = (account: number, contribution: number): Transaction => ({
  name: "Claim",
  account,
  body: { items: [{ table: "contributions", index: contribution }] },
});

export const withdraw = (account: number, recipient: Uint8Array, amount: bigint): Transaction => ({
  name: "Withdraw",
  account,
  body: { recipient, amount },
});

const contribute = (account: number, datanet: number, items: ReturnType<typeof work>[]): Transaction => ({
  name: "Contribute",
  account,
  body: { datanet, items },
});

const datanet = (account: number): Transaction => ({
  name: "CreateDatanet",
  account,
  body: { metadataHash: root(`datanet of ${account}`), ...OPEN_POLICY },
});

/** The blocks of the second batch, one transaction each; throws when one of them does not succeed. */
export function writeSeason(books: Books): Written[] {
  const expiring = { ...work("expiring"), expiresAt: books.time + EXPIRES_AFTER };
  const steps: (readonly [Transaction, Person])[] = [
    [datanet(2), carol],
    [datanet(0), alice],
    [contribute(1, 0, [work("first")]), bob],
    [contribute(0, 0, [work("child", 0)]), alice],
    [contribute(1, 0, [work("revoked"), expiring]), bob],
    [contribute(0, 1, [work("elsewhere")]), alice],
    [
      {
        name: "RegisterModel",
        account: 3,
        body: {
          artifactRoot: root("model"),
          parent: undefined,
          relation: 0,
          datanets: [0],
          ownerBps: 2_000,
          royaltyBps: 1_000,
          live: false,
          trainedAt: 5,
        },
      },
      mallory,
    ],
    [contribute(1, 0, [work("young")]), bob],
    [attribute([[0, 3], [1, 2]]), mallory], // biome-ignore format: shares side by side
    [{ name: "Revoke", account: 1, body: { contribution: 2 } }, bob],
    [withdraw(2, carol.address, WITHDRAWN), carol],
  ];
  return steps.map(([transaction, signer]) => {
    const block = books.block({ content: [books.pack(transaction, signer)] });
    const verdicts = block.results.flatMap(({ verdict, items = [] }) => [verdict, ...items]);
    if (verdicts.some((verdict) => verdict !== "Ok")) throw new Error(`${transaction.name}: ${verdicts.join(" ")}`);
    return block;
  });
}
