/** The bridge against the real contracts on a real chain: money in, money out, and proofs made in TypeScript. */

import type { Address, PublicClient } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BridgeContracts, getBridgeContracts, type HostWriter } from "../../bridge/contracts.ts";
import { type Deposit, getDepositStatus, getDeposits, waitForCredit } from "../../bridge/deposits.ts";
import { depositToRollup, getInboxFee } from "../../bridge/depositToRollup.ts";
import { buildWithdrawalProof, finalizeWithdrawal } from "../../bridge/finalizeWithdrawal.ts";
import { getFinalizedCommitment } from "../../bridge/hostBatches.ts";
import type { RollupRpc } from "../../bridge/rollupRpc.ts";
import { getTimeToFinalize, getWithdrawalStatus, waitToFinalize } from "../../bridge/withdrawalStatus.ts";
import {
  forceWithdrawal,
  getWithdrawal,
  initiateWithdrawal,
  type Withdrawal,
  type WithdrawSender,
  waitForWithdrawal,
} from "../../bridge/withdrawals.ts";
import { createTributaryClient } from "../../client/client.ts";
import { signHash } from "../../client/signer.ts";
import { fromHex, type Hex } from "../../protocol/bytes.ts";
import { receiptFromProof, verifyReceipt } from "../../protocol/receipt.ts";
import { BALANCE } from "../../protocol/state/account.ts";
import { ALICE, type BridgeHost, CHALLENGE_WINDOW_SECONDS, DEPLOYER, GWEI, POSTER, startBridgeHost } from "./host.ts";
import { GENESIS_ROOT, HandMadeRollup } from "./rollup.ts";

const RECIPIENT: Address = "0x00000000000000000000000000000000000beef1";

let served: BridgeHost;
let host: PublicClient;
let alice: HostWriter;
let rollup: HandMadeRollup;
let contracts: BridgeContracts;

beforeAll(async () => {
  served = await startBridgeHost(GENESIS_ROOT);
  ({ client: host, contracts } = served);
  alice = served.wallet(ALICE);
  rollup = new HandMadeRollup(host, served.wallet(POSTER), contracts);
});
afterAll(() => served.stop());

/** As the client does, with the next block sealed at once. */
const sender: WithdrawSender = {
  async withdraw({ recipient, amount }) {
    const body = { recipient: fromHex(recipient), amount };
    const sign = (hash: Hex) => signHash(ALICE, hash, () => expect.unreachable());
    const hash = await rollup.submit({ name: "Withdraw", account: 0, body }, sign);
    await rollup.seal();
    return (await rollup.getReceipt({ hash }))!;
  },
};

// The tests tell one story, in order.

describe("deposits", () => {
  let deposit: Deposit & { receipt: Parameters<typeof getDeposits>[0]["receipt"] };

  test("default: approve, and a new account", async () => {
    deposit = await depositToRollup(alice, { contracts, amount: 5n * GWEI, rpc: rollup });
    expect(deposit).toMatchObject({
      messageIndex: 0,
      amount: 5n * GWEI,
      owner: ALICE.address.toLowerCase(),
      hint: undefined,
    });
    expect(getDeposits({ contracts, receipt: deposit.receipt })).toEqual([{ ...deposit, receipt: undefined }]);
    expect(await served.tokensOf(contracts.vault)).toBe(5n * 10n ** 18n);
    expect(await getDepositStatus(rollup, { deposit })).toBe("waiting-for-host");
    const inHostQueue = { getReceipt: async () => null, syncStatus: async () => ({ inboxLength: 1 }) };
    expect(await getDepositStatus(inHostQueue, { deposit })).toBe("waiting-to-credit");
  });

  test("behavior: waits for the credit", async () => {
    const credited = waitForCredit(rollup, { deposit, pollingIntervalMs: 5 });
    await rollup.seal();
    expect(await credited).toMatchObject({ account: 0, receipt: { verdict: "Ok", height: 1 } });
    expect(await getDepositStatus(rollup, { deposit })).toBe("credited");
  });

  test("behavior: permit, in one transaction, and the account that is there", async () => {
    const before = await host.getTransactionCount({ address: ALICE.address });
    const permitted = await depositToRollup(alice, {
      contracts,
      amount: 2n * GWEI,
      rpc: rollup,
      authorization: "permit",
    });
    expect(permitted.hint).toBe(0);
    expect(await host.getTransactionCount({ address: ALICE.address })).toBe(before + 1);
    await rollup.seal();
    expect(await waitForCredit(rollup, { deposit: permitted })).toMatchObject({ account: 0 });
    expect(rollup.state.accounts.u64(0, BALANCE)).toBe(7n * GWEI);
  });

  test("behavior: the contract's refusal comes with its name", async () => {
    const tooSmall = depositToRollup(alice, { contracts, amount: 1n });
    await expect(tooSmall).rejects.toMatchObject({
      code: "host-reverted",
      message: expect.stringMatching(/DepositTooSmall/),
    });
    await expect(depositToRollup(alice, { contracts, amount: 0n })).rejects.toMatchObject({ code: "invalid-params" });
    expect(await getInboxFee(host, { contracts })).toBe(10n ** 13n);
  });

  test("behavior: a wait can be ended", async () => {
    const unknown = { ...deposit, hash: `0x${"00".repeat(32)}` as const };
    const signal = AbortSignal.abort();
    await expect(waitForCredit(rollup, { deposit: unknown, signal })).rejects.toMatchObject({ code: "stopped" });
  });
});

