/** Verifiers as processes of their own, that have nothing but the host: honest batches, and one with a wrong root. */
import type { Hex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CURATOR, developmentAccount, PROVER, SEQUENCER } from "../../cli/devnet/accounts.ts";
import { createTributaryClient } from "../../client/client.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { type Block, batchCommitment, blockCommitment, encodeBatch, genesisCommitment } from "../../protocol/batch.ts";
import { toHex } from "../../protocol/bytes.ts";
import { State } from "../../protocol/state/state.ts";
import { BlockLog } from "../../runtime/chain/blockLog.ts";
import type { StoredBlock } from "../../runtime/chain/storedBlock.ts";
import { encodePostBatch } from "../../runtime/host/postBatch.ts";
import { openStore } from "../../runtime/store/store.ts";
import { type RunningDaemon, run, startDaemon } from "../cli/commandLine.ts";
import { keyOf, RICH, startHost, type TestHost } from "../cli/network.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { until } from "../support/until.ts";

const TOKEN = 10n ** 9n;
const TRANSFERS = 12;
const LONG_MS = 60_000;
/** Enough for any batch here: what is estimated may be too little a moment later. */
const GAS = 5_000_000n;
const ALICE = developmentAccount(CURATOR);
const BOB = developmentAccount(CURATOR + 1);
const directory = temporaryDirectories();

/** A deposit, then transfers, each in a block of its own. */
async function makeBlocks(host: TestHost, { url }: RunningDaemon): Promise<void> {
  const deposit = ["bridge", "deposit", "--amount", "100", "--owner", ALICE.address, ...host.place, "--rpc", url];
  expect((await run(deposit, { env: RICH })).code).toBe(0);
  const client = createTributaryClient({ url, account: ALICE });
  for (let i = 0; i < TRANSFERS; i++) {
    const { height } = await client.transfer({ to: i === 0 ? BOB.address : 1, amount: TOKEN });
    await until("the block to be sealed", async () => (await client.syncStatus()).height >= height);
  }
}

const statusOf = ({ url }: RunningDaemon) => createTributaryClient({ url }).syncStatus();

test("a verifier that comes late, with an empty disk, has the sequencer's state from the host alone", async () => {
  const host = await startHost();
  try {
    const sequencer = await host.sequencer(await directory());
    await makeBlocks(host, sequencer);
    const own = await until(
      "everything to be posted",
      async () => {
        const status = await statusOf(sequencer);
        return status.unpostedBytes === 0 && status.posted === status.height && status;
      },
      LONG_MS,
    );
    expect(own.batch).toBeGreaterThan(1);
    expect(own.height).toBeGreaterThan(TRANSFERS);
    // Nobody is there to be asked any more.
    expect((await sequencer.command.stop()).code).toBe(0);

    const verifier = await host.verifier(await directory());
    const agreed = await until(
      "the verifier to come along",
      async () => {
        const status = await statusOf(verifier);
        return status.height === own.height && status;
      },
      LONG_MS,
    );
    expect(agreed).toMatchObject({ stateRoot: own.stateRoot, batch: own.batch, inboxIndex: 1, fault: null });
    const [bob] = await createTributaryClient({ url: verifier.url }).getAccount({ address: BOB.address });
    expect(bob?.balance).toBe(BigInt(TRANSFERS) * TOKEN);
    expect((await verifier.command.stop()).code).toBe(0);
  } finally {
    await host.anvil.stop();
  }
});

/** Blocks of a sequencer that posts nothing, posted by hand: a true batch, and one with a wrong root in its midst. */
let host: TestHost;
let truth: StoredBlock[];
const FIRST_BATCH = 5;
const FALSE_BLOCK = FIRST_BATCH + 3;
let falseRoot: Hex;

async function post(parent: Uint8Array, blocks: readonly Block[], inboxAcc: Uint8Array): Promise<void> {
  const data = encodePostBatch({ parentCommitment: parent, inboxAcc, blocks: encodeBatch(blocks) });
  const hash = await host.wallet(SEQUENCER).sendTransaction({ to: host.deployment.rollup, data, gas: GAS });
  const { status } = await host.publicClient.waitForTransactionReceipt({ hash });
  expect(status).toBe("success");
}

function withWrongRoot({ header, content }: Block): Block {
  const stateRoot = header.stateRoot.slice();
  stateRoot[17]! ^= 1;
  falseRoot = toHex(stateRoot);
  return { header: { ...header, stateRoot }, content };
}

