/** What the `tributary` command offers, from the very objects that parse it: quicker than a process for each `--help`. */
import type { Command } from "commander";
import { bridgeCommand } from "../../cli/commands/bridge.ts";
import { devnetCommand } from "../../cli/commands/devnet.ts";
import { escapeCommand } from "../../cli/commands/escape.ts";
import { receiptCommand } from "../../cli/commands/receipt.ts";
import { sendCommand } from "../../cli/commands/send.ts";
import { sequencerCommand } from "../../cli/commands/sequencer.ts";
import { snapshotCommand } from "../../cli/commands/snapshot.ts";
import { storeCommand } from "../../cli/commands/store.ts";
import { traceCommand } from "../../cli/commands/trace.ts";
import { verifierCommand } from "../../cli/commands/verifier.ts";

export const COMMANDS: readonly Command[] = [
  bridgeCommand(),
  devnetCommand(),
  escapeCommand(),
  receiptCommand(),
  sendCommand(),
  sequencerCommand(),
  snapshotCommand(),
  storeCommand(),
  traceCommand(),
  verifierCommand(),
];

/** The command that words such as `["bridge", "deposit"]` name; undefined when there is none. */
export function commandOf(words: readonly string[]): Command | undefined {
  let found: Command | undefined;
  let among = COMMANDS;
  for (const word of words) {
    found = among.find((command) => command.name() === word);
    if (found === undefined) return undefined;
    among = found.commands;
  }
  return found;
}

/** All that `--help` prints. */
export function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}
