/** Signatures right and wrong in every way that a signature can be. */
import { concat } from "../../protocol/bytes.ts";
import { keccak256 } from "../../protocol/hash.ts";
import { NONCE } from "../../protocol/state/account.ts";
import { type SignedTransaction, type Transaction, transactionHash } from "../../protocol/transactions/registry.ts";
import { identitiesOf } from "../../protocol/transactions/transaction.ts";
import { mallory, signHash } from "../support/world.ts";
import { ENVIRONMENT } from "./environment.ts";
import { personOf, type Scene } from "./values.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const uint256 = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * (31 - i))) & 0xffn));
const toBigInt = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** What a right signature turns into when one thing in it is changed; none is its signer's. */
export function wrongForms(right: Uint8Array) {
  const [r, s] = [right.slice(0, 32), right.slice(32)];
  const parity = s[0]! & 0x80;
  // The same signature to `ecrecover`, in the form that is refused; its top bit would be read as the parity.
  const high = uint256(ORDER - toBigInt(s.with(0, s[0]! & 0x7f)));
  const withS = (value: bigint): Uint8Array => concat(r, uint256(value));
  return {
    "other parity": concat(r, s.with(0, s[0]! ^ 0x80)),
    "high s": concat(r, high.with(0, (high[0]! & 0x7f) | (parity ^ 0x80))),
    "s of half the order": withS(ORDER / 2n),
    "s above half the order": withS(ORDER / 2n + 1n),
    "s of the order, less its top bit": withS(ORDER & (2n ** 255n - 1n)),
    "s of zero": concat(r, Uint8Array.of(parity), new Uint8Array(31)),
    "s of one": withS(1n),
    "r of zero": concat(new Uint8Array(32), s),
    "r of the order": concat(uint256(ORDER), s),
    "r below the order": concat(uint256(ORDER - 1n), s),
    "r above the order": concat(uint256(ORDER + 1n), s),
    "r of all ones": concat(new Uint8Array(32).fill(0xff), s),
    "nothing but zeros": new Uint8Array(64),
  };
}

/** Signs against the scene's state, mostly as the owner would. */
export function signed(scene: Scene, transaction: Transaction): SignedTransaction {
  const { random, state } = scene;
  const { accounts } = state;
  const signer = personOf(state, transaction.account) ?? mallory;
  const nonce = accounts.has(transaction.account) ? accounts.number(transaction.account, NONCE) : 0;
  const sign = (by = signer, at = nonce, separator = ENVIRONMENT.separator): Uint8Array =>
    signHash(transactionHash(separator, transaction, at, identitiesOf(state)), by);
  const make = (): Uint8Array => {
    switch (random.weighted({ right: 95, form: 2, other: 1, nonce: 1, domain: 1, noise: 1 })) {
      case "right":
        return sign();
      case "form":
        return random.pick(Object.values(wrongForms(sign())));
      case "other":
        return sign(mallory);
      case "nonce":
        return sign(signer, nonce + 1);
      case "domain":
        return sign(signer, nonce, keccak256(ENVIRONMENT.separator));
      case "noise":
        return random.bytes(64);
    }
  };
  return { ...transaction, signature: make() };
}
