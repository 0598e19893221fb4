/** Builds a state and prints by how many bytes the process grew: `tsx bench/memoryChild.ts contributions|accounts COUNT`. */
import { setImmediate } from "node:timers/promises";
import { ownerOf } from "../protocol/state/account.ts";
import { AccountIndex } from "../runtime/chain/accountIndex.ts";
import { useFastHashes } from "../runtime/fastHashes.ts";
import { collectGarbage } from "./measure.ts";
import { stateOf } from "./world.ts";

const [table, count] = [process.argv[2], Number(process.argv[3])];
await useFastHashes();
build(1_000); // what the code itself takes is not the state's
const before = await residentBytes();
const kept = build(count);
const grown = (await residentBytes()) - before;
if (kept.state.accounts.length === 0) throw new Error("the state must live until it is measured");
process.stdout.write(String(grown));

function build(size: number) {
  const isAccounts = table === "accounts";
  const state = stateOf({ contributions: isAccounts ? 0 : size, records: 0, ...(isAccounts && { authors: size }) });
  const accounts = new AccountIndex();
  accounts.find(state.accounts, ownerOf(state.accounts, 0)); // a node can look an owner up
  return { state, accounts };
}

/** After everything that can go has gone. */
async function residentBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await setImmediate();
  }
  return process.memoryUsage.rss();
}
