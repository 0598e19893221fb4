/** The well-known development keys. Anyone has them: they are refused on every chain but a development one. */

import { keccak256, stringToHex } from "viem";
import { type HDAccount, mnemonicToAccount, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { TributaryError } from "../../runtime/errors.ts";

const MNEMONIC = "test test test test test test test test test test test junk";
/** Chain ids of development hosts: anvil and hardhat, and our own two-chain devnet. */
const DEVELOPMENT_CHAINS = [31_337, 900, 901];
const KNOWN_ACCOUNTS = 20;

/** Account `index` of the development mnemonic, which anvil funds. */
export function developmentAccount(index: number): HDAccount {
  return mnemonicToAccount(MNEMONIC, { addressIndex: index });
}

export const DEPLOYER = 0;
export const SEQUENCER = 1;
export const OPERATOR = 2;
export const CURATOR = 3;
/** Sends the proofs of faults. */
export const PROVER = 8;
/** Posts when the sequencer is gone. */
export const SUCCESSOR = 9;

/** A development key for a name, such as an author of the corpus: the same at every start. */
export function namedAccount(name: string): PrivateKeyAccount {
  return privateKeyToAccount(keccak256(stringToHex(`tributary development key of ${name}`)));
}

/** Throws `invalid-config` when a key that everybody knows would be used on a real chain. */
export function refuseKnownKey(address: string, chainId: number): void {
  if (DEVELOPMENT_CHAINS.includes(chainId)) return;
  for (let index = 0; index < KNOWN_ACCOUNTS; index++) {
    if (developmentAccount(index).address.toLowerCase() === address.toLowerCase()) {
      throw new TributaryError(
        "invalid-config",
        `the key of ${address} is a public development key; chain ${chainId} is not a development chain`,
      );
    }
  }
}
