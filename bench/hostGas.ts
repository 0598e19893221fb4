/**
 * Host gas per eight-share record on a real EVM with the calldata floor of EIP-7623, against what else could record the same:
 * - EAS: one attestation a record, in an ABI schema, in `multiAttest`: what its documentation suggests, and cheaper than one
 *   attestation a share (the other natural way, since an attestation has one recipient). A third figure packs a record as we do.
 * - a contract written for it (contracts/Credits.sol), 50 records a call, paying contributions that were paid before.
 * The limit is the floor price of the information in a record.
 */
import {
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  hexToBytes,
  keccak256,
  parseAbiParameters,
  toHex,
  zeroHash,
} from "viem";
import { DEPLOYER, SEQUENCER } from "../cli/devnet/accounts.ts";
import { type DevelopmentHost, startDevelopmentHost } from "../cli/devnet/host.ts";
import { rollupAbi } from "../contracts/abi/rollup.ts";
import { type Block, encodeBatch } from "../protocol/batch.ts";
import type { OutputRecord } from "../protocol/transactions/outputRecord.ts";
import { encodeTransaction } from "../protocol/transactions/registry.ts";
import { useFastHashes } from "../runtime/fastHashes.ts";
import { encodePostBatch } from "../runtime/host/postBatch.ts";
import { makeBatch } from "./batch.ts";
import { type Benchmark, resultOf } from "./benchmark.ts";
import { informationBytes } from "./information.ts";
import { type Compiled, compileCredits, deployData, easArtifact } from "./peerContracts.ts";
import { formatNumber } from "./report.ts";
import { SOTU_CONTRIBUTIONS, sotuRecords } from "./sotuRecords.ts";
import { attribute, type RecordSource, randomOf, SHORT_LOG_RECORDS, stateOf, uniformRecords } from "./world.ts";

/** How many times less than each peer, over the State of the Union. */
const TARGETS = { eas: 250, credits: 20 };
/** EIP-7623: of a byte that is not zero. */
const FLOOR_GAS = 40;
const CREDITS_BATCH = 50;
/** As many as a transaction of 2^24 gas (EIP-7825) takes. */
const EAS_BATCH = { record: 20, share: 5, packed: 50 };
const GAS_LIMIT = 29_000_000n;

type EasForm = keyof typeof EAS_BATCH;
const SCHEMAS: Record<EasForm, string> = {
  record: "bytes32 output,uint64 model,uint64 fee,uint64[] contributions,uint16[] weights",
  share: "bytes32 output,uint64 model,uint64 fee,uint64 contribution,uint16 weight",
  packed: "bytes record",
};

export const hostGas: Benchmark = async ({ short }, report) => {
  await useFastHashes();
  const credits = compileCredits();
  const uniform = short ? 10_000 : 1_000_000;
  const cases: { name: string; contributions: number; source: RecordSource }[] = [
    { name: "uniform", contributions: uniform, source: uniformRecords(uniform, randomOf(2)) },
  ];
  if (!short) {
    cases.unshift({ name: "sotu", contributions: SOTU_CONTRIBUTIONS, source: sotuRecords(randomOf(1)) });
  }
  for (const { name, contributions, source } of cases) {
    const state = stateOf({ contributions, ...(short && { records: SHORT_LOG_RECORDS }) });
    const batches = [makeBatch(state, source), makeBatch(state, source)];
    const host = await startDevelopmentHost();
    try {
      await postBatch(host, batches[0]!.blocks); // the first one opens storage slots for good
      const { blocks, records } = batches[1]!;
      const value = (await postBatch(host, blocks)) / records.length;
      const figure = { value, unit: "gas a record", better: "less" } as const;
      const limit = FLOOR_GAS * informationBytes(contributions);
      const against = async (peer: string, gas: number, bound?: number): Promise<void> =>
        report(
          resultOf({
            ...figure,
            name: `host.gas.${name}.${peer}`,
            limit,
            peer: { name: PEERS[peer]!, value: gas },
            ...(name === "sotu" && bound !== undefined && { target: { of: "peerRatio", bound } }),
            reason: `the information of a record costs ${formatNumber(limit)} gas at the floor, so no encoding is more than ${formatNumber(gas / limit)} times cheaper`,
          }),
        );
      const eas = await deployEas(host);
      await against("eas", await easGas(host, eas, "record", records), TARGETS.eas);
      await against("easShares", await easGas(host, eas, "share", records), TARGETS.eas);
      await against("easPacked", await easGas(host, eas, "packed", records));
      await against("credits", await creditsGas(host, credits, records), TARGETS.credits);
    } finally {
      await host.anvil.stop();
    }
  }
};

const PEERS: Record<string, string> = {
  eas: "EAS, an attestation a record",
  easShares: "EAS, an attestation a share",
  easPacked: "EAS, a record in our packing",
  credits: "contract with credits in storage",
};

async function send(host: DevelopmentHost, wallet: number, to: Hex | undefined, data: Hex, value = 0n) {
  const hash = await host.wallet(wallet).sendTransaction({ to: to ?? null, data, value, gas: GAS_LIMIT });
  const receipt = await host.publicClient.waitForTransactionReceipt({ hash });
  if (receipt.status !== "success") throw new Error(`a transaction to ${to ?? "a new contract"} reverted: ${hash}`);
  return receipt;
}

