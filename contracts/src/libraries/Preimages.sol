// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Params} from "../Params.sol";
import {IFaults} from "../interfaces/IFaults.sol";
import {IRollup} from "../interfaces/IRollup.sol";
import {Blocks} from "./Blocks.sol";

/// @title Batch commitments taken apart
/// @notice Spec: docs/spec/settlement.md#blocks-and-batches.
library Preimages {
    /// @notice Reverts unless the preimage gives `commitment`.
    function requireOf(IFaults.BatchPreimage calldata preimage, bytes32 commitment) internal pure {
        bytes32 computed = keccak256(
            abi.encodePacked(
                preimage.parentCommitment,
                preimage.parentRoot,
                uint256(preimage.parentTimestamp),
                uint256(preimage.firstHeight),
                uint256(preimage.firstInboxIndex),
                uint256(preimage.epoch),
                preimage.blockCommitments
            )
        );
        if (computed != commitment) revert IFaults.PreimageMismatch(computed, commitment);
    }

    /// @notice Reverts unless these are the bytes of block `blockIndex`.
    function requireBlock(IFaults.BatchPreimage calldata preimage, uint256 blockIndex, bytes calldata block_)
        internal
        pure
    {
        if (block_.length < Params.HEADER_BYTES) {
            revert IRollup.BlockLengthOutOfRange(blockIndex, block_.length);
        }
        requireCommitment(preimage, blockIndex, Blocks.commitment(block_));
    }

    /// @notice Reverts unless block `blockIndex` has this commitment.
    function requireCommitment(IFaults.BatchPreimage calldata preimage, uint256 blockIndex, bytes32 computed)
        internal
        pure
    {
        bytes32 commitment = blockAt(preimage, blockIndex);
        if (computed != commitment) revert IFaults.BlockMismatch(blockIndex, computed, commitment);
    }

    function blockAt(IFaults.BatchPreimage calldata preimage, uint256 blockIndex) internal pure returns (bytes32) {
        uint256 count = preimage.blockCommitments.length;
        if (blockIndex >= count) revert IFaults.BlockUnknown(blockIndex, count);
        return preimage.blockCommitments[blockIndex];
    }
}
