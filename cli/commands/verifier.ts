import { Command } from "commander";
import {
  DEFAULT_VERIFIER_PORT,
  envOption,
  hostRpcOption,
  logLevelOption,
  PROVER_KEY,
  parseCount,
  parseInteger,
  parsePort,
  rollupOption,
} from "../options.ts";

export function verifierCommand(): Command {
  return new Command("verifier")
    .description("Rebuild every block from the host chain alone and compare every state root.")
    .addOption(hostRpcOption().makeOptionMandatory())
    .addOption(rollupOption().makeOptionMandatory())
    .addOption(envOption("--data-dir <dir>", "log and snapshots").default("data/verifier"))
    .addOption(envOption("--listen <address>", "where the RPC listens").default("127.0.0.1"))
    .addOption(envOption("--port <port>", "port of the RPC").default(DEFAULT_VERIFIER_PORT).argParser(parsePort))
    .addOption(envOption("--host-poll <ms>", "between looks at the host").default(1_000).argParser(parseCount))
    .addOption(
      envOption("--snapshot-interval <s>", "host time between portable snapshots; 0 for one at every batch")
        .default(86_400)
        .argParser(parseInteger),
    )
    .addOption(
      envOption("--keep-running", "at a fault raise the alarm and go on serving, instead of ending with code 3"),
    )
    .addOption(logLevelOption())
    .addHelpText(
      "after",
      `
It needs nothing from the sequencer: an empty disk and the host are enough. The same read RPC as the sequencer's is
served on its port, from what it has verified itself; /metrics has tributary_fault and tributary_batch.

With a key in ${PROVER_KEY} (0x and 64 hex digits, ETH for gas, used for nothing else) it proves faults by itself: the
host removes the batch, half of its poster's bond is the reward, and the verifier goes on. Without one it only raises
the alarm, and ends with code 3.

Portable snapshots are in <data-dir>/snapshots: with one of them anyone can leave a rollup whose operators are gone
(tributary escape --help).

Examples:
  tributary verifier --host-rpc https://... --rollup 0x...
  ${PROVER_KEY}=0x... tributary verifier --host-rpc https://... --rollup 0x...`,
    )
    .action(async (options) => (await import("../actions/verifier.ts")).runVerifier(options));
}
