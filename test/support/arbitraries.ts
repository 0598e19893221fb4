/** Random values of the protocol's types, for property tests. `anywhere` spans what the codec can carry, `nearby` what a small world holds. */
import fc, { type Arbitrary } from "fast-check";
import { fromHex } from "../../protocol/bytes.ts";
import { MAX_FEE, MAX_INDEX, MAX_SHARES } from "../../protocol/params.ts";
import type { Share } from "../../protocol/state/attribution.ts";
import { CLAIMABLE, type ClaimItem } from "../../protocol/transactions/claim.ts";
import type { ContributionItem } from "../../protocol/transactions/contribute.ts";
import type { CommittedRecord, OutputRecord } from "../../protocol/transactions/outputRecord.ts";
import type { BodyOf, Transaction, TransactionName } from "../../protocol/transactions/registry.ts";

/** For properties over whole histories: a failure prints its seed and stops, since shrinking one would take many minutes. */
export const LONG = { endOnFailure: true } as const;

/** `length` bytes, drawn as one number: several times faster than byte by byte. */
export const bytes = (length: number): Arbitrary<Uint8Array> =>
  fc
    .bigInt({ min: 0n, max: 256n ** BigInt(length) - 1n })
    .map((value) => fromHex(value.toString(16).padStart(2 * length, "0")));

/** Where the numbers in a transaction come from. */
export interface Domains {
  /** Largest index, also of an account; a reference is one more and must still fit a varint. */
  index: Arbitrary<number>;
  amount: Arbitrary<bigint>;
  fee: Arbitrary<number>;
  bps: Arbitrary<number>;
  time: Arbitrary<number>;
  /** Codes of kinds, purposes, relations, methods. */
  code: Arbitrary<number>;
  maxItems: number;
}

export const U64: Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 127n, 128n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n),
);

const edges = (max: number): Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: 0, max }),
    fc.constantFrom(0, 1, 127, 128, 16_383, 16_384, max).filter((n) => n <= max),
  );

/** All that the packed form can carry. */
export const anywhere: Domains = {
  index: edges(MAX_INDEX - 1),
  amount: U64,
  fee: edges(MAX_FEE),
  bps: edges(0xffff),
  time: edges(2 ** 40 - 1),
  code: fc.integer({ min: 0, max: 255 }),
  maxItems: 20,
};

/** What mostly exists in `seasonedWorld`, and a little that does not. */
export const nearby: Domains = {
  index: fc.integer({ min: 0, max: 9 }),
  amount: fc.oneof(fc.bigInt({ min: 0n, max: 10_000_000n }), fc.bigInt({ min: 0n, max: 30_000_000_000n })),
  fee: fc.oneof(fc.integer({ min: 0, max: 50_000_000 }), fc.constant(MAX_FEE)),
  bps: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 11_000 })),
  time: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4_000_000 })),
  code: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 8 })),
  maxItems: 5,
};

function increasing(index: Arbitrary<number>, maxLength: number): Arbitrary<number[]> {
  return fc.uniqueArray(index, { minLength: 1, maxLength }).map((indices) => indices.sort((a, b) => a - b));
}

export function sharesOf(index: Arbitrary<number>, maxLength: number = MAX_SHARES): Arbitrary<Share[]> {
  const weight = fc.oneof(fc.integer({ min: 1, max: 0xffff }), fc.constantFrom(1, 127, 128, 0xffff));
  const share = fc.record({ contribution: index, weight });
  return fc
    .uniqueArray(share, { maxLength, selector: (item) => item.contribution })
    .map((shares) => shares.sort((a, b) => a.contribution - b.contribution));
}

export function outputRecord({ index, fee, maxItems }: Domains): Arbitrary<OutputRecord> {
  return fc.record({ output: bytes(32), fee, shares: sharesOf(index, Math.min(MAX_SHARES, maxItems)) });
}

export function committedRecord({ index, fee, maxItems }: Domains): Arbitrary<CommittedRecord> {
  return fc.record({ fee, shares: sharesOf(index, Math.min(MAX_SHARES, maxItems)) });
}

export function contributionItem({ index, code, time }: Domains): Arbitrary<ContributionItem> {
  return fc.record({
    contentRoot: bytes(32),
    parent: fc.option(index, { nil: undefined }),
    kind: code,
    purposes: code,
    expiresAt: time,
  });
}

function policyOf({ bps, code }: Domains) {
  return { curated: fc.boolean(), purposes: code, lineageBps: bps, curatorBps: bps };
}

