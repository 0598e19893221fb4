/**
 * The main job with its daemons killed again and again at random moments: it completes, every acknowledged transaction is
 * there exactly once and in order, and the verifier's chain is the sequencer's. KILL_SEED repeats a run's choices.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentRoot } from "../../attribution/content.ts";
import { loadAddresses } from "../../attribution/corpora/sotu.ts";
import { createTributaryClient } from "../../client/client.ts";
import { fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import { readContribution } from "../../protocol/state/contribution.ts";
import { State } from "../../protocol/state/state.ts";
import { readWithdrawal } from "../../protocol/state/withdrawal.ts";
import { domainSeparator } from "../../protocol/transactions/registry.ts";
import { type Entry, entriesOf } from "../../runtime/chain/blockLog.ts";
import { Chain } from "../../runtime/chain/chain.ts";
import type { StoredBlock } from "../../runtime/chain/storedBlock.ts";
import { sleep } from "../../runtime/lifecycle.ts";
import { openStore, type Store } from "../../runtime/store/store.ts";
import { Command, type Ended } from "../cli/commandLine.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { moneyIn } from "../support/world.ts";

type Name = "sequencer" | "verifier";

const CHAIN_ID = 31_337;
const ADDRESSES = 233;
const AUTHORS = 43;
const DEPOSITED = 10_000n * 10n ** 9n;
/** Records that the sequencer holds when it is killed: as many kills on any machine. One more comes with the first attributions. */
const PLANNED = { least: 1, most: AUTHORS + ADDRESSES - 1, count: 12 };
/** After the plan, at random moments of each phase. */
const MAX_KILLS_PER_PHASE = 3;
const VERIFIERS_PART = 0.2;
/** Kills that do not wait until the daemon is ready: they hit its recovery. */
const EARLY_PART = 0.25;
const LONGEST_START_MS = 1_500;
const LONGEST_LIFE_MS = 1_000;
const POLL_MS = 25;
const NEVER = new AbortController().signal;

const directory = temporaryDirectories();
const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** What was being done, and who was killed then. */
const kills: { phase: string; name: Name }[] = [];
const killsOf = (name: Name): number => kills.filter((kill) => kill.name === name).length;

let dataDir: string;
let job: Command;
let ended: Ended;

/** A small generator, so that a printed seed gives the same choices again. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The last step that the job has said to be done. */
const phase = (): string => [...job.stdout.matchAll(/^ +[\d.]+ s {2}([^:\n]+)/gm)].at(-1)?.[1] ?? "";

function pidOf(name: Name): number | undefined {
  const file = join(dataDir, `${name}.pid`);
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  return pid > 0 ? pid : undefined;
}

const isReady = (url: string): Promise<boolean> => fetch(`${url}/readyz`).then(({ ok }) => ok, () => false); // biome-ignore format: a line

function killNow(name: Name): void {
  const pid = pidOf(name);
  if (pid === undefined || job.hasEnded || phase().startsWith("withdrawing")) return;
  process.kill(pid, "SIGKILL");
  kills.push({ phase: phase(), name });
}

/** Within its life, or within its start. */
async function killAtRandom(name: Name, url: string, random: () => number): Promise<void> {
  const [isEarly, moment] = [random() < EARLY_PART, random()];
  while (!job.hasEnded && (pidOf(name) === undefined || (!isEarly && !(await isReady(url)))))
    await sleep(POLL_MS, NEVER);
  await sleep(moment * (isEarly ? LONGEST_START_MS : LONGEST_LIFE_MS), NEVER);
  killNow(name);
}

/** Waits until the sequencer, which may be down, has taken in what the test asks for. */
async function reached(url: string, isEnough: (tables: Record<string, number>) => boolean): Promise<void> {
  const client = createTributaryClient({ url });
  for (;;) {
    const tables = await client.chainInfo().then((info) => info.tables, () => undefined); // biome-ignore format: a line
    if (job.hasEnded || (tables !== undefined && isEnough(tables))) return;
    await sleep(POLL_MS, NEVER);
  }
}

/** Kills the sequencer at random places of its work; each kill may be followed by one while it starts. */
async function killAsPlanned(url: string, random: () => number): Promise<void> {
  const { least, most, count } = PLANNED;
  const part = (most - least) / count;
  for (let i = 0; i < count; i++) {
    const place = least + (i + random()) * part;
    await reached(url, ({ accounts, contributions }) => accounts! + contributions! >= place);
    killNow("sequencer");
    if (random() < EARLY_PART) {
      await sleep(random() * LONGEST_START_MS, NEVER);
      killNow("sequencer");
    }
  }
  await reached(url, ({ attributions }) => attributions! > 0);
  killNow("sequencer");
}

