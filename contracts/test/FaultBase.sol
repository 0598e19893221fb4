// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Ledger} from "./LedgerTransition.sol";
import {IFaults} from "../src/interfaces/IFaults.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";
import {BlockInput} from "../src/interfaces/ITransition.sol";

/// @notice Batches whose roots follow the rules of `LedgerTransition`, or do not, and everything that proves which.
abstract contract FaultBase is Base {
    uint256 internal constant NO_LIE = type(uint256).max;
    uint256 internal constant BOND = 10 ether;

    /// @dev A posted batch and what a verifier knows of it.
    struct Sent {
        uint256 batchId;
        bytes32 commitment;
        IFaults.BatchPreimage preimage;
        bytes[] blocks;
        bytes[] statesBefore;
        bytes32[] trueRoots;
    }

    bytes[] internal messages;
    /// @dev Number of blocks in a row with false roots, from the first on.
    uint256 internal lies = type(uint256).max;
    /// @dev The true state after a batch, whatever root it claims.
    mapping(uint256 batchId => bytes) internal states;

    function deployLedger() internal {
        deploy();
        states[0] = Ledger.genesis();
    }

    // Messages

    function force() internal {
        enqueueForced();
        messages.push(abi.encodePacked(uint8(129), address(this), hex"01"));
    }

    function depositFor(address owner, uint64 amountGwei) internal returns (bytes memory message) {
        vault.deposit{value: inbox.fee()}(uint256(amountGwei) * vault.scale(), owner, 0);
        message = abi.encodePacked(uint8(128), owner, uint48(0), amountGwei);
        messages.push(message);
    }

    // Batches

    /// @notice One block without messages, true or not.
    function send(address who, bool lying) internal returns (Sent memory) {
        return send(who, new uint256[](1), lying ? 0 : NO_LIE);
    }

    /// @notice A batch whose block `i` consumes `consume[i]` messages. From block `lieAt` on `lies` roots are false.
    function send(address who, uint256[] memory consume, uint256 lieAt) internal returns (Sent memory sent) {
        uint256 parent = rollup.tip();
        bytes memory state = states[parent];
        IRollup.Batch memory last = rollup.batch(parent);
        sent.blocks = new bytes[](consume.length);
        sent.statesBefore = new bytes[](consume.length);
        sent.trueRoots = new bytes32[](consume.length);
        sent.preimage.blockCommitments = new bytes32[](consume.length);
        bytes memory framedBlocks;
        uint256 consumed = 0;
        for (uint256 i = 0; i < consume.length; i++) {
            sent.statesBefore[i] = state;
            bytes memory content = abi.encode("content", parent, i);
            state = nextState(state, last.inboxIndex + consumed, consume[i], content);
            sent.trueRoots[i] = keccak256(state);
            bool isTrue = i < lieAt || i - lieAt >= lies;
            bytes32 root = isTrue ? sent.trueRoots[i] : keccak256(abi.encode("lie", i));
            sent.blocks[i] = blockBytes(root, block.timestamp, consume[i], content);
            sent.preimage.blockCommitments[i] = commitmentOf(sent.blocks[i]);
            framedBlocks = bytes.concat(framedBlocks, framed(sent.blocks[i]));
            consumed += consume[i];
        }
        sent.batchId = postAs(who, consumed, framedBlocks);
        states[sent.batchId] = state;
        fill(sent, last);
    }

    function fill(Sent memory sent, IRollup.Batch memory parent) private view {
        sent.commitment = rollup.batch(sent.batchId).commitment;
        sent.preimage.parentCommitment = parent.commitment;
        sent.preimage.parentRoot = parent.stateRoot;
        sent.preimage.parentTimestamp = parent.timestamp;
        sent.preimage.firstHeight = parent.height + 1;
        sent.preimage.firstInboxIndex = parent.inboxIndex;
        sent.preimage.epoch = rollup.batch(sent.batchId).epoch;
    }

    function nextState(bytes memory state, uint256 first, uint256 count, bytes memory content)
        internal
        view
        returns (bytes memory)
    {
        bytes32 happened = keccak256(
            abi.encode(rollup.domainSeparator(), uint40(block.timestamp), uint40(7), content, messagesOf(first, count))
        );
        return Ledger.next(state, count, happened);
    }

    // Proofs

    function proofOf(Sent memory sent, uint256 blockIndex) internal view returns (IFaults.FaultProof memory proof) {
        proof.batchId = sent.batchId;
        proof.blockIndex = blockIndex;
        proof.preimage = sent.preimage;
        if (blockIndex != 0) {
            bytes memory previous = sent.blocks[blockIndex - 1];
            proof.previousHeader = slice(previous, 0, 44);
            proof.previousContentHash = keccak256(slice(previous, 44, previous.length));
        }
        proof.blockBytes = sent.blocks[blockIndex];
        proof.witness = sent.statesBefore[blockIndex];
        uint256 first = Ledger.inboxIndex(proof.witness);
        proof.messages = messagesOf(first, uint8(proof.blockBytes[37]) * 256 + uint8(proof.blockBytes[38]));
    }

    function prove(address who, Sent memory sent, uint256 blockIndex) internal {
        IFaults.FaultProof memory proof = proofOf(sent, blockIndex);
        vm.prank(who);
        rollup.proveFault(proof);
    }

    function proveReverts(IFaults.FaultProof memory proof, bytes memory revertData) internal {
        vm.expectRevert(revertData);
        rollup.proveFault(proof);
    }

    function messagesOf(uint256 first, uint256 count) internal view returns (bytes[] memory some) {
        some = new bytes[](count);
        for (uint256 i = 0; i < count; i++) {
            some[i] = messages[first + i];
        }
    }

    function commitmentOf(bytes memory block_) internal pure returns (bytes32) {
        bytes32 contentHash = keccak256(slice(block_, 44, block_.length));
        return keccak256(abi.encodePacked(slice(block_, 0, 44), contentHash));
    }

    function slice(bytes memory data, uint256 from, uint256 to) internal pure returns (bytes memory part) {
        part = new bytes(to - from);
        for (uint256 i = from; i < to; i++) {
            part[i - from] = data[i];
        }
    }

    // The slot

    /// @notice From now on open posters may post: the next message is 48 hours old.
    function openPosting() internal {
        force();
        vm.warp(block.timestamp + 48 hours);
        rollup.declareSilent();
    }

    function bondOf(address who) internal view returns (uint256 amount) {
        (amount,) = rollup.bonds(who);
    }

    function counts(uint256 a) internal pure returns (uint256[] memory all) {
        all = new uint256[](1);
        all[0] = a;
    }

    function counts(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory all) {
        all = new uint256[](3);
        (all[0], all[1], all[2]) = (a, b, c);
    }
}
