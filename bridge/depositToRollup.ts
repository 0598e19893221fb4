/** Deposits: tokens into the Vault, credit on the rollup. */
import { type Address, encodeFunctionData, type Hex, parseSignature, type TransactionReceipt } from "viem";
import { getBlock, getEip712Domain, readContract, signTypedData } from "viem/actions";
import { inboxAbi } from "../contracts/abi/inbox.ts";
import { tokenAbi } from "../contracts/abi/token.ts";
import { vaultAbi } from "../contracts/abi/vault.ts";
import { TributaryError } from "../runtime/errors.ts";
import { onHost } from "../runtime/host/hostErrors.ts";
import type { BridgeContracts, HostReader, HostWriter } from "./contracts.ts";
import { type Deposit, getDeposits } from "./deposits.ts";
import { transactOnHost } from "./hostTransaction.ts";
import type { RollupRpc } from "./rollupRpc.ts";

/** Host time that a permit is good for. */
const PERMIT_SECONDS = 3_600n;

export interface DepositToRollupParameters {
  contracts: BridgeContracts;
  /** Gwei, at least 1,000,000. */
  amount: bigint;
  /** Whose account is credited. By default the sender's. */
  owner?: Address | undefined;
  /** The owner's account index, if known: else, or when it is not the owner's, a new account is opened. */
  hint?: number | undefined;
  /** Asked for the hint when none is given. */
  rpc?: Pick<RollupRpc, "getAccount"> | undefined;
  /**
   * "approve" sends a transaction of its own when the allowance is too small; "permit" signs (ERC-2612). @default
   * "approve"
   */
  authorization?: "approve" | "permit" | undefined;
}

export interface DepositToRollupReturnType extends Deposit {
  /** Of the host transaction. */
  receipt: TransactionReceipt;
}

/**
 * Deposits tokens. The Inbox's fee, in ETH, is quoted and paid with it; should it rise before inclusion, nothing is
 * deposited and this throws TributaryError `host-reverted` (FeeMismatch): try again.
 *
 * @example
 * const deposit = await depositToRollup(wallet, { contracts, amount: 5_000_000_000n, rpc: client });
 * const { account } = await waitForCredit(client, { deposit });
 */
export async function depositToRollup(
  client: HostWriter,
  parameters: DepositToRollupParameters,
): Promise<DepositToRollupReturnType> {
  const { contracts, amount, rpc, authorization = "approve" } = parameters;
  if (amount <= 0n) throw new TributaryError("invalid-params", `"amount" is not positive: ${amount}`);
  const owner = parameters.owner ?? client.account.address;
  const hint = parameters.hint ?? (await rpc?.getAccount({ address: owner }))?.[0]?.index;
  const units = amount * contracts.scale;
  const args = [units, owner, hint === undefined ? 0 : hint + 1] as const;

  let data: Hex;
  if (authorization === "permit") {
    const permit = await signPermit(client, contracts, units);
    data = encodeFunctionData({ abi: vaultAbi, functionName: "depositWithPermit", args: [...args, ...permit] });
  } else {
    await approve(client, contracts, units);
    data = encodeFunctionData({ abi: vaultAbi, functionName: "deposit", args });
  }
  const value = await getInboxFee(client, { contracts });
  const receipt = await transactOnHost(client, "depositing", { to: contracts.vault, data, value });
  const [deposit] = getDeposits({ contracts, receipt });
  if (deposit === undefined) throw new Error("the Vault enqueued no deposit");
  return { ...deposit, receipt };
}

export interface GetInboxFeeParameters {
  contracts: BridgeContracts;
}

/** What the next message through the Inbox costs, wei. */
export async function getInboxFee(client: HostReader, { contracts }: GetInboxFeeParameters): Promise<bigint> {
  const inbox = { address: contracts.inbox, abi: inboxAbi } as const;
  return onHost("reading the Inbox's fee", () => readContract(client, { ...inbox, functionName: "fee" }));
}

/** Allows exactly what is deposited: the Vault is never left with a claim on more. */
async function approve(client: HostWriter, { token, vault }: BridgeContracts, units: bigint): Promise<void> {
  const args = [client.account.address, vault] as const;
  const allowance = await onHost("reading the allowance", () =>
    readContract(client, { address: token, abi: tokenAbi, functionName: "allowance", args }),
  );
  if (allowance >= units) return;
  const data = encodeFunctionData({ abi: tokenAbi, functionName: "approve", args: [vault, units] });
  await transactOnHost(client, "approving the deposit", { to: token, data });
}

/** Deadline, v, r, s of a permit for exactly `units`. */
async function signPermit(client: HostWriter, { token, vault }: BridgeContracts, units: bigint) {
  const { account } = client;
  return onHost("signing the permit", async () => {
    const [{ domain }, nonce, block] = await Promise.all([
      getEip712Domain(client, { address: token }),
      readContract(client, { address: token, abi: tokenAbi, functionName: "nonces", args: [account.address] }),
      getBlock(client),
    ]);
    const deadline = block.timestamp + PERMIT_SECONDS;
    // Not the salt: where there is none it is given as zeros.
    const { name, version, chainId, verifyingContract } = domain;
    const signature = await signTypedData(client, {
      account,
      domain: { name, version, chainId, verifyingContract },
      types: PERMIT_TYPES,
      primaryType: "Permit",
      message: { owner: account.address, spender: vault, value: units, nonce, deadline },
    });
    const { r, s, yParity } = parseSignature(signature);
    return [deadline, 27 + yParity, r, s] as const;
  });
}

const PERMIT_TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;
