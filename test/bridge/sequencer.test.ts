/** Bridge and client against the real sequencer, its RPC and the real contracts: money in, used, and out again. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getDepositStatus, waitForCredit } from "../../bridge/deposits.ts";
import { depositToRollup } from "../../bridge/depositToRollup.ts";
import { buildWithdrawalProof, finalizeWithdrawal } from "../../bridge/finalizeWithdrawal.ts";
import { getFinalizedCommitment } from "../../bridge/hostBatches.ts";
import { getWithdrawalStatus, waitToFinalize } from "../../bridge/withdrawalStatus.ts";
import { forceWithdrawal, initiateWithdrawal, type Withdrawal, waitForWithdrawal } from "../../bridge/withdrawals.ts";
import { createTributaryClient, type TributaryClient, verifyReceipt } from "../../client/client.ts";
import { Lifecycle } from "../../runtime/lifecycle.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { createServer } from "../../runtime/rpc/server.ts";
import { startSequencer } from "../../sequencer/service.ts";
import { ALICE, type BridgeHost, CHALLENGE_WINDOW_SECONDS, GWEI, POSTER, startBridgeHost } from "./host.ts";
import { GENESIS_ROOT } from "./rollup.ts";

const POLL = { pollingIntervalMs: 20 };
const RECIPIENT = "0x00000000000000000000000000000000000beef2" as const;

let host: BridgeHost;
let client: TributaryClient;
let dataDir: string;
const lifecycle = new Lifecycle();

beforeAll(async () => {
  host = await startBridgeHost(GENESIS_ROOT, { blockTimeSeconds: 1 });
  dataDir = await mkdtemp(join(tmpdir(), "tributary-bridge-"));
  const logger = silentLogger();
  const node = await startSequencer(
    {
      dataDir,
      hostRpcUrl: host.url,
      rollup: host.contracts.rollup,
      poster: POSTER,
      creditTag: "latest",
      blockTimeMs: 50,
      hostPollMs: 50,
      batchMaxAgeSeconds: 1,
      confirmations: 1,
      logger,
    },
    lifecycle,
  );
  const server = createServer({ node, logger });
  lifecycle.onStop("rpc", () => server.close());
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  client = createTributaryClient({ url, account: ALICE });
});
afterAll(async () => {
  await lifecycle.stop();
  await host.stop();
  await rm(dataDir, { recursive: true });
});

// One story, in order.
let signed: Withdrawal;

test("a deposit is credited, and can be spent", async () => {
  const { contracts } = host;
  const deposit = await depositToRollup(host.wallet(ALICE), { contracts, amount: 9n * GWEI, rpc: client });
  expect(await waitForCredit(client, { deposit, ...POLL })).toMatchObject({ account: 0 });
  expect(await getDepositStatus(client, { deposit })).toBe("credited");
  expect(await client.getAccount({ address: ALICE.address })).toMatchObject([{ index: 0, balance: 9n * GWEI }]);
  const receipts = await Promise.all([
    client.transfer({ to: RECIPIENT, amount: 5n }),
    client.transfer({ to: 1, amount: 5n }),
  ]);
  expect(receipts.map(({ verdict }) => verdict)).toEqual(["Ok", "Ok"]);
  const again = await depositToRollup(host.wallet(ALICE), {
    contracts,
    amount: GWEI,
    rpc: client,
    authorization: "permit",
  });
  expect(await waitForCredit(client, { deposit: again, ...POLL })).toMatchObject({ account: 0 });
});

test("a signed and a forced withdrawal are paid against the sequencer's proofs", async () => {
  const { contracts } = host;
  signed = await initiateWithdrawal(client, { amount: GWEI, recipient: RECIPIENT });
  const request = { contracts, account: 0, amount: 2n * GWEI, recipient: RECIPIENT };
  const { hash } = await forceWithdrawal(host.wallet(ALICE), request);
  const forced = await waitForWithdrawal(client, { hash, ...POLL });
  await Promise.all([signed, forced].map(({ hash }) => client.waitForConfirmation({ hash, level: "posted", ...POLL })));
  expect(await getWithdrawalStatus(host.client, { contracts, withdrawal: forced })).toBe("waiting-to-finalize");
  await host.pass(CHALLENGE_WINDOW_SECONDS);

  const pay = async (withdrawal: Withdrawal): Promise<void> => {
    await waitToFinalize(host.client, { contracts, withdrawal, ...POLL });
    const proof = await buildWithdrawalProof(host.client, { contracts, rpc: client, withdrawal });
    await finalizeWithdrawal(host.wallet(ALICE), { contracts, proof });
    expect(await getWithdrawalStatus(host.client, { contracts, withdrawal })).toBe("finalized");
  };
  await pay(signed);
  await pay(forced);
  expect(await host.tokensOf(RECIPIENT)).toBe(3n * GWEI * contracts.scale);
});

test("a receipt of the sequencer is checked against the host", async () => {
  const { contracts } = host;
  const { id } = (await client.getBatch({ height: signed.height }))!;
  const receipt = await client.createReceipt({ table: "withdrawals", index: signed.index, batch: id });
  const finalizedCommitment = await getFinalizedCommitment(host.client, { contracts, batchId: id });
  const verified = verifyReceipt(JSON.parse(JSON.stringify(receipt)), { finalizedCommitment, chain: contracts });
  expect(verified).toMatchObject({ valid: true, root: "checked against the host", record: { recipient: RECIPIENT } });
});
