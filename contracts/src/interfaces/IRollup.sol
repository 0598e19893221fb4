// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IConfirmations} from "./IConfirmations.sol";
import {IFaults} from "./IFaults.sol";
import {IInbox} from "./IInbox.sol";
import {ISequencerSlot} from "./ISequencerSlot.sol";
import {ITransition} from "./ITransition.sol";
import {IVault} from "./IVault.sol";

/// @title The chain of batches, and the one address that identifies a rollup
/// @notice The contract reads blocks from calldata and computes every commitment itself. It executes none of them unless
/// someone proves one false: a root is a claim until its batch is finalized. Spec: docs/spec/settlement.md.
interface IRollup is ISequencerSlot, IFaults, IConfirmations {
    /// @notice What a deployment is made of.
    /// @param token The ERC-20 in custody, decimals 9 to 18.
    /// @param timelock Source of governance.
    /// @param sequencer First holder of the slot. Must `bond()` before its first post.
    /// @param headerKey The key that signs the sequencer's block headers.
    /// @param genesisRoot State root of batch 0.
    /// @param transition The rules as a contract (`ITransition`). Its code is part of the config hash.
    /// @param challengeWindow Seconds in which a batch can be proven false, 1 to 14 days' worth.
    /// @param predecessor Rollup that this one continues, or zero.
    struct Config {
        address token;
        address timelock;
        address sequencer;
        address headerKey;
        bytes32 genesisRoot;
        address transition;
        uint40 challengeWindow;
        address predecessor;
    }

    /// @notice What is kept of a batch. The last five fields share one storage slot.
    /// @param commitment Commits to the parent, to the position, and to every block.
    /// @param stateRoot Claimed root after the last block.
    /// @param postedAt Host time of posting; 0 for genesis, which is final from the start.
    /// @param timestamp Time of the last block.
    /// @param inboxIndex Messages consumed up to and with the last block.
    /// @param epoch Epoch of posting; names the poster.
    /// @param height Height of the last block.
    struct Batch {
        bytes32 commitment;
        bytes32 stateRoot;
        uint40 postedAt;
        uint40 timestamp;
        uint48 inboxIndex;
        uint40 epoch;
        uint48 height;
    }

    /// @notice A batch became the tip. Its blocks are in the calldata of this transaction.
    event BatchPosted(
        uint256 indexed batchId, uint256 indexed epoch, address indexed poster, bytes32 commitment, bytes32 stateRoot
    );

    /// @notice No batch of this rollup counts beyond `batchId`, and nothing follows.
    event Frozen(uint256 indexed batchId, bytes32 stateRoot);

    /// @notice The challenge window of the configuration was zero or too long.
    error ChallengeWindowOutOfRange(uint256 challengeWindow, uint256 limit);
    /// @notice There is no code at the transition of the configuration.
    error TransitionMissing(address transition);
    /// @notice The sender is or may act as a contract, so the data might not be a transaction's own calldata.
    error SenderNotPlainAccount(address sender);
    /// @notice The calldata is not the canonical ABI encoding, so that readers might decode it differently.
    error CalldataNotCanonical();
    /// @notice The batch is longer than allowed.
    error BatchTooLong(uint256 length, uint256 limit);
    /// @notice The batch has no block.
    error BatchEmpty();
    /// @notice The batch has more blocks than allowed.
    error TooManyBlocks(uint256 limit);
    /// @notice A block is shorter than its header or longer than allowed.
    error BlockLengthOutOfRange(uint256 blockNumber, uint256 length);
    /// @notice The block lengths do not end exactly at the end of the batch.
    error BatchMisaligned(uint256 end, uint256 length);
    /// @notice A block is older than the one before it.
    error TimestampDecreased(uint256 blockNumber, uint256 timestamp, uint256 previous);
    /// @notice The last block is newer than the host's time.
    error TimestampInFuture(uint256 timestamp, uint256 nowAt);
    /// @notice A block is older than a message it consumes.
    error TimestampBeforeMessage(uint256 blockNumber, uint256 timestamp, uint256 enqueuedAt);
    /// @notice A block consumes more inbox weight than a proof can carry.
    error InboxWeightTooLarge(uint256 blockNumber, uint256 weight, uint256 limit);
    /// @notice The batch consumes messages that do not exist.
    error InboxExceeded(uint256 inboxIndex, uint256 count);
    /// @notice The poster saw other messages than the host holds now.
    error InboxAccMismatch(bytes32 given, bytes32 expected);
    /// @notice The poster built on another batch than the tip.
    error ParentMismatch(bytes32 given, bytes32 tip);
    /// @notice The batch leaves an overdue message behind and consumed fewer than 256.
    error MessageOverdue(uint256 inboxIndex, uint256 overdueAt, uint256 consumed);
    /// @notice There is no such batch.
    error BatchUnknown(uint256 batchId, uint256 tip);
    /// @notice The batch can still be proven false.
    error BatchNotFinalized(uint256 batchId, uint256 finalizedAt);
    /// @notice A later batch is finalized too.
    error BatchNotLast(uint256 batchId);
    /// @notice No message waits for a finalized batch, or not for long enough. `freezableAt` is the largest integer when none.
    error NotFreezable(uint256 nowAt, uint256 freezableAt);

