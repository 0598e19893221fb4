/** Rules 12 to 16 and 18: geometry, widths, identities, nonces, fees, transfers to an address. */
import { describe, expect, test } from "vitest";
import { executeBlock } from "../../protocol/block.ts";
import { concat } from "../../protocol/bytes.ts";
import * as params from "../../protocol/params.ts";
import { setContentRoot } from "../../protocol/state/contribution.ts";
import { type DatanetPolicy, POLICY, packPolicy, policyOf, setMetadataHash } from "../../protocol/state/datanet.ts";
import { type ModelTerms, modelTermsOf, packModelTerms, setArtifactRoot, TERMS } from "../../protocol/state/model.ts";
import type { State, TableName } from "../../protocol/state/state.ts";
import { readSystem } from "../../protocol/state/system.ts";
import { encodeSigned, type Transaction } from "../../protocol/transactions/registry.ts";
import { alice, bob, ENVIRONMENT, mallory, OPEN_POLICY, root, seasonedWorld, World, work } from "../support/world.ts";

const pay: Transaction = { name: "Transfer", account: 0, body: { to: 1, amount: 1_000n } };
const setPolicy = ({ datanets }: State, change: Partial<DatanetPolicy>): void =>
  datanets.setNumber(0, POLICY, packPolicy({ ...policyOf(datanets, 0), ...change }));
const setModelTerms = ({ models }: State, change: Partial<ModelTerms>): void =>
  models.setNumber(0, TERMS, packModelTerms({ ...modelTermsOf(models, 0), ...change }));
const balance = (world: World, account: number): bigint => world.state.accounts.u64(account, 5);
const record = { output: root("output"), fee: 1_000_000, shares: [{ contribution: 1, weight: 1 }] };
const attribute: Transaction = {
  name: "Attribute",
  account: 0,
  body: { model: 0, method: 1, evidenceRoot: root("evidence"), records: [record] },
};
const modelBody = { artifactRoot: root("new"), relation: 1, ownerBps: 0, royaltyBps: 0, live: false, trainedAt: 0 };

describe("rule 12: geometry", () => {
  test("a record proof has 48 levels of the list, its length, and 4 of a container of 16 fields", () => {
    expect([params.TABLE_DEPTH, params.STATE_DEPTH, params.RECORD_PROOF_LENGTH]).toEqual([48, 4, 53]);
    expect(seasonedWorld().state.fieldRoots()).toHaveLength(16);
  });

  test("a full table is a verdict", () => {
    const world = seasonedWorld();
    // 2^48 records do not fit in memory; what the checks ask for is the length.
    const fill = (table: TableName) => Object.defineProperty(world.state[table], "length", { value: 2 ** 48 });
    const recipient = alice.address;
    fill("withdrawals");
    expect(world.run({ name: "Withdraw", account: 0, body: { recipient, amount: 1n } }).verdict).toBe("TableFull");
    fill("datanets");
    const datanet = { metadataHash: root("full"), ...OPEN_POLICY };
    expect(world.run({ name: "CreateDatanet", account: 0, body: datanet }).verdict).toBe("TableFull");
    fill("models");
    const model = { ...modelBody, parent: undefined, relation: 0, datanets: [0] };
    expect(world.run({ name: "RegisterModel", account: 0, body: model }).verdict).toBe("TableFull");
    fill("attributions");
    expect(world.run(attribute).items).toEqual(["TableFull"]);
    fill("accounts");
    expect(world.run({ name: "Transfer", account: 0, body: { to: recipient, amount: 1n } }).verdict).toBe("TableFull");
  });
});

