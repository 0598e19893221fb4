/** What each method does and which errors it has, for people; `openrpc.ts` joins it with the schemas. */
import type { RpcErrorName, RpcMethod } from "../../protocol/api.ts";
import { MAX_ACCOUNTS } from "./methods/account.ts";
import { MAX_LINEAGE } from "./methods/lineage.ts";
import { MAX_PAGE } from "./schemas.ts";

export interface MethodDoc {
  description: string;
  /** Beyond `invalid-params` and `internal`, which every method has. */
  errors: readonly RpcErrorName[];
}

const SUBMISSION_ERRORS = [
  "not-available",
  "busy",
  "unknown-account",
  "wrong-signature",
  "nonce-too-low",
  "nonce-too-high",
  "insufficient-funds",
  "over-weight",
] as const;

export const METHOD_DOCS: Record<RpcMethod, MethodDoc> = {
  chainInfo: {
    description:
      "Which rollup this is: its contracts, its parameters, the tables' lengths after the last sealed block, and how many eight-share records one block holds (in one transaction with one signature), now and after the contributions table doubles.",
    errors: [],
  },
  syncStatus: { description: "How far the node is, and what it knows of the host.", errors: [] },
  sendTransaction: {
    description:
      "Submits a signed transaction. Returns its receipt once it is durable. `signature` is that of the EIP-712 typed data: 65 bytes as wallets give it, or 64 as in EIP-2098. What no block could hold, or what has a certain verdict whatever the state (an amount of zero, terms above the whole), is refused here. Sequencer only.",
    errors: SUBMISSION_ERRORS,
  },
  sendRawTransaction: {
    description:
      "Submits a signed transaction as bytes: the nonce as a varint, then the packed transaction with its signature. Returns its receipt once it is durable. Sequencer only. For many at once, POST them one after the other to /v1/transactions.",
    errors: SUBMISSION_ERRORS,
  },
  estimateFee: {
    description:
      "Packed size and fee of a transaction at today's parameters, and its worst-case proof cost: what it adds to an empty block, in witness bytes and gas on the host. `fits` tells whether a block can hold it.",
    errors: [],
  },
  getTransaction: {
    description:
      "A transaction or inbox message by hash, with its receipt. Null when it is unknown or its block is not sealed yet.",
    errors: [],
  },
  getReceipt: {
    description:
      "What a transaction did and how far it has come; known from its acknowledgement on. Null when it is unknown.",
    errors: [],
  },
  getAccount: {
    description: `The account at an index, or the accounts of an owner, lowest index first, at most ${MAX_ACCOUNTS}. Empty when there is none.`,
    errors: [],
  },
  getDatanet: { description: "A datanet. Null when there is none at the index.", errors: [] },
  getContribution: { description: "A contribution. Null when there is none at the index.", errors: [] },
  getModel: { description: "A model. Null when there is none at the index.", errors: [] },
  getLineage: {
    description: `A contribution or a model and its parents, the record itself first, at most ${MAX_LINEAGE}: a longer line goes on at the last one's parent.`,
    errors: ["not-found"],
  },
  getAttributions: {
    description: `Attributions of an output, to a contribution, or by a model, or the one at an index; newest first. \`limit\` is 50 by default and at most ${MAX_PAGE}; \`next\` goes into \`before\` for the following page. \`amount\` is what a share was credited. Where \`output\` is null, \`committed\` has the root over the transaction's outputs and the record's position; the param \`output\` takes such a root, too.`,
    errors: ["not-available"],
  },
  getBlock: { description: "A sealed block by height, or the last one. Null when there is none.", errors: [] },
  getContent: {
    description:
      "The transactions of a block as packed bytes, one after the other: of a sealed block, or on a sequencer of the one in progress as far as it is durable (`sealed` false). What a soft confirmation's `contentLength` and `contentHash` are over. Null when there is no such block.",
    errors: [],
  },
  getHeader: {
    description:
      "The header that the sequencer signed of a sealed block: EIP-712 struct `Header` in the rollup's domain. Null when it signed none, and on a verifier.",
    errors: [],
  },
  getBatch: {
    description:
      "A batch on the host by id, by the height of a block in it, or the last one. Null when there is none; batch 0 is genesis.",
    errors: [],
  },
  getProof: {
    description:
      "A record and its path to a state root: that of the last sealed block, or, for attributions and withdrawals, that of the block at `height` or of the last block of `batch` (not both). With a batch it makes a receipt that verifies offline.",
    errors: ["not-found", "not-available"],
  },
};
