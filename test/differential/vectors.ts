/** The committed vectors: what they show, and how they are made. */

import { concat } from "../../protocol/bytes.ts";
import { FORCED } from "../../protocol/inbox.ts";
import { State } from "../../protocol/state/state.ts";
import { encodeSigned, type Transaction } from "../../protocol/transactions/registry.ts";
import { REACHED } from "../protocol/reached.ts";
import * as make from "../protocol/scenarios.ts";
import {
  alice,
  bob,
  carol,
  depositMessage,
  forcedMessage,
  mallory,
  root,
  seasonedWorld,
  World,
  work,
} from "../support/world.ts";
import { type Case, caseOf } from "./chains.ts";
import { cloneState } from "./cloneState.ts";
import { EDGES } from "./edges.ts";
import { almostFullState, fillingBlocks } from "./fullTables.ts";
import { limits } from "./limits.ts";
import { MALFORMED } from "./malformed.ts";
import { wrongForms } from "./signatures.ts";
import { type Vector, vectorOf } from "./vector.ts";

type Play = (world: RecordingWorld) => unknown;

/** A world that keeps the case that its last block makes. */
class RecordingWorld extends World {
  #last: Case | undefined;
  readonly #copy: (state: State) => State;

  constructor(state: State, copy = cloneState) {
    super(state);
    this.#copy = copy;
  }

  override block(...parts: Parameters<World["block"]>): ReturnType<World["block"]> {
    const before = this.#copy(this.state);
    const results = super.block(...parts);
    this.#last = caseOf(before, this.ran.at(-1)!);
    return results;
  }

  /** Runs content of any form. */
  content(bytes: Uint8Array): void {
    const start = { timestamp: this.timestamp, feeAccount: this.feeAccount, messages: [] };
    this.#last = caseOf(cloneState(this.state), { start, content: bytes });
  }

