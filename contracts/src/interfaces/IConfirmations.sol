// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFaults} from "./IFaults.sol";

/// @title What a poster signs before it posts, and what it loses when that was a lie
/// @notice Headers and confirmations are EIP-712 structs of the instance's domain, signed by the header key of their epoch.
/// They bind only if grounded: the Inbox holds this accumulator at this index. Signatures are 65 bytes `r, s, v`, low s.
/// Spec: docs/spec/faults.md#soft-confirmations.
interface IConfirmations {
    /// @notice A block that the signer will post.
    /// @param parent Struct hash of the header before, zero if none was signed.
    /// @param inboxIndex Messages consumed up to and with the block.
    /// @param inboxAcc The Inbox's accumulator there.
    struct Header {
        uint64 epoch;
        uint64 height;
        bytes32 parent;
        bytes32 blockCommitment;
        uint64 inboxIndex;
        bytes32 inboxAcc;
    }

    /// @notice How the content of a block begins that is still open.
    /// @param contentLength Bytes of content so far.
    /// @param contentHash `keccak256` of these bytes.
    struct Confirmation {
        uint64 epoch;
        uint64 height;
        uint64 inboxIndex;
        bytes32 inboxAcc;
        uint64 contentLength;
        bytes32 contentHash;
    }

    /// @notice The poster of an epoch broke what its header key had signed.
    event Convicted(
        uint256 indexed epoch, uint256 height, address indexed poster, address indexed prover, uint256 reward
    );

    /// @notice The epoch's header key did not sign this.
    error SignerMismatch(address signer, address headerKey);
    /// @notice The Inbox does not hold this accumulator: the host may have changed since, and the signer is not to blame.
    error NotGrounded(uint256 inboxIndex, bytes32 inboxAcc);
    /// @notice The headers speak of different blocks, or are the same.
    error NoConflict();
    /// @notice The batch is of another epoch, so that the signer may not be its poster.
    error EpochMismatch(uint256 batchEpoch, uint256 epoch);
    /// @notice The batch does not hold this height.
    error HeightNotInBatch(uint256 height, uint256 firstHeight, uint256 count);
    /// @notice What was posted is what was signed.
    error NoContradiction();
    /// @notice The poster was convicted for this epoch before.
    error AlreadyConvicted(uint256 epoch);

    /// @notice Convicts a signer of two different headers of one height.
    function proveHeaderConflict(
        Header calldata headerA,
        bytes calldata signatureA,
        Header calldata headerB,
        bytes calldata signatureB
    ) external;

    /// @notice Convicts a signer of a header that posted another block there.
    function proveHeaderContradiction(
        Header calldata header,
        bytes calldata signature,
        uint256 batchId,
        IFaults.BatchPreimage calldata preimage
    ) external;

    /// @notice Convicts a signer of a confirmation whose block begins otherwise.
    /// @param blockBytes Header and content of the block posted at that height.
    function proveConfirmationContradiction(
        Confirmation calldata confirmation,
        bytes calldata signature,
        uint256 batchId,
        IFaults.BatchPreimage calldata preimage,
        bytes calldata blockBytes
    ) external;

    /// @notice Whether the poster of this epoch was convicted for it.
    function isConvicted(uint256 epoch) external view returns (bool);
}
