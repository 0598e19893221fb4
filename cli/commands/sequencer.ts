import { Command } from "commander";
import {
  DEFAULT_SEQUENCER_PORT,
  envOption,
  HEADER_KEY,
  hostRpcOption,
  keyHelp,
  logLevelOption,
  POSTER_KEY,
  parseCount,
  parseInteger,
  parsePort,
  rollupOption,
} from "../options.ts";

export function sequencerCommand(): Command {
  return new Command("sequencer")
    .description("Order transactions, build blocks, post batches to the host.")
    .addOption(hostRpcOption().makeOptionMandatory())
    .addOption(rollupOption().makeOptionMandatory())
    .addOption(envOption("--data-dir <dir>", "log and snapshots").default("data/sequencer"))
    .addOption(envOption("--listen <address>", "where the RPC listens").default("127.0.0.1"))
    .addOption(envOption("--port <port>", "port of the RPC").default(DEFAULT_SEQUENCER_PORT).argParser(parsePort))
    .addOption(
      envOption("--credit <tag>", "host block that makes a deposit certain enough")
        .choices(["latest", "safe", "finalized"])
        .default("safe"),
    )
    .addOption(
      envOption("--fee-account <index>", "rollup account that gets the transaction fees").argParser(parseInteger),
    )
    .addOption(
      envOption("--block-time <ms>", "a block with content is sealed after this").default(250).argParser(parseInteger),
    )
    .addOption(envOption("--host-poll <ms>", "between looks at the host").default(1_000).argParser(parseCount))
    .addOption(envOption("--batch-bytes <n>", "post when this much waits").default(40_000).argParser(parseInteger))
    .addOption(
      envOption("--batch-age <s>", "post when the oldest block has waited this long")
        .default(60)
        .argParser(parseInteger),
    )
    .addOption(
      envOption("--confirmations <n>", "host blocks until a posted batch counts as sent")
        .default(3)
        .argParser(parseCount),
    )
    .addOption(
      envOption("--batches-in-flight <n>", "batches that may wait in the host's pool at once")
        .default(4)
        .argParser(parseCount),
    )
    .addOption(
      envOption("--max-unposted-bytes <n>", "take no more transactions while more than this waits for the host")
        .default(8_000_000)
        .argParser(parseInteger),
    )
    .addOption(
      envOption("--max-unposted-age <s>", "nor while the oldest block has waited longer")
        .default(1_800)
        .argParser(parseInteger),
    )
    .option("--no-post", "build blocks, post nothing")
    .option("--no-dry-run", "post without asking the contract first what it makes of rejected transactions")
    .addOption(envOption("--permissionless", "post while the slot is vacant or its holder silent, follow it otherwise"))
    .addOption(envOption("--bond", "bond the ETH that the poster lacks"))
    .addOption(
      envOption("--claim-slot", "with --permissionless: claim the slot when it is vacant, with 10 ETH of bond"),
    )
    .addOption(envOption("--new-signer", "no other store signed in this epoch: start although that cannot be checked"))
    .addOption(logLevelOption())
    .addHelpText(
      "after",
      `${keyHelp(POSTER_KEY)}
Its address must hold the sequencer's slot, 10 ETH of bond and ETH for gas; with --permissionless 1 ETH, which is bonded
when it is needed.

With a key in ${HEADER_KEY} (the slot's header key) every acknowledgement carries a signed confirmation and every block
a signed header, for which the bond answers. Never run two sequencers with it, nor one on an old copy of its data.

Examples:
  ${POSTER_KEY}=0x... tributary sequencer --host-rpc https://... --rollup 0x... --data-dir /var/lib/tributary
  ${POSTER_KEY}=0x... tributary sequencer --permissionless --host-rpc https://... --rollup 0x...`,
    )
    .action(async (options) => (await import("../actions/sequencer.ts")).runSequencer(options));
}
