/** A network for tests of the command line: a host in this process, daemons as processes of their own. */
import { bytesToHex, type Hex } from "viem";
import { DEPLOYER, developmentAccount, SEQUENCER } from "../../cli/devnet/accounts.ts";
import { type DevelopmentHostOptions, startDevelopmentHost } from "../../cli/devnet/host.ts";
import { type RunningDaemon, startDaemon } from "./commandLine.ts";

/** Quick enough for tests: deposits are credited at once, whatever there is is posted. */
const PACE = ["--host-poll", "50"];
const SEQUENCING = ["--credit", "latest", "--block-time", "50", "--batch-age", "0", "--confirmations", "1"];

export const keyOf = (index: number): Hex => bytesToHex(developmentAccount(index).getHdKey().privateKey!);
/** Whoever deployed has all tokens. */
export const RICH = { TRIBUTARY_KEY: keyOf(DEPLOYER) };
export const POSTER = { TRIBUTARY_POSTER_KEY: keyOf(SEQUENCER) };

/** A host whose clock goes on by itself, which windows and ages wait for. */
export async function startHost(options: DevelopmentHostOptions = {}) {
  const host = await startDevelopmentHost({ blockTimeSeconds: 1, challengeWindowSeconds: 3, ...options });
  const place = ["--host-rpc", host.rpcUrl, "--rollup", host.deployment.rollup];
  return {
    ...host,
    /** Where host and rollup are, for any command. */
    place,
    sequencerArgs: (dataDir: string, ...more: string[]): string[] => {
      return ["sequencer", ...place, "--data-dir", dataDir, ...PACE, ...SEQUENCING, ...more];
    },
    verifierArgs: (dataDir: string, ...more: string[]): string[] => {
      return ["verifier", ...place, "--data-dir", dataDir, ...PACE, ...more];
    },
    sequencer(dataDir: string, ...more: string[]): Promise<RunningDaemon> {
      return startDaemon(this.sequencerArgs(dataDir, ...more), { env: POSTER });
    },
    verifier(dataDir: string, ...more: string[]): Promise<RunningDaemon> {
      return startDaemon(this.verifierArgs(dataDir, ...more));
    },
  };
}

export type TestHost = Awaited<ReturnType<typeof startHost>>;
