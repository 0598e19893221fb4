// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Batches} from "./Batches.sol";
import {Confirmations} from "./Confirmations.sol";
import {Faults} from "./Faults.sol";
import {Params} from "./Params.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {IRollup} from "./interfaces/IRollup.sol";
import {Blocks} from "./libraries/Blocks.sol";

/// @title The chain of batches
/// @notice Described in `IRollup`.
contract Rollup is Faults, Confirmations {
    using Blocks for bytes;

    /// @dev `postBatch` calldata: selector, two words, the offset of `blocks`, its length, its bytes padded to words.
    uint256 private constant BLOCKS_START = 4 + 4 * 32;

    constructor(Config memory config) Batches(config) {}

    /// @inheritdoc IRollup
    function postBatch(bytes32 parentCommitment, bytes32 inboxAcc, bytes calldata blocks)
        external
        whileRunning
        returns (uint256 batchId)
    {
        _requirePublished(blocks);
        Batch memory parent = _batches[tip];
        if (parentCommitment != parent.commitment) revert ParentMismatch(parentCommitment, parent.commitment);
        uint40 postEpoch = _admitPoster(msg.sender);
        Batch memory next = _readBlocks(parent, postEpoch, inboxAcc, blocks);

        batchId = ++tip;
        _batches[batchId] = next;
        _requireNothingOverdue(next.inboxIndex, next.inboxIndex - parent.inboxIndex);
        emit BatchPosted(batchId, postEpoch, msg.sender, next.commitment, next.stateRoot);
    }

    /// @dev Only a transaction's own calldata is published, and all readers must find the same blocks in it (rule 1).
    /// An account with delegated code (EIP-7702) can call itself, so that it would be its own `tx.origin`.
    function _requirePublished(bytes calldata blocks) private view {
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert SenderNotPlainAccount(msg.sender);
        uint256 start;
        assembly ("memory-safe") {
            start := blocks.offset
        }
        uint256 padded = Math.ceilDiv(blocks.length, 32) * 32;
        if (start != BLOCKS_START || msg.data.length != BLOCKS_START + padded) revert CalldataNotCanonical();
    }

    /// @dev Reads the blocks, checks what can be checked without executing them, and returns the batch they make.
    function _readBlocks(Batch memory parent, uint40 postEpoch, bytes32 inboxAcc, bytes calldata blocks)
        private
        view
        returns (Batch memory next)
    {
        if (blocks.length > Params.MAX_BATCH_BYTES) revert BatchTooLong(blocks.length, Params.MAX_BATCH_BYTES);
        next.postedAt = uint40(block.timestamp);
        next.epoch = postEpoch;
        next.timestamp = parent.timestamp;
        next.inboxIndex = parent.inboxIndex;
        IInbox.Checkpoint memory consumed = inbox.checkpoint(parent.inboxIndex);
        bytes32[] memory commitments = new bytes32[](Params.MAX_BATCH_BLOCKS);
        uint256 count = 0;
        for (uint256 offset = 0; offset < blocks.length; count++) {
            if (count == Params.MAX_BATCH_BLOCKS) revert TooManyBlocks(Params.MAX_BATCH_BLOCKS);
            bytes calldata block_;
            (block_, offset) = blocks.take(offset, count);
            next.timestamp = _advanceTime(next.timestamp, block_.timestamp(), count);
            if (block_.inboxCount() != 0) {
                next.inboxIndex += block_.inboxCount();
                consumed = _consume(consumed, next, count);
            }
            next.stateRoot = block_.stateRoot();
            commitments[count] = block_.commitment();
        }
        if (count == 0) revert BatchEmpty();
        if (next.timestamp > block.timestamp) revert TimestampInFuture(next.timestamp, block.timestamp);
        if (inboxAcc != consumed.acc) revert InboxAccMismatch(inboxAcc, consumed.acc);

        next.height = parent.height + uint48(count);
        assembly ("memory-safe") {
            mstore(commitments, count) // cuts the array to the blocks there are
        }
        next.commitment = keccak256(
            abi.encodePacked(
                parent.commitment,
                parent.stateRoot,
                uint256(parent.timestamp),
                uint256(parent.height) + 1,
                uint256(parent.inboxIndex),
                uint256(postEpoch),
                commitments
            )
        );
    }

    function _advanceTime(uint40 previous, uint40 timestamp, uint256 blockNumber) private pure returns (uint40) {
        if (timestamp < previous) revert TimestampDecreased(blockNumber, timestamp, previous);
        return timestamp;
    }

    /// @dev Moves the checkpoint over the messages of one block; `next` is the batch up to and with it (rules 3 and 5).
    function _consume(IInbox.Checkpoint memory start, Batch memory next, uint256 blockNumber)
        private
        view
        returns (IInbox.Checkpoint memory end)
    {
        uint256 queued = inbox.count();
        if (next.inboxIndex > queued) revert InboxExceeded(next.inboxIndex, queued);
        end = inbox.checkpoint(next.inboxIndex);
        // Messages are in order of time: the last one of the block stands for all.
        if (next.timestamp < end.enqueuedAt) {
            revert TimestampBeforeMessage(blockNumber, next.timestamp, end.enqueuedAt);
        }
        uint256 weight = end.weight - start.weight;
        if (weight > Params.INBOX_BLOCK_WEIGHT) {
            revert InboxWeightTooLarge(blockNumber, weight, Params.INBOX_BLOCK_WEIGHT);
        }
    }

    /// @dev Inclusion is forced, but a flood of messages must not stop the chain: 256 at a time are enough (rule 6).
    function _requireNothingOverdue(uint256 inboxIndex, uint256 consumed) private view {
        if (consumed >= Params.OVERDUE_MIN_MESSAGES) return;
        uint256 overdue = overdueAt();
        if (block.timestamp >= overdue) revert MessageOverdue(inboxIndex, overdue, consumed);
    }
}
