/** The end of the main job: agreement, a claim, a withdrawal paid on the host, a receipt checked offline. */
import { readFile, writeFile } from "node:fs/promises";
import { getBridgeContracts } from "../../bridge/contracts.ts";
import { buildWithdrawalProof, finalizeWithdrawal } from "../../bridge/finalizeWithdrawal.ts";
import { waitToFinalize } from "../../bridge/withdrawalStatus.ts";
import { getWithdrawal } from "../../bridge/withdrawals.ts";
import { tokenAbi } from "../../contracts/abi/token.ts";
import { fromHex } from "../../protocol/bytes.ts";
import { type Receipt as ReceiptFile, verifyReceipt } from "../../protocol/receipt.ts";
import { TributaryError } from "../../runtime/errors.ts";
import { sleep } from "../../runtime/lifecycle.ts";
import { DEPLOYER } from "./accounts.ts";
import type { Network } from "./network.ts";
import type { Registered } from "./register.ts";
import { reliably, sendReliably } from "./reliably.ts";

const POLL_MS = 200;
const NEVER = new AbortController().signal;
const AGREEMENT_MS = 180_000;

/**
 * Waits until block `height` and everything before it is on the host and the verifier agrees with it; returns the last batch.
 * Throws when the verifier found a fault or nothing moves.
 */
export async function waitForAgreement(
  network: Network,
  height: number,
  report: (status: string) => void,
): Promise<number> {
  const { client, auditor } = network;
  const deadline = performance.now() + AGREEMENT_MS;
  for (;;) {
    const failure = network.failure();
    if (failure !== undefined) throw new TributaryError("not-available", failure);
    const own = await reliably(() => client.syncStatus());
    const verified = await reliably(() => auditor.syncStatus());
    report(`verified block ${verified.height} of ${Math.max(height, own.height)}`);
    if (verified.height >= height && verified.height === own.height) {
      if (verified.stateRoot !== own.stateRoot) throw new Error(`roots differ at block ${own.height}`);
      return verified.batch;
    }
    if (performance.now() > deadline) throw new TributaryError("not-available", "the verifier does not come along");
    await sleep(POLL_MS, NEVER);
  }
}

/** Claims for contributions; anyone may: their authors are paid. Returns how many had enough to claim. */
export async function claimFor({ client }: Network, contributions: readonly number[], sender: number): Promise<number> {
  const items = contributions.map((index) => ({ table: "contributions" as const, index }));
  const receipt = await sendReliably(client, { name: "Claim", body: { items }, account: sender });
  return receipt.items.filter((verdict) => verdict === "Ok").length;
}

export interface Withdrawn {
  /** Gwei. */
  amount: bigint;
  recipient: `0x${string}`;
  /** Block of the withdrawal. */
  height: number;
}

/** An author takes his balance out to his address on the host, and the Vault pays it after the window. */
export async function withdrawAll(
  { client, host }: Network,
  { account, signer }: { account: number; signer: Parameters<typeof sendReliably>[1]["signer"] },
  report: (status: string) => void,
): Promise<Withdrawn> {
  const contracts = await getBridgeContracts(host.publicClient, { rollup: host.deployment.rollup });
  const [view] = await reliably(() => client.getAccount({ index: account }));
  const recipient = view!.owner;
  const { fee } = await reliably(() =>
    client.estimateFee({
      transaction: { name: "Withdraw", account, body: { recipient: fromHex(recipient), amount: view!.balance } },
    }),
  );
  const amount = view!.balance - fee;
  const { hash } = await sendReliably(client, {
    name: "Withdraw",
    body: { recipient: fromHex(recipient), amount },
    account,
    signer,
  });
  const withdrawal = (await reliably(() => getWithdrawal(client, { hash })))!;
  report("waiting for its batch and the challenge window");
  await waitToFinalize(host.publicClient, { contracts, withdrawal, pollingIntervalMs: POLL_MS });
  const balance = (): Promise<bigint> =>
    host.publicClient.readContract({
      address: contracts.token,
      abi: tokenAbi,
      functionName: "balanceOf",
      args: [recipient],
    });
  const before = await balance();
  const proof = await reliably(() => buildWithdrawalProof(host.publicClient, { contracts, rpc: client, withdrawal }));
  await finalizeWithdrawal(host.wallet(DEPLOYER), { contracts, proof });
  const paid = (await balance()) - before;
  if (paid !== amount * contracts.scale) throw new Error(`the Vault paid ${paid}, not ${amount * contracts.scale}`);
  return { amount, recipient, height: withdrawal.height };
}

/** Writes the receipt of an attribution to a file and checks the file without any network. Throws when it does not hold. */
export async function checkReceiptOffline({ client }: Network, index: number, file: string): Promise<ReceiptFile> {
  const receipt = await reliably(() => client.createReceipt({ table: "attributions", index }));
  await writeFile(file, `${JSON.stringify(receipt, null, 2)}\n`);
  const read = JSON.parse(await readFile(file, "utf8")) as ReceiptFile;
  const check = verifyReceipt(read);
  if (!check.valid || check.batchCommitment === null) throw new Error(`the receipt does not hold: ${check.reason}`);
  const forged = verifyReceipt({ ...read, index: read.index + 1 });
  if (forged.valid) throw new Error("a forged receipt passes");
  return read;
}

export type Author = Registered["authors"] extends Map<string, infer Value> ? Value : never;
