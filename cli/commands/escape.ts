import { Command } from "commander";
import { hostRpcOption, jsonOption, keyHelp, parseAddress, rollupOption, USER_KEY } from "../options.ts";

export function escapeCommand(): Command {
  return new Command("escape")
    .description(
      "Leave a rollup whose operators are gone, with all that is yours, with a host RPC and a snapshot alone.",
    )
    .option(
      "--snapshot <file>",
      "a portable snapshot of a final batch (default: execute every batch from genesis again)",
    )
    .addOption(hostRpcOption().makeOptionMandatory())
    .addOption(rollupOption().makeOptionMandatory())
    .option("--owner <address>", "whose: it is paid, whoever sends (default: the key's address)", parseAddress)
    .option("--everyone", "everybody's, and the treasury's to the Timelock; you pay the gas")
    .option("--list", "show what there is and when the rollup may be frozen; send nothing")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `${keyHelp(USER_KEY)} --list with --owner needs none.

What happens:
  1. The snapshot is checked against the root that the host finalized, and brought forward to the last final batch with
     what the host has of later ones.
  2. If a message has waited 30 days for a final batch, the rollup is frozen: for good, and for everybody. If it has not
     waited so long, you are told when it will have. If no message waits the clock stands: send one, for instance
     with "tributary bridge withdraw --forced", and come back.
  3. The Vault pays every record to its owner: balances, earnings and bonds of datanets, contributions and models,
     withdrawals, and deposits that nobody consumed. One transaction each; what was paid before is left out, so the
     command may be repeated.

Examples:
  tributary escape --snapshot batch-000000042.snapshot --host-rpc https://... --rollup 0x... --owner 0x... --list
  ${USER_KEY}=0x... tributary escape --snapshot batch-000000042.snapshot --host-rpc https://... --rollup 0x...`,
    )
    .action(async (options) => (await import("../actions/escape.ts")).runEscape(options));
}
