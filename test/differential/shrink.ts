/** A divergence with as little around it as possible. */
import { concat } from "../../protocol/bytes.ts";
import type { State } from "../../protocol/state/state.ts";
import type { Block } from "./blocks.ts";
import { type Case, caseOf, fullTables, randomChain, type Step } from "./chains.ts";
import { cloneState } from "./cloneState.ts";
import { compare } from "./compare.ts";
import type { TransitionHost } from "./host.ts";
import { partsOf } from "./parts.ts";
import { FULL_TABLES, type Place } from "./run.ts";

export interface Shrunk {
  readonly found: Case;
  readonly difference: string;
}

/** Leaves messages and transactions of the block out, one after the other, while the two still differ. */
export async function shrink(host: TransitionHost, place: Place): Promise<Shrunk | undefined> {
  const { state, block } = blockAt(place);
  if (place.chain === FULL_TABLES) return tried(host, state, block); // small already, and its state has no copies
  let smallest = await tried(host, cloneState(state), block);
  for (let isSmaller = smallest !== undefined; isSmaller; ) {
    isSmaller = false;
    for (const smaller of withoutOne(smallest!.found.block)) {
      const found = await tried(host, cloneState(state), smaller);
      if (found === undefined) continue;
      smallest = found;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

async function tried(host: TransitionHost, state: State, block: Block): Promise<Shrunk | undefined> {
  const found = compare(host, state, block);
  const difference = await found.difference;
  return difference === undefined ? undefined : { found, difference };
}

function blockAt({ seed, chain, block: wanted }: Place): Step {
  let number = 0;
  for (const step of chain === FULL_TABLES ? fullTables() : randomChain(seed, chain)) {
    if (number++ === wanted) return step;
    caseOf(step.state, step.block);
  }
  throw new RangeError(`chain ${chain} has no block ${wanted}`);
}

/** The block less one message or transaction; what cannot be read goes last, and at once. */
function* withoutOne({ start, content }: Block): Generator<Block> {
  const { transactions, rest } = partsOf(content);
  const parts = rest.length > 0 ? [...transactions, rest] : transactions;
  for (let i = parts.length - 1; i >= 0; i--) yield { start, content: concat(...parts.toSpliced(i, 1)) };
  for (let i = start.messages.length - 1; i >= 0; i--) {
    yield { start: { ...start, messages: start.messages.toSpliced(i, 1) }, content };
  }
}
