/** A state as years would leave it: long tables with records of every sort, written without the transactions that made them. */
import { CONTRIBUTION_KINDS, packTerms } from "../../protocol/state/contribution.ts";
import { packPolicy } from "../../protocol/state/datanet.ts";
import { packModelTerms } from "../../protocol/state/model.ts";
import { State } from "../../protocol/state/state.ts";
import { INBOX_INDEX, PARAMETERS, TREASURY } from "../../protocol/state/system.ts";
import type { Table } from "../../protocol/tree/table.ts";
import { PEOPLE } from "../support/world.ts";
import type { Random } from "./random.ts";

const FIRST_PARAMETER = 8;

/** `size` is the number of contributions; `timestamp` the time of its last block. */
export function grownState(random: Random, size: number, timestamp: number): State {
  const state = new State();
  const { accounts, datanets, contributions, models, attributions, withdrawals, system } = state;
  addAccounts(random, accounts, random.between(4, 20 + size / 10));
  addDatanets(random, datanets, random.between(1, 5 + size / 100), accounts.length);
  for (let i = 0; i < size; i++) addContribution(random, contributions, datanets.length, accounts.length, timestamp);
  for (let i = random.between(1, 5 + size / 100); i > 0; i--) {
    addModel(random, models, datanets.length, accounts.length, size);
  }
  for (let i = random.below(size + 1); i > 0; i--) attributions.appendLeaf(random.bytes(32));
  for (let i = random.below(30); i > 0; i--) withdrawals.setChunk(withdrawals.append(), 0, random.bytes(20));
  system.setU64(0, TREASURY, random.u64() >> 8n);
  system.setNumber(0, INBOX_INDEX, random.below(2 ** 40));
  if (random.chance(0.3)) {
    // baseFee, byteFee, protocolBps, minimumClaim, then the bonds and the account fee
    const most = [5_000, 100, 10_001, 2 ** 32, 2 ** 40, 2 ** 40, 2 ** 40, 2 ** 40];
    for (const i of PARAMETERS.keys()) system.setNumber(0, FIRST_PARAMETER + i, random.below(most[i]!));
  }
  return state;
}

const anyShare = (random: Random): number => random.pick([0, 1, 500, 2_500, random.below(5_001), 5_000]);
const anyMoney = (random: Random): bigint => (random.chance(0.3) ? 0n : random.u64() >> 14n);

function setMoney(random: Random, table: Table, index: number, fields: readonly number[]): void {
  for (const field of fields) table.setU64(index, field, anyMoney(random));
}

function addAccounts(random: Random, accounts: Table, count: number): void {
  for (let i = 0; i < count; i++) {
    accounts.append();
    accounts.setChunk(i, 0, random.chance(0.9) ? random.pick(PEOPLE).address : random.bytes(20));
    accounts.setNumber(i, 4, random.below(1_000));
    accounts.setU64(i, 5, random.chance(0.1) ? BigInt(random.below(100_000)) : random.u64() >> 10n);
  }
}

function addDatanets(random: Random, datanets: Table, count: number, accountCount: number): void {
  for (let i = 0; i < count; i++) {
    datanets.append();
    datanets.setChunk(i, 0, random.bytes(32));
    datanets.setNumber(i, 4, random.below(accountCount) + 1);
    const flags = { curated: random.chance(0.4), closed: random.chance(0.1) };
    const shares = { lineageBps: anyShare(random), curatorBps: anyShare(random) };
    datanets.setNumber(i, 5, packPolicy({ ...flags, purposes: random.chance(0.7) ? 3 : random.below(4), ...shares }));
    setMoney(random, datanets, i, [6, 7, 8]);
  }
}

/** Work of one datanet lies together, as a Contribute leaves it. */
function addContribution(
  random: Random,
  contributions: Table,
  datanetCount: number,
  accountCount: number,
  timestamp: number,
): void {
  const i = contributions.append();
  contributions.setChunk(i, 0, random.bytes(32));
  const isBeside = i > 0 && random.chance(0.8);
  const home = isBeside ? contributions.number(i - 1, 4) : random.below(datanetCount) + 1;
  contributions.setNumber(i, 4, home);
  contributions.setNumber(i, 5, random.below(accountCount) + 1);
  if (isBeside && random.chance(0.4)) contributions.setNumber(i, 6, i);
  const terms = { kind: random.below(CONTRIBUTION_KINDS.length), status: random.pick([0, 1, 1, 1, 1, 1, 1, 2]) };
  const shares = { lineageBps: anyShare(random), curatorBps: anyShare(random) };
  contributions.setNumber(i, 7, packTerms({ ...terms, purposes: random.chance(0.8) ? 3 : random.below(4), ...shares }));
  if (random.chance(0.2)) contributions.setNumber(i, 8, timestamp + random.between(-5_000, 20_000));
  setMoney(random, contributions, i, [9, 10, 11, 13]);
  if (random.chance(0.1)) contributions.setNumber(i, 12, timestamp + random.between(-4_000, 3_600));
}

function addModel(random: Random, models: Table, datanetCount: number, accountCount: number, trainedAt: number): void {
  const i = models.append();
  models.setChunk(i, 0, random.bytes(32));
  models.setNumber(i, 4, random.below(accountCount) + 1);
  const parent = i > 0 && random.chance(0.5) ? random.below(i) + 1 : 0;
  models.setNumber(i, 5, parent);
  const flags = { live: random.chance(0.4), retired: random.chance(0.1) };
  const relation = parent === 0 ? 0 : random.between(1, 6);
  const shares = { ownerBps: random.below(10_001), royaltyBps: random.below(10_001), parentBps: random.below(10_001) };
  models.setNumber(i, 6, packModelTerms({ ...flags, relation, ...shares }));
  models.setNumber(i, 7, random.chance(0.8) ? trainedAt : random.below(trainedAt + 1));
  const homes = new Set(Array.from({ length: random.between(1, 4) }, () => random.below(datanetCount) + 1));
  for (const [at, home] of [...homes].sort((a, b) => a - b).entries()) models.setNumber(i, 8 + at, home);
  setMoney(random, models, i, [12, 13, 14]);
}
