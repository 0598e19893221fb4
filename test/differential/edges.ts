/** Blocks on both sides of every bound that the rules know: the last value that passes, and the first that does not. */
import { transactionFee } from "../../protocol/block.ts";
import { GENESIS_PARAMETERS, MAX_FEE } from "../../protocol/params.ts";
import { BALANCE } from "../../protocol/state/account.ts";
import * as contribution from "../../protocol/state/contribution.ts";
import * as datanet from "../../protocol/state/datanet.ts";
import * as model from "../../protocol/state/model.ts";
import { encodeSigned, type Transaction } from "../../protocol/transactions/registry.ts";
import * as make from "../protocol/scenarios.ts";
import { bob, OPEN_POLICY, root, type World, work } from "../support/world.ts";

type Plays = Record<string, (world: World) => unknown>;
const { datanetBond, contributionBond, modelBond, accountFee, minimumClaim } = GENESIS_PARAMETERS;

/** What account 0 must hold besides the fee for each transaction to be `Ok`. */
const COSTS: Record<string, [Transaction, number]> = {
  "a transfer": [make.transfer({ amount: 1_000n }), 1_000],
  "a transfer to an address": [make.transfer({ to: bob.address, amount: 1_000n }), 1_000 + accountFee],
  "a withdrawal": [make.withdraw({ amount: 1_000n }), 1_000],
  "a datanet": [make.create(), datanetBond],
  "two contributions": [
    { name: "Contribute", account: 0, body: { datanet: 0, items: [work("a"), work("b")] } },
    2 * contributionBond,
  ],
  "a model": [make.register(), modelBond],
  "two records": [make.attributeAll([make.record([[0, 1]], 700), make.record([[1, 1]], 300)], 0, 0), 1_000],
};

function balances(): Plays {
  const plays: Plays = {};
  for (const [name, [transaction, cost]] of Object.entries(COSTS)) {
    const withBalance = (change: (fee: number) => number) => (world: World) => {
      const fee = transactionFee(world.state, encodeSigned(world.sign(transaction)).length);
      world.state.accounts.setU64(0, BALANCE, BigInt(change(fee)));
      world.run(transaction);
    };
    plays[`${name}: all that it costs`] = withBalance((fee) => fee + cost);
    plays[`${name}: one Gwei less`] = withBalance((fee) => fee + cost - 1);
    plays[`${name}: the fee alone`] = withBalance((fee) => fee);
    plays[`${name}: less than the fee`] = withBalance((fee) => fee - 1);
  }
  return plays;
}

const TERMS: Plays = {
  "shares of a datanet are the whole": (world) => world.run(make.create({ lineageBps: 9_999, curatorBps: 1 })),
  "shares of a datanet pass the whole": (world) => world.run(make.create({ lineageBps: 10_000, curatorBps: 1 })),
  "an update to the whole": (world) => world.run(make.update({ lineageBps: 0, curatorBps: 10_000, purposes: 0 })),
  "parts of a model are the whole": (world) => world.run(make.register({ ownerBps: 10_000, royaltyBps: 10_000 })),
  "a royalty above the whole": (world) => world.run(make.register({ royaltyBps: 10_001 })),
  "an update of a model to the whole": (world) => world.run(make.updateModel({ ownerBps: 10_000, royaltyBps: 10_000 })),
  "an update of a model above the whole": (world) => world.run(make.updateModel({ ownerBps: 10_001 })),
  "the last kind of work, and no purpose": (world) => world.run(make.contribute({ kind: 3, purposes: 0 })),
  "the last relation": (world) => world.run(make.register({ parent: 2, relation: 6 })),
  "trained on all there is": (world) => world.run(make.register({ trainedAt: 8 })),
  "trained on one more": (world) => world.run(make.register({ trainedAt: 9 })),
  "the last parent": (world) => world.run(make.contribute({ parent: 7 }, 1, 1)),
  "the next parent": (world) => world.run(make.contribute({ parent: 8 }, 1, 1)),
  "the last share old enough": (world) => world.run(make.attribute([1], { model: 2 })),
  "the first share too young": (world) => world.run(make.attribute([2], { model: 2 })),
  "the last contribution, and past it": (world) =>
    world.run(make.claimAll(...[7, 8].map((i) => make.claimItem("contributions", i)))),
  "the last account as payee of the fee": (world) => world.block([make.transfer()], [], { feeAccount: 4 }),
  "no account as payee of the fee": (world) => world.block([make.transfer()], [], { feeAccount: 5 }),
};

/** Account 0 gives work that expires, or revokes some; `seconds` later it is attributed to and claimed for. */
function times(): Plays {
  const later = (before: Transaction, seconds: number) => (world: World) => {
    world.ok(before);
    world.timestamp += seconds;
    const index = before.name === "Revoke" ? 0 : 8;
    world.block([make.attribute([index], { model: 1 }), make.claim("contributions", index), make.revoke(index)]);
  };
  const expiring = make.contribute({ expiresAt: 1_000_100 });
  return {
    "revoked, a second before it binds": later(make.revoke(0), 3_599),
    "revoked, when it binds": later(make.revoke(0), 3_600),
    "expired, a second before it binds": later(expiring, 3_699),
    "expired, when it binds": later(expiring, 3_700),
    "expires now": (world) => world.run(make.contribute({ expiresAt: 1_000_000 })),
    "expires in a second": (world) => world.run(make.contribute({ expiresAt: 1_000_001 })),
    "expires at the end of time": (world) => world.run(make.contribute({ expiresAt: 2 ** 40 - 1 })),
    "at the end of time": (world) => world.block([make.revoke(0), make.attribute([0])], [], { timestamp: 2 ** 40 - 1 }),
    "at the beginning of time": (world) =>
      world.block([make.revoke(0), expiring, make.attribute([0])], [], { timestamp: 0 }),
  };
}

