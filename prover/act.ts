/**
 * Carries out what was decided: one transaction on the host, tried out first and followed to its inclusion. Nothing is kept here:
 * whatever became of it, the next look at the host shows.
 */
import type { LocalAccount } from "viem/accounts";
import type { Hex } from "../protocol/bytes.ts";
import { TributaryError } from "../runtime/errors.ts";
import {
  encodeCollectReward,
  encodeCommitProof,
  encodeProveFault,
  encodeRevealProof,
  type FaultProof,
} from "../runtime/host/faults.ts";
import type { HostClient } from "../runtime/host/hostClient.ts";
import { onHost } from "../runtime/host/hostErrors.ts";
import { type HostReceipt, MAX_TRANSACTION_GAS } from "../runtime/host/hostPool.ts";
import type { HostSender } from "../runtime/host/hostSender.ts";
import type { KnownFault } from "./knownFaults.ts";
import { proofCommitOf } from "./salt.ts";

/** Calldata of `proveFault` above this would not pass the pools of all hosts (131,072 bytes, signature and fields included). */
export const MAX_PROOF_BYTES = 120_000;

export interface ActorOptions {
  client: HostClient;
  sender: HostSender;
  account: LocalAccount;
  rollup: Hex;
}

/** Every method resolves when the transaction is included, and throws TributaryError as `HostSender.send` does. */
export interface Actor {
  commit(fault: KnownFault): Promise<HostReceipt>;
  /** Also throws `transaction-too-large`, and `host-reverted` from the trial, before anything is sent. */
  prove(proof: FaultProof): Promise<HostReceipt>;
  reveal(fault: KnownFault): Promise<HostReceipt>;
  collect(fault: KnownFault): Promise<HostReceipt>;
}

export function createActor({ client, sender, account, rollup: to }: ActorOptions): Actor {
  return {
    async commit(fault) {
      const { commit } = await proofCommitOf(account, to, fault);
      return sender.send({ to, data: encodeCommitProof(commit) });
    },

    async prove(proof) {
      const data = encodeProveFault(proof);
      const bytes = data.length / 2 - 1;
      if (bytes > MAX_PROOF_BYTES) {
        const message = `the proof has ${bytes} bytes, a host takes ${MAX_PROOF_BYTES}`;
        throw new TributaryError("transaction-too-large", message, { details: { bytes } });
      }
      await onHost("trying the proof out", () => client.call({ account, to, data, gas: MAX_TRANSACTION_GAS }));
      return sender.send({ to, data });
    },

    async reveal(fault) {
      const { salt } = await proofCommitOf(account, to, fault);
      return sender.send({ to, data: encodeRevealProof(fault.commitment, salt) });
    },

    collect({ commitment }) {
      return sender.send({ to, data: encodeCollectReward(commitment) });
    },
  };
}
