/** What all else costs on the host: the contracts themselves, and the calls of users, sequencers and provers. */
import { encodeFunctionData, erc20Abi, type Hex, keccak256, maxUint256, zeroHash } from "viem";
import { foundry } from "viem/chains";
import { inboxAbi } from "../../contracts/abi/inbox.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { vaultAbi } from "../../contracts/abi/vault.ts";
import { blockCommitment, encodeBatch, encodeHeader } from "../../protocol/batch.ts";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import { appendAccount, BALANCE } from "../../protocol/state/account.ts";
import { State, type TableName } from "../../protocol/state/state.ts";
import { DEPOSITED } from "../../protocol/state/system.ts";
import { appendWithdrawal } from "../../protocol/state/withdrawal.ts";
import { witnessOf } from "../../protocol/witness/witnessOf.ts";
import {
  encodeCollectReward,
  encodeCommitProof,
  encodeProveFault,
  encodeRevealProof,
  proofCommit,
} from "../../runtime/host/faults.ts";
import { encodePostBatch } from "../../runtime/host/postBatch.ts";
import { measureAll } from "../contracts/gas.ts";
import { ENVIRONMENT, root } from "../support/world.ts";
import {
  type Contracts,
  DEPLOYER,
  HEADER_KEY,
  PROVER,
  SEQUENCER,
  START_TIME,
  startContracts,
  USER,
} from "./contracts.ts";

/** Bytes of a contract's code, at most (EIP-170). */
export const CODE_LIMIT = 24_576;
const GWEI = 10n ** 9n;
const DAY = 86_400;

export interface HostCosts {
  /** Bytes of code on the host. */
  readonly codeBytes: Readonly<Record<string, number>>;
  /** Gas that the transaction paid for, intrinsic cost and calldata included. */
  readonly gas: Readonly<Record<string, number>>;
  /** Gas of `postBatch` beside its calldata; and what it may take before a batch costs more than its bytes. */
  readonly postBatch: Readonly<Record<string, { execution: number; slack: number }>>;
}

export async function measureHostCosts(): Promise<HostCosts> {
  const state = firstState();
  const contracts = await startContracts(toHex(state.root()));
  try {
    const gas: Record<string, number> = {};
    const note = async (name: string, cost: Promise<number>): Promise<void> => {
      gas[name] = await cost;
    };
    await deployments(contracts, note);
    for (const act of [users, provers, leaving]) await contracts.inPassing(() => act(contracts, state, note));
    const shapes = (await measureAll()).map(({ name, execution, slack }) => [name, { execution, slack }] as const);
    return { codeBytes: await codeBytes(contracts), gas, postBatch: Object.fromEntries(shapes) };
  } finally {
    await contracts.stop();
  }
}

type Note = (name: string, cost: Promise<number>) => Promise<void>;

/** Two accounts of the user and two withdrawals. */
function firstState(): State {
  const state = new State();
  for (let i = 0; i < 2; i++) {
    const index = appendAccount(state.accounts, fromHex(USER.address));
    state.accounts.setU64(index, BALANCE, 5_000_000n);
    const withdrawal = { recipient: fromHex(USER.address), amount: 1_500_000n, account: index, timestamp: START_TIME };
    appendWithdrawal(state.withdrawals, withdrawal);
  }
  state.system.setU64(0, DEPOSITED, 20_000_000n);
  return state;
}

async function codeBytes({
  publicClient,
  transition,
  rollup,
  inbox,
  vault,
}: Contracts): Promise<Record<string, number>> {
  const addresses = { Transition: transition, Rollup: rollup, Inbox: inbox, Vault: vault };
  const sizes = Object.entries(addresses).map(async ([name, address]) => {
    const code = (await publicClient.getCode({ address })) ?? "0x";
    return [name, code.length / 2 - 1] as const;
  });
  return Object.fromEntries(await Promise.all(sizes));
}

/** The deployer's first transactions. */
async function deployments({ publicClient, transition, rollup }: Contracts, note: Note): Promise<void> {
  for (let blockNumber = 1n; blockNumber <= 3n; blockNumber++) {
    const { transactions } = await publicClient.getBlock({ blockNumber });
    const { contractAddress, gasUsed } = await publicClient.getTransactionReceipt({ hash: transactions[0]! });
    const names: Record<string, string> = {
      [transition.toLowerCase()]: "deployment of Transition",
      [rollup.toLowerCase()]: "deployment of Rollup, Inbox and Vault",
    };
    const name = names[contractAddress!.toLowerCase()];
    if (name !== undefined) await note(name, Promise.resolve(Number(gasUsed)));
  }
}

const approveAll = ({ send, token, vault }: Contracts): Promise<number> =>
  send(
    DEPLOYER.address,
    token,
    encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [vault, maxUint256] }),
  );

function deposit({ send, vault }: Contracts, gwei: bigint): Promise<number> {
  const args = [gwei * GWEI, USER.address, 0] as const;
  return send(DEPLOYER.address, vault, encodeFunctionData({ abi: vaultAbi, functionName: "deposit", args }), FEE);
}
/** The Inbox's fee while few messages wait. */
const FEE = 10n ** 13n;

const siblingsOf = (state: State, table: TableName, index: number): Hex[] =>
  state.prove(table, index).siblings.map(toHex);

