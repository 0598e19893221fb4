/** The client's public door: `createTributaryClient`, and what its users need by name. */
import type { ChainIdentity } from "../protocol/receipt.ts";
import { attribute } from "./actions/attribute.ts";
import { attributeCommitted } from "./actions/attributeCommitted.ts";
import { getBatch, getBlock } from "./actions/blocks.ts";
import { chainInfo, syncStatus } from "./actions/chain.ts";
import { claim } from "./actions/claim.ts";
import { acceptContributions, contribute, rejectContributions, revoke } from "./actions/contributions.ts";
import { createDatanet, updateDatanet } from "./actions/datanets.ts";
import { estimateFee } from "./actions/estimateFee.ts";
import { getAccount } from "./actions/getAccount.ts";
import { getAttributions } from "./actions/getAttributions.ts";
import { getReceipt, waitForConfirmation } from "./actions/getReceipt.ts";
import { getTransaction } from "./actions/getTransaction.ts";
import { registerModel, updateModel } from "./actions/models.ts";
import { createReceipt, getProof } from "./actions/proofs.ts";
import { getContribution, getDatanet, getLineage, getModel } from "./actions/records.ts";
import { sendBatch } from "./actions/sendBatch.ts";
import { prepareTransaction, sendTransaction, signTransaction } from "./actions/sendTransaction.ts";
import { getContent, getHeader, verifyConfirmation, verifyHeader } from "./actions/softConfirmations.ts";
import { subscribe } from "./actions/subscribe.ts";
import { transfer } from "./actions/transfer.ts";
import { withdraw } from "./actions/withdraw.ts";
import { type Context, createContext } from "./context.ts";
import { TributaryArgumentError } from "./errors.ts";
import { findContradiction } from "./evidence.ts";
import type { Signer } from "./signer.ts";
import type { OpenSocket } from "./socket.ts";
import { http, type Transport } from "./transport.ts";

const ACTIONS = {
  chainInfo,
  syncStatus,
  getAccount,
  getDatanet,
  getContribution,
  getModel,
  getLineage,
  getAttributions,
  getBlock,
  getContent,
  getHeader,
  getBatch,
  getTransaction,
  getReceipt,
  getProof,
  createReceipt,
  estimateFee,
  waitForConfirmation,
  verifyConfirmation,
  verifyHeader,
  findContradiction,
  subscribe,
  transfer,
  withdraw,
  createDatanet,
  updateDatanet,
  contribute,
  acceptContributions,
  rejectContributions,
  revoke,
  registerModel,
  updateModel,
  attribute,
  attributeCommitted,
  claim,
  prepareTransaction,
  signTransaction,
  sendTransaction,
  sendBatch,
};

/** The actions with their first argument, the context, filled in. */
type Bound<Actions> = {
  [Name in keyof Actions]: Actions[Name] extends (context: Context, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

type AnyAction = (context: Context, parameters: unknown) => unknown;

export interface TributaryClient extends Bound<typeof ACTIONS> {
  readonly account: Signer | undefined;
  readonly transport: Transport;
}

export interface TributaryClientParameters {
  /** A node's address; or give a `transport`. */
  url?: string | undefined;
  transport?: Transport | undefined;
  /** Signs writes: any viem local account, or `walletSigner(walletClient)`. */
  account?: Signer | undefined;
  /** What signatures are bound to. By default the node is asked; give it when the node is not trusted. */
  chain?: ChainIdentity | undefined;
  /** Opens WebSockets where the platform has none: `(url) => new WebSocket(url)` of npm `ws`. */
  openSocket?: OpenSocket | undefined;
}

/**
 * A client of a Tributary node.
 *
 * @example
 * const account = privateKeyToAccount("0x...");
 * const client = createTributaryClient({ url: "http://127.0.0.1:7070", account });
 * const { verdict } = await client.transfer({ to: 7, amount: 1_000_000_000n });
 */
export function createTributaryClient(parameters: TributaryClientParameters): TributaryClient {
  const { url, account, chain, openSocket } = parameters;
  const transport = parameters.transport ?? (url === undefined ? undefined : http(url));
  if (transport === undefined) throw new TributaryArgumentError("url", "or a transport is needed");
  const context = createContext({ transport, account, chain, openSocket });
  const bind = (action: unknown) => (parameters: unknown) => (action as AnyAction)(context, parameters);
  const bound = Object.entries(ACTIONS).map(([name, action]) => [name, bind(action)]);
  return { account, transport, ...(Object.fromEntries(bound) as Bound<typeof ACTIONS>) };
}

export { type OutputProof, outputsRoot, proveOutput, proveOutputs, verifyOutput } from "../protocol/outputs.ts";
export { type Receipt as ReceiptFile, verifyReceipt } from "../protocol/receipt.ts";
export { receiptWithOutput } from "../protocol/receiptOutput.ts";
export { PURPOSES } from "../protocol/state/datanet.ts";
export { attributeBody } from "./actions/attribute.ts";
export { attributeCommittedBody } from "./actions/attributeCommitted.ts";
export { TributaryArgumentError, TributaryRpcError } from "./errors.ts";
export { confirmationContradiction, headerConflict, headerContradiction } from "./evidence.ts";
export type { HostView } from "./hostView.ts";
export { type Signer, walletSigner } from "./signer.ts";
export { type HttpOptions, http, type Transport } from "./transport.ts";
export type { Account, Attribution, Contribution, Datanet, Fee, Model, Receipt } from "./views.ts";
