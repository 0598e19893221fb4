/** The `tributary` command line: one file per command in `commands/`, what it does in `actions/`. */
import { Command, CommanderError } from "commander";
import { bridgeCommand } from "./commands/bridge.ts";
import { devnetCommand } from "./commands/devnet.ts";
import { escapeCommand } from "./commands/escape.ts";
import { receiptCommand } from "./commands/receipt.ts";
import { sendCommand } from "./commands/send.ts";
import { sequencerCommand } from "./commands/sequencer.ts";
import { snapshotCommand } from "./commands/snapshot.ts";
import { storeCommand } from "./commands/store.ts";
import { traceCommand } from "./commands/trace.ts";
import { verifierCommand } from "./commands/verifier.ts";
import { EXIT_USAGE, reportError } from "./errors.ts";

const program = new Command("tributary")
  .description(
    "A rollup for AI attribution: every contribution traced, every credit re-computable, every contributor paid.",
  )
  .version("0.1.0")
  .hook("preAction", async () => {
    const { useFastHashes } = await import("../runtime/fastHashes.ts");
    await useFastHashes();
  })
  .addHelpText(
    "after",
    `
Start here:
  tributary devnet                 a whole network on this machine, with the State of the Union corpus
  tributary verifier --help        re-compute every credit from the host chain, trusting nobody
  tributary trace --help           where did this text come from?

Options marked "env" may also come from the environment: TRIBUTARY_ and the option's name, as in TRIBUTARY_HOST_RPC.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a fault was found.`,
  );
for (const command of [
  devnetCommand(),
  sequencerCommand(),
  verifierCommand(),
  bridgeCommand(),
  sendCommand(),
  traceCommand(),
  receiptCommand(),
  snapshotCommand(),
  escapeCommand(),
  storeCommand(),
]) {
  program.addCommand(command);
}

throwUsageErrors(program);

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said already what is wrong with the command line; after --help and --version nothing is.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  else process.exitCode = reportError(error);
}

/** Commander would end the process with code 1, which here means that the command was right and failed. */
function throwUsageErrors(command: Command): void {
  command.exitOverride().showHelpAfterError("(run with --help to see every option)");
  for (const subcommand of command.commands) throwUsageErrors(subcommand);
}
