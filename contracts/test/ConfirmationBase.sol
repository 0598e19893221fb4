// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FaultBase} from "./FaultBase.sol";
import {Rollup} from "../src/Rollup.sol";
import {IConfirmations} from "../src/interfaces/IConfirmations.sol";

/// @notice Headers and confirmations, signed here after docs/spec/faults.md and not by the code under test.
abstract contract ConfirmationBase is FaultBase {
    address internal constant PROVER = address(0x9809E4);
    uint256 internal constant OTHER_SECRET = 0x07E4;

    /// @notice A header of height 1 in epoch 0 that names the Inbox's beginning, which no host can change.
    function headerOf(bytes32 blockCommitment) internal pure returns (IConfirmations.Header memory) {
        return IConfirmations.Header({
            epoch: 0, height: 1, parent: 0, blockCommitment: blockCommitment, inboxIndex: 0, inboxAcc: 0
        });
    }

    function confirmationOf(bytes32 contentHash, uint256 length)
        internal
        pure
        returns (IConfirmations.Confirmation memory)
    {
        return IConfirmations.Confirmation({
            epoch: 0, height: 1, inboxIndex: 0, inboxAcc: 0, contentLength: uint64(length), contentHash: contentHash
        });
    }

    /// @notice Lets the header name the Inbox as it is.
    function groundNow(IConfirmations.Header memory header) internal view {
        header.inboxIndex = uint64(inbox.count());
        header.inboxAcc = inbox.checkpoint(header.inboxIndex).acc;
    }

    function sign(uint256 secret, IConfirmations.Header memory h) internal view returns (bytes memory) {
        bytes32 typeHash = keccak256(
            "Header(uint64 epoch,uint64 height,bytes32 parent,bytes32 blockCommitment,uint64 inboxIndex,bytes32 inboxAcc)"
        );
        bytes32 structHash =
            keccak256(abi.encode(typeHash, h.epoch, h.height, h.parent, h.blockCommitment, h.inboxIndex, h.inboxAcc));
        return signStruct(secret, structHash);
    }

    function sign(uint256 secret, IConfirmations.Confirmation memory c) internal view returns (bytes memory) {
        bytes32 typeHash = keccak256(
            "Confirmation(uint64 epoch,uint64 height,uint64 inboxIndex,bytes32 inboxAcc,uint64 contentLength,bytes32 contentHash)"
        );
        bytes32 structHash = keccak256(
            abi.encode(typeHash, c.epoch, c.height, c.inboxIndex, c.inboxAcc, c.contentLength, c.contentHash)
        );
        return signStruct(secret, structHash);
    }

    function signStruct(uint256 secret, bytes32 structHash) private view returns (bytes memory) {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", rollup.domainSeparator(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, digest);
        return abi.encodePacked(r, s, v);
    }

    // Proofs by PROVER with the slot's header key

    function conflict(IConfirmations.Header memory a, IConfirmations.Header memory b) internal {
        (bytes memory signatureA, bytes memory signatureB) = (sign(HEADER_SECRET, a), sign(HEADER_SECRET, b));
        vm.prank(PROVER);
        rollup.proveHeaderConflict(a, signatureA, b, signatureB);
    }

    function conflictReverts(IConfirmations.Header memory a, IConfirmations.Header memory b, bytes memory revertData)
        internal
    {
        (bytes memory signatureA, bytes memory signatureB) = (sign(HEADER_SECRET, a), sign(HEADER_SECRET, b));
        vm.expectRevert(revertData);
        rollup.proveHeaderConflict(a, signatureA, b, signatureB);
    }

    function contradict(IConfirmations.Header memory header, Sent memory sent) internal {
        bytes memory signature = sign(HEADER_SECRET, header);
        vm.prank(PROVER);
        rollup.proveHeaderContradiction(header, signature, sent.batchId, sent.preimage);
    }

    function contradictReverts(IConfirmations.Header memory header, Sent memory sent, bytes memory revertData)
        internal
    {
        bytes memory signature = sign(HEADER_SECRET, header);
        vm.expectRevert(revertData);
        rollup.proveHeaderContradiction(header, signature, sent.batchId, sent.preimage);
    }

    function contradict(IConfirmations.Confirmation memory confirmation, Sent memory sent) internal {
        bytes memory signature = sign(HEADER_SECRET, confirmation);
        bytes memory block_ = sent.blocks[confirmation.height - sent.preimage.firstHeight];
        vm.prank(PROVER);
        rollup.proveConfirmationContradiction(confirmation, signature, sent.batchId, sent.preimage, block_);
    }

    function contradictReverts(
        IConfirmations.Confirmation memory confirmation,
        Sent memory sent,
        bytes memory revertData
    ) internal {
        bytes memory signature = sign(HEADER_SECRET, confirmation);
        bytes memory block_ = sent.blocks[confirmation.height - sent.preimage.firstHeight];
        vm.expectRevert(revertData);
        rollup.proveConfirmationContradiction(confirmation, signature, sent.batchId, sent.preimage, block_);
    }
}
