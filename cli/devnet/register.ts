/** First half of the main job: money, authors, the datanet, the contributions in order of time, the model. */

import { sha256, stringToHex } from "viem";
import type { HDAccount, PrivateKeyAccount } from "viem/accounts";
import { getBridgeContracts } from "../../bridge/contracts.ts";
import { waitForCredit } from "../../bridge/deposits.ts";
import { depositToRollup } from "../../bridge/depositToRollup.ts";
import { fromHex } from "../../protocol/bytes.ts";
import { ALL_PURPOSES } from "../../protocol/state/datanet.ts";
import { CURATOR, DEPLOYER, developmentAccount, namedAccount, OPERATOR } from "./accounts.ts";
import type { Corpus } from "./corpus.ts";
import type { Network } from "./network.ts";
import { reliably, sendReliably } from "./reliably.ts";

const TOKEN = 10n ** 9n;
const DEPOSIT = 10_000n * TOKEN;
/** An author needs his contributions' bonds and fees, no more. */
const AUTHOR_GRANT = TOKEN / 10n;

export interface Registered {
  /** The operator's account on the rollup. */
  operator: number;
  authors: Map<string, { account: number; signer: PrivateKeyAccount }>;
  datanet: number;
  model: number;
}

/** Bridges tokens to the curator, who gives the operator half; returns their accounts on the rollup. */
export async function fund({ host, client }: Network): Promise<{ curator: number; operator: number }> {
  const contracts = await getBridgeContracts(host.publicClient, { rollup: host.deployment.rollup });
  const signer = developmentAccount(CURATOR);
  const wallet = host.wallet(DEPLOYER);
  const deposit = await depositToRollup(wallet, {
    contracts,
    amount: DEPOSIT,
    owner: signer.address,
    authorization: "permit",
  });
  const { account: curator } = await reliably(() => waitForCredit(client, { deposit, pollingIntervalMs: 100 }));
  const body = { to: fromHex(developmentAccount(OPERATOR).address), amount: DEPOSIT / 2n };
  const receipt = await sendReliably(client, { name: "Transfer", body, account: curator, signer });
  return { curator, operator: receipt.created[0]!.first };
}

/** Opens an account for every author, paid by the curator. */
export async function openAuthors(
  { client }: Network,
  { addresses }: Corpus,
  curator: number,
): Promise<Registered["authors"]> {
  const authors: Registered["authors"] = new Map();
  const signer: HDAccount = developmentAccount(CURATOR);
  for (const name of new Set(addresses.map(({ author }) => author))) {
    const author = namedAccount(name);
    const body = { to: fromHex(author.address), amount: AUTHOR_GRANT };
    const receipt = await sendReliably(client, { name: "Transfer", body, account: curator, signer });
    authors.set(name, { account: receipt.created[0]!.first, signer: author });
  }
  return authors;
}

export async function createDatanet({ client }: Network, curator: number): Promise<number> {
  const metadataHash = fromHex(sha256(stringToHex("State of the Union addresses, 1790 to 2021; public domain")));
  const terms = { curated: false, purposes: ALL_PURPOSES, lineageBps: 1_000, curatorBps: 500 };
  const signer = developmentAccount(CURATOR);
  const body = { metadataHash, ...terms };
  return (await sendReliably(client, { name: "CreateDatanet", body, account: curator, signer })).created[0]!.first;
}

/** Every address by its author, in order of time, so that a lower index is older work. */
export async function contributeAddresses(
  { client }: Network,
  { addresses, contentRoots }: Corpus,
  { authors, datanet }: Pick<Registered, "authors" | "datanet">,
  report: (status: string) => void,
): Promise<void> {
  for (const [i, { author, year }] of addresses.entries()) {
    const { account, signer } = authors.get(author)!;
    const item = { contentRoot: fromHex(contentRoots[i]!), kind: 0, purposes: ALL_PURPOSES, expiresAt: 0 };
    const body = { datanet, items: [item] };
    const receipt = await sendReliably(client, { name: "Contribute", body, account, signer });
    if (receipt.created[0]?.first !== i)
      throw new Error(`address ${i} became contribution ${receipt.created[0]?.first}`);
    report(`${i + 1} of ${addresses.length}, ${author} ${year}`);
  }
}

export async function registerModel(
  { client }: Network,
  { trainedAt }: Corpus,
  operator: number,
  datanet: number,
): Promise<number> {
  const artifactRoot = fromHex(sha256(stringToHex("a model trained on the State of the Union before 1950")));
  const terms = { relation: 0, datanets: [datanet], ownerBps: 2_000, royaltyBps: 500, live: false, trainedAt };
  const receipt = await sendReliably(client, {
    name: "RegisterModel",
    body: { artifactRoot, ...terms },
    account: operator,
  });
  return receipt.created[0]!.first;
}