describe("rule 13: widths", () => {
  test("a fee fits 32 bits and fee x weight a double", () => {
    expect(params.MAX_FEE).toBe(2 ** 32 - 1);
    expect(params.MAX_FEE * 0xffff).toBeLessThan(2 ** 48);
    expect(16 * 0xffff).toBeLessThan(2 ** 20);
  });

  test("shares of one hundred percent pass, one more is InvalidTerms", () => {
    const world = seasonedWorld();
    const create = (lineageBps: number, curatorBps: number) =>
      world.run({
        name: "CreateDatanet",
        account: 0,
        body: { metadataHash: root(0), ...OPEN_POLICY, lineageBps, curatorBps },
      });
    expect(create(10_000, 0).verdict).toBe("Ok");
    expect(create(9_999, 1).verdict).toBe("Ok");
    expect(create(10_000, 1).verdict).toBe("InvalidTerms");
    const update = (ownerBps: number, royaltyBps: number) =>
      world.run({ name: "UpdateModel", account: 2, body: { model: 0, ownerBps, royaltyBps, retired: false } });
    expect(update(10_000, 10_000).verdict).toBe("Ok");
    expect(update(10_001, 0).verdict).toBe("InvalidTerms");
    expect(update(0, 10_001).verdict).toBe("InvalidTerms");
  });
});

describe("rule 14: a signature names what an index meant when it was given", () => {
  test("a payment to account 1 while Bob held it is not one to Mallory", () => {
    const opened = (second: typeof bob): World => {
      const world = new World();
      world.open(alice, 1_000_000n);
      world.open(second, 1_000_000n);
      return world;
    };
    const signed = opened(bob).sign(pay);
    expect(opened(bob).block([signed])[0]!.verdict).toBe("Ok");
    const other = opened(mallory);
    expect(other.block([signed])[0]!.verdict).toBe("BadSignature");
    expect(balance(other, 1)).toBe(1_000_000n);
  });

  const swaps: [string, Transaction, (world: World) => void][] = [
    ["a share's content", attribute, ({ state }) => setContentRoot(state.contributions, 1, root("swapped"))],
    ["the attributed model's artifact", attribute, ({ state }) => setArtifactRoot(state.models, 0, root("swapped"))],
    [
      "the datanet contributed to",
      { name: "Contribute", account: 0, body: { datanet: 0, items: [work("new")] } },
      ({ state }) => setMetadataHash(state.datanets, 0, root("swapped")),
    ],
    [
      "the corrected work",
      { name: "Contribute", account: 0, body: { datanet: 0, items: [work("new", 1)] } },
      ({ state }) => setContentRoot(state.contributions, 1, root("swapped")),
    ],
    ["the attributed model's share of the fee", attribute, ({ state }) => setModelTerms(state, { ownerBps: 9_999 })],
    [
      "the datanet's curator share",
      { name: "Contribute", account: 0, body: { datanet: 0, items: [work("new")] } },
      ({ state }) => setPolicy(state, { curatorBps: 9_000, lineageBps: 0 }),
    ],
    [
      "the datanet's lineage share",
      { name: "Contribute", account: 0, body: { datanet: 0, items: [work("new")] } },
      ({ state }) => setPolicy(state, { lineageBps: 9_999 }),
    ],
    [
      "the parent model's royalty",
      { name: "RegisterModel", account: 0, body: { ...modelBody, parent: 0, datanets: [0] } },
      ({ state }) => setModelTerms(state, { royaltyBps: 9_999 }),
    ],
    [
      "the parent model",
      { name: "RegisterModel", account: 0, body: { ...modelBody, parent: 0, datanets: [0] } },
      ({ state }) => setArtifactRoot(state.models, 0, root("swapped")),
    ],
    [
      "a model's datanet",
      { name: "RegisterModel", account: 0, body: { ...modelBody, parent: 0, datanets: [0, 2] } },
      ({ state }) => setMetadataHash(state.datanets, 2, root("swapped")),
    ],
    [
      "the accepted work",
      { name: "Accept", account: 1, body: { datanet: 1, contributions: [6] } },
      ({ state }) => setContentRoot(state.contributions, 6, root("swapped")),
    ],
    [
      "the revoked work",
      { name: "Revoke", account: 0, body: { contribution: 1 } },
      ({ state }) => setContentRoot(state.contributions, 1, root("swapped")),
    ],
    [
      "the updated datanet",
      {
        name: "UpdateDatanet",
        account: 0,
        body: { datanet: 0, metadataHash: root("next"), closed: false, ...OPEN_POLICY },
      },
      ({ state }) => setMetadataHash(state.datanets, 0, root("swapped")),
    ],
    [
      "the updated model",
      { name: "UpdateModel", account: 2, body: { model: 0, ownerBps: 1, royaltyBps: 1, retired: false } },
      ({ state }) => setArtifactRoot(state.models, 0, root("swapped")),
    ],
  ];
  test.each(swaps)("a change of %s voids it", (_, transaction, swap) => {
    const signed = seasonedWorld().sign(transaction);
    expect(seasonedWorld().block([signed])[0]!.verdict).toBe("Ok");
    const world = seasonedWorld();
    swap(world);
    const [result] = world.block([signed]);
    expect(result).toMatchObject({ verdict: "BadSignature", fee: 0 });
    expect(world.nonce(transaction.account)).toBe(seasonedWorld().nonce(transaction.account));
  });

  test("a missing record counts as zeros: what was signed before it existed fails once it does", () => {
    const world = seasonedWorld();
    const early = world.sign({ ...pay, body: { to: 5, amount: 1n } } as Transaction);
    expect(world.block([early])[0]!.verdict).toBe("UnknownRecipient");
    const again = world.sign({ ...pay, body: { to: 5, amount: 1n } } as Transaction);
    world.open(mallory, 5n);
    expect(world.block([again])[0]!.verdict).toBe("BadSignature");
  });
});

