/** The block of a case is posted with a false root, and the fault is proven, by the real contracts. */
import {
  decodeFunctionResult,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  hexToBytes,
  keccak256,
  maxUint256,
  zeroHash,
} from "viem";
import { inboxAbi } from "../../contracts/abi/inbox.ts";
import { transitionAbi } from "../../contracts/abi/transition.ts";
import { vaultAbi } from "../../contracts/abi/vault.ts";
import { type Block, blockCommitment, encodeBatch, encodeHeader } from "../../protocol/batch.ts";
import { concat, fromHex, toHex } from "../../protocol/bytes.ts";
import { decodeMessage } from "../../protocol/inbox.ts";
import { MAX_BATCH_BLOCKS } from "../../protocol/params.ts";
import { encodeProveFault } from "../../runtime/host/faults.ts";
import { encodePostBatch } from "../../runtime/host/postBatch.ts";
import { nativeRecover, root } from "../support/world.ts";
import type { MadeBlock, Maker } from "./block.ts";
import {
  type Contracts,
  DEPLOYER,
  GENESIS_ROOT,
  PROVER,
  SEQUENCER,
  START_TIME,
  startContracts,
  USER,
} from "./contracts.ts";

/** Later than all messages, before the batch. */
const BLOCK_TIME = START_TIME + 10_000;
const GWEI = 10n ** 9n;

/** What a proof of a fault in a block takes. */
export interface ProofFigures {
  /** Bytes of the whole transaction's calldata. */
  readonly calldataBytes: number;
  /** Gas of `Transition.execute`, its call included. */
  readonly executeGas: number;
  /** Gas of `proveFault` besides that: what the Rollup does. */
  readonly overheadGas: number;
  /** Gas that the transaction paid for: intrinsic cost and calldata included, with the floor of EIP-7623. */
  readonly totalGas: number;
}

export interface CeilingsHost {
  readonly maker: Maker;
  /**
   * Posts a batch of `blocks` blocks of which this is the last, proves its fault, and leaves everything as it was. Throws Error
   * when the two implementations of the rules differ in the block, or the proof fails.
   */
  prove(block: MadeBlock, blocks?: number): Promise<ProofFigures>;
  stop(): Promise<void>;
}

export async function startCeilingsHost(): Promise<CeilingsHost> {
  const contracts = await startContracts();
  const { token, vault, separator } = contracts;
  const approval = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [vault, maxUint256] });
  await contracts.send(DEPLOYER.address, token, approval);
  const owner = { key: USER.getHdKey().privateKey!, address: hexToBytes(USER.address) };
  return {
    maker: { environment: { separator: hexToBytes(separator), recover: nativeRecover }, owner, timestamp: BLOCK_TIME },
    prove: (made, blocks = MAX_BATCH_BLOCKS) => contracts.inPassing(() => prove(contracts, made, blocks)),
    stop: () => contracts.stop(),
  };
}

async function prove(contracts: Contracts, made: MadeBlock, count: number): Promise<ProofFigures> {
  const { rollup } = contracts;
  const { messages } = made.start;
  for (const message of messages) await enqueue(contracts, message);
  const blocks = batchWith(made, count);
  const inboxAcc = fromHex(await accumulatorAt(contracts, messages.length));
  const parentCommitment = keccak256(GENESIS_ROOT);
  contracts.setTime(BLOCK_TIME);
  const batch = encodePostBatch({ parentCommitment: fromHex(parentCommitment), inboxAcc, blocks: encodeBatch(blocks) });
  await contracts.send(SEQUENCER.address, rollup, batch);

  const executeGas = await execute(contracts, made);
  const previous = blocks.at(-2)!;
  const proof = encodeProveFault({
    batchId: 1n,
    blockIndex: BigInt(count - 1),
    preimage: {
      parentCommitment,
      parentRoot: GENESIS_ROOT,
      parentTimestamp: 0,
      firstHeight: 1,
      firstInboxIndex: 0,
      epoch: 0,
      blockCommitments: blocks.map((block) => toHex(blockCommitment(block))),
    },
    previousHeader: toHex(encodeHeader(previous.header)),
    previousContentHash: keccak256(previous.content),
    blockBytes: toHex(concat(encodeHeader(blocks.at(-1)!.header), made.content)),
    messages: messages.map(toHex),
    witness: toHex(made.witness),
  });
  const { gas } = await contracts.metered(rollup, proof);
  return {
    calldataBytes: hexToBytes(proof).length,
    executeGas,
    overheadGas: gas - executeGas,
    totalGas: await contracts.send(PROVER.address, rollup, proof),
  };
}

/** Small blocks, of which the last claims the root that the block in question starts from; then that one, with a false root. */
function batchWith({ start, content, preRoot }: MadeBlock, count: number): Block[] {
  const { timestamp, feeAccount, messages } = start;
  const header = { timestamp, inboxCount: 0, feeAccount };
  const before = Array.from({ length: count - 1 }, (_, i) => ({
    header: { ...header, stateRoot: i === count - 2 ? preRoot : root(i) },
    content: new Uint8Array(),
  }));
  return [...before, { header: { ...header, inboxCount: messages.length, stateRoot: root("false") }, content }];
}

/** Gas of the rules alone; what they give is compared with what TypeScript made of the block. */
async function execute({ metered, transition, separator }: Contracts, made: MadeBlock): Promise<number> {
  const { timestamp, feeAccount, messages } = made.start;
  const call = { abi: transitionAbi, functionName: "execute" } as const;
  const input = {
    preRoot: toHex(made.preRoot),
    separator,
    timestamp,
    feeAccount,
    content: toHex(made.content),
    messages: messages.map(toHex),
  };
  const { gas, data } = await metered(transition, encodeFunctionData({ ...call, args: [input, toHex(made.witness)] }));
  const [postRoot, verdicts] = decodeFunctionResult({ ...call, data });
  if (postRoot !== toHex(made.postRoot) || verdicts !== toHex(made.verdicts)) {
    throw new Error(`the rules in Solidity make another block of it: ${postRoot}, ${verdicts}`);
  }
  return gas;
}

async function enqueue({ publicClient, inbox, vault, send }: Contracts, message: Uint8Array): Promise<void> {
  const decoded = decodeMessage(message);
  if (decoded === undefined) throw new Error("the Inbox takes no such message");
  const fee = await publicClient.readContract({ address: inbox, abi: inboxAbi, functionName: "fee" });
  if (decoded.type === "Forced") {
    const args = [toHex(decoded.transaction)] as const;
    await send(USER.address, inbox, encodeFunctionData({ abi: inboxAbi, functionName: "enqueueForced", args }), fee);
    return;
  }
  const hint = decoded.hint === undefined ? 0 : decoded.hint + 1;
  const args = [decoded.amount * GWEI, toHex(decoded.owner), hint] as const;
  await send(DEPLOYER.address, vault, encodeFunctionData({ abi: vaultAbi, functionName: "deposit", args }), fee);
}

async function accumulatorAt({ publicClient, inbox }: Contracts, count: number): Promise<Hex> {
  if (count === 0) return zeroHash;
  const call = { address: inbox, abi: inboxAbi, functionName: "checkpoint", args: [BigInt(count)] } as const;
  return (await publicClient.readContract(call)).acc;
}
