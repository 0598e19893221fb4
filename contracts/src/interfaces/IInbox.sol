// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Messages that enter the rollup through the host
/// @notice Messages are consumed strictly in order; the consumer names how many. For every message the Inbox keeps sums over
/// all messages up to it, so that a range costs two reads. Spec: docs/spec/settlement.md#inbox.
interface IInbox {
    /// @notice The queue after its first `n` messages; all zero for `n = 0`.
    /// @param acc Accumulator `acc[n]`: commits to every message so far, in order and with its time.
    /// @param enqueuedAt Host time of message `n - 1`, the last one covered.
    /// @param weight Sum of the weights of the first `n` messages.
    /// @param fees Sum of the fees, in wei, of the first `n` messages.
    struct Checkpoint {
        bytes32 acc;
        uint40 enqueuedAt;
        uint64 weight;
        uint128 fees;
    }

    /// @notice A message joined the queue. The bytes are in the event since a contract may have built them in memory.
    /// @param index Number of the message, from 0.
    /// @param acc Accumulator after the message, `acc[index + 1]`.
    /// @param enqueuedAt Host time.
    /// @param message The message, its kind in the first byte.
    event MessageEnqueued(uint256 indexed index, bytes32 acc, uint256 enqueuedAt, bytes message);

    /// @notice The fees of the messages that a finalized batch consumed went to its poster.
    event FeesCollected(uint256 indexed batchId, address indexed poster, uint256 amount);

    /// @notice The value sent was not exactly the fee.
    error FeeMismatch(uint256 sent, uint256 fee);
    /// @notice A deposit was announced by someone other than the Vault.
    error SenderNotVault(address sender);
    /// @notice The forced transaction was empty or longer than allowed.
    error ForcedLengthOutOfRange(uint256 length);
    /// @notice The first byte of the forced transaction was not the kind of a user's transaction.
    error KindNotForUsers(uint256 kind);
    /// @notice The fees of this batch were collected before.
    error FeesAlreadyCollected(uint256 batchId);
    /// @notice The queue has fewer messages.
    error CheckpointUnknown(uint256 asked, uint256 count);

    /// @notice Number of messages so far.
    function count() external view returns (uint256);

    /// @notice The queue after its first `n` messages.
    function checkpoint(uint256 n) external view returns (Checkpoint memory);

    /// @notice What the next message costs, in wei: doubles with every 256 unconsumed messages, falls as they are consumed.
    function fee() external view returns (uint256);

    /// @notice Enqueues a deposit. Only the Vault may; the value is the fee.
    /// @param owner Owner of the account to credit.
    /// @param hint Index of the owner's account plus one, or 0.
    /// @param amountGwei Amount in Gwei.
    /// @return index Number of the message.
    function enqueueDeposit(address owner, uint48 hint, uint64 amountGwei) external payable returns (uint256 index);

    /// @notice Enqueues a transaction that the rollup must execute, authenticated by `msg.sender` instead of a signature.
    /// The value is the fee.
    /// @param transaction The transaction without signature; its first byte is its kind, 1 to 127.
    /// @return index Number of the message.
    function enqueueForced(bytes calldata transaction) external payable returns (uint256 index);

    /// @notice Pays the fees of the messages that a finalized batch consumed to the batch's poster, once. Anyone may call.
    /// @return amount What was paid, in wei.
    function collectFees(uint256 batchId) external returns (uint256 amount);
}
