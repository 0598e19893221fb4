import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSystem } from "../../protocol/state/system.ts";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { anyBlock, LONG, reportCases } from "../support/arbitraries.ts";
import { alice, bob, moneyIn, OPEN_POLICY, root, seasonedWorld, World, work } from "../support/world.ts";

const counts = { blocks: 0, results: 0, "of them Ok": 0 };
afterAll(() => reportCases("money", counts));
beforeAll(() => useHasher(nativeHasher));

const held = ({ state }: World): bigint => {
  const { deposited, withdrawn } = readSystem(state.system);
  return deposited - withdrawn;
};

test("after every block of random transactions and messages, all money is all deposits less all withdrawals", () => {
  fc.assert(
    fc.property(fc.array(anyBlock(), { minLength: 30, maxLength: 60 }), (plans) => {
      const world = seasonedWorld();
      for (const plan of plans) {
        const results = world.plan(plan);
        expect(moneyIn(world.state)).toBe(held(world));
        counts.blocks++;
        counts.results += results.length;
        counts["of them Ok"] += results.filter(({ verdict }) => verdict === "Ok").length;
      }
    }),
    { ...LONG, numRuns: 25 },
  );
});

test("a block's deposits and withdrawals are counted, to the Gwei", () => {
  const world = new World();
  world.open(alice, 5n);
  world.deposit(bob, 7n);
  expect([moneyIn(world.state), held(world)]).toEqual([12n, 12n]);
  const funded = world.open(alice, 1_000_000n);
  world.ok({ name: "Withdraw", account: funded, body: { recipient: bob.address, amount: 900_000n } });
  expect(readSystem(world.state.system)).toMatchObject({ deposited: 1_000_012n, withdrawn: 900_000n });
  expect(moneyIn(world.state)).toBe(100_012n);
});

/** Datanet 0 of account 0 with a lineage of works 0 <- 1 <- 2 of accounts 1, 2, 3; a model of account 4 that account 5 pays. */
function lineage(policy = OPEN_POLICY): World {
  const world = new World();
  for (let i = 0; i < 6; i++) world.open(alice, 100_000_000_000n);
  world.ok({ name: "CreateDatanet", account: 0, body: { metadataHash: root(0), ...policy } });
  [undefined, 0, 1].forEach((parent, i) => {
    world.ok({ name: "Contribute", account: 1 + i, body: { datanet: 0, items: [work(i, parent)] } });
  });
  const model = { parent: undefined, relation: 0, datanets: [0], ownerBps: 0, live: false, trainedAt: 3 };
  world.ok({ name: "RegisterModel", account: 4, body: { ...model, artifactRoot: root(1), royaltyBps: 2_500 } });
  const child = { ...model, artifactRoot: root(2), parent: 0, relation: 1, ownerBps: 10_000, royaltyBps: 10_000 };
  world.ok({ name: "RegisterModel", account: 3, body: child });
  return world;
}

const credit = (world: World, model: number, fee: number, contribution: number): void => {
  const shares = [{ contribution, weight: 1 }];
  const body = { model, method: 0, evidenceRoot: root(9), records: [{ output: root(8), fee, shares }] };
  world.ok({ name: "Attribute", account: 5, body });
};
/** Claims as account 5, so that the transaction fees fall on nobody whose balance is watched. */
const claim = (world: World, table: "contributions" | "datanets" | "models", index: number): string[] => {
  const result = world.run({ name: "Claim", account: 5, body: { items: [{ table, index }] } });
  return [...result.items!];
};
const balance = (world: World, account: number): bigint => world.state.accounts.u64(account, 5);
const gained = (world: World, account: number, act: () => void): bigint => {
  const before = balance(world, account);
  act();
  return balance(world, account) - before;
};
const earnedBy = ({ state }: World, index: number) => ({
  earned: state.contributions.u64(index, 10),
  inherited: state.contributions.u64(index, 11),
});

