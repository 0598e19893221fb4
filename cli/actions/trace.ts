/** What `tributary trace` does. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadAddresses } from "../../attribution/corpora/sotu.ts";
import { buildCorpus } from "../../attribution/corpus.ts";
import { createEngine } from "../../attribution/engine.ts";
import { createTributaryClient } from "../../client/client.ts";
import { toHex } from "../../protocol/bytes.ts";
import { TributaryError } from "../../runtime/errors.ts";
import { textOf } from "../files.ts";
import { formatAmount } from "../options.ts";

interface Options {
  corpus: string;
  before?: number;
  rpc?: string;
  json?: boolean;
}

interface Document {
  contribution: number;
  title: string;
  text: string;
}

export async function trace(argument: string, options: Options): Promise<void> {
  const text = await textOf(argument);
  const documents = options.corpus === "sotu" ? sotuDocuments() : await folderDocuments(options.corpus);
  const engine = createEngine(buildCorpus(documents));
  const found = engine.trace(text, { before: options.before });
  if (options.json) {
    console.log(
      JSON.stringify({ output: toHex(found.outputHash), evidence: found.document, shares: found.shares }, null, 2),
    );
    return;
  }
  console.log(`output ${toHex(found.outputHash)}, ${documents.length} contributions searched`);
  if (found.shares.length === 0) console.log("no informative passage is shared with the corpus");
  for (const span of found.spans) {
    const [source] = span.sources;
    console.log(`\n"${engine.phrase(text, span)}"`);
    console.log(
      `  ${(span.information / 256).toFixed(0)} bits, in ${span.documents} contribution(s), first: ${titleOf(documents, source!.contribution)}`,
    );
  }
  if (found.shares.length > 0) console.log("\nshares:");
  const total = found.shares.reduce((sum, { weight }) => sum + weight, 0);
  for (const { contribution, weight } of found.shares) {
    const percent = ((100 * weight) / total).toFixed(1).padStart(5);
    console.log(`  ${percent} %  ${titleOf(documents, contribution)}${await earnedBy(options.rpc, contribution)}`);
  }
}

async function earnedBy(rpc: string | undefined, index: number): Promise<string> {
  if (rpc === undefined) return "";
  const record = await createTributaryClient({ url: rpc }).getContribution({ index });
  return record === null ? "" : `, earned ${formatAmount(record.lifetime)} so far`;
}

function sotuDocuments(): Document[] {
  return loadAddresses().map(({ text, author, year }, contribution) => ({
    contribution,
    title: `${author}, ${year}`,
    text,
  }));
}

async function folderDocuments(folder: string): Promise<Document[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".txt")).sort();
  if (names.length === 0) throw new TributaryError("invalid-params", `there are no .txt files in ${folder}`);
  return Promise.all(
    names.map(async (title, contribution) => ({
      contribution,
      title,
      text: await readFile(join(folder, title), "utf8"),
    })),
  );
}

function titleOf(documents: readonly Document[], contribution: number): string {
  return `#${contribution} ${documents[contribution]!.title}`;
}
