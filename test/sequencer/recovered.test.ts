/** Hash and signer from admission are used at a transaction's turn only while nothing that was signed has changed. */
import { afterEach, expect, test } from "vitest";
import { ALL_PURPOSES } from "../../protocol/state/datanet.ts";
import type { Transaction } from "../../protocol/transactions/registry.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { deposits } from "../support/inbox.ts";
import { until } from "../support/until.ts";
import { alice, bob, root } from "../support/world.ts";
import { Workshop } from "./workshop.ts";

const directory = temporaryDirectories();
const opened: Workshop[] = [];
afterEach(async () => {
  for (const workshop of opened.splice(0)) await workshop.close();
});

async function open(path: string): Promise<Workshop> {
  const workshop = await Workshop.start({ path, inbox: deposits([alice, bob]) });
  opened.push(workshop);
  await until("accounts", () => workshop.chain.state.accounts.length === 2);
  return workshop;
}

/** Alice's model on her own datanet, with one contribution. */
async function withModel(path: string): Promise<Workshop> {
  const workshop = await open(path);
  const terms = { curated: false, purposes: ALL_PURPOSES, lineageBps: 0, curatorBps: 0 };
  const item = { contentRoot: root(2), kind: 0, purposes: ALL_PURPOSES, expiresAt: 0 };
  const model = { artifactRoot: root(3), relation: 0, datanets: [0], ownerBps: 1_000, royaltyBps: 0 };
  const setUp: Transaction[] = [
    { name: "CreateDatanet", account: 0, body: { metadataHash: root(1), ...terms } },
    { name: "Contribute", account: 0, body: { datanet: 0, items: [item] } },
    { name: "RegisterModel", account: 0, body: { ...model, live: true, trainedAt: 0 } },
  ];
  // Each is signed over what the one before made.
  for (const transaction of setUp) await workshop.submit(transaction, alice);
  return workshop;
}

const attribute: Transaction = {
  name: "Attribute",
  account: 1,
  body: {
    model: 0,
    method: 0,
    evidenceRoot: root(0),
    records: [{ output: root(4), fee: 1_000, shares: [{ contribution: 0, weight: 1 }] }],
  },
};
const terms = (ownerBps: number): Transaction => ({
  name: "UpdateModel",
  account: 0,
  body: { model: 0, ownerBps, royaltyBps: 0, retired: false },
});

test("terms that change between a signature and its turn make it void", async () => {
  const workshop = await withModel(await directory());
  const update = workshop.submit(terms(9_000), alice);
  const late = workshop.submit(attribute, bob, 0); // signed over the old terms, and right when it came
  await update;
  await expect(late).rejects.toMatchObject({ code: "wrong-signature" });
  await workshop.submit(attribute, bob, 0);
  await workshop.quiet();
  expect(workshop.chain.state.attributions.length).toBe(1);
});

test("what changes nothing of it does not, and the log gives the same state again", async () => {
  const path = await directory();
  const workshop = await withModel(path);
  const item = { contentRoot: root(5), kind: 0, purposes: ALL_PURPOSES, expiresAt: 0 };
  const more = workshop.submit({ name: "Contribute", account: 0, body: { datanet: 0, items: [item] } }, alice);
  const sent = [0, 1, 2].map((nonce) => workshop.submit(attribute, bob, nonce));
  await Promise.all([more, ...sent]);
  await workshop.quiet();
  const { head } = workshop.chain;
  expect(workshop.chain.state.attributions.length).toBe(3);
  await workshop.close();
  opened.splice(0);
  const again = await open(path); // every block is run again, from its bytes
  expect(again.chain.head).toEqual(head);
});