describe("rule 15: nonce and fee", () => {
  test("move whatever the verdict once signature and fee hold", () => {
    const world = seasonedWorld();
    const [before, nonce] = [balance(world, 0), world.nonce(0)];
    const result = world.run({ name: "Transfer", account: 0, body: { to: 99, amount: 1n } });
    expect(result.verdict).toBe("UnknownRecipient");
    expect(result.fee).toBeGreaterThan(0);
    expect([before - balance(world, 0), world.nonce(0)]).toEqual([BigInt(result.fee), nonce + 1]);
  });

  test.each([
    ["BadSignature", (world: World) => world.sign(pay, mallory)],
    ["UnknownAccount", (world: World) => world.sign({ ...pay, account: 99 })],
  ])("nothing changes with %s", (verdict, make) => {
    const world = seasonedWorld();
    const accounts = world.state.accounts.root();
    const treasury = readSystem(world.state.system).treasury;
    expect(world.block([make(world)])[0]).toMatchObject({ verdict, fee: 0 });
    expect(world.state.accounts.root()).toEqual(accounts);
    expect(readSystem(world.state.system).treasury).toBe(treasury);
  });

  test("nothing changes when the fee cannot be paid, by one Gwei; the same signature holds once it can", () => {
    const world = new World();
    const empty = world.open(alice, 1n);
    const signed = world.sign({ name: "Transfer", account: empty, body: { to: empty, amount: 1n } });
    const fee = BigInt(
      params.GENESIS_PARAMETERS.baseFee + params.GENESIS_PARAMETERS.byteFee * encodeSigned(signed).length,
    );
    world.deposit(alice, fee - 2n, empty);
    expect(balance(world, empty)).toBe(fee - 1n);
    expect(world.block([signed])[0]).toMatchObject({ verdict: "InsufficientFee", fee: 0 });
    expect([balance(world, empty), world.nonce(empty)]).toEqual([fee - 1n, 0]);
    world.deposit(alice, 1n, empty);
    expect(world.block([signed])[0]!.fee).toBe(Number(fee));
    expect([balance(world, empty), world.nonce(empty)]).toEqual([0n, 1]);
  });

  test("a signature holds once, and for its own nonce only", () => {
    const world = seasonedWorld();
    const signed = world.sign(pay);
    expect(world.block([signed, signed]).map(({ verdict }) => verdict)).toEqual(["Ok", "BadSignature"]);
  });

  test("one on another rollup or chain does not hold here", () => {
    const world = seasonedWorld();
    const content = encodeSigned(world.sign(pay));
    const start = { timestamp: 1_000_000, feeAccount: 0, messages: [] };
    const elsewhere = { ...ENVIRONMENT, separator: root("another domain") };
    expect(executeBlock(world.state, elsewhere, start, content)[0]!.verdict).toBe("BadSignature");
  });
});