/** Money in, money out, and transactions that the sequencer cannot refuse. */
async function users(contracts: Contracts, state: State, note: Note): Promise<void> {
  const { send, inbox, vault } = contracts;
  await approveAll(contracts);
  await deposit(contracts, 10_000_000n);
  await note("deposit", deposit(contracts, 10_000_000n));
  for (const bytes of [16, 1_024]) {
    const args = [`0x01${"a5".repeat(bytes - 1)}`] as const;
    const data = encodeFunctionData({ abi: inboxAbi, functionName: "enqueueForced", args });
    await note(`forced transaction of ${bytes.toLocaleString("en")} bytes`, send(USER.address, inbox, data, FEE));
  }
  const proof = siblingsOf(state, "withdrawals", 1);
  const args = [0n, 1, USER.address, 1_500_000n, 1, BigInt(START_TIME), proof] as const;
  const data = encodeFunctionData({ abi: vaultAbi, functionName: "withdraw", args });
  await note("withdrawal", send(USER.address, vault, data));
}

/** A fault in a batch of one empty block, and two headers for one place. */
async function provers(contracts: Contracts, state: State, note: Note): Promise<void> {
  const { send, rollup } = contracts;
  const start = { timestamp: START_TIME, feeAccount: 0, messages: [] };
  const preRoot = toHex(state.root());
  const { witness, postRoot } = witnessOf(copyOf(state), ENVIRONMENT, start, new Uint8Array());
  const block = { header: { ...start, inboxCount: 0, stateRoot: root("false") }, content: new Uint8Array() };
  const parentCommitment = keccak256(preRoot);
  const batch = {
    parentCommitment: fromHex(parentCommitment),
    inboxAcc: new Uint8Array(32),
    blocks: encodeBatch([block]),
  };
  await send(SEQUENCER.address, rollup, encodePostBatch(batch));
  const batchCommitment = await commitmentOf(contracts);
  const salt = toHex(root("salt"));
  const subject = { prover: PROVER.address, batchCommitment, blockIndex: 0, expectedRoot: toHex(postRoot), salt };
  await note("commitProof", send(PROVER.address, rollup, encodeCommitProof(proofCommit(subject))));
  const preimage = {
    parentCommitment,
    parentRoot: preRoot,
    parentTimestamp: 0,
    firstHeight: 1,
    firstInboxIndex: 0,
    epoch: 0,
    blockCommitments: [toHex(blockCommitment(block))],
  };
  const proof = encodeProveFault({
    batchId: 1n,
    blockIndex: 0n,
    preimage,
    previousHeader: "0x",
    previousContentHash: zeroHash,
    blockBytes: toHex(encodeHeader(block.header)),
    messages: [],
    witness: toHex(witness),
  });
  const conflict = await headerConflict(contracts);
  await contracts.inPassing(async () => note("proveHeaderConflict", send(PROVER.address, rollup, conflict)));
  contracts.setTime(START_TIME + 1_000);
  await note("proveFault, an empty block alone in its batch", send(USER.address, rollup, proof));
  await note("revealProof", send(PROVER.address, rollup, encodeRevealProof(batchCommitment, salt)));
  contracts.setTime(START_TIME + 2 * DAY);
  await note("collectReward", send(PROVER.address, rollup, encodeCollectReward(batchCommitment)));
}

/** The rules change the state that they run on. */
function copyOf(state: State): State {
  const copy = firstState();
  if (toHex(copy.root()) !== toHex(state.root())) throw new Error("the first state changed");
  return copy;
}

async function commitmentOf({ publicClient, rollup }: Contracts): Promise<Hex> {
  const call = { address: rollup, abi: rollupAbi, functionName: "batch", args: [1n] } as const;
  return (await publicClient.readContract(call)).commitment;
}

async function headerConflict({ rollup }: Contracts): Promise<Hex> {
  const headers = ["one", "another"].map((name) => ({
    epoch: 0n,
    height: 1n,
    parent: zeroHash,
    blockCommitment: toHex(root(name)),
    inboxIndex: 0n,
    inboxAcc: zeroHash,
  }));
  const signatures = headers.map((message) =>
    HEADER_KEY.signTypedData({
      domain: { name: "Tributary", version: "1", chainId: foundry.id, verifyingContract: rollup },
      types: {
        Header: [
          { name: "epoch", type: "uint64" },
          { name: "height", type: "uint64" },
          { name: "parent", type: "bytes32" },
          { name: "blockCommitment", type: "bytes32" },
          { name: "inboxIndex", type: "uint64" },
          { name: "inboxAcc", type: "bytes32" },
        ],
      },
      primaryType: "Header",
      message,
    }),
  );
  const args = [headers[0]!, await signatures[0]!, headers[1]!, await signatures[1]!] as const;
  return encodeFunctionData({ abi: rollupAbi, functionName: "proveHeaderConflict", args });
}

/** A message that nobody takes ends the rollup; then everybody leaves with what they have. */
async function leaving(contracts: Contracts, state: State, note: Note): Promise<void> {
  const { send, inbox, rollup, vault } = contracts;
  await approveAll(contracts);
  await deposit(contracts, 20_000_000n);
  const forced = encodeFunctionData({ abi: inboxAbi, functionName: "enqueueForced", args: ["0x01"] });
  await send(USER.address, inbox, forced, FEE);
  contracts.setTime(START_TIME + 31 * DAY);
  const freeze = encodeFunctionData({ abi: rollupAbi, functionName: "freeze", args: [0n] });
  await note("freeze", send(USER.address, rollup, freeze));
  const bytes = state.accounts.records!.bytes(1);
  const record = [0, 32, 64, 96].map((at) => toHex(bytes.subarray(at, at + 32))) as [Hex, Hex, Hex, Hex];
  const args = [1, record, siblingsOf(state, "accounts", 1)] as const;
  const leave = encodeFunctionData({ abi: vaultAbi, functionName: "escapeAccount", args });
  await note("escapeAccount", send(USER.address, vault, leave));
}
