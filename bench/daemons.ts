/** Sequencers and verifiers as processes of their own, as an operator runs them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DevelopmentHost } from "../cli/devnet/host.ts";
import { choosePort, type Daemon, type DaemonParameters, startDaemon } from "../cli/devnet/processes.ts";
import { createTributaryClient } from "../client/client.ts";

const POLL_MS = 50;
/** A verifier of an hour of load reads for minutes. */
const READY_MS = 30 * 60_000;

export interface Launch {
  name: DaemonParameters["name"];
  host: DevelopmentHost;
  /** Holds data, log and process id. */
  folder: string;
  /** Of the data directory in it. */
  directory: string;
  args?: readonly string[];
  env?: Record<string, string>;
  /** How long it may take until it answers. */
  readyMs?: number;
}

/** Resolves when it answers. One that dies is started again. Prints its log when it does not come up. */
export async function launch({ name, host, folder, directory, args = [], env = {}, readyMs }: Launch): Promise<Daemon> {
  const logFile = join(folder, `${directory}.log`);
  const { rollup } = host.deployment;
  const common = ["--host-rpc", host.rpcUrl, "--rollup", rollup, "--host-poll", "250", "--log-level", "warn"];
  try {
    return await startDaemon({
      name,
      port: await choosePort(0), // another one's could answer in its place at the usual one while it is down
      args: [...common, "--data-dir", join(folder, directory), ...args],
      env,
      logFile,
      pidFile: join(folder, `${directory}.pid`),
      final: [],
      ...(readyMs && { readyMs }),
    });
  } catch (error) {
    process.stderr.write(await readFile(logFile, "utf8")); // the folder goes
    throw error;
  }
}

export interface Agreed {
  /** Seconds from the start of the process. */
  seconds: number;
  batches: number;
  records: number;
}

/** A verifier that starts from nothing, until it has the block that `url` stands at. Throws when the roots differ. */
export async function verifyFromNothing(host: DevelopmentHost, folder: string, url: string): Promise<Agreed> {
  const { height, stateRoot } = await createTributaryClient({ url }).syncStatus();
  const start = performance.now();
  const verifier = await launch({ name: "verifier", host, folder, directory: "verifier", readyMs: READY_MS });
  try {
    const client = createTributaryClient({ url: verifier.url });
    let status = await client.syncStatus();
    while (status.height < height) {
      if (status.fault !== null) throw new Error(`the verifier found a fault: ${JSON.stringify(status.fault)}`);
      await sleep(POLL_MS);
      status = await client.syncStatus();
    }
    const seconds = (performance.now() - start) / 1_000;
    if (status.stateRoot !== stateRoot) throw new Error(`roots differ at block ${height}`);
    return { seconds, batches: status.batch, records: (await client.chainInfo()).tables.attributions };
  } finally {
    await verifier.stop();
  }
}
