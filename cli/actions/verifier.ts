/** What `tributary verifier` does. */
import type { Hex } from "viem";
import { startVerifier } from "../../prover/service.ts";
import { accountOnHost } from "../account.ts";
import { type DaemonOptions, runDaemon } from "../daemon.ts";
import { EXIT_FAULT } from "../errors.ts";
import { PROVER_KEY } from "../options.ts";

interface Options extends DaemonOptions {
  hostRpc: string;
  rollup: Hex;
  dataDir: string;
  hostPoll: number;
  snapshotInterval: number;
  keepRunning?: boolean;
}

export async function runVerifier(options: Options): Promise<void> {
  await runDaemon("verifier", options, async (lifecycle, logger) => {
    const { hostRpc: hostRpcUrl, rollup, dataDir } = options;
    const prover = process.env[PROVER_KEY] === undefined ? undefined : await accountOnHost(PROVER_KEY, hostRpcUrl);
    const onFault = (): void => {
      // With a key the fault is dealt with here.
      if (options.keepRunning || prover !== undefined) return;
      process.exitCode = EXIT_FAULT;
      void lifecycle.stop();
    };
    const settings = {
      hostPollMs: options.hostPoll,
      portableSnapshotSeconds: options.snapshotInterval,
      ...(prover && { prover }),
    };
    return startVerifier({ hostRpcUrl, rollup, dataDir, logger, onFault, ...settings }, lifecycle);
  });
}
