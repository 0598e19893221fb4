/** The host's transaction pool as the sender sees it: sign, submit, look up; answers of all node kinds become few words. */
import { type Log, TransactionNotFoundError, type TransactionReceipt, TransactionReceiptNotFoundError } from "viem";
import type { LocalAccount } from "viem/accounts";
import type { Hex } from "../../protocol/bytes.ts";
import { TributaryError } from "../errors.ts";
import type { Fees } from "./fees.ts";
import type { HostClient } from "./hostClient.ts";
import { hostError, onHost, rpcAnswer } from "./hostErrors.ts";
import { signedLength, signHostTransaction } from "./signHostTransaction.ts";

/** Limit of geth's and op-geth's pools on a signed transaction; anvil has none. */
export const MAX_TRANSACTION_BYTES = 131_072;
/** EIP-7825: no transaction may have more. */
export const MAX_TRANSACTION_GAS = 16_777_216n;

// An estimate is made at the latest block's time; in a later second the same call may write slots that it left alone there.
const GAS_ROOM = 30_000n;

export interface SendRequest {
  to: Hex;
  data: Hex;
  /** Wei. Default 0. */
  value?: bigint;
  /** Default: an estimate with room on top. Given, the transaction is not simulated before it is sent. */
  gas?: bigint;
}

export interface HostReceipt {
  transactionHash: Hex;
  blockNumber: number;
  blockHash: Hex;
  gasUsed: bigint;
  /** Wei per gas. */
  effectiveGasPrice: bigint;
  logs: readonly Log[];
}

export interface SignedAttempt {
  hash: Hex;
  raw: Hex;
  fees: Fees;
}

/** What the node said to a submission. Everything but `accepted` means that it did not take the transaction. */
export type PoolAnswer = "accepted" | "underpriced" | "below-base-fee" | "nonce-too-low" | "no-funds" | "refused";

// Wordings of geth, reth, erigon, nethermind and anvil, in the order in which they are tried.
const ANSWERS: readonly (readonly [RegExp, PoolAnswer])[] = [
  [/already ?(known|imported|exists)|known transaction|existing tx/i, "accepted"],
  [/base fee/i, "below-base-fee"],
  [/underpriced|replacementnotallowed|feetoolow|could not replace/i, "underpriced"],
  [/nonce too low|nonce is too low|oldnonce|nonce has already/i, "nonce-too-low"],
  [/insufficient (funds|balance)|insufficientfunds/i, "no-funds"],
];

export interface HostPool {
  readonly address: Hex;
  head(): Promise<{ number: number; hash: Hex; baseFee: bigint }>;
  nonces(): Promise<{ mined: number; pending: number }>;
  /** What the node suggests, at least `least`; wei per gas. */
  priorityFee(least: bigint): Promise<bigint>;
  /** Throws `host-reverted` when the call reverts, `host-funds`, `transaction-too-large`. */
  gasFor(request: SendRequest): Promise<bigint>;
  /** Throws `transaction-too-large`; what is signed with lower fees is not larger. */
  checkSize(request: SendRequest, nonce: number, gas: bigint, fees: Fees): void;
  sign(request: SendRequest, nonce: number, gas: bigint, fees: Fees): Promise<SignedAttempt>;
  /** Throws `host-unreachable` or `host-timeout` when the node did not answer: it may have the transaction or not. */
  submit(attempt: SignedAttempt): Promise<{ answer: PoolAnswer; message: string }>;
  knows(hash: Hex): Promise<boolean>;
  /** Undefined when it is not in a block of the canonical chain. */
  receipt(hash: Hex): Promise<TransactionReceipt | undefined>;
  /** Why an included transaction reverted, by calling it again on the state before its block. */
  revertReason(request: SendRequest, receipt: TransactionReceipt): Promise<TributaryError>;
}

