/** Rules 17, 19 and 22: independent records, the split, and age. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CLOSING_DELAY_SECONDS } from "../../protocol/params.ts";
import { REVOKED_AT } from "../../protocol/state/contribution.ts";
import { readModel, TRAINED_AT } from "../../protocol/state/model.ts";
import { TABLES } from "../../protocol/state/state.ts";
import { PARAMETERS, readSystem } from "../../protocol/state/system.ts";
import type { OutputRecord } from "../../protocol/transactions/outputRecord.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";
import { nearby, reportCases, transactionOf } from "../support/arbitraries.ts";
import { root, seasonedWorld, type World, work } from "../support/world.ts";
import { attributeAll, balance, claimAll, claimItem, commit, earned, record } from "./scenarios.ts";
import { oracleAttribution } from "./sszOracle.ts";

const later = (world: World, seconds: number): void => {
  world.timestamp += seconds;
};

describe("rule 17: records are independent", () => {
  test("a rejected one charges nothing, appends nothing and stops no other", () => {
    const world = seasonedWorld();
    const before = balance(world, 3);
    const records = [record([[0, 1]]), record([[99, 1]]), record([[1, 1]]), record([[6, 1]])];
    const result = world.run(attributeAll(records));
    expect(result).toMatchObject({
      verdict: "Ok",
      items: ["Ok", "UnknownContribution", "Ok", "ContributionPending"],
      created: [{ table: "attributions", first: 0, count: 2 }],
    });
    expect(before - balance(world, 3)).toBe(2_000_000n + BigInt(result.fee));
    expect(world.state.attributions.length).toBe(2);
  });

  test("one bad share rejects its whole record: the good ones beside it earn nothing", () => {
    const world = seasonedWorld();
    expect(
      world.run(
        attributeAll([
          record([
            [0, 1],
            [99, 1],
          ]),
        ]),
      ).items,
    ).toEqual(["UnknownContribution"]);
    expect(earned(world, 0)).toBe(0n);
  });

  test("a balance that covers only the first pays only the first", () => {
    const world = seasonedWorld();
    const rest = balance(world, 3) - 3_010_000n;
    world.ok({ name: "Transfer", account: 3, body: { to: 0, amount: rest } });
    const records = [record([[0, 1]], 2_000_000), record([[0, 1]], 2_000_000), record([[0, 1]], 900_000)];
    expect(world.run(attributeAll(records)).items).toEqual(["Ok", "InsufficientBalance", "Ok"]);
  });

  test("a revocation binds an hour later, to the second", () => {
    const world = seasonedWorld();
    world.ok({ name: "Revoke", account: 0, body: { contribution: 0 } });
    expect(world.state.contributions.number(0, REVOKED_AT)).toBe(world.timestamp + CLOSING_DELAY_SECONDS);
    later(world, CLOSING_DELAY_SECONDS - 1);
    expect(world.run(attributeAll([record([[0, 1]])])).items).toEqual(["Ok"]);
    later(world, 1);
    expect(world.run(attributeAll([record([[0, 1]])])).items).toEqual(["ContributionClosed"]);
    const kept = earned(world, 0);
    const before = balance(world, 0);
    world.ok(claimAll(claimItem("contributions", 0)));
    expect(balance(world, 0) - before).toBe(kept - kept / 20n + 1_000_000n); // curator's 5 %, the bond comes back
  });

  test("an expiry binds an hour later, to the second", () => {
    const world = seasonedWorld();
    const expiresAt = world.timestamp + 10;
    world.ok({ name: "Contribute", account: 0, body: { datanet: 0, items: [{ ...work("short"), expiresAt }] } });
    const live = 1; // trained later than anything
    later(world, 10 + CLOSING_DELAY_SECONDS - 1);
    expect(world.run(attributeAll([record([[8, 1]])], live)).items).toEqual(["Ok"]);
    later(world, 1);
    expect(world.run(attributeAll([record([[8, 1]])], live)).items).toEqual(["ContributionClosed"]);
  });

  test("a second revocation cannot move the hour", () => {
    const world = seasonedWorld();
    const revoke: Transaction = { name: "Revoke", account: 0, body: { contribution: 0 } };
    world.ok(revoke);
    later(world, 100);
    expect(world.run(revoke).verdict).toBe("AlreadyRevoked");
  });
});

describe("committed outputs", () => {
  const PARAMETERS_WORD = 8;
  const [first, refused, last] = [record([[0, 1]]), record([[99, 1]]), record([[1, 3]], 7)];

  test("a leaf binds the root to the record's position, refused records counted", () => {
    const world = seasonedWorld();
    const outputsRoot = root("outputs");
    expect(world.run(commit(attributeAll([first, refused, last]), outputsRoot))).toMatchObject({
      verdict: "Ok",
      items: ["Ok", "UnknownContribution", "Ok"],
      created: [{ table: "attributions", first: 0, count: 2 }],
    });
    const leafOf = (each: OutputRecord, pool: number, position: number | undefined): Uint8Array =>
      oracleAttribution({
        ...each,
        output: outputsRoot,
        position,
        evidenceRoot: root("evidence"),
        model: 0,
        payer: 3,
        pool,
        method: 1,
        timestamp: world.timestamp,
      });
    const { attributions } = world.state;
    expect([attributions.leaf(0), attributions.leaf(1)]).toEqual([leafOf(first, 760_000, 0), leafOf(last, 6, 2)]);
    for (const position of [undefined, 0, 1, 3]) expect(attributions.leaf(1)).not.toEqual(leafOf(last, 6, position));
  });

  test("verdicts and money are those of the same records with their outputs", () => {
    const cases = { "records compared": 0 };
    fc.assert(
      fc.property(transactionOf("Attribute", nearby), (transaction) => {
        const run = (each: Transaction) => {
          const world = seasonedWorld();
          // No fees: the packed bytes differ.
          for (const name of ["baseFee", "byteFee"] as const) {
            world.state.system.setNumber(0, PARAMETERS_WORD + PARAMETERS.indexOf(name), 0);
          }
          const { verdict, items, created } = world.run(each);
          const tables = TABLES.filter((name) => name !== "attributions").map((name) => world.state[name].root());
          return { verdict, items, created, tables, system: world.state.system.root() };
        };
        expect(run(commit(transaction))).toEqual(run(transaction));
        cases["records compared"] += transaction.name === "Attribute" ? transaction.body.records.length : 0;
      }),
      { numRuns: 200 },
    );
    reportCases("committed outputs", cases);
  });
});

describe("rule 19: the split", () => {
  test("is protocol, model, contributors in sequence, the dust to the largest weight", () => {
    const world = seasonedWorld();
    const { treasury } = readSystem(world.state.system);
    const { fee } = world.ok(
      attributeAll([
        record(
          [
            [0, 1],
            [1, 2],
          ],
          1_000_003,
        ),
      ]),
    );
    expect(readSystem(world.state.system).treasury - treasury).toBe(50_000n + BigInt(fee));
    expect(world.state.models.u64(0, 13)).toBe(190_000n); // 20 % of 950,003
    expect([earned(world, 0), earned(world, 1)]).toEqual([253_334n, 506_669n]);
  });

  test("without shares gives the contributors' part to the treasury", () => {
    const world = seasonedWorld();
    const { treasury } = readSystem(world.state.system);
    const { fee } = world.ok(attributeAll([record([])]));
    expect(readSystem(world.state.system).treasury - treasury).toBe(50_000n + 760_000n + BigInt(fee));
  });
});

describe("rule 22: only what is older than the training is credited", () => {
  const register = (trainedAt: number): Transaction => {
    const body = {
      artifactRoot: root("model"),
      parent: undefined,
      relation: 0,
      datanets: [0],
      ownerBps: 0,
      royaltyBps: 0,
    };
    return { name: "RegisterModel", account: 0, body: { ...body, live: false, trainedAt } };
  };

  test("trainedAt is at most the number of contributions at registration", () => {
    const world = seasonedWorld();
    expect(world.state.contributions.length).toBe(8);
    expect(world.run(register(9)).verdict).toBe("TrainedAtInFuture");
    expect(world.run(register(8)).verdict).toBe("Ok");
  });

  test("a contribution with an index below it counts, the next does not", () => {
    const world = seasonedWorld();
    const early = 2; // trained when there were two
    expect(world.run(attributeAll([record([[1, 1]]), record([[2, 1]])], early)).items).toEqual([
      "Ok",
      "ContributionTooYoung",
    ]);
  });

  test("a live model reads at inference time: age does not matter, the retrieval purpose does", () => {
    const world = seasonedWorld();
    const items = [
      work("after training"),
      { ...work("training only"), purposes: 1 },
      { ...work("retrieval only"), purposes: 2 },
    ];
    world.ok({ name: "Contribute", account: 0, body: { datanet: 0, items } });
    const each = [record([[8, 1]]), record([[9, 1]]), record([[10, 1]])];
    expect(world.run(attributeAll(each, 1)).items).toEqual(["Ok", "PurposeNotAllowed", "Ok"]);
    world.ok(register(11));
    expect(world.run(attributeAll(each, 3)).items).toEqual(["Ok", "Ok", "PurposeNotAllowed"]);
  });

  test("it cannot be changed: an update leaves it as it was", () => {
    const world = seasonedWorld();
    world.ok({ name: "UpdateModel", account: 4, body: { model: 2, ownerBps: 1, royaltyBps: 1, retired: false } });
    expect(world.state.models.number(2, TRAINED_AT)).toBe(2);
    expect(readModel(world.state.models, 2)).toMatchObject({ live: false, relation: 0, datanets: [0], ownerBps: 1 });
  });
});
