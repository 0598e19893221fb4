/**
 * The main job: the State of the Union corpus goes all the way, from signatures to settled credit, on a real network of
 * processes. Nothing is simulated but the host's consensus.
 */
import { join } from "node:path";
import type { Lifecycle } from "../../runtime/lifecycle.ts";
import { formatAmount } from "../options.ts";
import { Progress } from "../output.ts";
import { attribute, hostCost } from "./attributions.ts";
import { loadCorpus, traceSentences } from "./corpus.ts";
import { printFault, takeOver, waitForRemoval } from "./faultStory.ts";
import { lie } from "./liar.ts";
import { type Network, startNetwork } from "./network.ts";
import { contributeAddresses, createDatanet, fund, openAuthors, registerModel } from "./register.ts";
import { reliably } from "./reliably.ts";
import { checkReceiptOffline, claimFor, waitForAgreement, withdrawAll } from "./settle.ts";
import { type Earnings, earningsOf, printSummary, printWhatNow } from "./summary.ts";

export interface MainJobOptions {
  dataDir: string;
  challengeWindowSeconds: number;
  /** The network stays up afterwards: say what to do with it. */
  staysUp: boolean;
  /** The sequencer lies once, after the attributions. */
  withFault: boolean;
}

/** Throws when anything is not as it should be. */
export async function runMainJob(
  { dataDir, challengeWindowSeconds, staysUp, withFault }: MainJobOptions,
  lifecycle: Lifecycle,
): Promise<void> {
  const progress = new Progress();
  let network = await progress.step(
    "host, contracts, sequencer and verifier",
    () =>
      startNetwork({ dataDir, challengeWindowSeconds, withFault }, lifecycle, (text) =>
        progress.note(`          ${text}`),
      ),
    ({ host, sequencer, verifier }) =>
      `host ${host.rpcUrl}, rollup ${host.deployment.rollup}\n          sequencer ${sequencer.url} (pid ${sequencer.pid}), verifier ${verifier.url} (pid ${verifier.pid})`,
  );
  const corpus = await progress.step(
    "reading and indexing the corpus",
    async () => loadCorpus(),
    ({ addresses, engine }) => `${addresses.length} addresses, ${engine.index.corpus.tokens.length} tokens`,
  );
  const { curator, operator } = await progress.step(
    "a deposit from the host",
    () => fund(network),
    () => "10,000 tokens, half of them for the operator",
  );
  const authors = await progress.step(
    "an account for every author",
    () => openAuthors(network, corpus, curator),
    ({ size }) => `${size} authors`,
  );
  const datanet = await createDatanet(network, curator);
  await progress.step(
    "contributions, in order of time",
    (report) => contributeAddresses(network, corpus, { authors, datanet }, report),
    () => `${corpus.addresses.length} addresses in datanet ${datanet}`,
  );
  const model = await progress.step(
    "registering a model",
    () => registerModel(network, corpus, operator, datanet),
    (index) => `model ${index}, trained on the first ${corpus.trainedAt} contributions`,
  );
  const { traced, sentences } = await progress.step(
    "tracing every sentence since the training",
    async () => traceSentences(corpus),
    (found) => `${found.sentences} sentences, ${found.traced.length} share an informative passage with older work`,
  );
  const attributed = await progress.step(
    "attributions with fees",
    (report) => attribute(network, traced, { model, operator }, report),
    ({ records, transactions }) => `${records} records under ${transactions} signatures`,
  );
  const batch = await progress.step(
    "batches on the host, re-computed by the verifier",
    (report) => waitForAgreement(network, attributed.height, report),
    (id) => `the verifier agrees with all ${id} batches`,
  );
  const cost = await hostCost(network, batch);
  const earnings = await earningsOf(network, corpus, traced);
  const top = earnings[0]!;
  const told = withFault ? await faultIn(network) : undefined;
  if (told !== undefined) ({ network } = told);

  await progress.step(
    `claiming for ${top.author}`,
    () => claimFor(network, top.claimable, operator),
    (count) => `${count} contributions paid out to account ${authors.get(top.author)!.account}`,
  );
  const withdrawn = await progress.step(
    "withdrawing to the host",
    (report) => withdrawAll(network, authors.get(top.author)!, report),
    ({ amount, recipient }) => `the Vault paid ${formatAmount(amount)} tokens to ${recipient}`,
  );
  const sample = traced.reduce((a, b) => (b.bits > a.bits ? b : a));
  const receiptFile = join(dataDir, "receipt.json");
  await progress.step(
    "checking a receipt offline",
    () => checkReceiptOffline(network, attributed.indexOf.get(sample)!, receiptFile),
    ({ index }) => `attribution ${index}, ${receiptFile}`,
  );
  const agreed = await progress.step(
    "last agreement",
    (report) => waitForAgreement(network, withdrawn.height, report),
    (id) => `${id} batches`,
  );

  const status = await reliably(() => network.auditor.syncStatus());
  printSummary({
    corpus,
    earnings,
    sample,
    attributed,
    cost,
    sentences,
    verifiedBlocks: status.height,
    batches: agreed,
    seconds: progress.seconds,
  });
  if (told !== undefined) printFault(told.falsehood, told.removal);
  if (staysUp) printWhatNow(network, receiptFile, dataDir);

  async function faultIn(before: Network) {
    const falsehood = await progress.step(
      "the sequencer turns dishonest",
      () => lie(before, dataDir),
      ({ batch, amount }) => `batch ${batch} says that the Vault owes it ${formatAmount(amount)} tokens`,
    );
    const removal = await progress.step(
      "the verifier proves it",
      () => waitForRemoval(before, falsehood),
      ({ seconds, gas }) => `the host removed the batch after ${seconds} s, for ${gas} gas`,
    );
    const after = await progress.step(
      "a bonded successor takes over",
      () => takeOver(before, operator),
      ({ sequencer }) => `sequencer ${sequencer.url} (pid ${sequencer.pid})`,
    );
    return { falsehood, removal, network: after };
  }
}

export type { Earnings };
