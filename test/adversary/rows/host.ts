/** Hosts that take back what they said, or lie to whoever asks them. */
import { type Hex, zeroAddress } from "viem";
import { developmentAccount, SEQUENCER } from "../../../cli/devnet/accounts.ts";
import { deployDevnet } from "../../../contracts/script/deploy.ts";
import { toHex } from "../../../protocol/bytes.ts";
import { isTributaryError } from "../../../runtime/errors.ts";
import { fetchBatches } from "../../../runtime/follow/fetchBatches.ts";
import { connectHost, type HostReader } from "../../../runtime/host/hostReader.ts";
import type { Sequencer } from "../../../sequencer/service.ts";
import { faultyTransport } from "../../support/anvil.ts";
import { Devnet, type Running, sendSoon } from "../../support/devnet.ts";
import { until } from "../../support/until.ts";
import { Witnessed } from "../../support/witnessed.ts";
import { alice, bob, carol } from "../../support/world.ts";
import { POSTER, PROVER, TOKENS_OWNER } from "../actors.ts";
import type { Arena } from "../arena.ts";
import { declined, done, type End, type Row, UNTOUCHED } from "../row.ts";
import { transfer } from "../season.ts";

const DEPTHS = [1, 4, 16, 64];
/** How many blocks behind its latest the host has finalized. */
const FINALITY = 64;

/** How a node declines; throws what is no TributaryError. */
async function declining(act: () => Promise<unknown>): Promise<End> {
  try {
    await act();
  } catch (error) {
    if (isTributaryError(error)) return declined(error.code);
    throw error;
  }
  return "went along";
}

/** A reader whose host changes the answers to one method. */
function lyingHost(arena: Arena, method: string, change: (answer: string) => string): Promise<HostReader> {
  const transport = faultyTransport(arena.devnet.host.rpcUrl, async (call) => {
    const answer = await call.forward();
    if (call.method !== method || "error" in answer) return answer;
    return { result: JSON.parse(change(JSON.stringify(answer.result))) as unknown };
  });
  return connectHost({ transport, rollup: arena.devnet.rollup });
}

async function readAll(reader: HostReader): Promise<void> {
  const { latest: head } = await reader.heads();
  const range = { after: 0, last: await reader.tip(), fromBlock: reader.deploymentBlock, head };
  for await (const _ of fetchBatches(reader, range));
}

const swapped = (from: Hex, to: Hex) => (answer: string) => answer.replaceAll(from.slice(2), to.slice(2));

async function throughReorgs(devnet: Devnet): Promise<End[]> {
  const verifier = await devnet.verifier({ prover: PROVER });
  const sequencer = await devnet.sequencer({
    headerKey: new Uint8Array(developmentAccount(SEQUENCER).getHdKey().privateKey!),
  });
  const witnessed = new Witnessed();
  witnessed.watch(sequencer);
  await devnet.deposit(alice);
  await devnet.accounts(sequencer, 1);
  await devnet.mine(FINALITY);
  for (const depth of DEPTHS) {
    await takeBack(devnet, sequencer, depth);
    await devnet.agreement(sequencer, verifier);
  }
  const reader = await connectHost({ rpcUrl: devnet.host.rpcUrl, rollup: devnet.rollup });
  const broken = await witnessed.contradictions(verifier, reader);
  const { length: headers } = witnessed.headers;
  const isKept = broken.length === 0 && headers >= 2 * DEPTHS.length;
  const { amount } = await reader.bondOf(POSTER.address);
  return [
    done(isKept ? "no word is broken" : `${headers} headers, broken: ${broken.join(", ")}`),
    verifier.syncStatus().fault === null && amount > 0n ? UNTOUCHED : `a bond of ${amount}`,
  ];
}

/** A deposit, a transfer and a batch with both are on the host; then its newest `depth` blocks are gone, and it finalizes others. */
async function takeBack(devnet: Devnet, sequencer: Running<Sequencer>, depth: number): Promise<void> {
  await devnet.deposit(carol);
  await sendSoon(sequencer, transfer(0, 0), alice);
  await posted(devnet, sequencer);
  await devnet.reorg(depth);
  await devnet.deposit(bob);
  await devnet.mine(FINALITY + 1);
  await sendSoon(sequencer, transfer(0, 0), alice);
  await posted(devnet, sequencer);
}

/** Waits until all messages and blocks are on the host, which goes on whenever the sequencer has seen it. */
async function posted(devnet: Devnet, sequencer: Running<Sequencer>): Promise<void> {
  await until(
    () => `everything on the host: ${JSON.stringify(sequencer.syncStatus())}`,
    async () => {
      const { hostBlock, unpostedBytes, inboxIndex, inboxLength } = sequencer.syncStatus();
      if (hostBlock < Number(await devnet.client.getBlockNumber())) return false;
      if (unpostedBytes === 0 && inboxIndex === inboxLength) return true;
      await devnet.mine();
      return false;
    },
  );
}

export const HOST: readonly Row[] = [
  {
    name: "host reorgs of 1 to 64 blocks",
    rule: 7,
    liar: "host",
    deed: "under an honest sequencer that signs, the host takes back its newest blocks, deposits and batches with them, and goes on",
    expected: [done("no word is broken"), UNTOUCHED],
    why: "a batch on messages that are gone is refused, not false; what was signed on them is not grounded",
    // On a host of its own: anvil forgets states that a reorg needs once it has had some hundreds.
    async run() {
      const devnet = await Devnet.start({ slotsInAnEpoch: FINALITY / 2 });
      try {
        return await throughReorgs(devnet);
      } finally {
        await devnet.stop();
      }
    },
  },
  {
    name: "host lies about a message",
    rule: 7,
    liar: "host",
    deed: "an endpoint shows carol's deposit as another's",
    expected: [declined("host-reorged")],
    why: "messages are checked against the accumulator in storage",
    async run(arena) {
      const reader = await lyingHost(arena, "eth_getLogs", swapped(toHex(carol.address), zeroAddress));
      const { latest } = await reader.heads();
      return [await declining(() => reader.messages({ fromIndex: 0, toBlock: latest.number }))];
    },
  },
  {
    name: "host lies about a batch's bytes",
    rule: 2,
    liar: "host",
    deed: "an endpoint shows calldata in which carol withdrew to another",
    expected: [declined("host-reorged")],
    why: "blocks are checked against the commitment in storage",
    async run(arena) {
      const reader = await lyingHost(arena, "eth_getTransactionByHash", swapped(toHex(carol.address), zeroAddress));
      return [await declining(() => readAll(reader))];
    },
  },
  {
    name: "rollup with other rules",
    rule: 31,
    liar: "host",
    deed: "a deployment names another contract as its transition",
    expected: [declined("host-mismatch")],
    why: "the rules' code is part of what a node checks at its start",
    async run(arena) {
      const { host } = arena.devnet;
      const { token } = host.deployment;
      const deployment = await deployDevnet({
        walletClient: arena.devnet.wallet,
        publicClient: host.publicClient,
        genesisRoot: toHex(arena.reader.genesisRoot),
        token,
        transition: token,
        challengeWindow: arena.reader.challengeWindow,
        sequencer: POSTER.address,
        headerKey: TOKENS_OWNER.address,
      });
      return [await declining(() => connectHost({ rpcUrl: host.rpcUrl, rollup: deployment.rollup }))];
    },
  },
];
