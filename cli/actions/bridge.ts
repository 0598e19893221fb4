/** What `tributary bridge` does. */
import { createPublicClient, createWalletClient, type Hex, http } from "viem";
import { getBridgeContracts } from "../../bridge/contracts.ts";
import { waitForCredit } from "../../bridge/deposits.ts";
import { depositToRollup } from "../../bridge/depositToRollup.ts";
import { buildWithdrawalProof, finalizeWithdrawal } from "../../bridge/finalizeWithdrawal.ts";
import { getTimeToFinalize, getWithdrawalStatus, waitToFinalize } from "../../bridge/withdrawalStatus.ts";
import { forceWithdrawal, getWithdrawal, initiateWithdrawal } from "../../bridge/withdrawals.ts";
import { createTributaryClient } from "../../client/client.ts";
import { TributaryError } from "../../runtime/errors.ts";
import { accountFromEnv } from "../account.ts";
import { formatAmount, USER_KEY } from "../options.ts";

/** Hosts have a block every second or two. */
const POLL_MS = 500;

interface Common {
  hostRpc: string;
  rollup: Hex;
  rpc: string;
}

/** For those who only look: no key. */
async function connectToRead({ hostRpc, rollup, rpc }: Common) {
  const host = createPublicClient({ transport: http(hostRpc) });
  return { host, contracts: await getBridgeContracts(host, { rollup }), client: createTributaryClient({ url: rpc }) };
}

async function connect(options: Common) {
  const { host, contracts } = await connectToRead(options);
  const account = accountFromEnv(USER_KEY, contracts.chainId);
  const wallet = createWalletClient({ account, transport: http(options.hostRpc), pollingInterval: POLL_MS });
  return { host, wallet, contracts, account, client: createTributaryClient({ url: options.rpc, account }) };
}

export async function deposit(
  options: Common & { amount: bigint; owner?: Hex; authorization: "approve" | "permit" },
): Promise<void> {
  const { wallet, contracts, client } = await connect(options);
  const { amount, owner, authorization } = options;
  const made = await depositToRollup(wallet, { contracts, amount, owner, authorization, rpc: client });
  console.log(
    `deposited ${formatAmount(amount)} in host block ${made.receipt.blockNumber}; message ${made.messageIndex}, waiting for the credit`,
  );
  const { account } = await waitForCredit(client, { deposit: made });
  console.log(`credited to account ${account}`);
}

export async function withdraw(
  options: Common & { amount: bigint; recipient?: Hex; forced?: boolean; account?: number },
): Promise<void> {
  const { wallet, contracts, client, account: signer } = await connect(options);
  const { amount, recipient = signer.address, forced, account } = options;
  if (forced) {
    if (account === undefined) throw new TributaryError("invalid-params", "--forced needs --account");
    const { hash } = await forceWithdrawal(wallet, { contracts, account, amount, recipient });
    console.log(`forced; follow it with: tributary bridge status ${hash}`);
    return;
  }
  const sender = { withdraw: (what: { recipient: Hex; amount: bigint }) => client.withdraw({ ...what, account }) };
  const { hash, index } = await initiateWithdrawal(sender, { amount, recipient });
  console.log(
    `withdrawal ${index} of ${formatAmount(amount)} to ${recipient}\nfinish it with: tributary bridge finalize ${hash}`,
  );
}

export async function status(hash: Hex, options: Common): Promise<void> {
  const { host, contracts, client } = await connectToRead(options);
  const withdrawal = await getWithdrawal(client, { hash });
  if (withdrawal === undefined) throw new TributaryError("not-found", `the node knows no withdrawal ${hash} yet`);
  const status = await getWithdrawalStatus(host, { contracts, withdrawal });
  const { seconds } = await getTimeToFinalize(host, { contracts, withdrawal });
  console.log(status === "waiting-to-finalize" ? `${status}: ${seconds} s left` : status);
}

export async function finalize(hash: Hex, options: Common): Promise<void> {
  const { host, wallet, contracts, client } = await connect(options);
  const withdrawal = await getWithdrawal(client, { hash });
  if (withdrawal === undefined) throw new TributaryError("not-found", `the node knows no withdrawal ${hash} yet`);
  if ((await waitToFinalize(host, { contracts, withdrawal })) === "finalized") {
    console.log("it is paid already");
    return;
  }
  const proof = await buildWithdrawalProof(host, { contracts, rpc: client, withdrawal });
  const receipt = await finalizeWithdrawal(wallet, { contracts, proof });
  console.log(`paid ${formatAmount(proof.amount)} to ${proof.recipient} in host block ${receipt.blockNumber}`);
}