beforeAll(async () => {
  // Nothing is final before somebody could have proven it.
  host = await startHost({ challengeWindowSeconds: 24 * 3_600 });
  const dataDir = await directory();
  const sequencer = await host.sequencer(dataDir, "--no-post");
  await makeBlocks(host, sequencer);
  expect(await statusOf(sequencer)).toMatchObject({ posted: 0, batch: 0 });
  expect((await sequencer.command.stop()).code).toBe(0);
  const store = await openStore(dataDir);
  const log = new BlockLog(store);
  truth = await Promise.all(Array.from({ length: await log.head() }, async (_, i) => (await log.block(i + 1))!));
  await store.close();

  const genesis = new State().root();
  const first = truth.slice(0, FIRST_BATCH);
  const { inboxAcc } = truth.at(-1)!;
  await post(genesisCommitment(genesis), first, inboxAcc);
  const parent = batchCommitment({
    parentCommitment: genesisCommitment(genesis),
    parentRoot: genesis,
    parentTimestamp: 0,
    firstHeight: 1,
    firstInboxIndex: 0,
    epoch: 0,
    blockCommitments: first.map(blockCommitment),
  });
  const rest = truth
    .slice(FIRST_BATCH)
    .map((block): Block => (block.height === FALSE_BLOCK ? withWrongRoot(block) : block));
  await post(parent, rest, inboxAcc);
});
afterAll(() => host?.anvil.stop());

const fault = () => ({
  batch: 2,
  height: FALSE_BLOCK,
  expectedRoot: toHex(truth[FALSE_BLOCK - 1]!.header.stateRoot),
  postedRoot: falseRoot,
});

test("a verifier ends with code 3 at a wrong root, also when it is started again", async () => {
  const dataDir = await directory();
  for (let start = 0; start < 2; start++) {
    const { code, signal, stdout, stderr } = await run([...host.verifierArgs(dataDir), "--port", "0"]);
    expect({ code, signal, stdout }, stderr).toEqual({ code: 3, signal: null, stdout: "" });
    const lines = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const alarms = lines.filter(({ msg }) => /^FAULT: /.test(String(msg)));
    expect(alarms).toEqual([expect.objectContaining({ level: 50, ...fault() })]);
  }
});

test("a verifier that keeps running stands before the fault, and says so everywhere", async () => {
  const verifier = await host.verifier(await directory(), "--keep-running");
  await verifier.command.said(/FAULT: /);
  const status = await statusOf(verifier);
  const { stateRoot } = truth[FIRST_BATCH - 1]!.header;
  expect(status).toMatchObject({ fault: fault(), batch: 1, height: FIRST_BATCH, stateRoot: toHex(stateRoot) });
  const metrics = await fetch(`${verifier.url}/metrics`).then((response) => response.text());
  expect(metrics).toMatch(/^tributary_fault 1$/m);
  expect(metrics).toMatch(/^tributary_batch 1$/m);

  // It goes on looking at the host, tells the fault once, and serves what it agreed with.
  const { hostBlock } = status;
  await until("more polls", async () => (await statusOf(verifier)).hostBlock > hostBlock + 1, LONG_MS);
  expect(verifier.command.stderr.match(/FAULT: /g)).toHaveLength(1);
  const [alice] = await createTributaryClient({ url: verifier.url }).getAccount({ address: ALICE.address });
  expect(alice?.nonce).toBeGreaterThan(0);
  expect(verifier.command.hasEnded).toBe(false);
  expect((await verifier.command.stop()).code).toBe(0);
});

test("a verifier with a key has the false batch removed, and goes on behind it", async () => {
  const key = { TRIBUTARY_PROVER_KEY: keyOf(PROVER) };
  const verifier = await startDaemon(host.verifierArgs(await directory()), { env: key });
  const [, line] = await verifier.command.said(/(\{.*"msg":"proved a fault.*\})/);
  expect(JSON.parse(line!)).toMatchObject({ level: 30, gas: expect.any(Number) });
  await verifier.command.said(/"msg":"showed the commitment to a proof/);
  const after = await until(
    "no fault",
    async () => {
      const status = await statusOf(verifier);
      return status.fault === null && status;
    },
    LONG_MS,
  );
  expect(after).toMatchObject({ batch: 1, height: FIRST_BATCH });
  const read = { address: host.deployment.rollup, abi: rollupAbi } as const;
  expect(await host.publicClient.readContract({ ...read, functionName: "tip" })).toBe(1n);
  const args = [developmentAccount(SEQUENCER).address] as const;
  expect((await host.publicClient.readContract({ ...read, functionName: "bonds", args }))[0]).toBe(0n);
  const metrics = await fetch(`${verifier.url}/metrics`).then((response) => response.text());
  expect(metrics).toMatch(/^tributary_fault 0$/m);
  expect(metrics).toMatch(/^tributary_faults_total 1$/m);
  expect(metrics).toMatch(/^tributary_prover_prove_total 1$/m);
  expect(metrics).toMatch(/^tributary_proof_blocked 0$/m);
  expect(verifier.command.stderr.match(/FAULT: /g)).toHaveLength(1);
  expect(verifier.command.hasEnded).toBe(false);
  expect((await verifier.command.stop()).code).toBe(0);
});

test("a prover key that is none is wrong usage", async () => {
  const bad = await run(host.verifierArgs(await directory()), { env: { TRIBUTARY_PROVER_KEY: "0x12" } });
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining("TRIBUTARY_PROVER_KEY") });
});
