import { Command, Option } from "commander";
import {
  hostRpcOption,
  keyHelp,
  parseAddress,
  parseAmount,
  parseHash,
  parseInteger,
  rollupOption,
  rpcOption,
  USER_KEY,
} from "../options.ts";

const actions = () => import("../actions/bridge.ts");

export function bridgeCommand(): Command {
  const command = (name: string, description: string): Command =>
    new Command(name)
      .description(description)
      .addOption(hostRpcOption().makeOptionMandatory())
      .addOption(rollupOption().makeOptionMandatory())
      .addOption(rpcOption());
  const deposit = command("deposit", "Deposit tokens and wait for the credit.")
    .requiredOption("--amount <tokens>", "how much, as in 1.5", parseAmount)
    .option("--owner <address>", "who is credited (default: the key's address)", parseAddress)
    .addOption(
      new Option("--authorization <kind>", "how the Vault may take the tokens")
        .choices(["approve", "permit"])
        .default("approve"),
    )
    .addHelpText("after", example("deposit --amount 10"))
    .action(async (options) => (await actions()).deposit(options));
  const withdraw = command("withdraw", "Take tokens out of the rollup; they are paid after the challenge window.")
    .requiredOption("--amount <tokens>", "how much, as in 1.5", parseAmount)
    .option("--recipient <address>", "who is paid on the host (default: the key's address)", parseAddress)
    .option("--forced", "through the host's Inbox, without the sequencer; needs --account")
    .option("--account <index>", "account to take from (default: the key's first)", parseInteger)
    .addHelpText("after", example("withdraw --amount 2.5"))
    .action(async (options) => (await actions()).withdraw(options));
  const status = command("status", "Where a withdrawal stands.")
    .argument("<hash>", "its hash", parseHash)
    .addHelpText("after", example("status 0x..."))
    .action(async (hash, options) => (await actions()).status(hash, options));
  const finalize = command("finalize", "Prove a withdrawal and have it paid; waits for its challenge window.")
    .argument("<hash>", "its hash", parseHash)
    .addHelpText("after", example("finalize 0x..."))
    .action(async (hash, options) => (await actions()).finalize(hash, options));
  return new Command("bridge")
    .description("Move tokens between host and rollup.")
    .addCommand(deposit)
    .addCommand(withdraw)
    .addCommand(status)
    .addCommand(finalize)
    .addHelpText("after", `${keyHelp(USER_KEY)}\n${example("deposit --amount 10")}`);
}

const example = (rest: string): string => `
Example:
  ${USER_KEY}=0x... tributary bridge ${rest} --host-rpc https://... --rollup 0x...`;
