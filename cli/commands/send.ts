import { Command, Option } from "commander";
import { CONFIRMATIONS } from "../../protocol/api.ts";
import { TRANSACTIONS } from "../../protocol/transactions/registry.ts";
import { jsonOption, parseInteger, rpcOption, USER_KEY } from "../options.ts";

export function sendCommand(): Command {
  return new Command("send")
    .description("Sign and send one transaction.")
    .argument("<name>", Object.keys(TRANSACTIONS).join(", "))
    .argument("<body>", "the transaction's body as JSON, or @file")
    .addOption(rpcOption())
    .option("--account <index>", "sending account (default: the key's first)", parseInteger)
    .addOption(new Option("--wait <level>", "wait until it has come this far").choices([...CONFIRMATIONS]))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The key comes from ${USER_KEY}. Amounts are Gwei (10^-9 token) as decimal strings; bytes are 0x-hex.

Examples:
  tributary send Transfer '{"to": 4, "amount": "1000000000"}'
  tributary send Contribute '{"datanet": 0, "items": [{"contentRoot": "0x...", "kind": 0, "purposes": 3, "expiresAt": 0}]}'
  tributary send Claim '{"items": [{"table": "contributions", "index": 7}]}' --wait posted`,
    )
    .action(async (name, body, options) => (await import("../actions/send.ts")).send(name, body, options));
}
