/** What a person wants to see at the end of the main job: who earned what and why, and what it cost. */
import { formatAmount } from "../options.ts";
import { table } from "../output.ts";
import type { Attributed, HostCost } from "./attributions.ts";
import type { Corpus, TracedSentence } from "./corpus.ts";
import type { Network } from "./network.ts";
import { reliably } from "./reliably.ts";

export interface Earnings {
  author: string;
  /** Gwei, all his contributions together. */
  earned: bigint;
  /** Sentences that drew on his work. */
  cited: number;
  /** Contributions with enough to claim. */
  claimable: number[];
  /** The most informative passage of which he is the oldest source. */
  best: TracedSentence | undefined;
}

const MINIMUM_CLAIM = 1_000_000n;

/** Read from the rollup, richest first. */
export async function earningsOf(
  { client }: Network,
  { addresses, trainedAt }: Corpus,
  traced: readonly TracedSentence[],
): Promise<Earnings[]> {
  const byAuthor = new Map<string, Earnings>();
  for (let index = 0; index < trainedAt; index++) {
    const { author } = addresses[index]!;
    const found = await reliably(() => client.getContribution({ index }));
    if (found === null) throw new Error(`contribution ${index} is missing`);
    const entry = byAuthor.get(author) ?? { author, earned: 0n, cited: 0, claimable: [], best: undefined };
    entry.earned += found.lifetime;
    if (found.earned >= MINIMUM_CLAIM) entry.claimable.push(index);
    byAuthor.set(author, entry);
  }
  for (const sentence of traced) {
    for (const author of new Set(sentence.shares.map(({ contribution }) => addresses[contribution]!.author))) {
      byAuthor.get(author)!.cited++;
    }
    const oldest = byAuthor.get(addresses[sentence.first]!.author)!;
    if (oldest.best === undefined || sentence.bits > oldest.best.bits) oldest.best = sentence;
  }
  return [...byAuthor.values()].sort((a, b) => (a.earned < b.earned ? 1 : -1));
}

export interface Summary {
  corpus: Corpus;
  earnings: readonly Earnings[];
  sample: TracedSentence;
  attributed: Attributed;
  cost: HostCost;
  sentences: number;
  verifiedBlocks: number;
  batches: number;
  seconds: number;
}

const ROWS = 12;
const PHRASE = 66;

export function printSummary({
  corpus,
  earnings,
  sample,
  attributed,
  cost,
  sentences,
  verifiedBlocks,
  batches,
  seconds,
}: Summary): void {
  const rows = earnings.slice(0, ROWS).map(({ author, earned, cited, best }) => {
    const use = best && `${best.source.author.split(" ").at(-1)} ${best.source.year}: "${shorten(best.phrase)}"`;
    return [author, formatAmount(earned), cited, use ?? ""];
  });
  console.log("\nWho earned what, and the passage that says most why (who used it, when)\n");
  console.log(table(["author", "earned", "cited", "first said by this author, used by"], rows));

  const { author, year } = corpus.addresses[sample.first]!;
  const total = sample.shares.reduce((sum, { weight }) => sum + weight, 0);
  console.log(`\nA sample output, traced (${sample.source.author}, ${sample.source.year})\n`);
  console.log(`  "${shorten(sample.text, 300)}"`);
  console.log(`  shares "${shorten(sample.phrase, 200)}"`);
  console.log(
    `  with ${author}, ${year}: ${sample.bits.toFixed(0)} bits of information; attribution ${attributed.indexOf.get(sample)}`,
  );
  for (const { contribution, weight } of sample.shares) {
    const source = corpus.addresses[contribution]!;
    console.log(
      `  ${((100 * weight) / total).toFixed(1).padStart(5)} %  #${contribution} ${source.author}, ${source.year}`,
    );
  }

  const perRecord = (value: number): string => (value / attributed.records).toFixed(1);
  const gasOfAttributions = (Number(cost.gas) * attributed.bytes) / cost.bytes;
  console.log("\nWhat it cost\n");
  console.log(
    table(
      ["", "total", "per attribution"],
      [
        [
          "attributions",
          `${attributed.records} (${attributed.shares} shares)`,
          `${(attributed.shares / attributed.records).toFixed(1)} shares`,
        ],
        [
          "sentences with a source",
          `${attributed.records} of ${sentences}`,
          `${((100 * attributed.records) / sentences).toFixed(1)} % coverage`,
        ],
        [
          "fees paid",
          `${formatAmount(attributed.fees)} tokens`,
          `${Number(attributed.fees) / attributed.records / 1e9} tokens`,
        ],
        ["bytes of attributions on the host", String(attributed.bytes), `${perRecord(attributed.bytes)} bytes`],
        [
          "bytes of all batches",
          `${cost.bytes} in ${cost.batches} batches, ${cost.blocks} blocks`,
          `${perRecord(cost.bytes)} bytes, all else in`,
        ],
        ["host gas of all batches", String(cost.gas), `${perRecord(gasOfAttributions)} gas for its bytes`],
      ],
    ),
  );
  console.log(
    `\nThe verifier agrees with ${verifiedBlocks} blocks in ${batches} batches. Done in ${seconds.toFixed(0)} s.`,
  );
}

export function printWhatNow({ host, sequencer, verifier }: Network, receiptFile: string, dataDir: string): void {
  console.log(`
The network stays up; Ctrl-C ends it. In another terminal:

  npx tributary trace "the only thing we have to fear is fear itself" --rpc ${sequencer.url}
  npx tributary receipt verify ${receiptFile}
  npx tributary escape --list --everyone --host-rpc ${host.rpcUrl} --rollup ${host.deployment.rollup}
  npx tributary verifier --host-rpc ${host.rpcUrl} --rollup ${host.deployment.rollup} --port 7072 --data-dir ${dataDir}/my-verifier
  curl -s ${verifier.url} -H 'content-type: application/json' \\
    -d '{"jsonrpc":"2.0","id":1,"method":"tributary_getContribution","params":{"index":0}}'
`);
}

function shorten(text: string, length = PHRASE): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 3)}...`;
}
