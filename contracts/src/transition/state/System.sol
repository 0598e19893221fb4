// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Words of the system record
/// @notice As `protocol/state/system.ts`.
library System {
    uint256 internal constant TREASURY = 0;
    uint256 internal constant HEIGHT = 1;
    uint256 internal constant TIMESTAMP = 2;
    uint256 internal constant INBOX_INDEX = 3;
    uint256 internal constant DEPOSITED = 4;
    uint256 internal constant WITHDRAWN = 5;
    uint256 internal constant BASE_FEE = 8;
    uint256 internal constant BYTE_FEE = 9;
    uint256 internal constant PROTOCOL_BPS = 10;
    uint256 internal constant MINIMUM_CLAIM = 11;
    uint256 internal constant DATANET_BOND = 12;
    uint256 internal constant CONTRIBUTION_BOND = 13;
    uint256 internal constant MODEL_BOND = 14;
    uint256 internal constant ACCOUNT_FEE = 15;
}
