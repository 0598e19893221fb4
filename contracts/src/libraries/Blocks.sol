// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Params} from "../Params.sol";
import {IRollup} from "../interfaces/IRollup.sol";

/// @title Blocks as they stand in calldata
/// @notice A block is its header (state root 0-31, timestamp 32-36, inbox count 37-38, fee account 39-43) and its content.
/// Words are read without bounds checks once the length is known: every block posted passes through here.
/// Spec: docs/spec/settlement.md#blocks-and-batches.
library Blocks {
    uint256 private constant LENGTH_BYTES = 2;

    /// @notice The block whose length stands at `offset`, and where it ends. `number` is for the error only.
    function take(bytes calldata blocks, uint256 offset, uint256 number)
        internal
        pure
        returns (bytes calldata block_, uint256 end)
    {
        uint256 start = offset + LENGTH_BYTES;
        if (start > blocks.length) revert IRollup.BatchMisaligned(start, blocks.length);
        uint256 length = _word(blocks, offset) >> (256 - 16);
        if (length < Params.HEADER_BYTES || length > Params.MAX_BLOCK_BYTES) {
            revert IRollup.BlockLengthOutOfRange(number, length);
        }
        end = start + length;
        if (end > blocks.length) revert IRollup.BatchMisaligned(end, blocks.length);
        assembly ("memory-safe") {
            block_.offset := add(blocks.offset, start)
            block_.length := length
        }
    }

    function stateRoot(bytes calldata block_) internal pure returns (bytes32) {
        return bytes32(_word(block_, 0));
    }

    function timestamp(bytes calldata block_) internal pure returns (uint40) {
        return uint40(_word(block_, 32) >> (256 - 40));
    }

    function inboxCount(bytes calldata block_) internal pure returns (uint16) {
        return uint16(_word(block_, 32) >> (256 - 40 - 16));
    }

    function feeAccount(bytes calldata block_) internal pure returns (uint40) {
        return uint40(_word(block_, 32) >> (256 - 40 - 16 - 40));
    }

    /// @notice What follows the header. Reverts when there is no whole header.
    function content(bytes calldata block_) internal pure returns (bytes calldata) {
        return block_[Params.HEADER_BYTES:];
    }

    /// @notice `keccak256(header || keccak256(content))`: a proof about the header alone need not carry the content.
    /// @dev The host runs this for every block posted, so both hashes are taken over free memory that is not kept.
    function commitment(bytes calldata block_) internal pure returns (bytes32 hash) {
        uint256 headerBytes = Params.HEADER_BYTES;
        assembly ("memory-safe") {
            let memory_ := mload(0x40)
            let contentLength := sub(block_.length, headerBytes)
            calldatacopy(memory_, add(block_.offset, headerBytes), contentLength)
            let contentHash := keccak256(memory_, contentLength)
            calldatacopy(memory_, block_.offset, headerBytes)
            mstore(add(memory_, headerBytes), contentHash)
            hash := keccak256(memory_, add(headerBytes, 32))
        }
    }

    /// @dev 32 bytes at `offset`. What lies past the end is zero or not part of `data`: callers shift it away.
    function _word(bytes calldata data, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, offset))
        }
    }
}
