import { Command } from "commander";
import { jsonOption, parseInteger, parseUrl } from "../options.ts";

export function traceCommand(): Command {
  return new Command("trace")
    .description("Where did this text come from? Trace it to the contributions of a corpus.")
    .argument("<text>", "the text, or @file")
    .option(
      "--corpus <corpus>",
      `"sotu" (State of the Union addresses), or a folder of .txt files, numbered in order of their names`,
      "sotu",
    )
    .option("--before <index>", "only contributions below this index, such as a model's trainedAt", parseInteger)
    .option("--rpc <url>", "also say what each contribution has earned on this node", parseUrl)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Example:
  tributary trace "a date which will live in infamy and the only thing we have to fear is fear itself"
  tributary trace @answer.txt --corpus ./essays --json`,
    )
    .action(async (text, options) => (await import("../actions/trace.ts")).trace(text, options));
}
