// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Every number of the settlement layer that nodes must agree on
/// @notice The same values stand in `protocol/params.ts`. `list` holds all of them in the order of this file: it is what
/// `Rollup.constants()` returns and what the config hash covers, so a node with other numbers refuses to start.
/// Spec: docs/spec/settlement.md.
library Params {
    // Geometry of the state: a container of 2^4 tables, each `List[Record, 2^48]`.
    uint256 internal constant TABLE_DEPTH = 48;
    uint256 internal constant STATE_DEPTH = 4;
    uint256 internal constant ACCOUNTS_FIELD = 0;
    uint256 internal constant DATANETS_FIELD = 1;
    uint256 internal constant CONTRIBUTIONS_FIELD = 2;
    uint256 internal constant MODELS_FIELD = 3;
    uint256 internal constant WITHDRAWALS_FIELD = 5;
    uint256 internal constant SYSTEM_FIELD = 6;

    // Blocks and batches: what a fault proof must carry is bounded when it is posted (rule 2).
    uint256 internal constant HEADER_BYTES = 44;
    uint256 internal constant MAX_BLOCK_BYTES = 8_192;
    uint256 internal constant MAX_BATCH_BLOCKS = 256;
    uint256 internal constant MAX_BATCH_BYTES = 110_000;

    // Inbox messages: kinds, and the bytes of proof that each kind may need (rules 5 and 8).
    uint256 internal constant MAX_USER_KIND = 127;
    uint256 internal constant DEPOSIT_KIND = 128;
    uint256 internal constant FORCED_KIND = 129;
    uint256 internal constant MAX_FORCED_BYTES = 1_024;
    uint256 internal constant DEPOSIT_WEIGHT = 3_000;
    uint256 internal constant FORCED_WEIGHT = 28_000;
    uint256 internal constant INBOX_BLOCK_WEIGHT = 56_000;

    // Inbox fee, in wei: doubles with every full step of unconsumed messages (rule 9).
    uint256 internal constant INBOX_FEE_FLOOR = 10 ** 13;
    uint256 internal constant INBOX_FEE_STEP = 256;
    uint256 internal constant INBOX_FEE_MAX_DOUBLINGS = 20;

    // Forced inclusion (rule 6) and succession (rule 27), in seconds.
    uint256 internal constant OVERDUE_SECONDS = 24 hours;
    uint256 internal constant OPEN_MODE_SECONDS = 48 hours;
    uint256 internal constant OVERDUE_MIN_MESSAGES = 256;
    uint256 internal constant VACATE_SECONDS = 7 days;
    uint256 internal constant SUCCESSION_SECONDS = 24 hours;

    // Bonds, in wei (rule 24).
    uint256 internal constant SLOT_BOND = 10 ether;
    uint256 internal constant OPEN_BOND = 1 ether;

    // Fault proofs (rule 24) and the freeze (rule 29), in seconds. A window close to the freeze would let every chain freeze.
    uint256 internal constant MAX_CHALLENGE_WINDOW = 14 days;
    uint256 internal constant REWARD_SECONDS = 24 hours;
    uint256 internal constant FREEZE_SECONDS = 30 days;

    // The Vault's token and its deposits (rules 9 and 13).
    uint256 internal constant GWEI_DECIMALS = 9;
    uint256 internal constant MAX_TOKEN_DECIMALS = 18;
    uint256 internal constant MIN_DEPOSIT_GWEI = 10 ** 6;
    uint256 internal constant MAX_DEPOSITED_GWEI = 2 ** 64 - 1;

    /// @notice All constants above in file order, followed by `challengeWindow`.
    function list(uint256 challengeWindow) internal pure returns (uint256[] memory values) {
        values = new uint256[](37);
        values[0] = TABLE_DEPTH;
        values[1] = STATE_DEPTH;
        values[2] = ACCOUNTS_FIELD;
        values[3] = DATANETS_FIELD;
        values[4] = CONTRIBUTIONS_FIELD;
        values[5] = MODELS_FIELD;
        values[6] = WITHDRAWALS_FIELD;
        values[7] = SYSTEM_FIELD;
        values[8] = HEADER_BYTES;
        values[9] = MAX_BLOCK_BYTES;
        values[10] = MAX_BATCH_BLOCKS;
        values[11] = MAX_BATCH_BYTES;
        values[12] = MAX_USER_KIND;
        values[13] = DEPOSIT_KIND;
        values[14] = FORCED_KIND;
        values[15] = MAX_FORCED_BYTES;
        values[16] = DEPOSIT_WEIGHT;
        values[17] = FORCED_WEIGHT;
        values[18] = INBOX_BLOCK_WEIGHT;
        values[19] = INBOX_FEE_FLOOR;
        values[20] = INBOX_FEE_STEP;
        values[21] = INBOX_FEE_MAX_DOUBLINGS;
        values[22] = OVERDUE_SECONDS;
        values[23] = OPEN_MODE_SECONDS;
        values[24] = OVERDUE_MIN_MESSAGES;
        values[25] = VACATE_SECONDS;
        values[26] = SUCCESSION_SECONDS;
        values[27] = SLOT_BOND;
        values[28] = OPEN_BOND;
        values[29] = MAX_CHALLENGE_WINDOW;
        values[30] = REWARD_SECONDS;
        values[31] = FREEZE_SECONDS;
        values[32] = GWEI_DECIMALS;
        values[33] = MAX_TOKEN_DECIMALS;
        values[34] = MIN_DEPOSIT_GWEI;
        values[35] = MAX_DEPOSITED_GWEI;
        values[36] = challengeWindow;
    }
}
