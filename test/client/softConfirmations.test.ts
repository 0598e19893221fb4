/** A user who trusts a host of their own and nobody else: what a signature of the sequencer is worth to them. */
import type { FastifyInstance } from "fastify";
import { type Account, createWalletClient, http, type PublicClient, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CURATOR, developmentAccount, SEQUENCER } from "../../cli/devnet/accounts.ts";
import { developmentChain } from "../../cli/devnet/host.ts";
import {
  createTributaryClient,
  type HostView,
  headerConflict,
  headerContradiction,
  TributaryArgumentError,
  type TributaryClient,
} from "../../client/client.ts";
import { rollupAbi } from "../../contracts/abi/rollup.ts";
import type { SignedHeaderView, SoftConfirmationView } from "../../protocol/api.ts";
import { type Hex, toHex } from "../../protocol/bytes.ts";
import {
  confirmationDigest,
  confirmationFromView,
  confirmationToView,
  headerDigest,
  headerFromView,
  headerToView,
} from "../../protocol/confirmation.ts";
import type { VerifierNode } from "../../prover/service.ts";
import { silentLogger } from "../../runtime/logger.ts";
import type { NodeView } from "../../runtime/rpc/node.ts";
import { createServer } from "../../runtime/rpc/server.ts";
import { createDigestSigner } from "../../runtime/signatures/nativeSign.ts";
import type { Sequencer } from "../../sequencer/service.ts";
import { Devnet, type Running } from "../support/devnet.ts";
import { until } from "../support/until.ts";
import { alice, root } from "../support/world.ts";

const headerKey = new Uint8Array(developmentAccount(SEQUENCER).getHdKey().privateKey!);
const signer = createDigestSigner(headerKey);
const RECIPIENT = "0x00000000000000000000000000000000000beef7";

let devnet: Devnet;
let sequencer: Running<Sequencer>;
let verifier: Running<VerifierNode>;
let client: TributaryClient;
let auditor: TributaryClient;
let host: HostView;
const servers: FastifyInstance[] = [];

async function clientOf(node: NodeView, account?: Account): Promise<TributaryClient> {
  const server = createServer({ node, logger: silentLogger() });
  servers.push(server);
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return createTributaryClient({ url, ...(account && { account: privateKeyToAccount(toHex(alice.key)) }) });
}

beforeAll(async () => {
  devnet = await Devnet.start();
  sequencer = await devnet.sequencer({ headerKey });
  verifier = await devnet.verifier();
  client = await clientOf(sequencer, privateKeyToAccount(toHex(alice.key)));
  auditor = await clientOf(verifier);
  host = { client: devnet.host.publicClient, rollup: devnet.rollup };
  await devnet.deposit(alice);
  await devnet.accounts(sequencer, 1);
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await devnet.stop();
});

/** As a sequencer would that signs whatever it likes. */
function confirm(view: SoftConfirmationView, changes: Partial<SoftConfirmationView>): SoftConfirmationView {
  const said = confirmationFromView({ ...view, ...changes });
  const signature = signer.sign(confirmationDigest(sequencer.chain.separator, said));
  return confirmationToView({ ...said, signature });
}

function sign(view: SignedHeaderView, changes: Partial<SignedHeaderView>): SignedHeaderView {
  const said = headerFromView({ ...view, ...changes });
  return headerToView({ ...said, signature: signer.sign(headerDigest(sequencer.chain.separator, said)) });
}

const acknowledged = () => client.transfer({ to: RECIPIENT, amount: 5n });

describe("a confirmation", () => {
  test("is accepted when key, epoch, inbox and content are right", async () => {
    const receipt = await acknowledged();
    expect(await client.verifyConfirmation({ receipt, host })).toEqual({
      accepted: true,
      reason: null,
      bond: parseEther("10"),
    });
  });

  test.each<[string, (said: SoftConfirmationView) => SoftConfirmationView | undefined, RegExp]>([
    ["is missing", () => undefined, /signed no confirmation/],
    ["is of another epoch", (said) => confirm(said, { epoch: said.epoch + 1 }), /header key of epoch 1/],
    ["is not signed by the key", (said) => ({ ...said, contentLength: said.contentLength - 1 }), /not signed/],
    ["rests on another inbox", (said) => confirm(said, { inboxAcc: toHex(root("other")) }), /inbox/],
    ["rests on messages to come", (said) => confirm(said, { inboxIndex: said.inboxIndex + 9 }), /inbox/],
    ["is of other content", (said) => confirm(said, { contentHash: toHex(root("other")) }), /content/],
    ["ends before the transaction", (said) => confirm(said, { ...emptyContent }), /not in the content/],
  ])("is refused when it %s", async (_, change, reason) => {
    const receipt = await acknowledged();
    const softConfirmation = change(receipt.softConfirmation!);
    const verdict = await client.verifyConfirmation({ receipt: { ...receipt, softConfirmation }, host });
    expect(verdict).toMatchObject({ accepted: false, bond: 0n });
    expect(verdict.reason).toMatch(reason);
  });

  test("needs the transaction that was sent", async () => {
    const { softConfirmation } = await acknowledged();
    const verified = client.verifyConfirmation({ receipt: { softConfirmation }, host });
    await expect(verified).rejects.toThrow(TributaryArgumentError);
  });
});

