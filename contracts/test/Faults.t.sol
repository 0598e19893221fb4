// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FaultBase} from "./FaultBase.sol";
import {IFaults} from "../src/interfaces/IFaults.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";
import {ITransition} from "../src/interfaces/ITransition.sol";

/// @notice What proves a fault and what does not, and what a removal leaves behind.
contract FaultsTest is FaultBase {
    address internal constant PROVER = address(0x9809E4);

    function setUp() public {
        deployLedger();
    }

    // Removal

    function test_proveFault_removesTheBatchAndAllBehindIt() public {
        send(SEQUENCER, false);
        Sent memory false_ = send(SEQUENCER, true);
        send(SEQUENCER, false);
        send(SEQUENCER, true);
        vm.warp(block.timestamp + 1 hours);
        IFaults.FaultProof memory proof = proofOf(false_, 0);
        vm.expectEmit(true, true, true, true, address(rollup));
        emit IFaults.FaultProven(2, 0, 4, SEQUENCER, PROVER, false_.trueRoots[0], 5 ether);
        vm.prank(PROVER);
        rollup.proveFault(proof);

        assertEq(rollup.tip(), 1);
        assertEq(rollup.lastRollbackAt(), block.timestamp);
        assertEq(rollup.epoch(), 1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BatchUnknown.selector, 2, 1));
        rollup.batch(2);
        assertTrue(!rollup.isFinalized(2), "removed is not final");
    }

    // The cost does not depend on how much is removed.
    function test_proveFault_costsTheSameForOneBatchAndForMany() public {
        uint256 fresh = vm.snapshotState();
        Sent memory false_ = send(SEQUENCER, true);
        uint256 alone = gasOf(proofOf(false_, 0));
        vm.revertToState(fresh);
        false_ = send(SEQUENCER, true);
        for (uint256 i = 0; i < 40; i++) {
            send(SEQUENCER, true);
        }
        uint256 manyBehind = gasOf(proofOf(false_, 0));
        assertTrue(manyBehind < alone + 1_000, "constant cost");
    }

    function gasOf(IFaults.FaultProof memory proof) internal returns (uint256 used) {
        uint256 before = gasleft();
        rollup.proveFault(proof);
        used = before - gasleft();
    }

    function test_proveFault_takesAnyBlockOfTheBatch() public {
        for (uint256 i = 0; i < 4; i++) {
            force();
        }
        depositFor(USER, 5_000_000);
        uint256 fresh = vm.snapshotState();
        for (uint256 lieAt = 0; lieAt < 3; lieAt++) {
            Sent memory false_ = send(SEQUENCER, counts(2, 2, 1), lieAt);
            prove(PROVER, false_, lieAt);
            assertEq(rollup.tip(), 0);
            vm.revertToState(fresh);
        }
    }

    // An honest batch cannot be removed, whichever of its blocks is shown.
    function test_fuzz_proveFault_revertsForTrueRoots(uint8 messagesSeed, uint8 blockSeed) public {
        uint256 count = bound(messagesSeed, 0, 2);
        for (uint256 i = 0; i < 3 * count; i++) {
            force();
        }
        Sent memory honest = send(SEQUENCER, counts(count, count, count), NO_LIE);
        uint256 blockIndex = bound(blockSeed, 0, 2);
        proveReverts(
            proofOf(honest, blockIndex), abi.encodeWithSelector(IFaults.NoFault.selector, honest.trueRoots[blockIndex])
        );
    }

    // A true block behind a false one is no fault of its own, but the false one is.
    function test_proveFault_needsTheFirstFalseBlock() public {
        Sent memory false_ = send(SEQUENCER, counts(0, 0, 0), 1);
        IFaults.FaultProof memory proof = proofOf(false_, 2);
        proveReverts(proof, abi.encodeWithSelector(ITransition.WrongPreRoot.selector, keccak256(proof.witness)));
        prove(PROVER, false_, 1);
    }

    // Finality

    function test_proveFault_revertsFromFinalityOn() public {
        Sent memory false_ = send(SEQUENCER, true);
        uint256 finalizedAt = block.timestamp + WINDOW;
        vm.warp(finalizedAt);
        proveReverts(proofOf(false_, 0), abi.encodeWithSelector(IFaults.BatchFinalized.selector, 1, finalizedAt));
        vm.warp(finalizedAt - 1);
        prove(PROVER, false_, 0);
    }

    function test_proveFault_revertsForGenesisAndUnknownBatches() public {
        Sent memory false_ = send(SEQUENCER, true);
        IFaults.FaultProof memory proof = proofOf(false_, 0);
        proof.batchId = 0;
        proveReverts(proof, abi.encodeWithSelector(IFaults.BatchFinalized.selector, 0, WINDOW));
        proof.batchId = 2;
        proveReverts(proof, abi.encodeWithSelector(IRollup.BatchUnknown.selector, 2, 1));
    }

    function test_fuzz_proveFault_neverRemovesWhatIsFinal(uint8 olderSeed, uint40 ageSeed) public {
        uint256 older = bound(olderSeed, 1, 5);
        for (uint256 i = 0; i < older; i++) {
            send(SEQUENCER, false);
        }
        vm.warp(block.timestamp + WINDOW);
        Sent memory false_ = send(SEQUENCER, true);
        vm.warp(block.timestamp + bound(ageSeed, 0, WINDOW - 1));
        prove(PROVER, false_, 0);
        assertEq(rollup.tip(), older);
        assertTrue(rollup.isFinalized(older), "still final");
    }

    // What is shown must be what was posted

    function test_proveFault_revertsWhenPreimageIsAnother() public {
        Sent memory false_ = send(SEQUENCER, true);
        IFaults.FaultProof memory proof = proofOf(false_, 0);
        proof.preimage.parentRoot = keccak256("another");
        bytes32 computed = keccak256(
            abi.encodePacked(
                proof.preimage.parentCommitment,
                proof.preimage.parentRoot,
                uint256(0),
                uint256(1),
                uint256(0),
                uint256(0),
                proof.preimage.blockCommitments
            )
        );
        bytes memory mismatch = abi.encodeWithSelector(IFaults.PreimageMismatch.selector, computed, false_.commitment);
        proveReverts(proof, mismatch);
    }

    function test_proveFault_revertsWhenBlockIsAnother() public {
        Sent memory false_ = send(SEQUENCER, counts(0, 0, 0), 0);
        IFaults.FaultProof memory proof = proofOf(false_, 0);
        proof.blockBytes[100] ^= 0x01;
        bytes32 computed = commitmentOf(proof.blockBytes);
        bytes32 commitment = false_.preimage.blockCommitments[0];
        proveReverts(proof, abi.encodeWithSelector(IFaults.BlockMismatch.selector, 0, computed, commitment));
        proof.blockBytes = hex"c0ffee";
        proveReverts(proof, abi.encodeWithSelector(IRollup.BlockLengthOutOfRange.selector, 0, 3));
        proof = proofOf(false_, 0);
        proof.blockIndex = 3;
        proveReverts(proof, abi.encodeWithSelector(IFaults.BlockUnknown.selector, 3, 3));
    }

    function test_proveFault_revertsWhenPreviousHeaderIsAnother() public {
        Sent memory false_ = send(SEQUENCER, counts(0, 0, 0), 1);
        bytes32 commitment = false_.preimage.blockCommitments[0];
        IFaults.FaultProof memory proof = proofOf(false_, 1);
        proof.previousHeader[0] ^= 0x01; // another root before
        bytes32 computed = keccak256(abi.encodePacked(proof.previousHeader, proof.previousContentHash));
        proveReverts(proof, abi.encodeWithSelector(IFaults.BlockMismatch.selector, 0, computed, commitment));
        proof = proofOf(false_, 1);
        proof.previousContentHash = 0;
        computed = keccak256(abi.encodePacked(proof.previousHeader, bytes32(0)));
        proveReverts(proof, abi.encodeWithSelector(IFaults.BlockMismatch.selector, 0, computed, commitment));
    }

    function test_proveFault_revertsWhenMessagesAreOthers() public {
        force();
        depositFor(USER, 2_000_000);
        force();
        Sent memory false_ = send(SEQUENCER, counts(1, 1, 0), 1);
        IFaults.FaultProof memory proof = proofOf(false_, 1);
        proof.messages = messagesOf(1, 2);
        proveReverts(proof, abi.encodeWithSelector(IFaults.MessageCountMismatch.selector, 2, 1));
        proof.messages = messagesOf(2, 1); // a true message, but the next one
        proveReverts(proof, abi.encodeWithSelector(IFaults.MessageMismatch.selector, 1));
        proof.messages = new bytes[](1);
        proveReverts(proof, abi.encodeWithSelector(IFaults.MessageMismatch.selector, 1));
    }

    // The inbox index is read from the witness; the root before binds it.
    function test_proveFault_revertsWhenWitnessShiftsTheInbox() public {
        force();
        force();
        Sent memory honest = send(SEQUENCER, counts(1), NO_LIE);
        IFaults.FaultProof memory proof = proofOf(honest, 0);
        proof.witness[24] = 0x01; // as if message 0 had been consumed before
        proof.messages = messagesOf(1, 1);
        proveReverts(proof, abi.encodeWithSelector(ITransition.WrongPreRoot.selector, keccak256(proof.witness)));
        proof.witness[24] = 0x02;
        proveReverts(proof, abi.encodeWithSelector(IInbox.CheckpointUnknown.selector, 3, 2));
    }

    function test_proveFault_revertsWhenWitnessIsAnother() public {
        Sent memory false_ = send(SEQUENCER, true);
        IFaults.FaultProof memory proof = proofOf(false_, 0);
        proof.witness = abi.encodePacked(proof.witness, hex"00");
        proveReverts(proof, abi.encodeWithSelector(ITransition.WitnessLength.selector));
        proof.witness = "";
        vm.expectRevert(); // too short for a system record
        rollup.proveFault(proof);
    }

    // What goes on behind a removal

    function test_proveFault_givesMessagesAFullPeriodFromThen() public {
        depositFor(USER, 2_000_000);
        vm.warp(block.timestamp + 20 hours);
        Sent memory false_ = send(SEQUENCER, counts(1), 0);
        vm.warp(block.timestamp + 20 hours);
        prove(PROVER, false_, 0);
        assertEq(rollup.inboxCursor(), 0);
        assertEq(rollup.overdueAt(), block.timestamp + 24 hours);
        assertEq(rollup.openModeAt(), block.timestamp + 48 hours);
    }

    // Deposits and messages of removed batches are consumed again, exactly once, and the new batch takes the old number.
    function test_proveFault_messagesAreConsumedAgain() public {
        depositFor(USER, 2_000_000);
        Sent memory false_ = send(SEQUENCER, counts(1), 0);
        prove(PROVER, false_, 0);
        bondAs(OPENER, 1 ether);
        Sent memory again = send(OPENER, counts(1), NO_LIE);
        assertEq(again.batchId, 1);
        assertEq(rollup.inboxCursor(), 1);
        assertTrue(again.commitment != false_.commitment, "another epoch, another commitment");
        bytes memory exceeded = abi.encodeWithSelector(IRollup.InboxExceeded.selector, 2, 1);
        postReverts(OPENER, 1, oneBlock(1), exceeded);
        vm.warp(block.timestamp + WINDOW);
        assertEq(inbox.collectFees(1), 10 ** 13);
        assertEq(OPENER.balance, 10 ** 13);
    }
}
