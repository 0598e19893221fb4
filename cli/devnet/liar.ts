/**
 * A sequencer that lies, for demonstration only: it posts a state in which the Vault owes it everything. What keeps the holder
 * of such a key from doing so is the fault proof, not the software that it runs.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Address, type Hex, parseEventLogs } from "viem";
import { poll } from "../../bridge/poll.ts";
import { inboxAbi } from "../../contracts/abi/inbox.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { encodeBatch } from "../../protocol/batch.ts";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import { readSystem } from "../../protocol/state/system.ts";
import { appendWithdrawal } from "../../protocol/state/withdrawal.ts";
import { readSnapshot } from "../../runtime/chain/snapshotFile.ts";
import { SEQUENCER } from "./accounts.ts";
import type { Network } from "./network.ts";

export interface Lie {
  batch: number;
  commitment: Hex;
  /** Gwei that it claims. */
  amount: bigint;
  liar: Address;
  /** Wei, before the lie. */
  bond: bigint;
  /** Host time of the post, seconds. */
  postedAt: number;
}

/** No account: a block without transactions has no fees. */
const NO_ACCOUNT = 2 ** 40 - 1;
/** What is estimated may be too little a second later. */
const GAS = 1_000_000n;
const POLL_MS = 50;

/** Ends the sequencer and uses its key: one block without a transaction, and a withdrawal in its state all the same. */
export async function lie({ host, sequencer }: Network, dataDir: string): Promise<Lie> {
  await sequencer.stop();
  const { publicClient, deployment } = host;
  const wallet = host.wallet(SEQUENCER);
  const liar = wallet.account.address;
  const rollup = { address: deployment.rollup, abi: rollupAbi } as const;
  const tip = await publicClient.readContract({ ...rollup, functionName: "tip" });
  const parent = await publicClient.readContract({ ...rollup, functionName: "batch", args: [tip] });
  const [bond] = await publicClient.readContract({ ...rollup, functionName: "bonds", args: [liar] });
  const { acc } = await publicClient.readContract({
    address: deployment.inbox,
    abi: inboxAbi,
    functionName: "checkpoint",
    args: [BigInt(parent.inboxIndex)],
  });

  const { state } = await stateAfter(Number(tip), dataDir);
  const { deposited, withdrawn } = readSystem(state.system);
  const amount = deposited - withdrawn;
  const { timestamp } = parent;
  appendWithdrawal(state.withdrawals, { recipient: fromHex(liar), amount, account: 0, timestamp });
  const header = { stateRoot: state.root(), timestamp, inboxCount: 0, feeAccount: NO_ACCOUNT };
  const args = [parent.commitment, acc, toHex(encodeBatch([{ header, content: new Uint8Array(0) }]))] as const;
  const hash = await wallet.writeContract({ ...rollup, functionName: "postBatch", args, gas: GAS });
  const { logs, blockNumber } = await publicClient.waitForTransactionReceipt({ hash });
  const [posted] = parseEventLogs({ abi: rollupAbi, logs, eventName: "BatchPosted" });
  if (posted === undefined) throw new Error(`the false batch was not taken: ${hash}`);
  const { batchId, commitment } = posted.args;
  const { timestamp: postedAt } = await publicClient.getBlock({ blockNumber });
  return { batch: Number(batchId), commitment, amount, liar, bond, postedAt: Number(postedAt) };
}

/** From the verifier's portable snapshot, which it writes right after it agreed. */
async function stateAfter(batch: number, dataDir: string) {
  const path = join(dataDir, "verifier", "snapshots", `batch-${String(batch).padStart(9, "0")}.snapshot`);
  await poll(async () => existsSync(path) || undefined, { pollingIntervalMs: POLL_MS });
  const found = await readSnapshot(path);
  if ("problem" in found) throw new Error(`the verifier's snapshot is not right: ${found.problem}`);
  return found;
}
