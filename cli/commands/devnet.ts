import { Command } from "commander";
import { envOption, parseInteger } from "../options.ts";

export function devnetCommand(): Command {
  return new Command("devnet")
    .description("A whole network on this machine, with real contributions: the State of the Union addresses.")
    .option("--once", "end when everything is settled: code 0 if the verifier agreed with all of it")
    .addOption(envOption("--data-dir <dir>", "where logs, stores and the receipt go (default: a new temporary folder)"))
    .addOption(
      envOption(
        "--challenge-window <s>",
        "how long a batch can be proven false before withdrawals are paid (default: 10, with --fault 30)",
      ).argParser(parseInteger),
    )
    .option("--fault", "let the sequencer lie once: a verifier with a key proves it, and another sequencer goes on")
    .addHelpText(
      "after",
      `
Starts a host chain (anvil), deploys the contracts, starts sequencer and verifier as processes of their own, registers
233 addresses by 43 authors, traces the later ones to the earlier ones, pays, claims and withdraws.

Examples:
  tributary devnet                 stays up to be used, until Ctrl-C
  tributary devnet --once          ends by itself: a check of everything
  tributary devnet --once --fault  the same with a sequencer that tries to take all deposits, and fails`,
    )
    .action(async (options) => (await import("../actions/devnet.ts")).runDevnet(options));
}
