/** What a client reads from a host of its own, to judge what a sequencer signed. Trusts that host and nobody else. */
import { type BaseError, type Client, ContractFunctionRevertedError, parseAbi } from "viem";
import { getChainId, readContract } from "viem/actions";
import { equalBytes, fromHex, type Hex } from "../protocol/bytes.ts";
import type { InboxPosition } from "../protocol/confirmation.ts";
import { domainSeparator } from "../protocol/transactions/registry.ts";

/** A host chain's RPC that the caller trusts, and the rollup on it. */
export interface HostView {
  /** Any viem client: `createPublicClient({ transport: http("https://...") })`. */
  client: Client;
  rollup: Hex;
}

const ROLLUP_ABI = parseAbi([
  "function inbox() view returns (address)",
  "function epoch() view returns (uint40)",
  "function epochPoster(uint256) view returns (address)",
  "function epochHeaderKey(uint256) view returns (address)",
  "function bonds(address) view returns (uint128, uint40)",
]);
const INBOX_ABI = parseAbi([
  "struct Checkpoint { bytes32 acc; uint40 enqueuedAt; uint64 weight; uint128 fees; }",
  "function checkpoint(uint256) view returns (Checkpoint)",
  "error CheckpointUnknown(uint256 n, uint256 count)",
]);

/** An epoch as the host has it. */
export interface EpochView {
  /** 20 bytes; zero for an epoch that did not begin. */
  headerKey: Uint8Array;
  poster: Hex;
  /** What its poster stands to lose, wei. */
  bond: bigint;
  /** Whether it lasts: else nothing is posted in it any more, and its signatures protect nothing. */
  isPresent: boolean;
}

/** EIP-712 domain separator of the rollup. */
export async function separatorOf({ client, rollup }: HostView): Promise<Uint8Array> {
  return domainSeparator({ chainId: await getChainId(client), verifyingContract: fromHex(rollup) });
}

export async function readEpoch({ client, rollup }: HostView, epoch: number): Promise<EpochView> {
  const contract = { address: rollup, abi: ROLLUP_ABI } as const;
  const args = [BigInt(epoch)] as const;
  const [present, poster, headerKey] = await Promise.all([
    readContract(client, { ...contract, functionName: "epoch" }),
    readContract(client, { ...contract, functionName: "epochPoster", args }),
    readContract(client, { ...contract, functionName: "epochHeaderKey", args }),
  ]);
  const [bond] = await readContract(client, { ...contract, functionName: "bonds", args: [poster] });
  return { headerKey: fromHex(headerKey), poster, bond, isPresent: present === epoch };
}

/** Whether the host's Inbox holds this accumulator at this index. */
export async function isGrounded(
  { client, rollup }: HostView,
  { inboxIndex, inboxAcc }: InboxPosition,
): Promise<boolean> {
  const address = await readContract(client, { address: rollup, abi: ROLLUP_ABI, functionName: "inbox" });
  const args = [BigInt(inboxIndex)] as const;
  try {
    const { acc } = await readContract(client, { address, abi: INBOX_ABI, functionName: "checkpoint", args });
    return equalBytes(fromHex(acc), inboxAcc);
  } catch (error) {
    const reverted = (error as BaseError).walk?.((cause) => cause instanceof ContractFunctionRevertedError);
    if ((reverted as ContractFunctionRevertedError | null)?.data?.errorName === "CheckpointUnknown") return false;
    throw error;
  }
}