const emptyContent = {
  contentLength: 0,
  contentHash: "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470" as Hex,
};

describe("a header", () => {
  test("binds the block's transactions and what is proven against its root", async () => {
    const { raw, height } = await acknowledged();
    await sequencer.atBoundary(() => undefined);
    const header = (await until("the header", async () => (await client.getHeader({ height })) ?? undefined))!;
    expect(await client.verifyHeader({ header, host, of: { raw } })).toMatchObject({ accepted: true });
    const proof = await client.getProof({ table: "accounts", index: 0 });
    const proven = (await client.getHeader({ height: proof.height }))!;
    expect(await client.verifyHeader({ header: proven, host, of: proof })).toMatchObject({ accepted: true });
  });

  test("is refused for another block, another key, another inbox", async () => {
    const proof = await client.getProof({ table: "accounts", index: 0 });
    const header = (await client.getHeader({ height: proof.height }))!;
    const verify = (changed: SignedHeaderView) => client.verifyHeader({ header: changed, host, of: proof });
    expect(await verify(sign(header, { blockCommitment: toHex(root(1)) }))).toMatchObject({ accepted: false });
    expect(await verify({ ...header, parent: toHex(root(1)) })).toMatchObject({ accepted: false });
    expect(await verify(sign(header, { inboxAcc: toHex(root(1)) }))).toMatchObject({ accepted: false });
    const other = { raw: "0x00" } as const;
    expect(await client.verifyHeader({ header, host, of: other })).toMatchObject({ accepted: false });
  });
});

describe("evidence", () => {
  test("against an honest sequencer is found by nobody", async () => {
    const { softConfirmation, height } = await acknowledged();
    await devnet.agreement(sequencer, verifier);
    const header = (await client.getHeader({ height }))!;
    expect(await auditor.findContradiction({ confirmation: softConfirmation! })).toBeUndefined();
    expect(await auditor.findContradiction({ header })).toBeUndefined();
    expect(() => headerConflict(header, header)).toThrow(TributaryArgumentError);
    const batch = (await auditor.getBatch({ height }))!;
    expect(() => headerContradiction(header, batch)).toThrow(TributaryArgumentError);
  });

  test("of each kind is taken by the contract, and costs the bond once", async () => {
    const { softConfirmation, height } = await acknowledged();
    await devnet.agreement(sequencer, verifier);
    const header = (await client.getHeader({ height }))!;
    const lie = sign(header, { blockCommitment: toHex(root("another block")) });
    const broken = confirm(softConfirmation!, { contentHash: toHex(root("other content")) });
    const proofs = [
      headerConflict(header, lie),
      await auditor.findContradiction({ header: lie }),
      await auditor.findContradiction({ confirmation: broken }),
    ];
    const publicClient = devnet.host.publicClient as PublicClient;
    const user = developmentAccount(CURATOR);
    for (const data of proofs) {
      await publicClient.call({ account: user, to: devnet.rollup, data: data! });
    }
    const chain = developmentChain(devnet.host.rpcUrl);
    const wallet = createWalletClient({ account: user, chain, transport: http(devnet.host.rpcUrl) });
    const before = await publicClient.getBalance({ address: user.address });
    await devnet.mined(wallet.sendTransaction({ to: devnet.rollup, data: proofs[2]! }));
    expect(await publicClient.getBalance({ address: user.address })).toBeGreaterThan(before + parseEther("4.9"));
    const args = [BigInt(header.epoch)] as const;
    const contract = { address: devnet.rollup, abi: rollupAbi, args } as const;
    expect(await publicClient.readContract({ ...contract, functionName: "isConvicted" })).toBe(true);
    await expect(publicClient.call({ account: user, to: devnet.rollup, data: proofs[0]! })).rejects.toThrow();
  });

  test("leaves signatures of the old epoch without worth", async () => {
    const { height } = sequencer.chain.written;
    const { epoch, inboxIndex, inboxAcc, signature } = (await client.getHeader({ height: height - 1 }))!;
    const said = { epoch, height, inboxIndex, inboxAcc, ...emptyContent, signature };
    const receipt = { softConfirmation: confirm(said, {}), raw: "0x00" } as const;
    const { reason } = await client.verifyConfirmation({ receipt, host });
    expect(reason).toMatch(/epoch 0 is over/);
  });
});
