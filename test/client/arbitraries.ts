/** Random transactions of every kind, each with an encoding. */
import fc from "fast-check";
import { BPS, MAX_FEE, MAX_INDEX } from "../../protocol/params.ts";
import { CONTRIBUTION_KINDS } from "../../protocol/state/contribution.ts";
import { RELATIONS } from "../../protocol/state/model.ts";
import { CLAIMABLE } from "../../protocol/transactions/claim.ts";
import type { BodyOf, Transaction, TransactionName } from "../../protocol/transactions/registry.ts";
import type { Identities } from "../../protocol/transactions/transaction.ts";

/** Mostly small, sometimes up to the largest: varints of every length. */
export const index = fc.oneof(fc.nat(300), fc.nat(2 ** 31 - 1), fc.integer({ min: 0, max: MAX_INDEX - 1 }));
export const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const bps = fc.nat(BPS);
const time = fc.nat({ max: 2 ** 31 - 1 });
const amount = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const optional = fc.option(index, { nil: undefined });
const increasing = (min: number, max: number) =>
  fc.uniqueArray(index, { minLength: min, maxLength: max }).map((list) => list.sort((a, b) => a - b));
const policy = { curated: fc.boolean(), purposes: fc.nat(3), lineageBps: bps, curatorBps: bps };
const decision = fc.record({ datanet: index, contributions: increasing(1, 8) });
const shares = increasing(0, 16).chain((contributions) =>
  fc.tuple(
    ...contributions.map((contribution) =>
      fc.record({ contribution: fc.constant(contribution), weight: fc.integer({ min: 1, max: 0xffff }) }),
    ),
  ),
);

const BODIES: { [Name in TransactionName]: fc.Arbitrary<BodyOf<Name>> } = {
  Transfer: fc.record({ to: fc.oneof(index, bytes(20)), amount }),
  Withdraw: fc.record({ recipient: bytes(20), amount }),
  CreateDatanet: fc.record({ metadataHash: bytes(32), ...policy }),
  UpdateDatanet: fc.record({ datanet: index, metadataHash: bytes(32), closed: fc.boolean(), ...policy }),
  Contribute: fc.record({
    datanet: index,
    items: fc.array(
      fc.record({
        contentRoot: bytes(32),
        parent: optional,
        kind: fc.nat(CONTRIBUTION_KINDS.length - 1),
        purposes: fc.nat(3),
        expiresAt: time,
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }),
  Accept: decision,
  Reject: decision,
  Revoke: fc.record({ contribution: index }),
  RegisterModel: fc.record({
    artifactRoot: bytes(32),
    parent: optional,
    relation: fc.nat(RELATIONS.length - 1),
    datanets: increasing(1, 4),
    ownerBps: bps,
    royaltyBps: bps,
    live: fc.boolean(),
    trainedAt: index,
  }),
  UpdateModel: fc.record({ model: index, ownerBps: bps, royaltyBps: bps, retired: fc.boolean() }),
  Attribute: fc.record({
    model: index,
    method: fc.nat(255),
    evidenceRoot: bytes(32),
    records: fc.array(fc.record({ output: bytes(32), fee: fc.nat(MAX_FEE), shares }), { minLength: 1, maxLength: 4 }),
  }),
  AttributeCommitted: fc.record({
    model: index,
    method: fc.nat(255),
    evidenceRoot: bytes(32),
    outputsRoot: bytes(32),
    records: fc.array(fc.record({ fee: fc.nat(MAX_FEE), shares }), { minLength: 1, maxLength: 4 }),
  }),
  Claim: fc.record({
    items: fc.array(fc.record({ table: fc.constantFrom(...CLAIMABLE), index }), { minLength: 1, maxLength: 5 }),
  }),
};

export const transactionOf = (name: TransactionName): fc.Arbitrary<Transaction> =>
  fc.record({ name: fc.constant(name), account: index, body: BODIES[name] }) as fc.Arbitrary<Transaction>;

/** Identities that depend on kind and index, so that a mix-up changes the hash. */
export const IDENTITIES: Identities = {
  owner: (account) => numbered(20, 1, account),
  metadataHash: (datanet) => numbered(32, 2, datanet),
  contentRoot: (contribution) => numbered(32, 3, contribution),
  artifactRoot: (model) => numbered(32, 4, model),
  datanetTerms: (datanet) => ({ lineageBps: datanet % 5_000, curatorBps: (datanet * 7) % 5_000 }),
  modelTerms: (model) => ({ ownerBps: model % 9_999, royaltyBps: (model * 3) % 9_999 }),
};

function numbered(length: number, kind: number, value: number): Uint8Array {
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  view.setFloat64(4, value);
  out[0] = kind;
  return out;
}
