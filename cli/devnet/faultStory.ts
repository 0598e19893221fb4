/** What becomes of a lie: the verifier proves it, the bond moves, and somebody else goes on. */
import { type Address, formatEther, type Hex } from "viem";
import { poll } from "../../bridge/poll.ts";
import { createTributaryClient } from "../../client/client.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { fromHex } from "../../protocol/bytes.ts";
import { TributaryError } from "../../runtime/errors.ts";
import { formatAmount } from "../options.ts";
import { table } from "../output.ts";
import { developmentAccount, OPERATOR, PROVER, SUCCESSOR } from "./accounts.ts";
import type { Lie } from "./liar.ts";
import type { Network } from "./network.ts";
import { sendReliably } from "./reliably.ts";

export interface Removal {
  /** Block within the batch that was proven false. */
  blockIndex: number;
  expectedRoot: Hex;
  prover: Address;
  /** Wei; paid a day later. */
  reward: bigint;
  /** Wei that the liar has left. */
  bondLeft: bigint;
  /** Host seconds from the post to the removal. */
  seconds: number;
  gas: bigint;
  calldataBytes: number;
}

const POLL_MS = 100;
const PATIENCE_MS = 120_000;

/** Waits until the host has removed the batch, and says how. Throws when it stands for two minutes. */
export async function waitForRemoval({ host, auditor, failure }: Network, lie: Lie): Promise<Removal> {
  const { publicClient, deployment } = host;
  const rollup = { address: deployment.rollup, abi: rollupAbi } as const;
  const deadline = performance.now() + PATIENCE_MS;
  const log = await poll(
    async () => {
      const problem = failure() ?? (performance.now() > deadline ? "nobody proved the false batch" : undefined);
      if (problem !== undefined) throw new TributaryError("not-available", problem);
      const args = { batchId: BigInt(lie.batch) };
      return (await publicClient.getContractEvents({ ...rollup, eventName: "FaultProven", args, fromBlock: 0n }))[0];
    },
    { pollingIntervalMs: POLL_MS },
  );
  const { blockIndex, expectedRoot, prover, reward } = log.args;
  const [{ gasUsed }, { input }, { timestamp }] = await Promise.all([
    publicClient.getTransactionReceipt({ hash: log.transactionHash }),
    publicClient.getTransaction({ hash: log.transactionHash }),
    publicClient.getBlock({ blockNumber: log.blockNumber }),
  ]);
  const tip = await publicClient.readContract({ ...rollup, functionName: "tip" });
  const [bondLeft] = await publicClient.readContract({ ...rollup, functionName: "bonds", args: [lie.liar] });
  if (Number(tip) >= lie.batch || bondLeft !== 0n) throw new Error(`batch ${lie.batch} was proven false and stands`);
  await poll(async () => ((await auditor.syncStatus()).fault === null ? true : undefined), {
    pollingIntervalMs: POLL_MS,
  });
  return {
    blockIndex: Number(blockIndex!),
    expectedRoot: expectedRoot!,
    prover: prover!,
    reward: reward!,
    bondLeft,
    seconds: Number(timestamp) - lie.postedAt,
    gas: gasUsed,
    calldataBytes: input.length / 2 - 1,
  };
}

/** The stand-by takes its first transaction: from here on it is the network's sequencer. */
export async function takeOver(network: Network, operator: number): Promise<Network> {
  const { standby, host } = network;
  if (standby === undefined) throw new Error("there is no stand-by");
  const client = createTributaryClient({ url: standby.url, account: developmentAccount(OPERATOR) });
  const body = { to: fromHex(developmentAccount(SUCCESSOR).address), amount: 10n ** 9n };
  await sendReliably(client, { name: "Transfer", body, account: operator });
  const rollup = { address: host.deployment.rollup, abi: rollupAbi } as const;
  await poll(
    async () => {
      const [poster] = await host.publicClient.readContract({ ...rollup, functionName: "successor" });
      return poster === developmentAccount(SUCCESSOR).address || undefined;
    },
    { pollingIntervalMs: POLL_MS },
  );
  return { ...network, sequencer: standby, standby: undefined, client };
}

export function printFault({ batch, amount, liar, bond }: Lie, removal: Removal): void {
  const { expectedRoot, prover, reward, bondLeft, seconds, gas, calldataBytes } = removal;
  const isOurs = prover === developmentAccount(PROVER).address;
  console.log("\nA lie, and what became of it\n");
  console.log(
    table(
      ["what", "as the host has it"],
      [
        [
          "the sequencer posted",
          `batch ${batch}: the Vault owes it ${formatAmount(amount)} tokens, which nobody signed`,
        ],
        ["the rules give", `state root ${expectedRoot}`],
        ["proven by", `${isOurs ? "the verifier" : "somebody"} (${prover}), unattended`],
        ["removed after", `${seconds} s, with ${calldataBytes} bytes and ${gas} gas`],
        ["its bond", `${formatEther(bond)} ETH, now ${formatEther(bondLeft)} (${liar})`],
        ["the prover's reward", `${formatEther(reward)} ETH, paid after a day; the rest is burnt`],
        ["who posts now", `${developmentAccount(SUCCESSOR).address}, bonded; the slot is its own in 24 hours`],
      ],
    ),
  );
}
