/** A wrong witness proves nothing: whatever is changed in it, the contract takes it for no block at all. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { attributeAll, claimAll, claimItem, record, transfer } from "../protocol/scenarios.ts";
import { reportCases } from "../support/arbitraries.ts";
import { bob, depositMessage, seasonedWorld, type World, work } from "../support/world.ts";
import { type Case, caseOf, randomChain } from "./chains.ts";
import { cloneState } from "./cloneState.ts";
import { startTransition, type TransitionHost } from "./host.ts";
import { innerNodesAsRecords, type Mutation, mutationsOf, otherRecords, takenOf, withBit } from "./mutations.ts";
import { Random } from "./random.ts";

let host: TransitionHost;
beforeAll(async () => {
  useHasher(nativeHasher);
  host = await startTransition();
});
afterAll(() => host?.stop());

const counts = { "wrong witnesses": 0 };
afterAll(() => reportCases("mutations", counts));

async function expectNoneTaken(right: Case, wrong: Iterable<Mutation>): Promise<void> {
  const all = [...wrong];
  counts["wrong witnesses"] += all.length;
  expect(await takenOf(host, right, all)).toEqual([]);
}

const BLOCKS: Record<string, (world: World) => unknown> = {
  "a transfer": (world) => world.run(transfer()),
  "a deposit and work": (world) =>
    world.block(
      [{ name: "Contribute", account: 1, body: { datanet: 0, items: [work("new"), work("next", 2)] } }],
      [depositMessage(bob, 5n)],
    ),
  "attributions and claims": (world) =>
    world.block([
      attributeAll([
        record(
          [
            [0, 1],
            [5, 2],
          ],
          90_000_000,
        ),
      ]),
      claimAll(claimItem("contributions", 5)),
    ]),
};

describe.each(Object.entries(BLOCKS))("of a block with %s", (_, play) => {
  const world = seasonedWorld();
  const before = cloneState(world.state);
  play(world);
  const block = world.ran.at(-1)!;
  const right = caseOf(cloneState(before), block);

  test("the right witness is taken", async () => {
    expect(
      await takenOf(host, { ...right, witness: new Uint8Array(0) }, [{ name: "right", witness: right.witness }]),
    ).toHaveLength(1);
  });

  test("no witness with a part changed, moved, left out or doubled is taken", () =>
    expectNoneTaken(right, mutationsOf(right.witness)));

  test("no inner node is taken for a record", () => expectNoneTaken(right, innerNodesAsRecords(before, right.witness)));

  test("no true witness of other records is taken", () => expectNoneTaken(right, otherRecords(before, block)));

  test("no witness with bits turned is taken", () => {
    const random = new Random("bits", right.witness.length);
    const bits = Array.from({ length: 300 }, () => random.below(right.witness.length * 8));
    return expectNoneTaken(
      right,
      bits.map((bit) => ({ name: `bit ${bit}`, witness: withBit(right.witness, bit) })),
    );
  });
});

test("of random blocks, no witness with one of many things changed is taken, nor that of another block", async () => {
  const random = new Random("mutations");
  let previous: Case | undefined;
  for (let chain = 0; chain < 3; chain++) {
    for (const { state, block } of randomChain(7, chain)) {
      const before = cloneState(state);
      const right = caseOf(state, block);
      const stale = previous === undefined ? [] : [{ name: "of the block before", witness: previous.witness }];
      const sample = [...mutationsOf(right.witness)].filter(() => random.chance(20 / right.witness.length));
      await expectNoneTaken(right, [...stale, ...sample, ...otherRecords(before, block)]);
      previous = right;
    }
  }
});