/** One arbitrary body per transaction kind. */
export function bodies(domains: Domains): { [Name in TransactionName]: Arbitrary<BodyOf<Name>> } {
  const { index, amount, bps, code, maxItems } = domains;
  const decision = fc.record({ datanet: index, contributions: increasing(index, maxItems) });
  const item: Arbitrary<ClaimItem> = fc.record({ table: fc.constantFrom(...CLAIMABLE), index });
  return {
    Transfer: fc.record({ to: fc.oneof(index, bytes(20)), amount }),
    Withdraw: fc.record({ recipient: bytes(20), amount }),
    CreateDatanet: fc.record({ metadataHash: bytes(32), ...policyOf(domains) }),
    UpdateDatanet: fc.record({
      datanet: index,
      metadataHash: bytes(32),
      closed: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      ...policyOf(domains),
    }),
    Contribute: fc.record({
      datanet: index,
      items: fc.array(contributionItem(domains), { minLength: 1, maxLength: maxItems }),
    }),
    Accept: decision,
    Reject: decision,
    Revoke: fc.record({ contribution: index }),
    RegisterModel: fc.record({
      artifactRoot: bytes(32),
      parent: fc.option(index, { nil: undefined }),
      relation: code,
      datanets: increasing(index, 4),
      ownerBps: bps,
      royaltyBps: bps,
      live: fc.boolean(),
      trainedAt: index,
    }),
    UpdateModel: fc.record({
      model: index,
      ownerBps: bps,
      royaltyBps: bps,
      retired: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
    Attribute: fc.record({
      model: index,
      method: code,
      evidenceRoot: bytes(32),
      records: fc.array(outputRecord(domains), { minLength: 1, maxLength: maxItems }),
    }),
    Claim: fc.record({ items: fc.array(item, { minLength: 1, maxLength: maxItems }) }),
    AttributeCommitted: fc.record({
      model: index,
      method: code,
      evidenceRoot: bytes(32),
      outputsRoot: bytes(32),
      records: fc.array(committedRecord(domains), { minLength: 1, maxLength: maxItems }),
    }),
  };
}

export function transactionOf<Name extends TransactionName>(name: Name, domains: Domains): Arbitrary<Transaction> {
  return fc
    .record({ account: domains.index, body: bodies(domains)[name] as Arbitrary<BodyOf<Name>> })
    .map(({ account, body }) => ({ name, account, body }) as Transaction);
}

/** Any kind; `weights` makes some more likely. */
export function anyTransaction(
  domains: Domains,
  weights: Partial<Record<TransactionName, number>> = {},
): Arbitrary<Transaction> {
  const names = Object.keys(bodies(domains)) as TransactionName[];
  return fc.oneof(...names.map((name) => ({ weight: weights[name] ?? 2, arbitrary: transactionOf(name, domains) })));
}

/** What surrounds a transaction: who signs it, whether it enters through the inbox, what follows in time. */
export interface Step {
  transaction: Transaction;
  signer: "owner" | "other" | "noise";
  way: "signed" | "forced";
}

export function anyStep(domains: Domains = nearby): Arbitrary<Step> {
  return fc.record({
    transaction: anyTransaction(domains, { Attribute: 6, AttributeCommitted: 4, Claim: 4, Contribute: 3 }),
    signer: fc.oneof(
      { weight: 18, arbitrary: fc.constant("owner" as const) },
      { weight: 1, arbitrary: fc.constant("other" as const) },
      { weight: 1, arbitrary: fc.constant("noise" as const) },
    ),
    way: fc.oneof(
      { weight: 7, arbitrary: fc.constant("signed" as const) },
      { weight: 1, arbitrary: fc.constant("forced" as const) },
    ),
  });
}

export interface BlockPlan {
  steps: Step[];
  deposits: { owner: number; hint: number | undefined; amount: bigint }[];
  /** Seconds since the block before. */
  elapsed: number;
  feeAccount: number;
}

export function anyBlock(domains: Domains = nearby, maxSteps = 6): Arbitrary<BlockPlan> {
  return fc.record({
    steps: fc.array(anyStep(domains), { maxLength: maxSteps }),
    deposits: fc.array(
      fc.record({
        owner: fc.integer({ min: 0, max: 3 }),
        hint: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
        amount: fc.bigInt({ min: 1n, max: 1_000_000_000n }),
      }),
      { maxLength: 2 },
    ),
    elapsed: fc.constantFrom(0, 1, 60, 4_000),
    feeAccount: fc.integer({ min: 0, max: 20 }),
  });
}

/** One line about how much a property test has tried. */
export function reportCases(suite: string, counts: Readonly<Record<string, number>>): void {
  const parts = Object.entries(counts).map(([what, count]) => `${count.toLocaleString("en")} ${what}`);
  console.log(`${suite}: ${parts.join(", ")}`);
}