export function createHostPool(client: HostClient, account: LocalAccount, chainId: number): HostPool {
  const { address } = account;

  return {
    address,

    head: () =>
      onHost("reading the latest block", async () => {
        const { number, hash, baseFeePerGas } = await client.getBlock({ blockTag: "latest" });
        return { number: Number(number), hash, baseFee: baseFeePerGas ?? 0n };
      }),

    nonces: () =>
      onHost("reading nonces", async () => {
        const [mined, pending] = await Promise.all([
          client.getTransactionCount({ address, blockTag: "latest" }),
          client.getTransactionCount({ address, blockTag: "pending" }),
        ]);
        return { mined, pending: Math.max(mined, pending) };
      }),

    async priorityFee(least) {
      try {
        const suggested = await client.estimateMaxPriorityFeePerGas();
        if (suggested > least) return suggested;
      } catch (error) {
        // An answer means that the node has no such method.
        if (rpcAnswer(error) === undefined) throw hostError("reading the priority fee", error);
      }
      return least;
    },

    async gasFor({ gas, to, data, value = 0n }) {
      if (gas !== undefined) return requireGas(gas);
      try {
        const call = { account: address, to, data, value, blockTag: "latest" } as const;
        const estimate = await client.estimateGas({ ...call, prepare: false });
        if (estimate > MAX_TRANSACTION_GAS) return requireGas(estimate);
        const withRoom = (estimate * 5n) / 4n + GAS_ROOM;
        return withRoom > MAX_TRANSACTION_GAS ? MAX_TRANSACTION_GAS : withRoom;
      } catch (error) {
        const answer = rpcAnswer(error);
        if (answer !== undefined && classify(answer.message) === "no-funds") {
          throw new TributaryError("host-funds", `the sending key cannot pay: ${answer.message}`);
        }
        throw hostError("estimating gas", error);
      }
    },

    checkSize({ to, data, value = 0n }, nonce, gas, fees) {
      const bytes = signedLength({ chainId, nonce, gas, to, data, value, ...fees });
      if (bytes <= MAX_TRANSACTION_BYTES) return;
      const message = `the transaction has ${bytes} bytes, the host's pool takes ${MAX_TRANSACTION_BYTES}`;
      throw new TributaryError("transaction-too-large", message, { details: { bytes } });
    },

    async sign({ to, data, value = 0n }, nonce, gas, fees) {
      const { hash, raw } = await signHostTransaction(account, { chainId, nonce, gas, to, data, value, ...fees });
      return { hash, raw, fees };
    },

    async submit({ raw }) {
      try {
        // One attempt: after a retry, "nonce too low" could mean that the first one was taken and mined.
        await client.request({ method: "eth_sendRawTransaction", params: [raw] }, { retryCount: 0 });
        return { answer: "accepted", message: "" };
      } catch (error) {
        const answer = rpcAnswer(error);
        if (answer === undefined) throw hostError("submitting a transaction", error);
        return { answer: classify(answer.message), message: answer.message };
      }
    },

    knows: (hash) =>
      onHost("looking a transaction up", () =>
        client.getTransaction({ hash }).then(
          () => true,
          (error: unknown) => {
            if (error instanceof TransactionNotFoundError) return false;
            throw error;
          },
        ),
      ),

    receipt: (hash) =>
      onHost("reading a receipt", () =>
        client.getTransactionReceipt({ hash }).catch((error: unknown) => {
          if (error instanceof TransactionReceiptNotFoundError) return undefined;
          throw error;
        }),
      ),

    async revertReason({ to, data, value = 0n, gas }, { blockNumber, transactionHash, gasUsed }) {
      const where = { transactionHash, blockNumber: Number(blockNumber), gasUsed };
      try {
        await client.call({ account: address, to, data, value, gas, blockNumber: blockNumber - 1n });
      } catch (error) {
        const reason = hostError(`transaction ${transactionHash}`, error);
        if (reason instanceof TributaryError && reason.code === "host-reverted") {
          return new TributaryError("host-reverted", reason.message, {
            details: { ...reason.details, ...where },
            cause: error,
          });
        }
      }
      const message = `transaction ${transactionHash} reverted on the host, for a reason that a second call does not show`;
      return new TributaryError("host-reverted", message, { details: where });
    },
  };
}

function requireGas(gas: bigint): bigint {
  if (gas <= MAX_TRANSACTION_GAS) return gas;
  const message = `the transaction needs ${gas} gas, one may have ${MAX_TRANSACTION_GAS}`;
  throw new TributaryError("transaction-too-large", message, { details: { gas } });
}

function classify(message: string): PoolAnswer {
  return ANSWERS.find(([pattern]) => pattern.test(message))?.[1] ?? "refused";
}
