// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ConfirmationBase} from "./ConfirmationBase.sol";
import {IFaults} from "../src/interfaces/IFaults.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";
import {ISequencerSlot} from "../src/interfaces/ISequencerSlot.sol";

/// @notice When a rollup ends, and that it ends for good (rule 29).
contract FreezeTest is ConfirmationBase {
    function setUp() public {
        deployLedger();
    }

    bytes internal constant FROZEN = abi.encodeWithSelector(ISequencerSlot.RollupFrozen.selector);

    function freezeReverts(uint256 batchId, bytes memory revertData) internal {
        vm.expectRevert(revertData);
        rollup.freeze(batchId);
    }

    function notFreezable(uint256 freezableAt) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IRollup.NotFreezable.selector, block.timestamp, freezableAt);
    }

    function test_freeze_after30Days() public {
        force();
        uint256 freezableAt = block.timestamp + 30 days;
        vm.warp(freezableAt - 1);
        freezeReverts(0, notFreezable(freezableAt));
        vm.warp(freezableAt);
        vm.expectEmit(true, true, true, true, address(rollup));
        emit IRollup.Frozen(0, GENESIS_ROOT);
        rollup.freeze(0);
        assertTrue(rollup.frozen(), "frozen");
        freezeReverts(0, FROZEN);
    }

    // An idle chain never freezes.
    function test_freeze_revertsWhenNothingWaits() public {
        vm.warp(block.timestamp + 365 days);
        freezeReverts(0, notFreezable(type(uint256).max));
        force();
        Sent memory sent = send(SEQUENCER, counts(1), NO_LIE);
        vm.warp(block.timestamp + 365 days);
        freezeReverts(sent.batchId, notFreezable(type(uint256).max));
    }

    // Consumed is not enough: the batch must be final. What is not final is void.
    function test_freeze_voidsBatchesThatAreNotFinal() public {
        send(SEQUENCER, false);
        force();
        uint256 freezableAt = block.timestamp + 30 days;
        vm.warp(freezableAt - 1 days);
        send(SEQUENCER, counts(1), NO_LIE);
        vm.warp(freezableAt);
        assertEq(rollup.tip(), 2);
        freezeReverts(2, abi.encodeWithSelector(IRollup.BatchNotFinalized.selector, 2, freezableAt - 1 days + WINDOW));
        freezeReverts(0, abi.encodeWithSelector(IRollup.BatchNotLast.selector, 0));
        freezeReverts(3, abi.encodeWithSelector(IRollup.BatchUnknown.selector, 3, 2));
        rollup.freeze(1);
        assertEq(rollup.tip(), 1);
        assertEq(rollup.inboxCursor(), 0);
        vm.warp(block.timestamp + WINDOW);
        assertTrue(!rollup.isFinalized(2), "void for ever");
    }

    // A chain whose messages are consumed in time does not freeze, whatever its challenge window.
    function test_freeze_revertsForAServedChain() public {
        for (uint256 i = 0; i < 10; i++) {
            force();
            vm.warp(block.timestamp + 24 hours);
            send(SEQUENCER, counts(1), NO_LIE);
            vm.warp(block.timestamp + 6 days);
        }
        uint256 last = rollup.tip();
        while (!rollup.isFinalized(last)) {
            last--;
        }
        uint256 oldest = inbox.checkpoint(rollup.batch(last).inboxIndex + 1).enqueuedAt;
        freezeReverts(last, notFreezable(oldest + 30 days));
    }

    // Posting, proving, deposits and forcing end.
    function test_frozen_nothingGoesOn() public {
        Sent memory false_ = send(SEQUENCER, true);
        IFaults.FaultProof memory proof = proofOf(false_, 0);
        vm.warp(block.timestamp + 1);
        force();
        vm.warp(block.timestamp + 30 days);
        rollup.freeze(1);
        postReverts(SEQUENCER, 0, oneBlock(0), FROZEN);
        proveReverts(proof, FROZEN);
        conflictReverts(headerOf(keccak256("a")), headerOf(keccak256("b")), FROZEN);
        contradictReverts(headerOf(keccak256("a")), false_, FROZEN);
        contradictReverts(confirmationOf(keccak256("a"), 1), false_, FROZEN);
        uint256 fee = inbox.fee();
        vm.expectRevert(FROZEN);
        inbox.enqueueForced{value: fee}(hex"01");
        vm.expectRevert(FROZEN);
        vault.deposit{value: fee}(2_000_000 gwei, USER, 0);
        assertEq(token.balanceOf(address(vault)), 0);
    }

    // Bonds go home: nothing can be proven any more, so nothing is left to answer for.
    function test_frozen_bondsAreFree() public {
        send(SEQUENCER, false);
        freezeAt(1);
        vm.prank(SEQUENCER); // holds the slot
        rollup.unbond(BOND);
        assertEq(SEQUENCER.balance, BOND);
    }

    function freezeAt(uint256 batchId) internal {
        force();
        vm.warp(block.timestamp + 30 days);
        rollup.freeze(batchId);
    }

    // A reward from before the end is paid.
    function test_frozen_rewardsArePaid() public {
        force();
        vm.warp(block.timestamp + 30 days - 1 hours);
        Sent memory false_ = send(SEQUENCER, counts(1), 0);
        prove(PROVER, false_, 0);
        vm.warp(block.timestamp + 1 hours);
        rollup.freeze(0);
        vm.warp(block.timestamp + 1 days);
        rollup.collectReward(false_.commitment);
        assertEq(PROVER.balance, 5 ether);
    }
}
