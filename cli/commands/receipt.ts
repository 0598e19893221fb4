import { Command, Option } from "commander";
import { TABLES } from "../../protocol/state/state.ts";
import { jsonOption, parseHash, parseInteger, rpcOption } from "../options.ts";

const actions = () => import("../actions/receipt.ts");

export function receiptCommand(): Command {
  const create = new Command("create")
    .description("Fetch the portable proof of one record.")
    .addOption(new Option("--table <table>", "which table").choices([...TABLES]).makeOptionMandatory())
    .requiredOption("--index <n>", "index of the record", parseInteger)
    .option("--out <file>", "where to write it (default: standard output)")
    .addOption(rpcOption())
    .addHelpText(
      "after",
      `
Example:
  tributary receipt create --table attributions --index 0 --out receipt.json`,
    )
    .action(async (options) => (await actions()).create(options));
  const verify = new Command("verify")
    .description("Check a receipt without any network.")
    .argument("<file>", "the receipt")
    .option("--commitment <hash>", "the commitment you read yourself on the host: Rollup.finalizedBatch(id)", parseHash)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Without --commitment the receipt is only as good as its batch commitment: compare the printed one with
Rollup.finalizedBatch(id).commitment on the host.

Example:
  tributary receipt verify receipt.json`,
    )
    .action(async (file, options) => (await actions()).verify(file, options));
  return new Command("receipt")
    .description("Portable proofs of what the rollup records.")
    .addCommand(create)
    .addCommand(verify);
}
