/** A host with the settlement contracts on it, and blocks and commitments written out by hand. */
import {
  type Address,
  concat,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodePacked,
  type Hex,
  http,
  keccak256,
  numberToHex,
  size,
} from "viem";
import { foundry } from "viem/chains";
import { developmentAccount } from "../../cli/devnet/accounts.ts";
import { deployDevnet, ensureContractsBuilt } from "../../contracts/script/deploy.ts";
import { startAnvil } from "../../runtime/host/anvil.ts";

export const GENESIS_ROOT = keccak256("0x67656e65736973");
export const CHALLENGE_WINDOW = 3_600;

export type Host = Awaited<ReturnType<typeof startHost>>;

export async function startHost(args: readonly string[] = []) {
  await ensureContractsBuilt();
  const anvil = await startAnvil({ extraArgs: args });
  const transport = http(anvil.rpcUrl);
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 10, cacheTime: 0 });
  const testClient = createTestClient({ mode: "anvil", chain: foundry, transport });
  const walletOf = (index: number) =>
    createWalletClient({ account: developmentAccount(index), chain: foundry, transport });
  const [deployer, sequencer] = [walletOf(0), walletOf(1)];
  const addresses = await deployDevnet({
    walletClient: deployer,
    publicClient,
    genesisRoot: GENESIS_ROOT,
    challengeWindow: CHALLENGE_WINDOW,
    sequencer: sequencer.account.address,
    headerKey: developmentAccount(2).address,
  });
  return {
    ...addresses,
    anvil,
    publicClient,
    deployer,
    sequencer,
    /** Waits until the transaction is in a block; a revert is an error. */
    async mined(hash: Hex | Promise<Hex>) {
      const receipt = await publicClient.waitForTransactionReceipt({ hash: await hash });
      if (receipt.status !== "success") throw new Error(`reverted: ${receipt.transactionHash}`);
      return receipt;
    },
    /** Lets the host's clock pass `seconds`. */
    async advance(seconds: number) {
      await testClient.increaseTime({ seconds });
      await testClient.mine({ blocks: 1 });
    },
    async now() {
      return Number((await publicClient.getBlock()).timestamp);
    },
  };
}

export interface Header {
  stateRoot: Hex;
  timestamp: number;
  inboxCount: number;
  feeAccount: number;
}

export function encodeHeader({ stateRoot, timestamp, inboxCount, feeAccount }: Header): Hex {
  return concat([
    stateRoot,
    numberToHex(timestamp, { size: 5 }),
    numberToHex(inboxCount, { size: 2 }),
    numberToHex(feeAccount, { size: 5 }),
  ]);
}

export function blockCommitment(header: Header, content: Hex): Hex {
  return keccak256(concat([encodeHeader(header), keccak256(content)]));
}

export function encodeBlocks(blocks: readonly { header: Header; content: Hex }[]): Hex {
  return concat(
    blocks.flatMap(({ header, content }) => {
      const block = concat([encodeHeader(header), content]);
      return [numberToHex(size(block), { size: 2 }), block];
    }),
  );
}

export interface Position {
  parentCommitment: Hex;
  parentRoot: Hex;
  parentTimestamp: number;
  firstHeight: number;
  firstInboxIndex: number;
  epoch: number;
}

export function batchCommitment(position: Position, blockCommitments: readonly Hex[]): Hex {
  const { parentCommitment, parentRoot, parentTimestamp, firstHeight, firstInboxIndex, epoch } = position;
  const words = [parentTimestamp, firstHeight, firstInboxIndex, epoch].map((n) => numberToHex(n, { size: 32 }));
  return keccak256(concat([parentCommitment, parentRoot, ...words, ...blockCommitments]));
}

export function nextAcc(acc: Hex, message: Hex, enqueuedAt: bigint): Hex {
  return keccak256(encodePacked(["bytes32", "bytes32", "uint256"], [acc, keccak256(message), enqueuedAt]));
}

export function depositMessage(owner: Address, hint: number, amountGwei: bigint): Hex {
  return encodePacked(["uint8", "address", "uint48", "uint64"], [128, owner, hint, amountGwei]);
}

export function forcedMessage(sender: Address, transaction: Hex): Hex {
  return encodePacked(["uint8", "address", "bytes"], [129, sender, transaction]);
}
