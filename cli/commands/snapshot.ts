import { Command } from "commander";
import { hostRpcOption, jsonOption, rollupOption } from "../options.ts";

export function snapshotCommand(): Command {
  const verify = new Command("verify")
    .description("Compute the root of a portable snapshot again and compare it with what the host finalized.")
    .requiredOption("--file <file>", "the snapshot: <data-dir>/snapshots/batch-N.snapshot of any verifier")
    .addOption(hostRpcOption().makeOptionMandatory())
    .addOption(rollupOption().makeOptionMandatory())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
A snapshot holds the whole state after one batch. Whoever gave it to you, it counts exactly if its root is the one that
the host finalized for that batch. Keep one: with it and a host RPC you can leave without any node
(tributary escape --help). Code 1 when it does not count.

Example:
  tributary snapshot verify --file batch-000000042.snapshot --host-rpc https://... --rollup 0x...`,
    )
    .action(async (options) => (await import("../actions/snapshot.ts")).verify(options));
  return new Command("snapshot").description("Portable copies of the whole state.").addCommand(verify);
}
