// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Numbers of the state transition
/// @notice The same values stand in `protocol/params.ts`, under the same names. They are part of this contract's code, and so of
/// its code hash.
library Limits {
    uint256 internal constant TABLE_DEPTH = 48;
    uint256 internal constant MAX_INDEX = (1 << 48) - 1;

    uint256 internal constant METER_BYTES = 60_000;
    uint256 internal constant METER_GAS = 8_000_000;
    uint256 internal constant GAS_PER_HASH = 920;
    uint256 internal constant GAS_PER_LEAF = 3_000;
    uint256 internal constant METER_BASE_BYTES = 1_536;
    uint256 internal constant METER_BASE_GAS = 300_000;
    uint256 internal constant GAS_PER_TRANSACTION = 20_000;
    uint256 internal constant GAS_PER_WEIGHT = 100;
    uint256 internal constant METER_HEADROOM = 1_024;

    uint256 internal constant DEPOSIT_WEIGHT = 3_000;
    uint256 internal constant FORCED_WEIGHT = 28_000;
    uint256 internal constant GOVERNANCE_WEIGHT = 500;

    uint256 internal constant MAX_SHARES = 16;
    uint256 internal constant MAX_RECORDS = 256;
    uint256 internal constant MAX_ITEMS = 256;
    uint256 internal constant MAX_MODEL_DATANETS = 4;
    uint256 internal constant MAX_TIME = (1 << 40) - 1;
    uint256 internal constant BPS = 10_000;

    uint256 internal constant CLOSING_DELAY_SECONDS = 3_600;

    uint256 internal constant RECORD_BYTES = 128;
    uint256 internal constant SIGNATURE_BYTES = 64;
}