async function deploy(host: DevelopmentHost, contract: Compiled, args: readonly unknown[] = []): Promise<Hex> {
  return (await send(host, DEPLOYER, undefined, deployData(contract, args))).contractAddress!;
}

async function postBatch(host: DevelopmentHost, blocks: readonly Block[]): Promise<number> {
  const { rollup } = host.deployment;
  const contract = { address: rollup, abi: rollupAbi } as const;
  const tip = await host.publicClient.readContract({ ...contract, functionName: "tip" });
  const parent = await host.publicClient.readContract({ ...contract, functionName: "batch", args: [tip] });
  const data = encodePostBatch({
    parentCommitment: hexToBytes(parent.commitment),
    inboxAcc: new Uint8Array(32),
    blocks: encodeBatch(blocks),
  });
  return Number((await send(host, SEQUENCER, rollup, data)).gasUsed);
}

async function deployEas(host: DevelopmentHost): Promise<{ registry: Hex; eas: Hex }> {
  const registry = await deploy(host, easArtifact("SchemaRegistry"));
  return { registry, eas: await deploy(host, easArtifact("EAS"), [registry]) };
}

async function easGas(
  host: DevelopmentHost,
  { registry, eas }: { registry: Hex; eas: Hex },
  form: EasForm,
  records: readonly OutputRecord[],
): Promise<number> {
  const register = [SCHEMAS[form], `0x${"00".repeat(20)}`, false];
  const { abi } = easArtifact("SchemaRegistry");
  const registered = await send(
    host,
    DEPLOYER,
    registry,
    encodeFunctionData({ abi, functionName: "register", args: register }),
  );
  const schema = registered.logs[0]!.topics[1]!;
  const chosen = records.slice(0, EAS_BATCH[form]);
  const data = chosen.flatMap((record) => attestations(form, record));
  const args = [[{ schema, data }]];
  const call = encodeFunctionData({ abi: easArtifact("EAS").abi, functionName: "multiAttest", args });
  return Number((await send(host, DEPLOYER, eas, call)).gasUsed) / chosen.length;
}

function attestations(form: EasForm, record: OutputRecord) {
  const { output, fee, shares } = record;
  const common = [toHex(output), 0n, BigInt(fee)] as const;
  const request = (data: Hex, recipient: Hex) => ({
    recipient,
    expirationTime: 0n,
    revocable: false,
    refUID: zeroHash,
    data,
    value: 0n,
  });
  const nobody: Hex = `0x${"00".repeat(20)}`;
  if (form === "packed") return [request(toHex(packedRecord(record)), nobody)];
  const parameters = parseAbiParameters(SCHEMAS[form] as never) as never;
  if (form === "record") {
    const lists = [shares.map(({ contribution }) => BigInt(contribution)), shares.map(({ weight }) => weight)];
    return [request(encodeAbiParameters(parameters, [...common, ...lists] as never), nobody)];
  }
  return shares.map(({ contribution, weight }) =>
    request(
      encodeAbiParameters(parameters, [...common, BigInt(contribution), weight] as never),
      `0x${contribution.toString(16).padStart(40, "a")}`, // each contributor's address
    ),
  );
}

/** The bytes that a record after the first takes in an Attribute. */
function packedRecord(record: OutputRecord): Uint8Array {
  const one = encodeTransaction(attribute([record]));
  return encodeTransaction(attribute([record, record])).subarray(one.length);
}

async function creditsGas(host: DevelopmentHost, credits: Compiled, records: readonly OutputRecord[]): Promise<number> {
  const address = await deploy(host, credits);
  const { abi } = credits;
  const chosen = records.slice(0, CREDITS_BATCH);
  for (const index of new Set(chosen.flatMap(({ shares }) => shares.map(({ contribution }) => contribution)))) {
    await setContribution(host, address, index);
  }
  await send(host, DEPLOYER, address, encodeFunctionData({ abi, functionName: "deposit" }), 10n ** 18n);
  const attributeAll = async (salt: number): Promise<number> => {
    const outputs = chosen.map(({ output, fee, shares }) => ({
      output: keccak256(new Uint8Array([...output, salt])),
      fee: BigInt(fee),
      shares: shares.map(({ contribution, weight }) => ({ contribution: BigInt(contribution), weight })),
    }));
    const data = encodeFunctionData({ abi, functionName: "attribute", args: [0n, outputs] });
    return Number((await send(host, DEPLOYER, address, data)).gasUsed);
  };
  await attributeAll(1); // slots of treasury and model are opened once
  return (await attributeAll(2)) / chosen.length;
}

/** A contribution that is there and was paid before: its slot is not empty, which is the cheaper case. */
async function setContribution({ publicClient }: DevelopmentHost, address: Hex, index: number): Promise<void> {
  const slot = keccak256(encodeAbiParameters(parseAbiParameters("uint256,uint256"), [BigInt(index), 0n]));
  const value: Hex = `0x${"01".padStart(24, "0")}${"ab".repeat(20)}`;
  await publicClient.request({ method: "anvil_setStorageAt" as never, params: [address, slot, value] as never });
}
