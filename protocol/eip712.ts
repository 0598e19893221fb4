/** EIP-712 hashing of our structs, and the same structs as typed data for wallets. Spec: docs/spec/transactions.md#signing. */
import { type Hex, toHex } from "./bytes.ts";
import { keccak256, keccakPacked, word } from "./hash.ts";

export interface Field {
  readonly name: string;
  /** uint8..uint64, bool, address, bytes32, a struct's name, or one of these behind `[]`. */
  readonly type: string;
}
export type Structs = Readonly<Record<string, readonly Field[]>>;
export type Value = number | bigint | boolean | Uint8Array | readonly Value[] | { readonly [field: string]: Value };
export type Message = Readonly<Record<string, Value>>;

export interface Domain {
  readonly chainId: number;
  /** The Rollup contract on the host, 20 bytes: nothing replays on another instance. */
  readonly verifyingContract: Uint8Array;
}

const DOMAIN_FIELDS: readonly Field[] = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
];
export const DOMAIN_NAME = "Tributary";
export const DOMAIN_VERSION = "1";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

export function domainSeparator(domain: Domain): Uint8Array {
  return keccakPacked(
    keccak256(text(`EIP712Domain(${DOMAIN_FIELDS.map((f) => `${f.type} ${f.name}`).join(",")})`)),
    keccak256(text(DOMAIN_NAME)),
    keccak256(text(DOMAIN_VERSION)),
    word(domain.chainId),
    leftPad(domain.verifyingContract),
  );
}

const digestInput = Uint8Array.of(0x19, 0x01, ...new Uint8Array(64));

/** `keccak256(0x1901 || domain separator || struct hash)`: what is signed, and the transaction's hash. */
export function signingDigest(separator: Uint8Array, structHash: Uint8Array): Uint8Array {
  digestInput.set(separator, 2);
  digestInput.set(structHash, 34);
  return keccak256(digestInput);
}

/** Writes a value as a word to `target[at..at + 32]`, which is zero. */
type Encoder = (value: Value, target: Uint8Array, at: number) => void;

/** A hasher of messages of type `primary`; what follows from the types is worked out once. */
export function structHasher(primary: string, structs: Structs): (message: Message) => Uint8Array {
  const encoderOf = (type: string): Encoder => {
    if (type.endsWith("[]")) return arrayEncoder(encoderOf(type.slice(0, -2)));
    if (type in structs) {
      const hash = structHasher(type, structs);
      return (value, target, at) => target.set(hash(value as Message), at);
    }
    return type === "address" ? encodeAddress : encodeWord;
  };
  const typeHash = keccak256(text(encodeType(primary, structs)));
  const names = structs[primary]!.map(({ name }) => name);
  const encoders = structs[primary]!.map(({ type }) => encoderOf(type));
  // No struct contains itself, so that one buffer serves all messages of a type.
  const data = new Uint8Array(32 * (names.length + 1));
  return (message) => {
    data.fill(0).set(typeHash);
    for (let i = 0; i < names.length; i++) encoders[i]!(message[names[i]!]!, data, 32 * (i + 1));
    return keccak256(data);
  };
}

function arrayEncoder(encode: Encoder): Encoder {
  return (value, target, at) => {
    const items = value as readonly Value[];
    const data = new Uint8Array(32 * items.length);
    for (let i = 0; i < items.length; i++) encode(items[i]!, data, 32 * i);
    target.set(keccak256(data), at);
  };
}

const encodeAddress: Encoder = (value, target, at) => target.set(value as Uint8Array, at + 12);

const encodeWord: Encoder = (value, target, at) => {
  if (typeof value === "number") encodeNumber(value, target, at);
  else if (typeof value === "bigint") target.set(word(value), at);
  else if (typeof value === "boolean") target[at + 31] = value ? 1 : 0;
  else target.set(value as Uint8Array, at);
};

/** What `signTypedData` of any viem account takes. */
export interface TypedData {
  domain: { name: string; version: string; chainId: number; verifyingContract: Hex };
  types: Record<string, { name: string; type: string }[]>;
  primaryType: string;
  message: Record<string, unknown>;
}

export function typedData(domain: Domain, primary: string, structs: Structs, message: Message): TypedData {
  return {
    domain: {
      name: DOMAIN_NAME,
      version: DOMAIN_VERSION,
      chainId: domain.chainId,
      verifyingContract: toHex(domain.verifyingContract),
    },
    types: Object.fromEntries(Object.entries(structs).map(([name, fields]) => [name, fields.map((f) => ({ ...f }))])),
    primaryType: primary,
    message: readable(message) as Record<string, unknown>,
  };
}

function readable(value: Value): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value === "number") return BigInt(value);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, readable(item)]));
}

/** `Name(type field,...)` followed by the structs it refers to, sorted. */
function encodeType(primary: string, structs: Structs): string {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    for (const field of structs[name]!) {
      const base = field.type.replace("[]", "");
      if (base in structs && !seen.has(base)) {
        seen.add(base);
        visit(base);
      }
    }
  };
  visit(primary);
  return [primary, ...[...seen].sort()]
    .map((name) => `${name}(${structs[name]!.map((f) => `${f.type} ${f.name}`).join(",")})`)
    .join("");
}

function encodeNumber(value: number, target: Uint8Array, at: number): void {
  for (let i = 31; value > 0; i--) {
    target[at + i] = value % 256;
    value = Math.floor(value / 256);
  }
}

function leftPad(address: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  out.set(address, 32 - address.length);
  return out;
}