describe("a contribution's claim", () => {
  test("pays the parent and the curator one step up and the contributor the rest", () => {
    const world = lineage();
    credit(world, 0, 10_000_001, 2);
    const pool = 10_000_001n - 500_000n;
    expect(earnedBy(world, 2)).toEqual({ earned: pool, inherited: 0n });
    const paid = gained(world, 3, () => expect(claim(world, "contributions", 2)).toEqual(["Ok"]));
    const parentPart = 950_001n; // 10 % of 9,500,001, rounded up
    const curatorPart = 475_001n; // 5 %, rounded up
    expect(paid).toBe(pool - parentPart - curatorPart);
    expect(earnedBy(world, 1)).toEqual({ earned: 0n, inherited: parentPart });
    expect(world.state.datanets.u64(0, 7)).toBe(curatorPart);
    expect(world.state.contributions.u64(1, 13)).toBe(parentPart);
    expect(moneyIn(world.state)).toBe(held(world));
  });

  test("pays lineage but no second curator part on what it inherited", () => {
    const world = lineage();
    credit(world, 0, 200_000_000, 2);
    claim(world, "contributions", 2);
    const inherited = earnedBy(world, 1).inherited;
    expect(inherited).toBe(19_000_000n);
    const curatorBefore = world.state.datanets.u64(0, 7);
    const paid = gained(world, 2, () => expect(claim(world, "contributions", 1)).toEqual(["Ok"]));
    expect(paid).toBe(inherited - 1_900_000n);
    expect(earnedBy(world, 0).inherited).toBe(1_900_000n);
    expect(world.state.datanets.u64(0, 7)).toBe(curatorBefore);
  });

  test("never pays more than the whole when both parts round up", () => {
    const world = lineage({ ...OPEN_POLICY, lineageBps: 5_001, curatorBps: 4_999 });
    credit(world, 0, 10_000_001, 2);
    const paid = gained(world, 3, () => claim(world, "contributions", 2));
    expect(paid).toBe(0n);
    expect(earnedBy(world, 1).inherited + world.state.datanets.u64(0, 7)).toBe(9_500_001n);
    expect(moneyIn(world.state)).toBe(held(world));
  });
});

describe("a model's claim", () => {
  test("pays its parent's royalty, and the parent passes its own share on with the next claim", () => {
    const world = lineage();
    credit(world, 1, 10_000_001, 0);
    const earned = 9_500_001n;
    const paid = gained(world, 3, () => expect(claim(world, "models", 1)).toEqual(["Ok"]));
    const royalty = 2_375_001n; // a quarter, rounded up
    expect(paid).toBe(earned - royalty);
    expect(world.state.models.u64(0, 13)).toBe(royalty);
    expect(gained(world, 4, () => claim(world, "models", 0))).toBe(royalty);
    expect(moneyIn(world.state)).toBe(held(world));
  });
});

test("many small claims never pay the claimer more than one, for contributions and models alike", () => {
  const fees = fc.array(fc.integer({ min: 1_060_000, max: 4_000_000 }), { minLength: 2, maxLength: 6 });
  const bps = fc.integer({ min: 0, max: 5_000 });
  fc.assert(
    fc.property(fees, bps, bps, (amounts, lineageBps, curatorBps) => {
      const total = (often: boolean): [bigint, bigint] => {
        const world = lineage({ ...OPEN_POLICY, lineageBps, curatorBps });
        const start = [balance(world, 3), 0n];
        for (const fee of amounts) {
          credit(world, 0, fee, 2);
          if (often) expect(claim(world, "contributions", 2)).toEqual(["Ok"]);
        }
        if (!often) claim(world, "contributions", 2);
        const contributor = balance(world, 3) - start[0]!;
        for (const fee of amounts) {
          credit(world, 1, fee, 0);
          if (often) expect(claim(world, "models", 1)).toEqual(["Ok"]);
        }
        if (!often) claim(world, "models", 1);
        return [contributor, balance(world, 3) - start[0]! - contributor];
      };
      const [oftenContributor, oftenModel] = total(true);
      const [onceContributor, onceModel] = total(false);
      expect(oftenContributor <= onceContributor).toBe(true);
      expect(oftenModel <= onceModel).toBe(true);
    }),
    { ...LONG, numRuns: 25 },
  );
});

test("a record without shares pays the contributors' part to the treasury, not to the operator", () => {
  const world = lineage();
  const treasury = () => world.state.system.u64(0, 0);
  const before = treasury();
  const body = {
    model: 0,
    method: 0,
    evidenceRoot: root(9),
    records: [{ output: root(8), fee: 1_000_000, shares: [] }],
  };
  const { fee } = world.ok({ name: "Attribute", account: 5, body });
  expect(treasury() - before).toBe(1_000_000n + BigInt(fee));
});
