// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Limits} from "./Limits.sol";

/// @title Inbox messages: actions that enter through the host contract
/// @notice As `protocol/inbox.ts`. A message is in calldata, from `at`, `length` bytes.
library InboxMessages {
    uint256 internal constant UNKNOWN = 0;
    uint256 internal constant DEPOSIT = 128;
    uint256 internal constant FORCED = 129;

    /// @notice Bytes before a forced transaction: the kind, and the sender on the host.
    uint256 internal constant FORCED_HEAD_BYTES = 21;
    uint256 private constant DEPOSIT_BYTES = 35;

    /// @notice `UNKNOWN` when the kind is, or the length is wrong; the Inbox enqueues no such message.
    function typeOf(bytes calldata message) internal pure returns (uint256) {
        if (message.length == DEPOSIT_BYTES && uint8(message[0]) == DEPOSIT) return DEPOSIT;
        if (message.length >= FORCED_HEAD_BYTES && uint8(message[0]) == FORCED) return FORCED;
        return UNKNOWN;
    }

    /// @notice Proof bytes that the host reserves for a message, by its first byte.
    function weightOf(bytes calldata message) internal pure returns (uint256) {
        if (message.length == 0) return Limits.GOVERNANCE_WEIGHT;
        if (uint8(message[0]) == DEPOSIT) return Limits.DEPOSIT_WEIGHT;
        return uint8(message[0]) == FORCED ? Limits.FORCED_WEIGHT : Limits.GOVERNANCE_WEIGHT;
    }

    /// @notice Owner, hint (account index + 1, 0 for none) and amount in Gwei of a deposit.
    function deposit(bytes calldata message) internal pure returns (address owner, uint256 hint, uint256 amount) {
        return (sender(message), uint48(bytes6(message[21:27])), uint64(bytes8(message[27:35])));
    }

    /// @notice `msg.sender` on the host of a forced transaction, or owner of a deposit.
    function sender(bytes calldata message) internal pure returns (address) {
        return address(bytes20(message[1:21]));
    }
}