function claims(): Plays {
  const all = make.claimAll(
    make.claimItem("contributions", 2),
    make.claimItem("contributions", 0),
    make.claimItem("datanets", 0),
    make.claimItem("models", 1),
    make.claimItem("models", 0),
  );
  const earning =
    (own: number, inherited = 0) =>
    (world: World) => {
      const { contributions, datanets, models } = world.state;
      contributions.setNumber(2, contribution.EARNED, own);
      contributions.setNumber(2, contribution.INHERITED, inherited);
      datanets.setNumber(0, datanet.EARNED, own);
      models.setNumber(1, model.EARNED, own);
      world.run(all);
    };
  const halves = (own: number, inherited: number) => (world: World) => {
    const { contributions } = world.state;
    const terms = { kind: 0, status: contribution.ACCEPTED, purposes: 3, lineageBps: 5_000, curatorBps: 5_000 };
    contributions.setNumber(2, contribution.TERMS, contribution.packTerms(terms));
    earning(own, inherited)(world);
  };
  const closed = (own: number) => (world: World) => {
    world.ok(make.revoke(0));
    world.ok(make.revoke(2, 1));
    world.ok(make.update({ closed: true }));
    for (const [index, account] of [2, 3].entries())
      world.ok(make.updateModel({ model: index, retired: true }, account));
    world.timestamp += 3_600;
    earning(own)(world);
  };
  const twice = (own: number) => (world: World) => {
    world.state.contributions.setNumber(2, contribution.EARNED, own);
    world.block([make.claim("contributions", 2), make.claim("contributions", 2)]);
  };
  return {
    "the least that is paid": earning(minimumClaim),
    "one Gwei less": earning(minimumClaim - 1),
    "the least, by half inherited": earning(minimumClaim / 2, minimumClaim / 2),
    "one Gwei less, by half inherited": earning(minimumClaim / 2, minimumClaim / 2 - 1),
    "both parts rounded up would pass the whole": halves(minimumClaim + 1, 0),
    "inherited amounts pay no second curator part": halves(0, minimumClaim + 1),
    "one Gwei of closed records": closed(1),
    "nothing but the bonds": closed(0),
    "twice in a block": twice(minimumClaim),
    "more than a double holds": earning(2 ** 53 - 1, 2 ** 53 - 1),
  };
}

const FEES: Plays = {
  "the smallest fees": (world) =>
    world.run(
      make.attributeAll(
        [0, 1, 19, 20, 21].map((fee) =>
          make.record(
            [
              [0, 1],
              [1, 1],
            ],
            fee,
          ),
        ),
      ),
    ),
  "the largest fee and the largest weights": (world) => {
    const shares = [0, 1, 2, 3, 4, 5].map((index): [number, number] => [index, 0xffff]);
    world.run(make.attributeAll([make.record(shares, MAX_FEE), make.record([], MAX_FEE)]));
  },
  "what is left goes to the largest weight": (world) =>
    world.run(
      make.attributeAll([
        make.record(
          [
            [0, 2],
            [1, 3],
            [2, 3],
            [3, 1],
          ],
          1_000_003,
        ),
        make.record(
          [
            [0, 1],
            [1, 1],
          ],
          101,
        ),
      ]),
    ),
  "all to the model": (world) => {
    world.ok(make.updateModel({ ownerBps: 10_000 }));
    world.run(make.attributeAll([make.record([[0, 1]]), make.record([])]));
  },
  "nothing to the model": (world) => {
    world.ok(make.updateModel({ ownerBps: 0 }));
    world.run(make.attributeAll([make.record([[0, 1]]), make.record([])]));
  },
};

/** Sums and differences across 32 and 53 bits. */
function largeBalances(): Plays {
  const holding = (balance: bigint) => (world: World) => {
    world.state.accounts.setU64(0, BALANCE, balance);
    world.state.accounts.setU64(1, BALANCE, 2n ** 32n - 1n);
    world.block(
      [make.transfer({ amount: 1n }), make.attribute([0], { fee: MAX_FEE }), make.withdraw({ amount: 5n })],
      [],
      { feeAccount: 1 },
    );
  };
  const powers = [32n, 33n, 53n, 63n].map((power): [string, (world: World) => unknown] => [
    `a balance of 2^${power}`,
    holding(2n ** power),
  ]);
  return { ...Object.fromEntries(powers), "the largest balance": holding(2n ** 64n - 1n) };
}

const POLICIES: Plays = {
  "a purpose that the datanet has": (world) => {
    world.ok(make.update({ ...OPEN_POLICY, purposes: 2 }));
    world.block([make.contribute({ purposes: 2 }), make.contribute({ purposes: 1 }), make.contribute({ purposes: 0 })]);
  },
  "terms bind when work is given": (world) =>
    world.block([
      make.contribute(),
      make.update({ lineageBps: 1, curatorBps: 2 }),
      make.contribute(),
      make.updateModel({ royaltyBps: 77 }),
      make.register({ parent: 0, relation: 1, artifactRoot: root("child") }),
    ]),
};

export const EDGES: Plays = {
  ...balances(),
  ...TERMS,
  ...times(),
  ...claims(),
  ...FEES,
  ...largeBalances(),
  ...POLICIES,
};