  vector(name: string, play: Play): Vector {
    play(this);
    return vectorOf(name, this.#last!);
  }
}

const seasoned = (): RecordingWorld => new RecordingWorld(seasonedWorld().state);
const signed = (world: World, transaction: Transaction): Uint8Array => encodeSigned(world.sign(transaction));

const KINDS: Record<string, Play> = {
  "Transfer to an account": (world) => world.run(make.transfer({ to: 2, amount: 5n })),
  "Transfer to itself": (world) => world.run(make.transfer({ to: 0, amount: 5n })),
  "Transfer to an address": (world) => world.run(make.transfer({ to: root("somebody").slice(0, 20), amount: 5n })),
  Withdraw: (world) => world.run(make.withdraw({ amount: 7n })),
  CreateDatanet: (world) => world.run(make.create({ curated: true })),
  UpdateDatanet: (world) => world.run(make.update({ closed: true })),
  "Contribute with and without parents": (world) =>
    world.run({
      name: "Contribute",
      account: 3,
      body: { datanet: 0, items: [work("a", 1), work("b"), { ...work("c", 1), kind: 3, expiresAt: 2_000_000 }] },
    }),
  Accept: (world) => world.run(make.decide("Accept", [6, 7])),
  Reject: (world) => world.run(make.decide("Reject", [6])),
  Revoke: (world) => world.run(make.revoke(1)),
  "RegisterModel without a parent": (world) => world.run(make.register({ datanets: [0, 1, 2], trainedAt: 8 })),
  "RegisterModel with a parent": (world) => world.run(make.register({ parent: 0, relation: 6, live: true })),
  UpdateModel: (world) => world.run(make.updateModel({ ownerBps: 10_000, retired: true })),
  "Attribute with records accepted and refused": (world) =>
    world.run(
      make.attributeAll([
        make.record([
          [0, 1],
          [2, 3],
          [3, 65_535],
        ]),
        make.record([], 1_000_000),
        make.record([[6, 1]], 7),
        make.record(
          [
            [4, 2],
            [5, 2],
          ],
          4_294_967_295,
        ),
        make.record([[1, 1]], 0),
      ]),
    ),
  "AttributeCommitted with records accepted and refused": (world) =>
    world.run(
      make.commit(
        make.attributeAll([
          make.record([[6, 1]], 7),
          make.record([
            [0, 1],
            [3, 65_535],
          ]),
          make.record([], 1_000_000),
          make.record([[99, 1]], 0),
          make.record([[1, 1]], 0),
        ]),
      ),
    ),
  "AttributeCommitted of 256 records": (world) => {
    world.run(make.commit(make.attributeAll(Array.from({ length: 256 }, () => make.record([], 1)))));
  },
  "Claim of each table": (world) => {
    world.ok(
      make.attributeAll(
        [
          make.record(
            [
              [0, 1],
              [2, 3],
              [5, 9],
            ],
            900_000_000,
          ),
        ],
        0,
      ),
    );
    world.ok(make.attributeAll([make.record([[2, 1]], 90_000_000)], 1));
    const items = [make.claimItem("contributions", 2), make.claimItem("contributions", 0), make.claimItem("models", 1)];
    world.run(make.claimAll(...items, make.claimItem("datanets", 0), make.claimItem("models", 0)));
  },
  "Claim of bonds": (world) => {
    world.ok(make.revoke(0));
    world.ok(make.update({ closed: true }));
    world.ok(make.updateModel({ retired: true }));
    world.timestamp += 3_600;
    world.run(
      make.claimAll(make.claimItem("contributions", 0), make.claimItem("datanets", 0), make.claimItem("models", 0)),
    );
  },
  "Deposit to the account hinted at": (world) => world.messages([depositMessage(bob, 9n, 1)]),
  "Deposit with another's account as the hint": (world) => world.messages([depositMessage(bob, 9n, 0)]),
  "Deposits on the same new account": (world) => world.messages([depositMessage(bob, 9n), depositMessage(bob, 8n, 5)]),
  "Forced transactions": (world) =>
    world.messages([
      forcedMessage(make.transfer({ amount: 3n }), alice),
      forcedMessage(make.attribute([0, 2], { account: 2, fee: 777 }), carol),
      forcedMessage(make.commit(make.attribute([0, 2], { account: 2, fee: 778 })), carol),
    ]),
  "Fees to an account": (world) => world.block([make.transfer()], [], { feeAccount: 3 }),
  "Fees to the sender": (world) => world.block([make.transfer()], [], { feeAccount: 0 }),
  "Records appended and used in one block": (world) =>
    world.block([
      make.create({ lineageBps: 2_500 }, 1),
      make.contribute({}, 3, 2),
      make.contribute({ parent: 8 }, 3, 3),
      make.register({ datanets: [0, 3], trainedAt: 10, ownerBps: 100 }, 1),
      make.attributeAll(
        [
          make.record(
            [
              [0, 1],
              [8, 2],
              [9, 3],
            ],
            50_000_000,
          ),
        ],
        3,
      ),
      make.claimAll(
        make.claimItem("contributions", 9),
        make.claimItem("contributions", 8),
        make.claimItem("models", 3),
      ),
      make.transfer({ to: mallory.address, amount: 500_000n }),
      make.transfer({ to: 5, amount: 1n }, 3),
    ]),
};

const CONTENTS: Record<string, Play> = {
  "Nothing at all": (world) => world.block([]),
  "A transaction and half of one": (world) => {
    const packed = signed(world, make.transfer());
    world.content(concat(packed, packed.subarray(0, 60)));
  },
  "A kind that is not defined, then a transaction": (world) =>
    world.content(concat(Uint8Array.of(14), signed(world, make.transfer()))),
  "A number that is not minimal": (world) => {
    const packed = signed(world, make.transfer());
    world.content(concat(packed.subarray(0, 1), Uint8Array.of(0x80, 0), packed.subarray(2)));
  },
  "The same transaction twice": (world) => {
    const packed = signed(world, make.transfer());
    world.content(concat(packed, packed));
  },
  "The meter ends the content, and what would fit is not read": (world) => {
    const items = Array.from({ length: 256 }, (_, i) => make.claimItem("contributions", i % 8));
    const claims = [0, 1, 2].map((account) => signed(world, { name: "Claim", account, body: { items } }));
    world.content(concat(...claims, signed(world, make.transfer({}, 3))));
  },
};

/** A transfer whose signature has each wrong form, one block for each. */
function signatures(): Record<string, Play> {
  const right = seasonedWorld().sign(make.transfer());
  const forms = { "as it was made": right.signature, ...wrongForms(right.signature) };
  const plays = Object.entries(forms).map(([form, signature]): [string, Play] => [
    `Signature: ${form}`,
    (world) => world.content(encodeSigned({ ...right, signature })),
  ]);
  return Object.fromEntries([...plays, ["An account of nobody and the signature of nobody", nobody]]);
}

/** What recovers no signer must not count as signed by the zero address. */
function nobody(world: RecordingWorld): void {
  const account = world.open({ ...alice, address: new Uint8Array(20) }, 10n ** 9n);
  world.content(encodeSigned({ ...make.transfer({}, account), signature: new Uint8Array(64) }));
}

const EMPTY: Record<string, Play> = {
  "Nothing on the empty state": (world) => world.block([]),
  "The first deposits": (world) => world.messages([depositMessage(alice, 5n), depositMessage(bob, 6n)]),
  "A transaction on the empty state": (world) => world.block([world.sign(make.transfer(), alice)]),
};

/** The content of `test/vectors/<name>.json`, by name. */
export function allVectors(): Record<string, Vector[]> {
  const played = (plays: Record<string, Play>, world: () => RecordingWorld): Vector[] =>
    Object.entries(plays).map(([name, play]) => world().vector(name, play));
  return {
    kinds: played(KINDS, seasoned),
    verdicts: REACHED.map(([verdict, how, scenario]) => seasoned().vector(`${verdict}: ${how}`, scenario)),
    contents: [...played(CONTENTS, seasoned), ...played(EMPTY, () => new RecordingWorld(new State()))],
    malformed: Object.entries(MALFORMED).map(([name, pair]) =>
      seasoned().vector(name, (world) =>
        world.messages(pair.map((bytes) => concat(Uint8Array.of(FORCED), alice.address, bytes))),
      ),
    ),
    signatures: played(signatures(), seasoned),
    edges: played(EDGES, seasoned),
    limits: limits().map(({ name, state, transactions, isForced }) =>
      new RecordingWorld(cloneState(state)).vector(name, (world) =>
        isForced
          ? world.messages(transactions.map((transaction) => forcedMessage(transaction, alice)))
          : world.content(concat(...[...transactions, make.transfer({}, 4)].map((each) => signed(world, each)))),
      ),
    ),
    full: fillingBlocks().map(({ name, play }) =>
      new RecordingWorld(almostFullState(), almostFullState).vector(`TableFull: ${name}`, play),
    ),
  };
}
