/**
 * What `postBatch` costs beside its calldata. The host charges `max(execution + 16 a byte, 40 a byte)` (EIP-7623, bytes other
 * than zero), so execution below 24 a byte is free. Measured under Cancun rules, which have no floor: there the receipt
 * tells execution apart. Run: npx tsx test/contracts/gas.ts
 */
import { pathToFileURL } from "node:url";
import { encodeFunctionData, type Hex, hexToBytes, keccak256, numberToHex, parseEther, zeroHash } from "viem";
import { inboxAbi } from "../../contracts/abi/inbox.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { encodeBlocks, type Host, startHost } from "./host.ts";

interface Shape {
  name: string;
  blocks: number;
  contentBytes: number;
  /** Forced transactions per block. */
  messages?: number;
}

export interface Measurement {
  name: string;
  /** Of the batch. */
  bytes: number;
  blocks: number;
  calldataBytes: number;
  execution: number;
  /** What execution may cost before the transaction pays more than its floor. */
  slack: number;
  total: number;
}

export const SHAPES: Shape[] = [
  { name: "first batch, 5 blocks of 8,000 bytes", blocks: 5, contentBytes: 8_000 },
  { name: "5 blocks of 8,000 bytes", blocks: 5, contentBytes: 8_000 },
  { name: "8 blocks of 5,000 bytes", blocks: 8, contentBytes: 5_000 },
  { name: "8 blocks of 5,000 bytes, 2 messages each", blocks: 8, contentBytes: 5_000, messages: 2 },
  { name: "13 blocks of 8,148 bytes", blocks: 13, contentBytes: 8_148 },
  { name: "256 blocks of 100 bytes", blocks: 256, contentBytes: 100 },
  { name: "100 empty blocks, a message each", blocks: 100, contentBytes: 0, messages: 1 },
  { name: "256 empty blocks", blocks: 256, contentBytes: 0 },
  { name: "1 empty block", blocks: 1, contentBytes: 0 },
];

export async function measureAll(): Promise<Measurement[]> {
  const host = await startHost(["--hardfork", "cancun"]);
  try {
    const bond = { address: host.rollup, abi: rollupAbi, functionName: "bond", value: parseEther("10") } as const;
    await host.mined(host.sequencer.writeContract(bond));
    const results: Measurement[] = [];
    for (const shape of SHAPES) results.push(await measure(host, shape));
    return results;
  } finally {
    await host.anvil.stop();
  }
}

async function measure(host: Host, { name, blocks, contentBytes, messages = 0 }: Shape): Promise<Measurement> {
  const inbox = { address: host.inbox, abi: inboxAbi } as const;
  for (let i = 0; i < blocks * messages; i++) {
    const value = await host.publicClient.readContract({ ...inbox, functionName: "fee" });
    await host.mined(host.deployer.writeContract({ ...inbox, functionName: "enqueueForced", args: ["0x01"], value }));
  }
  const timestamp = await host.now();
  const content = `0x${"a5".repeat(contentBytes)}` as Hex;
  const bytes = encodeBlocks(
    Array.from({ length: blocks }, (_, i) => ({
      header: { stateRoot: keccak256(numberToHex(i)), timestamp, inboxCount: messages, feeAccount: 1 },
      content,
    })),
  );
  const rollup = { address: host.rollup, abi: rollupAbi } as const;
  const tip = await host.publicClient.readContract({ ...rollup, functionName: "tip" });
  const parent = await host.publicClient.readContract({ ...rollup, functionName: "batch", args: [tip] });
  const end = await host.publicClient.readContract({
    ...inbox,
    functionName: "checkpoint",
    args: [BigInt(parent.inboxIndex + blocks * messages)],
  });
  // More than it takes: the estimate is for the previous second, and so for other storage writes.
  const gas = 10_000_000n;
  const call = { functionName: "postBatch", args: [parent.commitment, end.acc ?? zeroHash, bytes] } as const;
  const { gasUsed } = await host.mined(host.sequencer.writeContract({ ...rollup, ...call, gas }));

  const calldata = hexToBytes(encodeFunctionData({ abi: rollupAbi, ...call }));
  const zeros = calldata.filter((byte) => byte === 0).length;
  const tokens = zeros + 4 * (calldata.length - zeros);
  const execution = Number(gasUsed) - 21_000 - 4 * tokens;
  const slack = 6 * tokens;
  return {
    name,
    bytes: (bytes.length - 2) / 2,
    blocks,
    calldataBytes: calldata.length,
    execution,
    slack,
    total: 21_000 + 4 * tokens + Math.max(execution, slack),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const { name, calldataBytes, execution, slack, total } of await measureAll()) {
    const columns = [name.padEnd(42), calldataBytes, execution, slack, total];
    process.stdout.write(`${columns.map((column) => String(column).padStart(10)).join(" ")}\n`);
  }
}
