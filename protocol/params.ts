/**
 * Every number that is consensus. The same values stand in `contracts/src/Params.sol`; a test holds the two together.
 * Spec: docs/spec/state.md, docs/spec/transactions.md, docs/spec/settlement.md.
 */

/** Levels of every table's Merkle tree: `List[Record, 2^48]`. */
export const TABLE_DEPTH = 48;
/** The state is a container of 16 fields, unused ones zero: room without a change of geometry. */
export const STATE_DEPTH = 4;
/** Siblings in a proof of one record: the table, its length, the state container. */
export const RECORD_PROOF_LENGTH = TABLE_DEPTH + 1 + STATE_DEPTH;

export const HEADER_BYTES = 44;
export const MAX_BLOCK_BYTES = 8_192;
export const MAX_BATCH_BLOCKS = 256;
export const MAX_BATCH_BYTES = 110_000;
export const MAX_FORCED_BYTES = 1_024;

/** Limits of one block's proof; the transaction that would pass one ends the content (rule 10). */
export const METER_BYTES = 60_000;
export const METER_GAS = 8_000_000;
/** Gas of one SHA-256 node in Solidity, folded for the root before and the root after; a prototype took 840 to 920. */
export const GAS_PER_HASH = 920;
/** Finding, decoding and changing one leaf. Each mention counts, the same leaf again as well: work does not deduplicate. */
export const GAS_PER_LEAF = 3_000;
/** What every block ships: 16 field roots, 7 lengths, the system record, the header, call overhead. */
export const METER_BASE_BYTES = 1_536;
export const METER_BASE_GAS = 300_000;
/** Decoding, EIP-712 hashing and `ecrecover` of one signed transaction. */
export const GAS_PER_TRANSACTION = 20_000;
/** Gas that one unit of inbox weight (a byte of proof) stands for. */
export const GAS_PER_WEIGHT = 100;
/** Tables may grow by this much within a block without passing the depth that the meter assumes. */
export const METER_HEADROOM = 1_024;

export const DEPOSIT_WEIGHT = 3_000;
export const FORCED_WEIGHT = 28_000;
export const INBOX_BLOCK_WEIGHT = 56_000;

export const MAX_SHARES = 16;
export const MAX_RECORDS = 256;
export const MAX_ITEMS = 256;
export const MAX_MODEL_DATANETS = 4;
export const MAX_FEE = 2 ** 32 - 1;
export const MAX_INDEX = 2 ** TABLE_DEPTH - 1;
export const BPS = 10_000;

/** Revocation and expiry bind an hour of block time later, so that nobody can void a batch in flight (rule 17). */
export const CLOSING_DELAY_SECONDS = 3_600;

/** Economic parameters of the genesis state, in Gwei unless named otherwise. */
export const GENESIS_PARAMETERS = {
  baseFee: 1_000,
  byteFee: 10,
  protocolBps: 500,
  minimumClaim: 1_000_000,
  datanetBond: 1_000_000_000,
  contributionBond: 1_000_000,
  modelBond: 100_000_000,
  accountFee: 100_000,
} as const;
export type EconomicParameters = { [Name in keyof typeof GENESIS_PARAMETERS]: number };

export const DEFAULT_CHALLENGE_WINDOW_SECONDS = 7 * 24 * 3_600;
