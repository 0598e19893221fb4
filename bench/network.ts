/**
 * A network to put load on: an anvil host with the contracts and a block a second, a sequencer in a process of its own that posts
 * and signs, a datanet of the size of the State of the Union, and senders with money.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bytesToHex } from "viem";
import { getBridgeContracts } from "../bridge/contracts.ts";
import { waitForCredit } from "../bridge/deposits.ts";
import { depositToRollup } from "../bridge/depositToRollup.ts";
import { DEPLOYER, developmentAccount, SEQUENCER } from "../cli/devnet/accounts.ts";
import { type DevelopmentHost, startDevelopmentHost } from "../cli/devnet/host.ts";
import type { Daemon } from "../cli/devnet/processes.ts";
import { HEADER_KEY, POSTER_KEY } from "../cli/options.ts";
import { createTributaryClient, type TributaryClient } from "../client/client.ts";
import { fromHex, toHex } from "../protocol/bytes.ts";
import { ALL_PURPOSES } from "../protocol/state/datanet.ts";
import { domainSeparator, type Transaction } from "../protocol/transactions/registry.ts";
import { useFastHashes } from "../runtime/fastHashes.ts";
import { Lifecycle } from "../runtime/lifecycle.ts";
import { launch } from "./daemons.ts";
import { Lane } from "./lane.ts";
import { addressOfKey, Ledger, type Sender } from "./ledger.ts";
import { refusals, tally, Wire } from "./load.ts";
import { SOTU_CONTRIBUTIONS } from "./sotuRecords.ts";
import { bytesOf, randomOf } from "./world.ts";

const SENDERS = 43;
const TOKEN = 10n ** 9n;
const DEPOSIT = 100_000_000n * TOKEN;
const GRANT = 1_000_000n * TOKEN;
const CHAIN_ID = 31_337;
/** Contributions in one transaction of the registration. */
const CHUNK = 100;
const POLL_MS = 100;
/** The open block is sealed by then: twice the default block time. */
const SEALED_MS = 500;
/** A batch a host block, as large as the host takes them. */
const POSTING = ["--batch-bytes", "105000", "--batch-age", "2", "--confirmations", "1"];
/** A machine takes in more than a host carries: what waits for the host must not stop the measurement. */
const UNBOUNDED = ["--max-unposted-bytes", String(2 ** 40), "--max-unposted-age", "86400"];

export interface BenchNetwork {
  host: DevelopmentHost;
  sequencer: Daemon;
  client: TributaryClient;
  ledger: Ledger;
  /** Each with money and a nonce of its own, so that they can send side by side. */
  senders: Sender[];
  folder: string;
  /** Resolves when all blocks are on the host. */
  posted(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBenchNetwork(): Promise<BenchNetwork> {
  await useFastHashes();
  const lifecycle = new Lifecycle();
  try {
    return await start(lifecycle);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function start(lifecycle: Lifecycle): Promise<BenchNetwork> {
  const folder = await mkdtemp(join(tmpdir(), "tributary-bench-"));
  lifecycle.onStop("folder", () => rm(folder, { recursive: true, force: true }));
  const host = await startDevelopmentHost({ blockTimeSeconds: 1 });
  lifecycle.onStop("host", () => host.anvil.stop());
  const { rollup } = host.deployment;
  const key = bytesToHex(developmentAccount(SEQUENCER).getHdKey().privateKey!);
  const sequencer = await launch({
    name: "sequencer",
    host,
    folder,
    directory: "sequencer",
    args: [...POSTING, ...UNBOUNDED, "--credit", "latest"],
    env: { [POSTER_KEY]: key, [HEADER_KEY]: key },
  });
  lifecycle.onStop("sequencer", () => sequencer.stop());
  const client = createTributaryClient({ url: sequencer.url });
  const ledger = new Ledger(domainSeparator({ chainId: CHAIN_ID, verifyingContract: fromHex(rollup) }));
  const senders = await register({ host, client, ledger, url: sequencer.url });
  return {
    host,
    sequencer,
    client,
    ledger,
    senders,
    folder,
    stop: () => lifecycle.stop(),
    async posted() {
      await sleep(SEALED_MS);
      for (;;) {
        const { unpostedBytes, posted, height } = await client.syncStatus();
        if (unpostedBytes === 0 && posted === height) return;
        await sleep(POLL_MS);
      }
    },
  };
}

/** Money from the host, accounts for the senders, datanet, contributions, model 0. */
async function register(
  network: Pick<BenchNetwork, "host" | "client" | "ledger"> & { url: string },
): Promise<Sender[]> {
  const { host, client, ledger, url } = network;
  const random = randomOf(43);
  const founder = ledger.openAccount(bytesOf(32, random), DEPOSIT);
  const contracts = await getBridgeContracts(host.publicClient, { rollup: host.deployment.rollup });
  const owner = toHex(addressOfKey(founder.key));
  const authorization = "permit";
  const deposit = await depositToRollup(host.wallet(DEPLOYER), { contracts, amount: DEPOSIT, owner, authorization });
  await waitForCredit(client, { deposit, pollingIntervalMs: POLL_MS });

  const wire = new Wire(url, 1);
  const send = async (transaction: Transaction): Promise<void> => {
    const signed = ledger.sign(founder, transaction);
    const refused = refusals(await wire.send(new Lane([signed]), 1));
    if (refused.length > 0) throw new Error(`a registration was refused: ${tally(refused)}`);
    ledger.run(signed);
  };
  const { account } = founder;
  const senders: Sender[] = [];
  while (senders.length < SENDERS) {
    const key = bytesOf(32, random);
    await send({ name: "Transfer", account, body: { to: addressOfKey(key), amount: GRANT } });
    senders.push({ account: ledger.state.accounts.length - 1, key, nonce: 0 });
  }
  const terms = { curated: false, purposes: ALL_PURPOSES, lineageBps: 0, curatorBps: 500 };
  await send({ name: "CreateDatanet", account, body: { metadataHash: bytesOf(32, random), ...terms } });
  for (let first = 0; first < SOTU_CONTRIBUTIONS; first += CHUNK) {
    const items = Array.from({ length: Math.min(CHUNK, SOTU_CONTRIBUTIONS - first) }, () => ({
      contentRoot: bytesOf(32, random),
      kind: 0,
      purposes: ALL_PURPOSES,
      expiresAt: 0,
    }));
    await send({ name: "Contribute", account, body: { datanet: 0, items } });
  }
  const model = { artifactRoot: bytesOf(32, random), relation: 0, datanets: [0], ownerBps: 2_000, royaltyBps: 0 };
  await send({ name: "RegisterModel", account, body: { ...model, live: true, trainedAt: 0 } });
  wire.close();
  return senders;
}

/** Resident memory of a process; undefined when it has just ended, and where the system does not tell. */
export async function residentMegabytes(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/status`, "utf8").catch(() => undefined);
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(text ?? "")?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_000;
}

/** Processor time that a process has used, all its threads; undefined where the system does not tell. */
export async function cpuSecondsOf(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields && (Number(fields[11]) + Number(fields[12])) / 100; // user and system time, in hundredths of a second
}
