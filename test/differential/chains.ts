/** Chains of random blocks, each on a state of its own: the cases of the differential tests. */
import type { TransactionResult } from "../../protocol/block.ts";
import { ByteReader, equalBytes } from "../../protocol/bytes.ts";
import { messageWeight } from "../../protocol/inbox.ts";
import { Meter } from "../../protocol/meter.ts";
import { State } from "../../protocol/state/state.ts";
import { TIMESTAMP } from "../../protocol/state/system.ts";
import { boundOf, decodeSigned } from "../../protocol/transactions/registry.ts";
import { verdictCode } from "../../protocol/verdict.ts";
import { witnessOf } from "../../protocol/witness/witnessOf.ts";
import { seasonedWorld, World } from "../support/world.ts";
import { anyBlock, type Block } from "./blocks.ts";
import { cloneState } from "./cloneState.ts";
import { ENVIRONMENT } from "./environment.ts";
import { almostFullState, fillingBlocks } from "./fullTables.ts";
import { grownState } from "./grownState.ts";
import { Random } from "./random.ts";

export const BLOCKS_OF_A_CHAIN = 12;
const FIRST_TIME = 1_800_000_000;

/** A block with what the rules in TypeScript make of it. */
export interface Case {
  readonly block: Block;
  /** In which the call must do its work. */
  readonly gas: number;
  /** Roots have 32 bytes. */
  readonly preRoot: Uint8Array;
  readonly postRoot: Uint8Array;
  readonly witness: Uint8Array;
  readonly results: readonly TransactionResult[];
  /** As `Transition.execute` returns them. */
  readonly verdicts: Uint8Array;
}

/** Where a chain starts: with nothing, with one of everything, or with much. */
function startOf(random: Random): State {
  switch (random.weighted({ empty: 2, seasoned: 3, grown: 6 })) {
    case "empty":
      return new State();
    case "seasoned":
      return seasonedWorld().state;
    case "grown":
      return grownState(random, random.pick([1, 10, 64, 200, 1_000, 5_000]), FIRST_TIME);
  }
}

/** A block and the state before it; the caller executes it there before it asks for the next. */
export interface Step {
  readonly state: State;
  readonly block: Block;
}

/** Chain `number` of `seed`. */
export function* randomChain(seed: number, number: number): Generator<Step> {
  const random = new Random(seed, number);
  const state = startOf(random);
  let draft = cloneState(state);
  let time = Math.max(FIRST_TIME, state.system.number(0, TIMESTAMP));
  for (let i = 0; i < BLOCKS_OF_A_CHAIN; i++) {
    const block = anyBlock(random, draft, time);
    yield { state, block };
    time = Math.max(time, block.start.timestamp % 2 ** 39);
    if (!equalBytes(draft.root(), state.root())) draft = cloneState(state); // the block was damaged
  }
}

/** Blocks that fill the last places of tables: each on a state of its own, always the same. */
export function* fullTables(): Generator<Step> {
  for (const { play } of fillingBlocks()) {
    const world = new World(almostFullState());
    play(world);
    yield { state: almostFullState(), block: world.ran.at(-1)! };
  }
}

/** Executes the block on `state`, which it changes. */
export function caseOf(state: State, block: Block): Case {
  const preRoot = state.root();
  const gas = gasFor(state, block);
  const { witness, results, postRoot } = witnessOf(state, ENVIRONMENT, block.start, block.content);
  return { block, gas, preRoot, postRoot, witness, results, verdicts: verdictBytes(results) };
}

/** Looking at a byte of content that is then not read: past the meter, or malformed. */
const GAS_PER_UNREAD_BYTE = 300;

/** The meter's gas for what is read of the block, and what it takes to see that the rest is not. */
function gasFor(state: State, { start, content }: Block): number {
  const meter = new Meter(
    state,
    start.messages.reduce((sum, message) => sum + messageWeight(message), 0),
  );
  const reader = new ByteReader(content);
  let read = 0;
  while (!reader.atEnd) {
    const transaction = decodeSigned(reader);
    if (transaction === undefined || !meter.add(boundOf(transaction), reader.offset - read)) break;
    read = reader.offset;
  }
  return meter.reading().gas + GAS_PER_UNREAD_BYTE * (content.length - read);
}

/** One byte for each result, and behind the result of a transaction with items one for each of them. */
export function verdictBytes(results: readonly TransactionResult[]): Uint8Array {
  return Uint8Array.from(results.flatMap(({ verdict, items = [] }) => [verdict, ...items].map(verdictCode)));
}
