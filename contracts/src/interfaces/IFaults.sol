// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Removal of batches whose state root is false
/// @notice A fault is a posted root that the rules do not give. Whoever proves one removes the batch and all behind it, and
/// the poster loses its bond. Spec: docs/spec/faults.md#provefault.
interface IFaults {
    /// @notice What a batch's commitment commits to.
    struct BatchPreimage {
        bytes32 parentCommitment;
        bytes32 parentRoot;
        uint40 parentTimestamp;
        uint48 firstHeight;
        uint48 firstInboxIndex;
        uint40 epoch;
        bytes32[] blockCommitments;
    }

    /// @notice One block whose root is false, and what it takes to see that.
    /// @param batchId The block's batch, not final.
    /// @param blockIndex Number of the block in the batch, from 0.
    /// @param preimage Of the batch's commitment.
    /// @param previousHeader Header of the block before in the same batch; empty for block 0.
    /// @param previousContentHash `keccak256` of that block's content; zero for block 0.
    /// @param blockBytes Header and content.
    /// @param messages The inbox messages that the block consumes, in order.
    /// @param witness What the execution touches of the state before the block.
    struct FaultProof {
        uint256 batchId;
        uint256 blockIndex;
        BatchPreimage preimage;
        bytes previousHeader;
        bytes32 previousContentHash;
        bytes blockBytes;
        bytes[] messages;
        bytes witness;
    }

    /// @notice What a removal brings, until it is collected.
    /// @param beneficiary Who gets it: the prover, or who showed an older commit since.
    /// @param payableAt Host time from which it is paid and no commit counts any more.
    /// @param committedAt Host block of the beneficiary's commit; that of the proof when there was none.
    /// @param amount Wei.
    /// @param blockIndex The block proven false.
    /// @param expectedRoot The root that the rules give for it.
    struct Reward {
        address beneficiary;
        uint40 payableAt;
        uint48 committedAt;
        uint128 amount;
        uint128 blockIndex;
        bytes32 expectedRoot;
    }

    /// @notice Batches `batchId` to `removedTip` are gone; `expectedRoot` is what the rules give for the false block.
    event FaultProven(
        uint256 indexed batchId,
        uint256 blockIndex,
        uint256 removedTip,
        address indexed poster,
        address indexed prover,
        bytes32 expectedRoot,
        uint256 reward
    );
    /// @notice Someone announced a proof without showing it.
    event ProofCommitted(bytes32 indexed commit, uint256 blockNumber);
    /// @notice The reward goes to `beneficiary`, whose commit is the oldest shown.
    event ProofRevealed(bytes32 indexed batchCommitment, address indexed beneficiary, uint256 committedAt);
    /// @notice A reward was paid.
    event RewardCollected(bytes32 indexed batchCommitment, address indexed beneficiary, uint256 amount);

    /// @notice The batch can no longer be proven false.
    error BatchFinalized(uint256 batchId, uint256 finalizedAt);
    /// @notice The preimage does not give the batch's commitment.
    error PreimageMismatch(bytes32 computed, bytes32 commitment);
    /// @notice The batch has fewer blocks.
    error BlockUnknown(uint256 blockIndex, uint256 count);
    /// @notice The bytes are not those of the block that was posted.
    error BlockMismatch(uint256 blockIndex, bytes32 computed, bytes32 commitment);
    /// @notice The block consumes another number of messages.
    error MessageCountMismatch(uint256 given, uint256 required);
    /// @notice These are not the bytes of this message.
    error MessageMismatch(uint256 index);
    /// @notice The block's root is the one that the rules give.
    error NoFault(bytes32 root);
    /// @notice There is no reward for this batch, or it was paid.
    error RewardUnknown(bytes32 batchCommitment);
    /// @notice Commits to this proof may still be shown.
    error RewardPending(uint256 payableAt);
    /// @notice No commit counts any more.
    error RevealTooLate(uint256 payableAt);
    /// @notice The sender has no commit to this proof that is older than the beneficiary's.
    error CommitNotOlder(uint256 committedAt, uint256 beneficiaryAt);

    /// @notice Removes a batch with a false root and all batches behind it, and slashes its poster. Anyone may call.
    /// Reverts with an error of `ITransition` when the witness is not the one that the block has.
    function proveFault(FaultProof calldata proof) external;

    /// @notice Announces a proof before it is public, so that who copies it gains nothing. Does nothing when repeated.
    /// @param commit `keccak256(abi.encode(prover, batchCommitment, blockIndex, expectedRoot, salt))`.
    function commitProof(bytes32 commit) external;

    /// @notice Makes the caller the beneficiary of a removal, when its commit is older than the proof and than any other shown.
    /// Only in the day after the proof.
    function revealProof(bytes32 batchCommitment, bytes32 salt) external;

    /// @notice Pays a reward a day after the proof. Anyone may call.
    /// @return amount What was paid, in wei.
    function collectReward(bytes32 batchCommitment) external returns (uint256 amount);

    /// @notice Host block of a commit, 0 for none.
    function proofCommits(bytes32 commit) external view returns (uint256 blockNumber);

    /// @notice The reward for the removal of the batch with this commitment; all zero when there is none or it was paid.
    function rewards(bytes32 batchCommitment)
        external
        view
        returns (
            address beneficiary,
            uint40 payableAt,
            uint48 committedAt,
            uint128 amount,
            uint128 blockIndex,
            bytes32 expectedRoot
        );
}
