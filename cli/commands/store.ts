import { Command } from "commander";

export function storeCommand(): Command {
  const repair = new Command("repair")
    .description("Let LevelDB salvage a store that no longer opens; the daemon then checks the log at its next start.")
    .argument("<dir>", "the daemon's data directory; the daemon must not be running")
    .addHelpText("after", "\nExample:\n  tributary store repair /var/lib/tributary")
    .action(async (dir) => (await import("../actions/store.ts")).repair(dir));
  return new Command("store").description("Care for a node's data directory.").addCommand(repair);
}