    /// @notice Where messages enter.
    function inbox() external view returns (IInbox);
    /// @notice Where the tokens are.
    function vault() external view returns (IVault);
    /// @notice The rules that `proveFault` executes.
    function transition() external view returns (ITransition);
    /// @notice The token.
    function token() external view returns (address);
    /// @notice Source of governance.
    function timelock() external view returns (address);
    /// @notice State root of batch 0.
    function genesisRoot() external view returns (bytes32);
    /// @notice Host block of deployment: no event is older.
    function deploymentBlock() external view returns (uint256);
    /// @notice Rollup that this one continues, or zero.
    function predecessor() external view returns (address);
    /// @notice Seconds in which a batch can be proven false.
    function challengeWindow() external view returns (uint40);

    /// @notice All constants of `Params.sol` in file order, followed by the challenge window.
    function constants() external view returns (uint256[] memory);

    /// @notice `keccak256(abi.encode(constants(), transition().codehash))`: a node refuses to start when its own differs.
    function configHash() external view returns (bytes32);

    /// @notice EIP-712 domain separator of this instance: name "Tributary", version "1", chain id, this contract.
    function domainSeparator() external view returns (bytes32);

    /// @notice Number of the last batch.
    function tip() external view returns (uint256);

    /// @notice A batch up to the tip.
    function batch(uint256 batchId) external view returns (Batch memory);

    /// @notice Who posted a batch.
    function posterOf(uint256 batchId) external view returns (address);

    /// @notice Messages consumed up to the tip: the number of the next message.
    function inboxCursor() external view returns (uint256);

    /// @notice Whether a batch can no longer be removed. False for an unknown one.
    function isFinalized(uint256 batchId) external view returns (bool);

    /// @notice A batch that can no longer be removed; reverts for others.
    function finalizedBatch(uint256 batchId) external view returns (Batch memory);

    /// @notice Appends a batch. Only an account without code may call, directly.
    /// @param parentCommitment Commitment of the tip that the poster built on.
    /// @param inboxAcc The Inbox's accumulator at the end of the messages that the batch consumes.
    /// @param blocks For each block its length (uint16) and its bytes.
    /// @return batchId Number of the batch.
    function postBatch(bytes32 parentCommitment, bytes32 inboxAcc, bytes calldata blocks)
        external
        returns (uint256 batchId);

    /// @notice Ends the rollup for good, when a message waits for a finalized batch for 30 days. Batches that are not final are
    /// void, and everyone leaves through the Vault. Anyone may call.
    /// @param lastFinalizedBatch The last one that is final.
    function freeze(uint256 lastFinalizedBatch) external;
}