beforeAll(async () => {
  dataDir = await directory();
  job = new Command(["devnet", "--once", "--data-dir", dataDir]);
  const [, sequencer, verifier] = await job.said(/sequencer (http\S+) \(pid \d+\), verifier (http\S+) \(pid/);
  const random = randomOf(seed);
  await Promise.all([killAsPlanned(sequencer!, random), killAtRandom("verifier", verifier!, random)]);
  while (!job.hasEnded) {
    const inPhase = kills.filter((each) => each.phase === phase()).length;
    if (inPhase >= MAX_KILLS_PER_PHASE) await sleep(POLL_MS, NEVER);
    else if (random() < VERIFIERS_PART) await killAtRandom("verifier", verifier!, random);
    else await killAtRandom("sequencer", sequencer!, random);
  }
  ended = await job.ended;
}, 400_000);
afterAll(() => {
  const phases = [...new Set(kills.map((each) => each.phase))];
  const counts = phases.map((name) => `${kills.filter((each) => each.phase === name).length} after "${name}"`);
  console.log(`seed ${seed}: sequencer killed ${killsOf("sequencer")} times, verifier ${killsOf("verifier")} times`);
  console.log(counts.join(", "));
});

test("the job completes with code 0 and its summary, whatever was killed and when", () => {
  expect({ code: ended.code, stderr: ended.stderr }, ended.stdout).toEqual({ code: 0, stderr: "" });
  expect(ended.stdout).toContain("Who earned what");
  expect(ended.stdout).toMatch(/The verifier agrees with \d+ blocks in \d+ batches/);
  expect(killsOf("sequencer")).toBeGreaterThanOrEqual(PLANNED.count + 1);
  expect(killsOf("verifier")).toBeGreaterThan(0);
  expect(new Set(kills.map((each) => each.phase)).size).toBeGreaterThanOrEqual(3);
});

/** Everything a node has, from its store alone: the state is replayed. */
async function opened<T>(name: Name, read: (chain: Chain, store: Store) => Promise<T>): Promise<T> {
  const rollup = /rollup (0x[0-9a-fA-F]{40})/.exec(ended.stdout)![1] as Hex;
  const store = await openStore(join(dataDir, name));
  try {
    const identity = { chainId: CHAIN_ID, rollup, genesisRoot: toHex(new State().root()), role: name };
    const separator = domainSeparator({ chainId: CHAIN_ID, verifyingContract: fromHex(rollup) });
    return await read(await Chain.open({ store, identity, separator }), store);
  } finally {
    await store.close();
  }
}

const blocksOf = ({ log, head }: Chain): Promise<StoredBlock[]> =>
  Promise.all(Array.from({ length: head.height }, async (_, i) => (await log.block(i + 1))!));

const entriesIn = async (chain: Chain): Promise<Entry[]> => (await blocksOf(chain)).flatMap(entriesOf);

test("sequencer and verifier have the same blocks and the same state", async () => {
  const read = async (chain: Chain) => ({
    height: chain.head.height,
    root: toHex(chain.state.root()),
    roots: (await blocksOf(chain)).map(({ header }) => toHex(header.stateRoot)),
  });
  const own = await opened("sequencer", read);
  expect(await opened("verifier", read)).toEqual(own);
  expect(own.roots.at(-1)).toBe(own.root);
});

test("every acknowledged transaction is there once, accepted, and nothing else", async () => {
  const entries = await opened("sequencer", entriesIn);
  const hashes = entries.map(({ result }) => toHex(result.hash));
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(entries.filter(({ result }) => result.verdict !== "Ok")).toEqual([]);
  const counts: Record<string, number> = {};
  for (const { result } of entries) counts[result.name] = (counts[result.name] ?? 0) + 1;
  expect(counts).toEqual({
    Deposit: 1,
    Transfer: 1 + AUTHORS,
    CreateDatanet: 1,
    Contribute: ADDRESSES,
    RegisterModel: 1,
    Attribute: Number(/records under (\d+) signatures/.exec(ended.stdout)![1]),
    Claim: 1,
    Withdraw: 1,
  });
});

test("all contributions are there in order, all attributions, and all the money", async () => {
  await opened("verifier", async ({ state }) => {
    const texts = loadAddresses().map(({ text }) => toHex(contentRoot(text)));
    const { contributions, attributions, withdrawals } = state;
    const roots = Array.from(
      { length: contributions.length },
      (_, i) => readContribution(contributions, i)!.contentRoot,
    );
    expect(roots.map(toHex)).toEqual(texts);
    expect(texts).toHaveLength(ADDRESSES);
    expect(attributions.length).toBe(Number(/attributions with fees: (\d+) records/.exec(ended.stdout)![1]));
    expect(withdrawals.length).toBe(1);
    expect(moneyIn(state) + readWithdrawal(withdrawals, 0)!.amount).toBe(DEPOSITED);
  });
});
