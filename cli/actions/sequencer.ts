/** What `tributary sequencer` does. */
import type { Hex } from "viem";
import { TributaryError } from "../../runtime/errors.ts";
import { createHostClient } from "../../runtime/host/hostClient.ts";
import { onHost } from "../../runtime/host/hostErrors.ts";
import type { CreditTag } from "../../sequencer/hostSync.ts";
import { startSequencer } from "../../sequencer/service.ts";
import { accountFromEnv, keyFromEnv } from "../account.ts";
import { type DaemonOptions, runDaemon } from "../daemon.ts";
import { HEADER_KEY, POSTER_KEY } from "../options.ts";

interface Options extends DaemonOptions {
  hostRpc: string;
  rollup: Hex;
  dataDir: string;
  credit: CreditTag;
  feeAccount?: number;
  blockTime: number;
  hostPoll: number;
  batchBytes: number;
  batchAge: number;
  maxUnpostedBytes: number;
  maxUnpostedAge: number;
  confirmations: number;
  batchesInFlight: number;
  post: boolean;
  dryRun: boolean;
  permissionless?: boolean;
  bond?: boolean;
  claimSlot?: boolean;
  newSigner?: boolean;
}

export async function runSequencer(options: Options): Promise<void> {
  if (options.permissionless && !options.post) {
    throw new TributaryError("invalid-config", "--permissionless and --no-post exclude each other");
  }
  if (options.claimSlot && !options.permissionless) {
    throw new TributaryError("invalid-config", "--claim-slot is for --permissionless");
  }
  await runDaemon("sequencer", options, async (lifecycle, logger) => {
    const { hostRpc: hostRpcUrl, rollup, dataDir, feeAccount, permissionless, bond, claimSlot, newSigner } = options;
    const settings = {
      creditTag: options.credit,
      blockTimeMs: options.blockTime,
      hostPollMs: options.hostPoll,
      batchTargetBytes: options.batchBytes,
      batchMaxAgeSeconds: options.batchAge,
      maxUnpostedBytes: options.maxUnpostedBytes,
      maxUnpostedSeconds: options.maxUnpostedAge,
      confirmations: options.confirmations,
      batchesInFlight: options.batchesInFlight,
      dryRun: options.dryRun,
      ...(options.post && (await keysOf(hostRpcUrl))),
      ...(feeAccount !== undefined && { feeAccount }),
      ...(permissionless && { permissionless }),
      ...(bond && { bond }),
      ...(claimSlot && { claimSlot }),
      ...(newSigner && { newSigner }),
    };
    return startSequencer({ hostRpcUrl, rollup, dataDir, logger, ...settings }, lifecycle);
  });
}

/** Who posts, and who signs what is not posted yet. */
async function keysOf(hostRpc: string) {
  const client = createHostClient({ rpcUrl: hostRpc });
  const chainId = await onHost(`asking ${hostRpc} for its chain id`, () => client.getChainId());
  const poster = accountFromEnv(POSTER_KEY, chainId);
  return process.env[HEADER_KEY] === undefined ? { poster } : { poster, headerKey: keyFromEnv(HEADER_KEY, chainId) };
}
