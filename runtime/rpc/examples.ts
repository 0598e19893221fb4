/** One call of every method with its answer, for the OpenRPC document. A test parses all of them by the schemas. */
import type { BatchView, RpcMethod, RpcMethods, TransactionJson, TransactionReceipt } from "../../protocol/api.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { GENESIS_PARAMETERS } from "../../protocol/params.ts";

type Examples = { [Method in RpcMethod]: Pick<RpcMethods[Method], "params" | "result"> };

const filled = (byte: string, length: number): Hex => `0x${byte.repeat(length)}`;
const ROOT = filled("1a", 32);
const TRANSACTION_HASH = filled("7c", 32);
const OUTPUT = filled("5e", 32);
const OWNER = filled("a1", 20);

const transaction: TransactionJson = {
  name: "Attribute",
  account: 3,
  body: {
    model: 0,
    method: 1,
    evidenceRoot: filled("00", 32),
    records: [
      {
        output: OUTPUT,
        fee: 1_000_000,
        shares: [
          { contribution: 4, weight: 3 },
          { contribution: 9, weight: 1 },
        ],
      },
    ],
  },
};

const receipt: TransactionReceipt = {
  hash: TRANSACTION_HASH,
  name: "Attribute",
  account: 3,
  verdict: "Ok",
  items: ["Ok"],
  fee: "2490",
  created: [{ table: "attributions", first: 12, count: 1 }],
  height: 42,
  position: 0,
  timestamp: 1_795_000_000,
  confirmation: "sequenced",
  batch: null,
};

const softConfirmation = {
  epoch: 0,
  height: 42,
  inboxIndex: 5,
  inboxAcc: filled("ac", 32),
  contentLength: 149,
  contentHash: filled("ce", 32),
  signature: filled("5a", 64),
};

const attribution = {
  index: 12,
  output: OUTPUT,
  committed: null,
  model: 0,
  payer: 3,
  method: 1,
  evidenceRoot: filled("00", 32),
  fee: "1000000",
  pool: "760000",
  timestamp: 1_795_000_000,
  shares: [
    { contribution: 4, weight: 3, amount: "570000" },
    { contribution: 9, weight: 1, amount: "190000" },
  ],
  height: 42,
  transaction: TRANSACTION_HASH,
};

const contribution = {
  index: 4,
  contentRoot: ROOT,
  datanet: 0,
  contributor: 1,
  parent: null,
  kind: "data",
  status: "accepted",
  purposes: 3,
  lineageBps: 1_000,
  curatorBps: 500,
  expiresAt: 0,
  revokedAt: 0,
  bond: "1000000",
  earned: "570000",
  inherited: "0",
  lifetime: "570000",
} as const;

const batch: BatchView = {
  id: 2,
  commitment: filled("b2", 32),
  parentCommitment: filled("b1", 32),
  parentRoot: ROOT,
  parentTimestamp: 1_794_999_000,
  firstHeight: 40,
  lastHeight: 42,
  firstInboxIndex: 5,
  epoch: 0,
  poster: OWNER,
  postedAt: 1_795_000_030,
  hostBlock: 1_200,
  hostTransaction: filled("d4", 32),
  blockCommitments: [filled("c0", 32), filled("c1", 32), filled("c2", 32)],
  confirmation: "host-safe",
};

export const EXAMPLES: Examples = {
  chainInfo: {
    params: {},
    result: {
      chainId: 901,
      rollup: filled("11", 20),
      token: filled("22", 20),
      vault: filled("33", 20),
      inbox: filled("44", 20),
      genesisRoot: ROOT,
      configHash: filled("cf", 32),
      deploymentBlock: 7,
      challengeWindowSeconds: 604_800,
      parameters: GENESIS_PARAMETERS,
      tables: { accounts: 5, datanets: 1, contributions: 10, models: 1, attributions: 13, withdrawals: 0 },
      recordsPerBlock: { now: 100, afterDoubling: 100 },
    },
  },
  syncStatus: {
    params: {},
    result: {
      role: "sequencer",
      height: 42,
      stateRoot: ROOT,
      posted: 42,
      hostSafe: 42,
      hostFinalized: 39,
      settled: 0,
      inboxIndex: 5,
      inboxLength: 5,
      hostBlock: 1_215,
      batch: 2,
      fault: null,
      unpostedBytes: 0,
    },
  },
  sendTransaction: {
    params: { transaction, nonce: 7, signature: filled("5a", 64) },
    result: { ...receipt, softConfirmation },
  },
  sendRawTransaction: { params: { raw: `0x070801020304${"5a".repeat(64)}` }, result: receipt },
  estimateFee: {
    params: { transaction },
    result: { packedBytes: 149, fee: "2490", bound: { bytes: 2_304, gas: 240_000 }, fits: true },
  },
  getTransaction: {
    params: { hash: TRANSACTION_HASH },
    result: { hash: TRANSACTION_HASH, transaction, raw: "0x0b0300", receipt },
  },
  getReceipt: { params: { hash: TRANSACTION_HASH }, result: { ...receipt, confirmation: "host-safe", batch: 2 } },
  getAccount: {
    params: { address: OWNER },
    result: [
      {
        index: 1,
        owner: OWNER,
        nonce: 7,
        pendingNonce: 8,
        balance: "98999000",
        stake: "0",
        unbonding: "0",
        unbondsAt: 0,
      },
    ],
  },
  getDatanet: {
    params: { index: 0 },
    result: {
      index: 0,
      metadataHash: filled("da", 32),
      owner: 0,
      curated: false,
      closed: false,
      purposes: 3,
      lineageBps: 1_000,
      curatorBps: 500,
      bond: "1000000000",
      earned: "0",
      lifetime: "0",
    },
  },
  getContribution: { params: { index: 4 }, result: contribution },
  getModel: {
    params: { index: 0 },
    result: {
      index: 0,
      artifactRoot: filled("ad", 32),
      owner: 2,
      parent: null,
      relation: "none",
      datanets: [0],
      ownerBps: 2_000,
      royaltyBps: 1_500,
      parentBps: 0,
      live: false,
      retired: false,
      trainedAt: 10,
      bond: "100000000",
      earned: "190000",
      lifetime: "190000",
    },
  },
  getLineage: { params: { contribution: 4 }, result: { contributions: [contribution], models: [] } },
  getAttributions: { params: { output: OUTPUT, limit: 10 }, result: { items: [attribution], next: null } },
  getBlock: {
    params: { height: "latest" },
    result: {
      height: 42,
      stateRoot: ROOT,
      timestamp: 1_795_000_000,
      feeAccount: 0,
      inboxIndex: 5,
      inboxCount: 0,
      commitment: filled("c2", 32),
      bytes: 195,
      transactions: [TRANSACTION_HASH],
      batch: 2,
    },
  },
  getContent: { params: { height: 42 }, result: { height: 42, content: "0x0b0300", sealed: true } },
  getHeader: {
    params: { height: "latest" },
    result: {
      epoch: 0,
      height: 42,
      parent: filled("c1", 32),
      blockCommitment: filled("c2", 32),
      inboxIndex: 5,
      inboxAcc: filled("ac", 32),
      signature: filled("5a", 64),
    },
  },
  getBatch: { params: { height: 42 }, result: batch },
  getProof: {
    params: { table: "attributions", index: 12, batch: 2 },
    result: {
      table: "attributions",
      index: 12,
      data: filled("1f", 32),
      attribution,
      siblings: Array.from({ length: 53 }, () => filled("0e", 32)),
      height: 42,
      header: filled("0d", 44),
      contentHash: filled("ce", 32),
      batch,
    },
  },
};
