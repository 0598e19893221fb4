import { afterEach, describe, expect, test } from "vitest";
import { toHex } from "../../protocol/bytes.ts";
import { appendAccount } from "../../protocol/state/account.ts";
import { State } from "../../protocol/state/state.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";
import { AccountIndex } from "../../runtime/chain/accountIndex.ts";
import { AttributionIndex } from "../../runtime/chain/attributionIndex.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { Ledger } from "../support/ledger.ts";
import { alice, bob, depositMessage, forcedMessage, OPEN_POLICY, root, work } from "../support/world.ts";

const directory = temporaryDirectories();
const opened: Ledger[] = [];

async function open(path: string): Promise<Ledger> {
  const ledger = await Ledger.open(path);
  opened.push(ledger);
  return ledger;
}

afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
});

const address = (seed: number): Uint8Array => root(seed).subarray(0, 20);

describe("the index of accounts", () => {
  test("finds every account of an owner, lowest first, while the table grows", () => {
    const { accounts } = new State();
    const index = new AccountIndex();
    const owners = Array.from({ length: 3_000 }, (_, i) => address(i % 700));
    for (const [i, owner] of owners.entries()) {
      appendAccount(accounts, owner);
      if (i % 100 === 0) index.find(accounts, owner);
    }
    for (const seed of [0, 1, 350, 699]) {
      const expected = owners.flatMap((_, i) => (i % 700 === seed ? [i] : []));
      expect(index.find(accounts, address(seed))).toEqual(expected);
    }
    expect(index.find(accounts, address(700))).toEqual([]);
  });

  test("takes in an owner of very many accounts without going through them for each", () => {
    const { accounts } = new State();
    const index = new AccountIndex();
    const count = 60_000;
    for (let i = 0; i < count; i++) appendAccount(accounts, alice.address);
    const began = performance.now();
    expect(index.find(accounts, alice.address)).toHaveLength(count);
    // Going through them would be 2 * 10^9 steps.
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});

const OUTPUT = root("output");

const attribute = (outputs: Uint8Array[], shares: number[], fee = 1_000, model = 0): Transaction => ({
  name: "Attribute",
  account: 0,
  body: {
    model,
    method: 0,
    evidenceRoot: root("evidence"),
    records: outputs.map((output) => ({
      output,
      fee,
      shares: shares.map((contribution) => ({ contribution, weight: 1 })),
    })),
  },
});

/** Two models and three contributions, in blocks 1 and 2. */
async function furnish(ledger: Ledger): Promise<void> {
  await ledger.block([], [depositMessage(alice, 10n ** 12n), depositMessage(bob, 10n ** 12n)]);
  const model = { artifactRoot: root("model"), parent: undefined, relation: 0, datanets: [0], ownerBps: 0 };
  const terms = { royaltyBps: 0, live: true, trainedAt: 3 };
  await ledger.block([
    { name: "CreateDatanet", account: 0, body: { metadataHash: root("datanet"), ...OPEN_POLICY } },
    { name: "Contribute", account: 1, body: { datanet: 0, items: [work("a"), work("b"), work("c")] } },
    { name: "RegisterModel", account: 0, body: { ...model, ...terms } },
    { name: "RegisterModel", account: 0, body: { ...model, ...terms, artifactRoot: root("other") } },
  ]);
}

const ALL = 2 ** 47;

async function indices(
  index: AttributionIndex,
  query: Parameters<AttributionIndex["find"]>[0],
  before = ALL,
  limit = 100,
) {
  return (await index.find(query, before, limit)).map((found) => found.index);
}

describe("the index of attributions", () => {
  test("finds them by output, contribution and model, forced ones too, and leaves refused ones out", async () => {
    const ledger = await open(await directory());
    await furnish(ledger);
    const index = new AttributionIndex(ledger.chain);
    await ledger.block([attribute([OUTPUT, root(1)], [0, 2]), attribute([root(2)], [1], 1_000, 1)]);
    await ledger.block([attribute([root(3)], [77]), attribute([OUTPUT], [1])]);
    await ledger.block([], [forcedMessage(attribute([OUTPUT], [2]), alice)]);
    expect(await indices(index, { output: toHex(OUTPUT) })).toEqual([4, 3, 0]);
    expect(await indices(index, { contribution: 2 })).toEqual([4, 1, 0]);
    expect(await indices(index, { contribution: 1 })).toEqual([3, 2]);
    expect(await indices(index, { contribution: 77 })).toEqual([]);
    expect(await indices(index, { model: 1 })).toEqual([2]);
    expect(await indices(index, { model: 0 })).toEqual([4, 3, 1, 0]);
  });

  test("finds records whose outputs are committed by the root over them, and their positions", async () => {
    const ledger = await open(await directory());
    await furnish(ledger);
    const index = new AttributionIndex(ledger.chain);
    const outputsRoot = root("outputs");
    const shares = [{ contribution: 1, weight: 1 }];
    const records = [0, 77, 2].map((contribution) => ({ fee: 1_000, shares: [{ contribution, weight: 1 }] }));
    const body = { model: 1, method: 0, evidenceRoot: root("evidence"), outputsRoot };
    const committed = (of: typeof records): Transaction => ({
      name: "AttributeCommitted",
      account: 0,
      body: { ...body, records: of },
    });
    await ledger.block([attribute([OUTPUT], [1]), committed(records)]);
    await ledger.block([], [forcedMessage(committed([{ fee: 1, shares }]), alice)]);
    const found = await index.find({ output: toHex(outputsRoot) }, ALL, 100);
    expect(found.map(({ index: at, record }) => [at, record.position, record.output])).toEqual([
      [3, 0, outputsRoot],
      [2, 2, outputsRoot],
      [1, 0, outputsRoot],
    ]);
    expect(await indices(index, { contribution: 1 })).toEqual([3, 0]);
    expect(await indices(index, { model: 1 })).toEqual([3, 2, 1]);
    expect((await ledger.chain.log.attribution(2))?.record).toMatchObject({ position: 2, fee: 1_000 });
  });

  test("pages from the newest down, each exactly once", async () => {
    const ledger = await open(await directory());
    await furnish(ledger);
    const index = new AttributionIndex(ledger.chain);
    for (let i = 0; i < 7; i++) await ledger.block([attribute([root(i), OUTPUT, root(i)], [0])]);
    const found: number[] = [];
    for (let before = ALL; ; before = found.at(-1)!) {
      const page = await indices(index, { contribution: 0 }, before, 4);
      found.push(...page);
      if (page.length < 4) break;
    }
    expect(found).toEqual(Array.from({ length: 21 }, (_, i) => 20 - i));
    expect(await indices(index, { output: toHex(OUTPUT) }, 10, 2)).toEqual([7, 4]);
  });

  test("catches up over a restart, where it left off", async () => {
    const path = await directory();
    const first = await open(path);
    await furnish(first);
    await first.block([attribute([OUTPUT], [0])]);
    await new AttributionIndex(first.chain).update();
    await first.block([attribute([OUTPUT], [0])]);
    await opened.pop()!.close();
    const second = await open(path);
    const index = new AttributionIndex(second.chain);
    await second.block([attribute([OUTPUT], [0])]);
    expect(await indices(index, { output: toHex(OUTPUT) })).toEqual([2, 1, 0]);
  });

  test("shows after a rewind what is there now, and not what was", async () => {
    const ledger = await open(await directory());
    await furnish(ledger);
    const index = new AttributionIndex(ledger.chain);
    for (let i = 0; i < 3; i++) await ledger.block([attribute([OUTPUT], [0])]);
    const other = root("another output");
    expect(await indices(index, { output: toHex(OUTPUT) })).toEqual([2, 1, 0]);
    await ledger.chain.rewind(3);
    expect(await indices(index, { output: toHex(OUTPUT) })).toEqual([0]);
    await ledger.block([attribute([other], [1])]);
    await ledger.block([attribute([OUTPUT], [2])]);
    expect(await indices(index, { output: toHex(OUTPUT) })).toEqual([2, 0]);
    expect(await indices(index, { output: toHex(other) })).toEqual([1]);
    expect(await indices(index, { contribution: 0 })).toEqual([0]);
  });

  test("rewinds also while it catches up", async () => {
    const ledger = await open(await directory());
    await furnish(ledger);
    const index = new AttributionIndex(ledger.chain);
    for (let i = 0; i < 30; i++) await ledger.block([attribute([OUTPUT], [0])]);
    const catchingUp = index.update();
    await ledger.chain.rewind(12);
    await ledger.block([attribute([root("new")], [1])]);
    await catchingUp;
    expect(await indices(index, { output: toHex(root("new")) })).toEqual([10]);
    expect(await indices(index, { output: toHex(OUTPUT) })).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  test("begins anew when a crash left it ahead of a rewound log", async () => {
    const path = await directory();
    const first = await open(path);
    await furnish(first);
    for (let i = 0; i < 3; i++) await first.block([attribute([OUTPUT], [0])]);
    await new AttributionIndex(first.chain).update();
    await opened.pop()!.close();
    const second = await open(path); // without an index: nobody tells it of the rewind
    await second.chain.rewind(3);
    for (let i = 0; i < 4; i++) await second.block([attribute([root("new")], [1])]);
    const index = new AttributionIndex(second.chain);
    expect(await indices(index, { output: toHex(root("new")) })).toEqual([4, 3, 2, 1]);
  });

  test("goes on after a failure", async () => {
    const ledger = await open(await directory());
    await furnish(ledger);
    await ledger.block([attribute([OUTPUT], [0])]);
    const index = new AttributionIndex(ledger.chain);
    const { block } = ledger.chain.log;
    ledger.chain.log.block = () => Promise.reject(new Error("cannot be read"));
    await expect(index.update()).rejects.toThrow("cannot be read");
    ledger.chain.log.block = block;
    expect(await indices(index, { output: toHex(OUTPUT) })).toEqual([0]);
  });
});
