// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Batches} from "./Batches.sol";
import {IConfirmations} from "./interfaces/IConfirmations.sol";
import {Blocks} from "./libraries/Blocks.sol";
import {Preimages} from "./libraries/Preimages.sol";

/// @title What a poster signs before it posts, and what it loses when that was a lie
/// @notice Described in `IConfirmations`.
abstract contract Confirmations is Batches {
    using Blocks for bytes;
    using Preimages for BatchPreimage;

    bytes32 private constant HEADER_TYPE_HASH = keccak256(
        "Header(uint64 epoch,uint64 height,bytes32 parent,bytes32 blockCommitment,uint64 inboxIndex,bytes32 inboxAcc)"
    );
    bytes32 private constant CONFIRMATION_TYPE_HASH = keccak256(
        "Confirmation(uint64 epoch,uint64 height,uint64 inboxIndex,bytes32 inboxAcc,uint64 contentLength,bytes32 contentHash)"
    );

    /// @inheritdoc IConfirmations
    mapping(uint256 epoch => bool) public isConvicted;

    /// @inheritdoc IConfirmations
    function proveHeaderConflict(
        Header calldata headerA,
        bytes calldata signatureA,
        Header calldata headerB,
        bytes calldata signatureB
    ) external whileRunning {
        bytes32 hashA = _requireSignedHeader(headerA, signatureA);
        bytes32 hashB = _requireSignedHeader(headerB, signatureB);
        bool isSamePlace = headerA.epoch == headerB.epoch && headerA.height == headerB.height;
        if (!isSamePlace || hashA == hashB) revert NoConflict();
        _convict(headerA.epoch, headerA.height);
    }

    /// @inheritdoc IConfirmations
    function proveHeaderContradiction(
        Header calldata header,
        bytes calldata signature,
        uint256 batchId,
        BatchPreimage calldata preimage
    ) external whileRunning {
        _requireSignedHeader(header, signature);
        uint256 blockIndex = _requirePosted(header.epoch, header.height, batchId, preimage);
        if (preimage.blockAt(blockIndex) == header.blockCommitment) revert NoContradiction();
        _convict(header.epoch, header.height);
    }

    /// @inheritdoc IConfirmations
    function proveConfirmationContradiction(
        Confirmation calldata confirmation,
        bytes calldata signature,
        uint256 batchId,
        BatchPreimage calldata preimage,
        bytes calldata blockBytes
    ) external whileRunning {
        _requireGrounded(confirmation.inboxIndex, confirmation.inboxAcc);
        bytes32 structHash = keccak256(abi.encode(CONFIRMATION_TYPE_HASH, confirmation));
        _requireSigned(confirmation.epoch, structHash, signature);
        uint256 blockIndex = _requirePosted(confirmation.epoch, confirmation.height, batchId, preimage);
        preimage.requireBlock(blockIndex, blockBytes);
        bytes calldata content = blockBytes.content();
        bool isLongEnough = content.length >= confirmation.contentLength;
        if (isLongEnough && keccak256(content[:confirmation.contentLength]) == confirmation.contentHash) {
            revert NoContradiction();
        }
        _convict(confirmation.epoch, confirmation.height);
    }

    function _requireSignedHeader(Header calldata header, bytes calldata signature)
        private
        view
        returns (bytes32 structHash)
    {
        _requireGrounded(header.inboxIndex, header.inboxAcc);
        structHash = keccak256(abi.encode(HEADER_TYPE_HASH, header));
        _requireSigned(header.epoch, structHash, signature);
    }

    /// @dev What was signed of an inbox that the host gave up since is no lie: the signer saw it so.
    function _requireGrounded(uint256 inboxIndex, bytes32 inboxAcc) private view {
        if (inboxIndex > inbox.count() || inbox.checkpoint(inboxIndex).acc != inboxAcc) {
            revert NotGrounded(inboxIndex, inboxAcc);
        }
    }

    function _requireSigned(uint256 signedEpoch, bytes32 structHash, bytes calldata signature) private view {
        address signer = ECDSA.recover(MessageHashUtils.toTypedDataHash(domainSeparator, structHash), signature);
        address headerKey = epochHeaderKey(signedEpoch);
        if (signer != headerKey) revert SignerMismatch(signer, headerKey);
    }

    /// @dev The block's number in the batch, which is of that epoch: so the signer's own poster posted it.
    function _requirePosted(uint256 signedEpoch, uint256 height, uint256 batchId, BatchPreimage calldata preimage)
        private
        view
        returns (uint256 blockIndex)
    {
        Batch memory posted = batch(batchId);
        if (posted.epoch != signedEpoch) revert EpochMismatch(posted.epoch, signedEpoch);
        preimage.requireOf(posted.commitment);
        if (height < preimage.firstHeight || height > posted.height) {
            revert HeightNotInBatch(height, preimage.firstHeight, preimage.blockCommitments.length);
        }
        return height - preimage.firstHeight;
    }

    /// @dev Once for an epoch: else a bond put up later would fall to the same old evidence. If the epoch goes on it ends here,
    /// so that nobody posts in an epoch without consequence.
    function _convict(uint256 signedEpoch, uint256 height) private {
        if (isConvicted[signedEpoch]) revert AlreadyConvicted(signedEpoch);
        isConvicted[signedEpoch] = true;
        address poster = epochPoster[signedEpoch];
        bool isHolder = poster == slotPoster;
        uint256 reward = _slash(poster);
        if (isHolder || signedEpoch == epoch) _startEpoch(slotPoster);
        emit Convicted(signedEpoch, height, poster, msg.sender, reward);
        Address.sendValue(payable(msg.sender), reward);
    }
}
