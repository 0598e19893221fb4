/** The deployed contracts and a second reading of docs/spec/settlement.md agree on every byte. */
import { readFile } from "node:fs/promises";
import {
  bytesToHex,
  encodeAbiParameters,
  erc20Abi,
  type Hex,
  hexToBytes,
  keccak256,
  parseEther,
  parseEventLogs,
  zeroHash,
} from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inboxAbi } from "../../contracts/abi/inbox.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { vaultAbi } from "../../contracts/abi/vault.ts";
import { State } from "../../protocol/state/state.ts";
import { appendWithdrawal } from "../../protocol/state/withdrawal.ts";
import {
  batchCommitment,
  blockCommitment,
  CHALLENGE_WINDOW,
  depositMessage,
  encodeBlocks,
  forcedMessage,
  GENESIS_ROOT,
  type Host,
  nextAcc,
  startHost,
} from "./host.ts";

const GWEI = 10n ** 9n;
const FEE = 10n ** 13n;
/** An estimate is for the second before, and may be too small by a storage write. */
const POST_GAS = 1_000_000n;

describe("settlement contracts on a host", () => {
  let host: Host;
  let acc: Hex = zeroHash;

  beforeAll(async () => {
    host = await startHost();
  });

  afterAll(async () => {
    await host.anvil.stop();
  });

  /** The message that a transaction enqueued, as its event tells it. */
  async function enqueuedBy(hash: Promise<Hex>) {
    const receipt = await host.mined(hash);
    const [log] = parseEventLogs({ abi: inboxAbi, logs: receipt.logs, eventName: "MessageEnqueued" });
    const { timestamp } = await host.publicClient.getBlock({ blockHash: receipt.blockHash });
    return { ...log?.args, timestamp };
  }

  const checkpoint = (n: bigint) =>
    host.publicClient.readContract({ address: host.inbox, abi: inboxAbi, functionName: "checkpoint", args: [n] });
  const batch = (id: bigint) =>
    host.publicClient.readContract({ address: host.rollup, abi: rollupAbi, functionName: "batch", args: [id] });

  it("exposes its constants in the order of Params.sol, with their hash", async () => {
    const source = await readFile(new URL("../../contracts/src/Params.sol", import.meta.url), "utf8");
    const declared = [...source.matchAll(/constant \w+ = ([^;]+);/g)].map((match) => evaluate(match[1] ?? ""));
    const read = { address: host.rollup, abi: rollupAbi } as const;
    const constants = await host.publicClient.readContract({ ...read, functionName: "constants" });
    expect(constants).toEqual([...declared, BigInt(CHALLENGE_WINDOW)]);
    const transition = await host.publicClient.readContract({ ...read, functionName: "transition" });
    const rules = keccak256((await host.publicClient.getCode({ address: transition })) ?? "0x");
    const encoded = encodeAbiParameters([{ type: "uint256[]" }, { type: "bytes32" }], [constants, rules]);
    const hash = keccak256(encoded);
    expect(await host.publicClient.readContract({ ...read, functionName: "configHash" })).toBe(hash);
  });

  it("starts at genesis", async () => {
    const genesis = await batch(0n);
    expect(genesis.commitment).toBe(keccak256(GENESIS_ROOT));
    expect(genesis.stateRoot).toBe(GENESIS_ROOT);
  });

  it("enqueues a deposit with the specified bytes and accumulator", async () => {
    const { deployer } = host;
    const owner = deployer.account.address;
    const amount = 5_000_000n * GWEI;
    await host.mined(
      deployer.writeContract({
        address: host.token,
        abi: erc20Abi,
        functionName: "approve",
        args: [host.vault, amount],
      }),
    );
    const event = await enqueuedBy(
      deployer.writeContract({
        address: host.vault,
        abi: vaultAbi,
        functionName: "deposit",
        args: [amount, owner, 43],
        value: FEE,
      }),
    );
    const message = depositMessage(owner, 43, 5_000_000n);
    acc = nextAcc(acc, message, event.timestamp);
    expect(event).toMatchObject({ index: 0n, message, acc, enqueuedAt: event.timestamp });
    expect(await checkpoint(1n)).toMatchObject({ acc, weight: 3_000n, fees: FEE });
  });

  it("enqueues a forced transaction with the specified bytes and accumulator", async () => {
    const event = await enqueuedBy(
      host.deployer.writeContract({
        address: host.inbox,
        abi: inboxAbi,
        functionName: "enqueueForced",
        args: ["0x01c0ffee"],
        value: FEE,
      }),
    );
    const message = forcedMessage(host.deployer.account.address, "0x01c0ffee");
    acc = nextAcc(acc, message, event.timestamp);
    expect(event).toMatchObject({ index: 1n, message, acc, enqueuedAt: event.timestamp });
    expect(await checkpoint(2n)).toMatchObject({ acc, weight: 31_000n, fees: 2n * FEE });
  });

  it("bonds the sequencer, takes its batch, and stores what TypeScript computes", async () => {
    const { sequencer } = host;
    const write = { address: host.rollup, abi: rollupAbi } as const;
    await host.mined(sequencer.writeContract({ ...write, functionName: "bond", value: parseEther("10") }));

    const timestamp = await host.now();
    const blocks = [
      { stateRoot: keccak256("0x01"), inboxCount: 1, content: "0x" },
      { stateRoot: keccak256("0x02"), inboxCount: 1, content: `0x${"5a".repeat(1_000)}` },
      { stateRoot: keccak256("0x03"), inboxCount: 0, content: "0x0102" },
    ].map(({ stateRoot, inboxCount, content }) => ({
      header: { stateRoot, timestamp, inboxCount, feeAccount: 7 },
      content: content as Hex,
    }));
    const receipt = await host.mined(
      sequencer.writeContract({
        ...write,
        functionName: "postBatch",
        args: [keccak256(GENESIS_ROOT), acc, encodeBlocks(blocks)],
        gas: POST_GAS,
      }),
    );
    const commitment = batchCommitment(
      {
        parentCommitment: keccak256(GENESIS_ROOT),
        parentRoot: GENESIS_ROOT,
        parentTimestamp: 0,
        firstHeight: 1,
        firstInboxIndex: 0,
        epoch: 0,
      },
      blocks.map(({ header, content }) => blockCommitment(header, content)),
    );
    const stateRoot = keccak256("0x03");
    const [event] = parseEventLogs({ abi: rollupAbi, logs: receipt.logs, eventName: "BatchPosted" });
    const poster = sequencer.account.address;
    expect(event?.args).toEqual({ batchId: 1n, epoch: 0n, poster, commitment, stateRoot });
    const postedAt = Number((await host.publicClient.getBlock({ blockHash: receipt.blockHash })).timestamp);
    expect(await batch(1n)).toEqual({
      commitment,
      stateRoot,
      postedAt,
      timestamp,
      inboxIndex: 2,
      epoch: 0,
      height: 3,
    });
  });

  it("chains the next batch to the first", async () => {
    const parent = await batch(1n);
    const header = { stateRoot: keccak256("0x04"), timestamp: await host.now(), inboxCount: 0, feeAccount: 0 };
    await host.mined(
      host.sequencer.writeContract({
        address: host.rollup,
        abi: rollupAbi,
        functionName: "postBatch",
        args: [parent.commitment, acc, encodeBlocks([{ header, content: "0xff" }])],
        gas: POST_GAS,
      }),
    );
    const position = {
      parentCommitment: parent.commitment,
      parentRoot: parent.stateRoot,
      parentTimestamp: parent.timestamp,
      firstHeight: 4,
      firstInboxIndex: 2,
      epoch: 0,
    };
    expect((await batch(2n)).commitment).toBe(batchCommitment(position, [blockCommitment(header, "0xff")]));
  });

  it("pays a withdrawal that the protocol's own tree proves, once its batch is final", async () => {
    const state = new State();
    const recipients = [
      "0x00000000000000000000000000000000000000a1",
      "0x00000000000000000000000000000000000000a2",
    ] as const;
    const timestamp = await host.now();
    for (const [account, recipient] of recipients.entries()) {
      appendWithdrawal(state.withdrawals, { recipient: hexToBytes(recipient), amount: 1_500_000n, account, timestamp });
    }
    const parent = await batch(2n);
    const header = { stateRoot: bytesToHex(state.root()), timestamp, inboxCount: 0, feeAccount: 0 };
    await host.mined(
      host.sequencer.writeContract({
        address: host.rollup,
        abi: rollupAbi,
        functionName: "postBatch",
        args: [parent.commitment, acc, encodeBlocks([{ header, content: "0x" }])],
        gas: POST_GAS,
      }),
    );
    const proof = state.prove("withdrawals", 1).siblings.map((sibling) => bytesToHex(sibling));
    const withdrawal = {
      account: host.deployer.account,
      address: host.vault,
      abi: vaultAbi,
      functionName: "withdraw",
      args: [3n, 1, recipients[1], 1_500_000n, 1, BigInt(timestamp), proof],
    } as const;
    await expect(host.publicClient.simulateContract(withdrawal)).rejects.toThrow("BatchNotFinalized");

    await host.advance(CHALLENGE_WINDOW);
    await host.mined(host.deployer.writeContract(withdrawal));
    const balance = { address: host.token, abi: erc20Abi, functionName: "balanceOf", args: [recipients[1]] } as const;
    expect(await host.publicClient.readContract(balance)).toBe(1_500_000n * GWEI);
    await expect(host.publicClient.simulateContract(withdrawal)).rejects.toThrow("AlreadyWithdrawn");
  });

  it("pays the fees of a final batch to its poster", async () => {
    const poster = { address: host.sequencer.account.address };
    const before = await host.publicClient.getBalance(poster);
    const collect = { address: host.inbox, abi: inboxAbi, functionName: "collectFees", args: [1n] } as const;
    await host.mined(host.deployer.writeContract(collect));
    expect((await host.publicClient.getBalance(poster)) - before).toBe(2n * FEE);
  });
});

/** Value of a constant in Solidity: literals, `**`, `-`, and units. */
function evaluate(expression: string): bigint {
  const units: Record<string, bigint> = { hours: 3_600n, days: 86_400n, ether: 10n ** 18n };
  const match = /^([\d_]+)(?: \*\* (\d+))?(?: - (\d+))?(?: (\w+))?$/.exec(expression);
  if (!match) throw new Error(`no constant: ${expression}`);
  const [, base = "0", exponent = "1", minus = "0", unit = ""] = match;
  return (BigInt(base.replaceAll("_", "")) ** BigInt(exponent) - BigInt(minus)) * (units[unit] ?? 1n);
}