describe("rule 16: the fee is base + perByte x packed bytes", () => {
  test("and goes to the header's account, or to the treasury when there is none", () => {
    const world = seasonedWorld();
    const bytes = encodeSigned(world.sign(pay)).length;
    const before = balance(world, 2);
    const [result] = world.block([pay], [], { feeAccount: 2 });
    expect(result!.fee).toBe(1_000 + 10 * bytes);
    expect(balance(world, 2) - before).toBe(BigInt(result!.fee));
    const treasury = readSystem(world.state.system).treasury;
    const [next] = world.block([pay], [], { feeAccount: 2 ** 40 - 1 });
    expect(readSystem(world.state.system).treasury - treasury).toBe(BigInt(next!.fee));
  });

  test("and comes back to a sender that is also the fee account", () => {
    const world = seasonedWorld();
    const before = balance(world, 0);
    world.block([pay], [], { feeAccount: 0 });
    expect(before - balance(world, 0)).toBe(1_000n);
  });

  test("and the bonds of datanets, contributions and models are locked", () => {
    const { state } = seasonedWorld();
    expect([state.datanets.u64(0, 6), state.contributions.u64(0, 9), state.models.u64(0, 12)]).toEqual([
      1_000_000_000n,
      1_000_000n,
      100_000_000n,
    ]);
  });
});

describe("rule 18: a transfer may name an address", () => {
  test("and opens an account for it, which the sender pays", () => {
    const world = seasonedWorld();
    const [before, treasury] = [balance(world, 0), readSystem(world.state.system).treasury];
    const result = world.ok({ name: "Transfer", account: 0, body: { to: bob.address, amount: 50n } });
    expect(result.created).toEqual([{ table: "accounts", first: 5, count: 1 }]);
    expect([balance(world, 5), world.state.accounts.chunk(5, 0).slice(0, 20)]).toEqual([50n, bob.address]);
    expect(before - balance(world, 0)).toBe(50n + 100_000n + BigInt(result.fee));
    expect(readSystem(world.state.system).treasury - treasury).toBe(100_000n + BigInt(result.fee));
  });

  test("but not the zero address", () => {
    const world = seasonedWorld();
    const to = new Uint8Array(20);
    expect(world.run({ name: "Transfer", account: 0, body: { to, amount: 50n } }).verdict).toBe("ZeroAddress");
    expect(world.state.accounts.length).toBe(5);
  });

  test("and to oneself by index changes nothing but the fee", () => {
    const world = seasonedWorld();
    const before = balance(world, 0);
    const { fee } = world.ok({ name: "Transfer", account: 0, body: { to: 0, amount: before - 10_000n } });
    expect(before - balance(world, 0)).toBe(BigInt(fee));
  });
});

test("content is read transaction by transaction: the one behind malformed bytes never counts", () => {
  const world = seasonedWorld();
  const good = encodeSigned(world.sign(pay));
  const start = { timestamp: 1_000_000, feeAccount: 0, messages: [] };
  expect(executeBlock(world.state, ENVIRONMENT, start, concat(good.slice(0, -1)))).toEqual([]);
  expect(world.nonce(0)).toBe(seasonedWorld().nonce(0));
});