describe("withdrawals", () => {
  let signed: Withdrawal;
  let forced: Withdrawal;
  const ofSigned = () => ({ contracts, withdrawal: signed });
  const ofForced = () => ({ contracts, withdrawal: forced });
  const proofOf = (withdrawal: Withdrawal) => buildWithdrawalProof(host, { contracts, rpc: rollup, withdrawal });

  test("behavior: initiated by a signed transaction", async () => {
    signed = await initiateWithdrawal(sender, { amount: GWEI, recipient: RECIPIENT });
    expect(signed).toMatchObject({ index: 0, height: 3 });
    expect(await getWithdrawalStatus(host, ofSigned())).toBe("waiting-to-prove");
    expect(await getTimeToFinalize(host, ofSigned())).toEqual({
      period: 600,
      seconds: undefined,
      timestamp: undefined,
    });
    await expect(proofOf(signed)).rejects.toMatchObject({ code: "not-available" });
    const tooMuch = initiateWithdrawal(sender, { amount: 100n * GWEI, recipient: RECIPIENT });
    await expect(tooMuch).rejects.toMatchObject({ message: expect.stringMatching(/InsufficientBalance/) });
  });

  test("behavior: posted, it waits for its challenge window", async () => {
    await rollup.post();
    expect(await getWithdrawalStatus(host, ofSigned())).toBe("waiting-to-finalize");
    const { timestamp } = await host.getBlock();
    const finalizesAt = Number(timestamp) + CHALLENGE_WINDOW_SECONDS;
    expect(await getTimeToFinalize(host, ofSigned())).toEqual({ period: 600, seconds: 600, timestamp: finalizesAt });
    const early = finalizeWithdrawal(alice, { contracts, proof: await proofOf(signed) });
    await expect(early).rejects.toMatchObject({ message: expect.stringMatching(/BatchNotFinalized/) });
    expect(await getFinalizedCommitment(host, { contracts, batchId: 1 })).toBeUndefined();
  });

  test("behavior: forced through the Inbox, in a later batch", async () => {
    const parameters = { contracts, account: 0, amount: 2n * GWEI, recipient: RECIPIENT };
    const { hash } = await forceWithdrawal(alice, parameters);
    expect(await getWithdrawal(rollup, { hash })).toBeUndefined();
    const waiting = waitForWithdrawal(rollup, { hash, pollingIntervalMs: 5 });
    await rollup.seal();
    forced = await waiting;
    expect(forced).toMatchObject({ index: 1, height: 5 });
    await rollup.post();
    expect(await getWithdrawalStatus(host, ofForced())).toBe("waiting-to-finalize");
  });

  test("behavior: of others it is refused by the rollup, and never made", async () => {
    const stranger = served.wallet(DEPLOYER);
    const { hash } = await forceWithdrawal(stranger, {
      contracts,
      account: 0,
      amount: GWEI,
      recipient: DEPLOYER.address,
    });
    await rollup.seal();
    await expect(waitForWithdrawal(rollup, { hash })).rejects.toMatchObject({
      message: expect.stringMatching(/NotOwner/),
    });
  });

  test("behavior: the wait ends by the host's clock", async () => {
    const waiting = waitToFinalize(host, { ...ofForced(), pollingIntervalMs: 5 });
    await served.pass(CHALLENGE_WINDOW_SECONDS);
    expect(await waiting).toBe("ready-to-finalize");
    expect(await getTimeToFinalize(host, ofForced())).toMatchObject({ seconds: 0 });
  });

  test("behavior: the Vault refuses a proof with any other value", async () => {
    const proof = await proofOf(signed);
    const others = [
      { ...proof, amount: proof.amount + 1n },
      { ...proof, recipient: ALICE.address },
      { ...proof, index: 1 },
      { ...proof, account: 1 },
      { ...proof, timestamp: proof.timestamp + 1 },
      { ...proof, batchId: 2 },
      { ...proof, siblings: [proof.siblings[1]!, proof.siblings[0]!, ...proof.siblings.slice(2)] },
    ];
    for (const other of others) {
      const refused = finalizeWithdrawal(alice, { contracts, proof: other });
      await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(/RootMismatch/) });
    }
    const short = finalizeWithdrawal(alice, { contracts, proof: { ...proof, siblings: proof.siblings.slice(1) } });
    await expect(short).rejects.toMatchObject({ message: expect.stringMatching(/ProofLengthMismatch/) });
  });

  test("default: the Vault pays against the proofs", async () => {
    for (const [withdrawal, batchId, amount] of [
      [signed, 1, GWEI],
      [forced, 2, 2n * GWEI],
    ] as const) {
      const before = await served.tokensOf(RECIPIENT);
      const proof = await proofOf(withdrawal);
      expect(proof).toMatchObject({ batchId, amount, account: 0, recipient: RECIPIENT });
      await finalizeWithdrawal(alice, { contracts, proof });
      expect((await served.tokensOf(RECIPIENT)) - before).toBe(amount * contracts.scale);
      expect(await getWithdrawalStatus(host, { contracts, withdrawal })).toBe("finalized");
      expect(await waitToFinalize(host, { contracts, withdrawal })).toBe("finalized");
      const again = finalizeWithdrawal(alice, { contracts, proof });
      await expect(again).rejects.toMatchObject({ message: expect.stringMatching(/AlreadyWithdrawn/) });
    }
  });

  test("behavior: a proof in a later batch of the same record is as good", async () => {
    const later = await initiateWithdrawal(sender, { amount: GWEI, recipient: RECIPIENT });
    await rollup.post();
    await rollup.seal();
    await rollup.post();
    await served.pass(CHALLENGE_WINDOW_SECONDS);
    const proof = await buildWithdrawalProof(host, {
      contracts,
      rpc: rollup,
      withdrawal: { ...later, height: later.height + 1 },
    });
    expect(proof.batchId).toBe(4);
    await finalizeWithdrawal(alice, { contracts, proof });
    expect(await getWithdrawalStatus(host, { contracts, withdrawal: later })).toBe("finalized");
  });

  test("behavior: a node that lies is found out before anything is sent", async () => {
    const lying = (
      change: (proof: Awaited<ReturnType<RollupRpc["getProof"]>>) => object,
    ): Pick<RollupRpc, "getProof"> => ({
      getProof: async (parameters) => {
        const proof = await rollup.getProof(parameters);
        return { ...proof, ...change(proof) };
      },
    });
    const lies = [
      lying(({ data }) => ({ data: data.replace("beef1", "beef2") })),
      lying(({ batch }) => ({ batch: { ...batch, epoch: 3 } })),
      lying(({ header }) => ({ header: header.replace(/0$/, "1") })),
      lying(() => ({ batch: null })),
      lying(() => ({ siblings: [] })),
      { getProof: () => rollup.getProof({ table: "withdrawals", index: 1, batch: 2 }) },
    ];
    for (const rpc of lies) {
      const refused = buildWithdrawalProof(host, { contracts, rpc, withdrawal: signed });
      await expect(refused).rejects.toMatchObject({
        code: "not-available",
        message: expect.stringMatching(/does not hold/),
      });
    }
  });

  test("behavior: a receipt is checked against the host", async () => {
    const proof = await rollup.getProof({ table: "withdrawals", index: 0, batch: 1 });
    const receipt = JSON.parse(JSON.stringify(receiptFromProof(contracts, proof)));
    const finalizedCommitment = await getFinalizedCommitment(host, { contracts, batchId: receipt.batch.id });
    expect(verifyReceipt(receipt, { finalizedCommitment, chain: contracts })).toMatchObject({
      valid: true,
      root: "checked against the host",
      record: { recipient: RECIPIENT, amount: `${GWEI}` },
    });
    expect(await getFinalizedCommitment(host, { contracts, batchId: 99 })).toBeUndefined();
  });
});

test("the client is all that the bridge needs of a node", () => {
  const client = createTributaryClient({ url: "http://127.0.0.1:1" });
  const rpc: RollupRpc = client;
  const withdrawals: WithdrawSender = client;
  expect(rpc).toBe(withdrawals);
});

test("an address without a rollup is named as such", async () => {
  await expect(getBridgeContracts(host, { rollup: RECIPIENT })).rejects.toMatchObject({ code: "host-mismatch" });
});
