/** Random chains through both implementations, until enough transactions were compared. */
import { VERDICTS, type Verdict } from "../../protocol/verdict.ts";
import { type Case, fullTables, randomChain, type Step } from "./chains.ts";
import { compare } from "./compare.ts";
import type { TransitionHost } from "./host.ts";
import { partsOf } from "./parts.ts";

export interface RunOptions {
  readonly seed: number;
  /** Transactions and messages to compare, at least. */
  readonly cases: number;
  /** Ends at the first difference. */
  readonly stopAtFirst?: boolean;
  /** Called after every chain. */
  readonly onProgress?: (report: Report) => void;
}

export const FULL_TABLES = -1;

/** Where a difference was found: the block is made again from these. */
export interface Place {
  readonly seed: number;
  /** Or `FULL_TABLES`. */
  readonly chain: number;
  /** From 0, in its chain. */
  readonly block: number;
}

export interface Divergence extends Place {
  readonly difference: string;
}

export interface Report {
  cases: number;
  blocks: number;
  chains: number;
  /** Blocks whose content ended at the meter, or at bytes that are no transaction. */
  endedByMeter: number;
  endedByBytes: number;
  witnessBytes: number;
  largestWitness: number;
  readonly verdicts: Record<Verdict, number>;
  readonly divergences: Divergence[];
}

/** Requests that the host works on while the next blocks are made. */
const IN_FLIGHT = 8;

/** The blocks that fill tables, then random chains until there are enough cases. */
export async function runChains(
  host: TransitionHost,
  { seed, cases, stopAtFirst, onProgress }: RunOptions,
): Promise<Report> {
  const report: Report = {
    cases: 0,
    blocks: 0,
    chains: 0,
    endedByMeter: 0,
    endedByBytes: 0,
    witnessBytes: 0,
    largestWitness: 0,
    verdicts: Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>,
    divergences: [],
  };
  const inFlight = new Set<Promise<void>>();
  const run = async (place: Omit<Place, "block">, steps: Iterable<Step>): Promise<void> => {
    let number = 0;
    for (const { state, block } of steps) {
      const at = { ...place, block: number++ };
      const compared = compare(host, state, block);
      count(report, compared);
      const done: Promise<void> = compared.difference.then((difference) => {
        if (difference !== undefined) report.divergences.push({ ...at, difference });
        inFlight.delete(done);
      });
      inFlight.add(done);
      if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
    }
    report.chains++;
    onProgress?.(report);
  };
  await run({ seed, chain: FULL_TABLES }, fullTables());
  const isDone = (): boolean => report.cases >= cases || (stopAtFirst === true && report.divergences.length > 0);
  for (let chain = 0; !isDone(); chain++) await run({ seed, chain }, randomChain(seed, chain));
  await Promise.all(inFlight);
  return report;
}

function count(report: Report, { block, results, witness }: Case): void {
  const { transactions, rest } = partsOf(block.content);
  if (results.length < block.start.messages.length + transactions.length) report.endedByMeter++;
  else if (rest.length > 0) report.endedByBytes++;
  report.blocks++;
  report.cases += results.length;
  report.witnessBytes += witness.length;
  report.largestWitness = Math.max(report.largestWitness, witness.length);
  for (const { verdict, items = [] } of results) for (const each of [verdict, ...items]) report.verdicts[each]++;
}
