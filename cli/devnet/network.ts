/** A whole network on this machine: host, contracts, sequencer, verifier, and clients of both. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { bytesToHex, type Hex } from "viem";
import { createTributaryClient, type TributaryClient } from "../../client/client.ts";
import type { Lifecycle } from "../../runtime/lifecycle.ts";
import { EXIT_FAULT } from "../errors.ts";
import { DEFAULT_SEQUENCER_PORT, DEFAULT_VERIFIER_PORT, POSTER_KEY, PROVER_KEY } from "../options.ts";
import { developmentAccount, OPERATOR, PROVER, SEQUENCER, SUCCESSOR } from "./accounts.ts";
import { type DevelopmentHost, startDevelopmentHost } from "./host.ts";
import { choosePort, type Daemon, startDaemon } from "./processes.ts";

export interface NetworkOptions {
  dataDir: string;
  challengeWindowSeconds: number;
  /** The verifier gets a key to prove with, and a second sequencer stands by. */
  withFault: boolean;
}

export interface Network {
  host: DevelopmentHost;
  sequencer: Daemon;
  /** Follows the host until others than the slot's holder may post. */
  standby: Daemon | undefined;
  verifier: Daemon;
  /** Signs as the operator. */
  client: TributaryClient;
  /** Reads from the verifier. */
  auditor: TributaryClient;
  /** Why the network is of no use any more, if it is not. */
  failure(): string | undefined;
}

const HOST_PORT = 8_545;
const STANDBY_PORT = 7_072;
/** Fast enough to watch; a real host has blocks of 2 s and batches of minutes. */
const PACE = ["--host-poll", "250"];
const POSTING = ["--batch-age", "3", "--confirmations", "1"];

export async function startNetwork(
  { dataDir, challengeWindowSeconds, withFault }: NetworkOptions,
  lifecycle: Lifecycle,
  note: (text: string) => void,
): Promise<Network> {
  await mkdir(dataDir, { recursive: true });
  const host = await startDevelopmentHost({
    blockTimeSeconds: 1,
    challengeWindowSeconds,
    port: await choosePort(HOST_PORT),
  });
  lifecycle.onStop("host", () => host.anvil.stop());
  const shared = ["--host-rpc", host.rpcUrl, "--rollup", host.deployment.rollup, ...PACE];
  let failure: string | undefined;

  const sequencer = await startDaemon({
    name: "sequencer",
    port: await choosePort(DEFAULT_SEQUENCER_PORT),
    args: [...shared, ...POSTING, "--data-dir", join(dataDir, "sequencer")],
    env: { [POSTER_KEY]: keyOf(SEQUENCER) },
    logFile: join(dataDir, "sequencer.log"),
    pidFile: join(dataDir, "sequencer.pid"),
    final: [],
    onExit: (code, signal) => note(`the sequencer ended (${signal ?? `code ${code}`}); starting it again`),
  });
  lifecycle.onStop("sequencer", () => sequencer.stop());
  const verifier = await startDaemon({
    name: "verifier",
    port: await choosePort(DEFAULT_VERIFIER_PORT),
    args: [...shared, "--snapshot-interval", "0", "--data-dir", join(dataDir, "verifier")],
    ...(withFault && { env: { [PROVER_KEY]: keyOf(PROVER) } }),
    logFile: join(dataDir, "verifier.log"),
    pidFile: join(dataDir, "verifier.pid"),
    final: [EXIT_FAULT],
    onExit: (code, signal) => {
      if (code === EXIT_FAULT) failure = `the verifier found a fault: see ${join(dataDir, "verifier.log")}`;
      else note(`the verifier ended (${signal ?? `code ${code}`}); starting it again`);
    },
  });
  lifecycle.onStop("verifier", () => verifier.stop());
  const standby = withFault ? await startStandby() : undefined;
  return {
    host,
    sequencer,
    standby,
    verifier,
    client: createTributaryClient({ url: sequencer.url, account: developmentAccount(OPERATOR) }),
    auditor: createTributaryClient({ url: verifier.url }),
    failure: () => failure,
  };

  async function startStandby(): Promise<Daemon> {
    const daemon = await startDaemon({
      name: "sequencer",
      port: await choosePort(STANDBY_PORT),
      args: [...shared, ...POSTING, "--permissionless", "--claim-slot", "--data-dir", join(dataDir, "standby")],
      env: { [POSTER_KEY]: keyOf(SUCCESSOR) },
      logFile: join(dataDir, "standby.log"),
      pidFile: join(dataDir, "standby.pid"),
      final: [],
      onExit: (code, signal) => note(`the stand-by ended (${signal ?? `code ${code}`}); starting it again`),
    });
    lifecycle.onStop("standby", () => daemon.stop());
    return daemon;
  }
}

const keyOf = (index: number): Hex => bytesToHex(developmentAccount(index).getHdKey().privateKey!);
