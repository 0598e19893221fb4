/** How every write goes: account and nonce, identities, hash, signature, send. */
import type { AccountView } from "../../protocol/api.ts";
import { fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import type { Domain } from "../../protocol/eip712.ts";
import { transactionToJson } from "../../protocol/json.ts";
import {
  domainSeparator,
  encodeSigned,
  type SignedTransaction,
  type Transaction,
  transactionHash,
  transactionTypedData,
} from "../../protocol/transactions/registry.ts";
import type { Identities } from "../../protocol/transactions/transaction.ts";
import { indexArgument, integerArgument } from "../arguments.ts";
import { type Context, signerOf } from "../context.ts";
import { TributaryArgumentError, TributaryRpcError } from "../errors.ts";
import type { Unsent } from "../identities.ts";
import { type Signer, signHash } from "../signer.ts";
import { type SentReceipt, toReceipt } from "../views.ts";

/** What every write takes besides its own parameters. */
export interface WriteParameters {
  /** Index of the sending account. By default the signer's first. */
  account?: number | undefined;
  /** By default the account's next, pending ones counted. Give it to send several at once. */
  nonce?: number | undefined;
  /** By default the client's account. */
  signer?: Signer | undefined;
}

export type PrepareTransactionParameters = Unsent & WriteParameters;
export interface PrepareTransactionReturnType {
  transaction: Transaction;
  nonce: number;
  domain: Domain;
  identities: Identities;
  /** What is signed, and the transaction's hash. */
  hash: Hex;
}

/** Fills in what a transaction needs to be signed. Requests to the node travel as one or two batches. */
export async function prepareTransaction(
  context: Context,
  parameters: PrepareTransactionParameters,
): Promise<PrepareTransactionReturnType> {
  const { name, body } = parameters;
  const [sender, chain, identities] = await Promise.all([
    senderOf(context, parameters),
    context.chain(),
    context.identities.load({ name, body } as Unsent),
  ]);
  const transaction = { name, account: sender.account, body } as Transaction;
  const domain = { chainId: chain.chainId, verifyingContract: fromHex(chain.rollup) };
  const hash = transactionHash(domainSeparator(domain), transaction, sender.nonce, identities);
  return { transaction, nonce: sender.nonce, domain, identities, hash: toHex(hash) };
}

export type SignTransactionParameters = PrepareTransactionParameters;
export interface SignTransactionReturnType {
  nonce: number;
  signed: SignedTransaction;
  hash: Hex;
}

/** A signed transaction that is not sent: for `sendBatch`, or to be sent by others. */
export async function signTransaction(
  context: Context,
  parameters: SignTransactionParameters,
): Promise<SignTransactionReturnType> {
  const { transaction, nonce, domain, identities, hash } = await prepareTransaction(context, parameters);
  const signer = signerOf(context, parameters.signer);
  const typedData = () => transactionTypedData(domain, transaction, nonce, identities);
  return { nonce, hash, signed: { ...transaction, signature: await signHash(signer, hash, typedData) } };
}

export type SendTransactionParameters = PrepareTransactionParameters;
export type SendTransactionReturnType = SentReceipt;

/**
 * Prepares, signs and sends a transaction; the receipt, once the sequencer has it on disk. Look at `receipt.verdict`: a
 * transaction that the rules reject has a receipt too. Writes of one signer without a `nonce` go one after the other.
 * Throws TributaryArgumentError before anything is sent, TributaryRpcError when the sequencer refuses.
 */
export async function sendTransaction(
  context: Context,
  parameters: SendTransactionParameters,
): Promise<SendTransactionReturnType> {
  const send = async (): Promise<SentReceipt> => {
    const { signed, nonce, hash } = await signTransaction(context, parameters);
    const request = { transaction: transactionToJson(signed), nonce, signature: toHex(signed.signature) };
    const view = await context.transport.request("sendTransaction", request).catch((error: unknown) => {
      if (error instanceof TributaryRpcError && error.code === "wrong-signature") context.identities.forget(signed);
      throw error; // not sent again: the index may name another record now, and only the caller knows which was meant
    });
    if (view.hash === hash) return { ...toReceipt(view), raw: toHex(encodeSigned(signed)) };
    throw new TributaryRpcError("bad-response", `sent ${hash}, but the receipt is of ${view.hash}`);
  };
  if (parameters.nonce !== undefined) return send();
  return context.inOrder(signerOf(context, parameters.signer).address.toLowerCase(), send);
}

interface Sender {
  account: number;
  nonce: number;
}

async function senderOf(context: Context, { account, nonce, signer: given }: WriteParameters): Promise<Sender> {
  const signer = signerOf(context, given);
  if (account !== undefined) indexArgument("account", account);
  if (nonce !== undefined) integerArgument("nonce", nonce, 0, Number.MAX_SAFE_INTEGER);
  if (account !== undefined && nonce !== undefined) return { account, nonce };
  const query = account === undefined ? { address: signer.address } : { index: account };
  const found = await context.transport.request("getAccount", query);
  const view = found.reduce<AccountView | undefined>((a, b) => (a && a.index < b.index ? a : b), undefined);
  if (view === undefined) {
    const which = account === undefined ? `of ${signer.address}` : `${account}`;
    throw new TributaryArgumentError("account", `${which} does not exist: a deposit or a transfer opens one`);
  }
  if (view.owner.toLowerCase() !== signer.address.toLowerCase()) {
    throw new TributaryArgumentError("account", `${view.index} belongs to ${view.owner}, not to ${signer.address}`);
  }
  return { account: view.index, nonce: nonce ?? view.pendingNonce };
}
