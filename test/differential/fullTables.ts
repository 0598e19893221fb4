/** A state with room for one more record in every table. */
import { MAX_INDEX } from "../../protocol/params.ts";
import { packTerms } from "../../protocol/state/contribution.ts";
import { packPolicy } from "../../protocol/state/datanet.ts";
import { packModelTerms } from "../../protocol/state/model.ts";
import { State, TABLES } from "../../protocol/state/state.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";
import { attributeAll, create, record, register, transfer, withdraw } from "../protocol/scenarios.ts";
import { alice, bob, depositMessage, OPEN_POLICY, root, type World, work } from "../support/world.ts";
import { FarTable } from "./farTable.ts";

/** The last record of every table, so far. */
export const LAST = MAX_INDEX - 1;
/** A block's header names fee accounts below 2^40. */
const FEE_ACCOUNT = 7;

export function almostFullState(): State {
  const state = new State();
  for (const name of TABLES) {
    const kind = name === "attributions" ? "log" : "records";
    const there = { accounts: [FEE_ACCOUNT, LAST], attributions: [], withdrawals: [] }[name as string] ?? [LAST];
    Object.assign(state, { [name]: new FarTable(name, kind, MAX_INDEX, there) });
  }
  const { accounts, datanets, contributions, models } = state;
  accounts.setChunk(FEE_ACCOUNT, 0, bob.address);
  accounts.setChunk(LAST, 0, alice.address);
  accounts.setU64(LAST, 5, 10n ** 12n);
  datanets.setNumber(LAST, 4, LAST + 1);
  datanets.setNumber(LAST, 5, packPolicy({ ...OPEN_POLICY, closed: false }));
  contributions.setChunk(LAST, 0, root("last"));
  for (const field of [4, 5]) contributions.setNumber(LAST, field, LAST + 1);
  const terms = { kind: 0, status: 1, purposes: 3, lineageBps: 0, curatorBps: 0 };
  contributions.setNumber(LAST, 7, packTerms(terms));
  for (const field of [4, 8]) models.setNumber(LAST, field, LAST + 1);
  const shares = { ownerBps: 100, royaltyBps: 100, parentBps: 0 };
  models.setNumber(LAST, 6, packModelTerms({ ...shares, relation: 0, live: true, retired: false }));
  return state;
}

/** Two of each transaction that appends: the first finds the last place, the second none. */
export function fillingBlocks(): { name: string; play: (world: World) => unknown }[] {
  const twice = <T>(one: T): T[] => [one, one];
  const from = { account: LAST };
  const withOwn = { datanets: [LAST], parent: LAST, relation: 1 };
  const transactions: Record<string, Transaction[]> = {
    transfers: twice(transfer({ to: bob.address }, LAST)),
    withdrawals: twice({ ...withdraw(), ...from }),
    datanets: twice(create({}, LAST)),
    contributions: [
      { name: "Contribute", ...from, body: { datanet: LAST, items: twice(work("one too many")) } },
      ...twice<Transaction>({ name: "Contribute", ...from, body: { datanet: LAST, items: [work("last", LAST)] } }),
    ],
    models: twice(register(withOwn, LAST)),
    attributions: [attributeAll([record([[LAST, 1]]), record([]), record([[LAST, 2]])], LAST, LAST)],
  };
  const options = { feeAccount: FEE_ACCOUNT };
  return [
    ...Object.entries(transactions).map(([name, list]) => ({
      name,
      play: (world: World) => world.block(list, [], options),
    })),
    {
      name: "deposits",
      play: (world) =>
        world.messages([depositMessage(bob, 1n), depositMessage(bob, 2n), depositMessage(alice, 3n, LAST)]),
    },
    {
      name: "all at once",
      play: (world) => world.block(Object.values(transactions).flat(), [depositMessage(bob, 5n)], options),
    },
  ];
}
