// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Batches} from "./Batches.sol";
import {Params} from "./Params.sol";
import {IFaults} from "./interfaces/IFaults.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {BlockInput} from "./interfaces/ITransition.sol";
import {Blocks} from "./libraries/Blocks.sol";
import {Messages} from "./libraries/Messages.sol";
import {Preimages} from "./libraries/Preimages.sol";
import {Ssz} from "./libraries/Ssz.sol";

/// @title Removal of batches whose state root is false
/// @notice Described in `IFaults`.
abstract contract Faults is Batches {
    using Blocks for bytes;
    using Preimages for BatchPreimage;

    /// @dev Where the witness holds the inbox index before the block: word 3 of the system record, with which it starts.
    uint256 private constant INBOX_INDEX_OFFSET = 3 * 8;

    /// @inheritdoc IFaults
    mapping(bytes32 commit => uint256 blockNumber) public proofCommits;
    /// @inheritdoc IFaults
    mapping(bytes32 batchCommitment => Reward) public rewards;

    /// @inheritdoc IFaults
    function proveFault(FaultProof calldata proof) external whileRunning {
        Batch memory removed = batch(proof.batchId);
        uint256 finalizedAt = _finalizedAt(removed.postedAt);
        if (block.timestamp >= finalizedAt) revert BatchFinalized(proof.batchId, finalizedAt);
        proof.preimage.requireOf(removed.commitment);
        bytes32 expectedRoot = _expectedRoot(proof);
        if (expectedRoot == proof.blockBytes.stateRoot()) revert NoFault(expectedRoot);

        // Batches behind it go with it: their numbers are used again.
        uint256 removedTip = tip;
        tip = proof.batchId - 1;
        lastRollbackAt = uint40(block.timestamp);
        address poster = epochPoster[removed.epoch];
        uint256 reward = _slash(poster);
        _startEpoch(slotPoster);
        if (reward != 0) _holdReward(removed.commitment, reward, proof.blockIndex, expectedRoot);
        emit FaultProven(proof.batchId, proof.blockIndex, removedTip, poster, msg.sender, expectedRoot, reward);
    }

    /// @inheritdoc IFaults
    function commitProof(bytes32 commit) external {
        if (proofCommits[commit] != 0) return;
        proofCommits[commit] = block.number;
        emit ProofCommitted(commit, block.number);
    }

    /// @inheritdoc IFaults
    function revealProof(bytes32 batchCommitment, bytes32 salt) external {
        Reward memory reward = _pendingReward(batchCommitment);
        if (block.timestamp >= reward.payableAt) revert RevealTooLate(reward.payableAt);
        bytes32 commit =
            keccak256(abi.encode(msg.sender, batchCommitment, reward.blockIndex, reward.expectedRoot, salt));
        uint256 committedAt = proofCommits[commit];
        if (committedAt == 0 || committedAt >= reward.committedAt) {
            revert CommitNotOlder(committedAt, reward.committedAt);
        }
        rewards[batchCommitment].beneficiary = msg.sender;
        rewards[batchCommitment].committedAt = uint48(committedAt);
        emit ProofRevealed(batchCommitment, msg.sender, committedAt);
    }

    /// @inheritdoc IFaults
    function collectReward(bytes32 batchCommitment) external returns (uint256 amount) {
        Reward memory reward = _pendingReward(batchCommitment);
        if (block.timestamp < reward.payableAt) revert RewardPending(reward.payableAt);
        delete rewards[batchCommitment];
        amount = reward.amount;
        emit RewardCollected(batchCommitment, reward.beneficiary, amount);
        Address.sendValue(payable(reward.beneficiary), amount);
    }

    /// @dev The root that the rules give for the block, whose place in the batch and whose messages are checked here.
    function _expectedRoot(FaultProof calldata proof) private view returns (bytes32 root) {
        bytes calldata block_ = proof.blockBytes;
        proof.preimage.requireBlock(proof.blockIndex, block_);
        if (proof.messages.length != block_.inboxCount()) {
            revert MessageCountMismatch(proof.messages.length, block_.inboxCount());
        }
        _requireMessages(_inboxIndexBefore(proof.witness), proof.messages);
        BlockInput memory input = BlockInput({
            preRoot: _preRoot(proof),
            separator: domainSeparator,
            timestamp: block_.timestamp(),
            feeAccount: block_.feeAccount(),
            content: block_.content(),
            messages: proof.messages
        });
        (root,) = transition.execute(input, proof.witness);
    }

    /// @dev The claimed root before the block. It may be false itself, but then an earlier block is.
    function _preRoot(FaultProof calldata proof) private pure returns (bytes32) {
        if (proof.blockIndex == 0) return proof.preimage.parentRoot;
        bytes32 computed = keccak256(abi.encodePacked(proof.previousHeader, proof.previousContentHash));
        proof.preimage.requireCommitment(proof.blockIndex - 1, computed);
        return proof.previousHeader.stateRoot();
    }

    /// @dev Sound although it is the prover's: the root before binds the witness, and what binds it is checked in `execute`.
    function _inboxIndexBefore(bytes calldata witness) private pure returns (uint256) {
        bytes8 word = bytes8(witness[INBOX_INDEX_OFFSET:INBOX_INDEX_OFFSET + 8]);
        return uint64(Ssz.littleEndian(uint64(word)));
    }

    function _requireMessages(uint256 first, bytes[] calldata messages) private view {
        if (messages.length == 0) return;
        bytes32 acc = inbox.checkpoint(first).acc;
        for (uint256 i = 0; i < messages.length; i++) {
            IInbox.Checkpoint memory next = inbox.checkpoint(first + i + 1);
            acc = Messages.accumulate(acc, keccak256(messages[i]), next.enqueuedAt);
            if (acc != next.acc) revert MessageMismatch(first + i);
        }
    }

    function _holdReward(bytes32 batchCommitment, uint256 amount, uint256 blockIndex, bytes32 expectedRoot) private {
        rewards[batchCommitment] = Reward({
            beneficiary: msg.sender,
            payableAt: uint40(block.timestamp + Params.REWARD_SECONDS),
            committedAt: uint48(block.number),
            amount: uint128(amount),
            blockIndex: uint128(blockIndex),
            expectedRoot: expectedRoot
        });
    }

    function _pendingReward(bytes32 batchCommitment) private view returns (Reward memory reward) {
        reward = rewards[batchCommitment];
        if (reward.beneficiary == address(0)) revert RewardUnknown(batchCommitment);
    }
}
