/** The salt of a commitment to a proof. It follows from the key: a prover that lost its disk can still show its commitment. */
import { keccak256 } from "viem";
import type { LocalAccount } from "viem/accounts";
import type { Hex } from "../protocol/bytes.ts";
import { proofCommit } from "../runtime/host/faults.ts";
import type { KnownFault } from "./knownFaults.ts";

export interface ProofCommit {
  salt: Hex;
  commit: Hex;
}

/** Signatures are deterministic (RFC 6979) and this one never leaves the process, so nobody else can know the salt. */
export async function proofCommitOf(
  account: LocalAccount,
  rollup: Hex,
  { commitment: batchCommitment, blockIndex, expectedRoot }: KnownFault,
): Promise<ProofCommit> {
  const message = `Tributary prover: salt for batch ${batchCommitment} of rollup ${rollup.toLowerCase()}`;
  const salt = keccak256(await account.signMessage({ message }));
  return { salt, commit: proofCommit({ prover: account.address, batchCommitment, blockIndex, expectedRoot, salt }) };
}
