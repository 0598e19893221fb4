/** The sequencer is gone: anyone with a key goes on with the chain from the host alone, and nobody's money is stuck. */
import { parseEther, zeroAddress } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getBridgeContracts } from "../../bridge/contracts.ts";
import { buildWithdrawalProof, finalizeWithdrawal } from "../../bridge/finalizeWithdrawal.ts";
import { CURATOR, developmentAccount, OPERATOR, SEQUENCER } from "../../cli/devnet/accounts.ts";
import { createTributaryClient } from "../../client/client.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import { tokenAbi } from "../../contracts/abi/token.ts";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import type { VerifierNode } from "../../prover/service.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { createServer } from "../../runtime/rpc/server.ts";
import type { Sequencer } from "../../sequencer/service.ts";
import { Devnet, type Running, send, sendSoon, TOKENS } from "../support/devnet.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob } from "../support/world.ts";

const HOUR = 3_600;
const WINDOW = 24 * HOUR;
const RECIPIENT = "0x00000000000000000000000000000000000beef5";

let devnet: Devnet;
let verifier: Running<VerifierNode>;
let open: Running<Sequencer>;

beforeAll(async () => {
  devnet = await Devnet.start({ challengeWindowSeconds: WINDOW });
  verifier = await devnet.verifier();
});
afterAll(() => devnet.stop());

const contract = () => ({ address: devnet.rollup, abi: rollupAbi }) as const;
const slotPoster = () => devnet.client.readContract({ ...contract(), functionName: "slotPoster" });
const bondOf = async (index: number) => {
  const { address } = developmentAccount(index);
  return (await devnet.client.readContract({ ...contract(), functionName: "bonds", args: [address] }))[0];
};
const looked = async (node: Running<Sequencer>) => {
  const block = Number(await devnet.client.getBlockNumber());
  await until("a look at the host", () => node.syncStatus().hostBlock >= block);
};

// One story, in order.
describe("a permissionless sequencer", () => {
  test("follows the holder and neither builds nor posts nor takes transactions while it works", async () => {
    const holder = await devnet.sequencer();
    await devnet.deposit(alice);
    await devnet.accounts(holder, 1);
    await send(holder, transfer(0, 0), alice);
    await devnet.agreement(holder, verifier);
    open = await devnet.sequencer({ poster: developmentAccount(OPERATOR), permissionless: true });
    expect(open.chain.head.root).toEqual(holder.chain.head.root);
    await expect(send(open, transfer(0, 0), alice)).rejects.toMatchObject({ code: "busy" });
    const { height } = holder.chain.head;
    await devnet.deposit(bob);
    await devnet.accounts(holder, 2);
    await send(holder, transfer(1, 0), bob);
    await devnet.agreement(holder, verifier);
    await until("the same head", () => open.chain.head.height === holder.chain.head.height);
    expect(open.chain.head.root).toEqual(holder.chain.head.root);
    expect(open.chain.head.height).toBeGreaterThan(height);
    await Promise.all([holder.stop(), open.stop()]);
  });

  test("takes over from an empty store when the holder left a forced withdrawal overdue, and it is paid", async () => {
    const { height } = verifier.chain.head;
    const amount = 5n * TOKENS;
    await devnet.force({ name: "Withdraw", account: 0, body: { recipient: fromHex(RECIPIENT), amount } }, alice);
    open = await devnet.sequencer({ poster: developmentAccount(CURATOR), permissionless: true });
    await devnet.advance(47 * HOUR);
    await looked(open);
    expect(open.chain.head.height).toBe(height);
    await devnet.advance(2 * HOUR);
    await until("the withdrawal on the host", () => verifier.chain.state.withdrawals.length === 1);
    expect(await bondOf(CURATOR)).toBe(parseEther("1"));
    await send(open, transfer(1, 0, 3n), bob);
    await devnet.agreement(open, verifier);

    const { client } = devnet;
    const rpc = createServer({ node: open, logger: silentLogger() });
    const url = await rpc.listen({ host: "127.0.0.1", port: 0 });
    const contracts = await getBridgeContracts(client, { rollup: devnet.rollup });
    const withdrawal = { index: 0, height: height + 1 };
    const node = createTributaryClient({ url });
    const proof = await buildWithdrawalProof(client, { contracts, rpc: node, withdrawal });
    await devnet.advance(WINDOW);
    await finalizeWithdrawal(devnet.wallet, { contracts, proof });
    await rpc.close();
    const { token } = devnet.host.deployment;
    const balanceOf = { address: token, abi: tokenAbi, functionName: "balanceOf", args: [RECIPIENT] } as const;
    expect(await client.readContract(balanceOf)).toBe(amount * contracts.scale);
    await open.stop();
  });

  test("steps back when the holder returns", async () => {
    open = await devnet.sequencer({ poster: developmentAccount(CURATOR), permissionless: true, dataDir: open.dataDir });
    await send(open, transfer(1, 0, 3n), bob);
    await devnet.agreement(open, verifier);
    const holder = await devnet.sequencer();
    await send(holder, transfer(0, 1), alice);
    await devnet.agreement(holder, verifier);
    await until("the same head", () => open.chain.head.height === holder.chain.head.height);
    await expect(send(open, transfer(0, 0), alice)).rejects.toMatchObject({ code: "busy" });
    await Promise.all([holder.stop(), open.stop()]);
  });

  test("claims the slot when it falls vacant, and then holds it", async () => {
    await devnet.force(transfer(0, 1), alice);
    await devnet.advance(49 * HOUR);
    const other = devnet.host.wallet(OPERATOR);
    await devnet.mined(other.writeContract({ ...contract(), functionName: "declareSilent" }));
    await devnet.advance(7 * WINDOW);
    await devnet.mined(other.writeContract({ ...contract(), functionName: "vacateSlot" }));
    expect(await slotPoster()).toBe(zeroAddress);
    open = await devnet.sequencer({
      poster: developmentAccount(CURATOR),
      permissionless: true,
      claimSlot: true,
      headerKey: alice.key,
      dataDir: open.dataDir,
    });
    await until("the claim", async () => (await bondOf(CURATOR)) === parseEther("10"));
    await until("the message on the host", () => verifier.syncStatus().inboxIndex === open.syncStatus().inboxLength);
    await devnet.advance(25 * HOUR);
    await sendSoon(open, transfer(0, 1), alice);
    await until("the slot", async () => (await slotPoster()) === developmentAccount(CURATOR).address);
    const said = await until(
      "a confirmation",
      async () => (await sendSoon(open, transfer(0, 1), alice)).softConfirmation,
    );
    const epoch = await devnet.client.readContract({ ...contract(), functionName: "epoch" });
    const key = { ...contract(), functionName: "epochHeaderKey", args: [BigInt(said.epoch)] } as const;
    expect(said.epoch).toBe(epoch);
    expect((await devnet.client.readContract(key)).toLowerCase()).toBe(toHex(alice.address));
    await devnet.agreement(open, verifier);
    await open.stop();
  });
});

describe("a start", () => {
  test("of a key that may not post is refused with the ways out", async () => {
    const start = devnet.sequencer({ poster: developmentAccount(SEQUENCER) });
    await expect(start).rejects.toMatchObject({ code: "invalid-config" });
    await expect(start).rejects.toThrow(/slot is held by .*--permissionless/);
  });
});
