/** All transactions users may send, by name and by kind, and their common envelope. Spec: docs/spec/transactions.md. */
import { type ByteReader, ByteWriter } from "../bytes.ts";
import {
  type Domain,
  domainSeparator,
  type Message,
  signingDigest,
  structHasher,
  type TypedData,
  typedData,
} from "../eip712.ts";
import { accept } from "./accept.ts";
import { attribute } from "./attribute.ts";
import { attributeCommitted } from "./attributeCommitted.ts";
import { claim } from "./claim.ts";
import { contribute } from "./contribute.ts";
import { createDatanet } from "./createDatanet.ts";
import { registerModel } from "./registerModel.ts";
import { reject } from "./reject.ts";
import { revoke } from "./revoke.ts";
import type { Identities, TransactionType } from "./transaction.ts";
import { transfer } from "./transfer.ts";
import { updateDatanet } from "./updateDatanet.ts";
import { updateModel } from "./updateModel.ts";
import { withdraw } from "./withdraw.ts";

export const TRANSACTIONS = {
  Transfer: transfer,
  Withdraw: withdraw,
  CreateDatanet: createDatanet,
  UpdateDatanet: updateDatanet,
  Contribute: contribute,
  Accept: accept,
  Reject: reject,
  Revoke: revoke,
  RegisterModel: registerModel,
  UpdateModel: updateModel,
  Attribute: attribute,
  Claim: claim,
  AttributeCommitted: attributeCommitted,
} as const;

export type TransactionName = keyof typeof TRANSACTIONS;
export type BodyOf<Name extends TransactionName> =
  (typeof TRANSACTIONS)[Name] extends TransactionType<infer Body> ? Body : never;

/** A transaction without nonce and signature. */
export type Transaction = {
  [Name in TransactionName]: { name: Name; account: number; body: BodyOf<Name> };
}[TransactionName];
export type SignedTransaction = Transaction & {
  /** EIP-2098: r (32) || yParity and s (32). */
  signature: Uint8Array;
};

export const SIGNATURE_BYTES = 64;

// One place where a name and its body are known to belong together but the compiler cannot see it.
type AnyType = TransactionType<Transaction["body"]>;
const typeOf = (name: TransactionName): AnyType => TRANSACTIONS[name] as unknown as AnyType;
const BY_KIND = new Map(Object.values(TRANSACTIONS).map((type) => [type.kind, type.name as TransactionName]));
const HASHERS = new Map(Object.values(TRANSACTIONS).map((type) => [type.name, structHasher(type.name, type.structs)]));

/** `kind || account (varint) || body`; clears `reader.ok` on malformed bytes and then returns undefined. */
export function decodeTransaction(reader: ByteReader): Transaction | undefined {
  const name = BY_KIND.get(reader.byte());
  if (name === undefined) {
    reader.ok = false;
    return undefined;
  }
  const account = reader.varint();
  const body = typeOf(name).decode(reader);
  return reader.ok ? ({ name, account, body } as Transaction) : undefined;
}

/** `kind || account || body || signature`. */
export function decodeSigned(reader: ByteReader): SignedTransaction | undefined {
  const transaction = decodeTransaction(reader);
  const signature = reader.take(SIGNATURE_BYTES);
  return transaction !== undefined && reader.ok
    ? Object.assign(transaction, { signature: signature.slice() })
    : undefined;
}

/** Throws RangeError when a value has no encoding (say, 17 shares). */
export function encodeTransaction(transaction: Transaction): Uint8Array {
  const type = typeOf(transaction.name);
  const writer = new ByteWriter().byte(type.kind).varint(transaction.account);
  type.encode(writer, transaction.body);
  return writer.finish();
}

export function encodeSigned(transaction: SignedTransaction): Uint8Array {
  return new ByteWriter().put(encodeTransaction(transaction)).fixed(transaction.signature, SIGNATURE_BYTES).finish();
}

export const boundOf = (transaction: Transaction) => typeOf(transaction.name).bound(transaction.body);
export const applyTransaction = (
  context: Parameters<AnyType["apply"]>[0],
  transaction: Transaction,
): ReturnType<AnyType["apply"]> => typeOf(transaction.name).apply(context, transaction.body);

function messageOf(transaction: Transaction, nonce: number, identities: Identities): Message {
  const { account, name, body } = transaction;
  return { account, nonce, ...typeOf(name).message(body, identities) };
}

/** Asks the identities for all that the transaction's hash depends on. */
export function identify({ name, body }: Pick<Transaction, "name" | "body">, identities: Identities): void {
  const type = typeOf(name);
  if (type.identify === undefined) type.message(body, identities);
  else type.identify(body, identities);
}

/** What the sender signs, and the transaction's hash: 32 bytes. `separator` is `domainSeparator(domain)`. */
export function transactionHash(
  separator: Uint8Array,
  transaction: Transaction,
  nonce: number,
  identities: Identities,
): Uint8Array {
  return signingDigest(separator, HASHERS.get(transaction.name)!(messageOf(transaction, nonce, identities)));
}

/** The same as typed data, for wallets and viem accounts. */
export function transactionTypedData(
  domain: Domain,
  transaction: Transaction,
  nonce: number,
  identities: Identities,
): TypedData {
  const message = messageOf(transaction, nonce, identities);
  return typedData(domain, transaction.name, typeOf(transaction.name).structs, message);
}

export { domainSeparator };
