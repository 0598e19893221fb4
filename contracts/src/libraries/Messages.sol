// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The Inbox's accumulator
/// @notice Spec: docs/spec/settlement.md#inbox.
library Messages {
    /// @notice The accumulator after one more message.
    function accumulate(bytes32 acc, bytes32 messageHash, uint256 enqueuedAt) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(acc, messageHash, enqueuedAt));
    }
}
