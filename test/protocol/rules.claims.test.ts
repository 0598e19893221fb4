/** Rules 20 and 21: terms bind when work is given, and claims cannot be shaved. */
import { describe, expect, test } from "vitest";
import { readContribution } from "../../protocol/state/contribution.ts";
import { readModel } from "../../protocol/state/model.ts";
import { OPEN_POLICY, root, seasonedWorld, work } from "../support/world.ts";
import { attributeAll, balance, claimAll, claimItem, earned, record } from "./scenarios.ts";

describe("rule 20: terms bind when work is given", () => {
  test("a datanet's new shares bind new contributions only", () => {
    const world = seasonedWorld();
    const policy = { ...OPEN_POLICY, lineageBps: 0, curatorBps: 10_000, purposes: 1, closed: false };
    world.ok({ name: "UpdateDatanet", account: 0, body: { datanet: 0, metadataHash: root("next"), ...policy } });
    world.ok({ name: "Contribute", account: 1, body: { datanet: 0, items: [{ ...work("new"), purposes: 1 }] } });
    expect(readContribution(world.state.contributions, 2)).toMatchObject({
      lineageBps: 1_000,
      curatorBps: 500,
      purposes: 3,
    });
    expect(readContribution(world.state.contributions, 8)).toMatchObject({ lineageBps: 0, curatorBps: 10_000 });
  });

  test("a parent's new royalty binds new children only", () => {
    const world = seasonedWorld();
    world.ok({
      name: "UpdateModel",
      account: 2,
      body: { model: 0, ownerBps: 2_000, royaltyBps: 9_000, retired: false },
    });
    const body = {
      artifactRoot: root("late child"),
      parent: 0,
      relation: 2,
      datanets: [0],
      ownerBps: 0,
      royaltyBps: 0,
    };
    world.ok({ name: "RegisterModel", account: 3, body: { ...body, live: false, trainedAt: 8 } });
    expect(readModel(world.state.models, 1)).toMatchObject({ parentBps: 1_500 });
    expect(readModel(world.state.models, 3)).toMatchObject({ parentBps: 9_000 });
  });

  test("anyone may claim for anyone: who is paid follows from state", () => {
    const world = seasonedWorld();
    world.ok(attributeAll([record([[0, 1]], 4_000_000)]));
    const [owner, sender] = [balance(world, 0), balance(world, 4)];
    const { fee } = world.ok(claimAll(claimItem("contributions", 0)));
    expect(balance(world, 0) - owner).toBe(2_888_000n); // 3,040,000 less the curator's 5 %
    expect(sender - balance(world, 4)).toBe(BigInt(fee));
  });

  test("a parent is an earlier record of the same datanet, never one of the same transaction", () => {
    const world = seasonedWorld();
    const give = (...parents: (number | undefined)[]) =>
      world.run({
        name: "Contribute",
        account: 0,
        body: { datanet: 0, items: parents.map((parent, i) => work(i, parent)) },
      });
    expect(give(4).verdict).toBe("WrongDatanet");
    expect(give(8).verdict).toBe("UnknownParent");
    expect(give(undefined, 8).verdict).toBe("UnknownParent");
    expect(give(3).verdict).toBe("Ok");
    expect(give(8).verdict).toBe("Ok");
  });
});

describe("rule 21: claims cannot be shaved", () => {
  test("below the minimum nothing moves, at it everything", () => {
    const world = seasonedWorld();
    world.ok(attributeAll([record([[0, 1]], 1_315_787)]));
    expect(earned(world, 0)).toBe(1_000_000n - 1n);
    expect(world.run(claimAll(claimItem("contributions", 0))).items).toEqual(["BelowMinimumClaim"]);
    world.ok(attributeAll([record([[0, 1]], 1)]));
    expect(world.run(claimAll(claimItem("contributions", 0), claimItem("contributions", 0))).items).toEqual([
      "Ok",
      "BelowMinimumClaim",
    ]);
  });

  test("a closed contribution pays any amount and its bond, once", () => {
    const world = seasonedWorld();
    world.ok({ name: "Reject", account: 1, body: { datanet: 1, contributions: [6] } });
    const before = balance(world, 3);
    expect(world.run(claimAll(claimItem("contributions", 6))).items).toEqual(["Ok"]);
    expect(world.run(claimAll(claimItem("contributions", 6))).items).toEqual(["BelowMinimumClaim"]);
    expect(balance(world, 3) - before).toBe(1_000_000n);
  });

  test("a closed datanet and a retired model give their bonds back with a claim", () => {
    const world = seasonedWorld();
    const items = [claimItem("datanets", 2), claimItem("models", 0)];
    expect(world.run(claimAll(...items)).items).toEqual(["BelowMinimumClaim", "BelowMinimumClaim"]);
    world.ok({
      name: "UpdateDatanet",
      account: 2,
      body: { datanet: 2, metadataHash: root("last"), ...OPEN_POLICY, closed: true },
    });
    world.ok({ name: "UpdateModel", account: 2, body: { model: 0, ownerBps: 0, royaltyBps: 0, retired: true } });
    const before = balance(world, 2);
    expect(world.run(claimAll(...items, ...items)).items).toEqual([
      "Ok",
      "Ok",
      "BelowMinimumClaim",
      "BelowMinimumClaim",
    ]);
    expect(balance(world, 2) - before).toBe(1_100_000_000n);
  });
});
