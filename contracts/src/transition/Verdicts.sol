// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The result of one transaction, record or claim, as a byte
/// @notice Order is consensus and equals `VERDICTS` in `protocol/verdict.ts`. What each means: docs/spec/transactions.md#verdicts.
library Verdicts {
    uint256 internal constant OK = 0;
    uint256 internal constant MALFORMED = 1;
    uint256 internal constant OVER_WEIGHT = 2;
    uint256 internal constant UNKNOWN_ACCOUNT = 3;
    uint256 internal constant BAD_SIGNATURE = 4;
    uint256 internal constant INSUFFICIENT_FEE = 5;
    uint256 internal constant NOT_OWNER = 6;
    uint256 internal constant INSUFFICIENT_BALANCE = 7;
    uint256 internal constant TABLE_FULL = 8;
    uint256 internal constant ZERO_AMOUNT = 9;
    uint256 internal constant ZERO_ADDRESS = 10;
    uint256 internal constant UNKNOWN_RECIPIENT = 11;
    uint256 internal constant UNKNOWN_DATANET = 12;
    uint256 internal constant UNKNOWN_CONTRIBUTION = 13;
    uint256 internal constant UNKNOWN_MODEL = 14;
    uint256 internal constant UNKNOWN_PARENT = 15;
    uint256 internal constant INVALID_TERMS = 16;
    uint256 internal constant INVALID_KIND = 17;
    uint256 internal constant DATANET_CLOSED = 18;
    uint256 internal constant MODEL_RETIRED = 19;
    uint256 internal constant NOT_PENDING = 20;
    uint256 internal constant WRONG_DATANET = 21;
    uint256 internal constant ALREADY_REVOKED = 22;
    uint256 internal constant ALREADY_EXPIRED = 23;
    uint256 internal constant TRAINED_AT_IN_FUTURE = 24;
    uint256 internal constant CONTRIBUTION_CLOSED = 25;
    uint256 internal constant CONTRIBUTION_PENDING = 26;
    uint256 internal constant PURPOSE_NOT_ALLOWED = 27;
    uint256 internal constant CONTRIBUTION_TOO_YOUNG = 28;
    uint256 internal constant BELOW_MINIMUM_CLAIM = 29;
    uint256 internal constant UNKNOWN_MESSAGE = 30;
}
