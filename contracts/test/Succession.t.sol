// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SlotBase} from "./SlotBase.sol";
import {ISequencerSlot} from "../src/interfaces/ISequencerSlot.sol";

contract SuccessionTest is SlotBase {
    // Rule 27: succession without an owner

    function test_vacateSlot_revertsBeforeSevenDays() public {
        vm.expectRevert(abi.encodeWithSelector(ISequencerSlot.SlotNotVacant.selector, START, type(uint256).max));
        rollup.vacateSlot();
        openMode();
        rollup.declareSilent();
        uint256 vacantAt = block.timestamp + 7 days;
        vm.warp(vacantAt - 1);
        vm.expectRevert(abi.encodeWithSelector(ISequencerSlot.SlotNotVacant.selector, vacantAt - 1, vacantAt));
        rollup.vacateSlot();
    }

    function test_vacateSlot_opensPostingToAllBonded() public {
        vacate();
        assertEq(rollup.slotPoster(), address(0));
        assertEq(rollup.slotHeaderKey(), address(0));
        assertEq(rollup.silentSince(), 0);
        assertEq(rollup.epoch(), 1);
        bondAs(OPENER, 1 ether);
        postAs(OPENER, 1, oneBlock(1));
        postAs(SEQUENCER, 0, oneBlock(0)); // still bonded
        assertEq(rollup.epoch(), 3);
        assertEq(rollup.silentSince(), 0);
        vm.warp(block.timestamp + WINDOW);
        vm.prank(SEQUENCER);
        rollup.unbond(10 ether);
        vm.expectRevert(abi.encodeWithSelector(ISequencerSlot.SlotEmpty.selector));
        rollup.declareSilent();
    }

    function test_vacateSlot_dropsASuccessor() public {
        bondAs(NEXT, 10 ether);
        openMode();
        rollup.declareSilent();
        vm.warp(block.timestamp + 7 days - 1);
        vm.prank(SEQUENCER);
        rollup.nominate(NEXT, NEXT_KEY);
        vm.prank(NEXT);
        rollup.acceptNomination(NEXT_KEY);
        vm.warp(block.timestamp + 1);
        rollup.vacateSlot();
        vm.warp(block.timestamp + 1 days);
        rollup.enactSuccessor();
        assertEq(rollup.slotPoster(), address(0));
    }

    function test_claimSlot_takesEffectAfterADay() public {
        vacate();
        bondAs(NEXT, 10 ether);
        vm.prank(NEXT);
        rollup.claimSlot(NEXT_KEY);
        revertsAs(NEXT, abi.encodeWithSelector(ISequencerSlot.BondHeld.selector, NEXT));
        rollup.unbond(1);
        bondAs(USER, 10 ether);
        revertsAs(USER, abi.encodeWithSelector(ISequencerSlot.SlotAlreadyClaimed.selector, NEXT));
        rollup.claimSlot(NEXT_KEY);
        uint256 effectiveAt = block.timestamp + 24 hours;
        vm.warp(effectiveAt - 1);
        rollup.enactSuccessor();
        assertEq(rollup.slotPoster(), address(0));
        vm.warp(effectiveAt);
        rollup.enactSuccessor();
        assertEq(rollup.slotPoster(), NEXT);
        assertEq(rollup.slotHeaderKey(), NEXT_KEY);
        assertEq(rollup.epochPoster(rollup.epoch()), NEXT);
        revertsAs(USER, abi.encodeWithSelector(ISequencerSlot.SlotTaken.selector, NEXT));
        rollup.claimSlot(NEXT_KEY);
    }

    function test_claimSlot_revertsWhenTaken() public {
        bondAs(NEXT, 10 ether);
        revertsAs(NEXT, abi.encodeWithSelector(ISequencerSlot.SlotTaken.selector, SEQUENCER));
        rollup.claimSlot(NEXT_KEY);
    }

    function test_claimSlot_revertsWhenBondIsTooSmall() public {
        vacate();
        bondAs(NEXT, 10 ether - 1);
        revertsAs(NEXT, tooSmall(NEXT, 10 ether - 1, 10 ether));
        rollup.claimSlot(NEXT_KEY);
    }

    function test_claimSlot_revertsWhenHeaderKeyIsZero() public {
        vacate();
        bondAs(NEXT, 10 ether);
        revertsAs(NEXT, abi.encodeWithSelector(ISequencerSlot.AddressZero.selector));
        rollup.claimSlot(address(0));
    }

    function test_nominate_takesEffectAfterADayIfAccepted() public {
        bondAs(NEXT, 10 ether);
        vm.prank(SEQUENCER);
        rollup.nominate(NEXT, NEXT_KEY);
        vm.prank(NEXT);
        rollup.acceptNomination(NEXT_KEY);
        vm.warp(START + 24 hours - 1);
        postAs(SEQUENCER, 0, oneBlock(0));
        vm.warp(START + 24 hours);
        // The post itself puts the successor in place: the old holder has no right any more, the new one has.
        postReverts(
            SEQUENCER,
            0,
            oneBlock(0),
            abi.encodeWithSelector(ISequencerSlot.PostingNotOpen.selector, block.timestamp, type(uint256).max)
        );
        postAs(NEXT, 0, oneBlock(0));
        assertEq(rollup.slotPoster(), NEXT);
        assertEq(rollup.slotHeaderKey(), NEXT_KEY);
        assertEq(rollup.epoch(), 1);
        (address pending,,,) = rollup.successor();
        assertEq(pending, address(0));
    }

    function test_nominate_bindsNobodyWhoDidNotAccept() public {
        bondAs(NEXT, 10 ether);
        vm.prank(SEQUENCER);
        rollup.nominate(NEXT, NEXT_KEY);
        vm.warp(START + 2 days);
        rollup.enactSuccessor();
        assertEq(rollup.slotPoster(), SEQUENCER);
        vm.prank(NEXT);
        rollup.acceptNomination(NEXT_KEY);
        rollup.enactSuccessor();
        assertEq(rollup.slotPoster(), NEXT);
    }

    function test_nominate_ofOneselfChangesTheHeaderKey() public {
        vm.prank(SEQUENCER);
        rollup.nominate(SEQUENCER, NEXT_KEY);
        vm.prank(SEQUENCER);
        rollup.acceptNomination(NEXT_KEY);
        vm.warp(START + 24 hours);
        post(oneBlock(0));
        assertEq(rollup.slotHeaderKey(), NEXT_KEY);
        assertEq(rollup.epoch(), 1);
    }

    function test_nominate_revertsWhenSenderDoesNotHoldTheSlot() public {
        revertsAs(USER, abi.encodeWithSelector(ISequencerSlot.SenderNotSlotPoster.selector, USER, SEQUENCER));
        rollup.nominate(NEXT, NEXT_KEY);
    }

    function test_nominate_revertsWhenSuccessorIsNotBonded() public {
        bondAs(NEXT, 10 ether - 1);
        revertsAs(SEQUENCER, tooSmall(NEXT, 10 ether - 1, 10 ether));
        rollup.nominate(NEXT, NEXT_KEY);
    }

    function test_nominate_revertsWhenHeaderKeyIsZero() public {
        revertsAs(SEQUENCER, abi.encodeWithSelector(ISequencerSlot.AddressZero.selector));
        rollup.nominate(SEQUENCER, address(0));
    }

    function test_acceptNomination_revertsWhenNotNominated() public {
        bondAs(NEXT, 10 ether);
        vm.prank(SEQUENCER);
        rollup.nominate(NEXT, NEXT_KEY);
        revertsAs(USER, abi.encodeWithSelector(ISequencerSlot.NominationMismatch.selector, USER, NEXT_KEY));
        rollup.acceptNomination(NEXT_KEY);
        // A key that the holder knows would let it sign for the successor, and have the successor slashed.
        revertsAs(NEXT, abi.encodeWithSelector(ISequencerSlot.NominationMismatch.selector, NEXT, HEADER_KEY));
        rollup.acceptNomination(HEADER_KEY);
        vm.prank(NEXT);
        rollup.unbond(1);
        revertsAs(NEXT, tooSmall(NEXT, 10 ether - 1, 10 ether));
        rollup.acceptNomination(NEXT_KEY);
    }

    function test_acceptNomination_revertsWhenAccepted() public {
        vm.prank(SEQUENCER);
        rollup.nominate(SEQUENCER, NEXT_KEY);
        vm.prank(SEQUENCER);
        rollup.acceptNomination(NEXT_KEY);
        revertsAs(SEQUENCER, abi.encodeWithSelector(ISequencerSlot.NominationMismatch.selector, SEQUENCER, NEXT_KEY));
        rollup.acceptNomination(NEXT_KEY);
    }

    function test_silence_survivesASuccession() public {
        bondAs(NEXT, 10 ether);
        openMode();
        rollup.declareSilent();
        uint256 since = block.timestamp;
        vm.prank(SEQUENCER);
        rollup.nominate(NEXT, NEXT_KEY);
        vm.prank(NEXT);
        rollup.acceptNomination(NEXT_KEY);
        vm.warp(since + 24 hours);
        rollup.enactSuccessor();
        assertEq(rollup.silentSince(), since);
        postAs(NEXT, 1, oneBlock(1));
        assertEq(rollup.silentSince(), 0);
    }

    // Rule 25: epochs

    function test_epoch_staysWhileOnePosterPosts() public {
        post(oneBlock(0));
        post(oneBlock(0));
        assertEq(rollup.epoch(), 0);
        assertEq(rollup.batch(2).epoch, 0);
    }

    function test_restart_startsAnEpochOnceOverdue() public {
        enqueueForced();
        vm.warp(START + 24 hours);
        vm.prank(SEQUENCER);
        rollup.restart();
        assertEq(rollup.epoch(), 1);
        assertEq(rollup.epochPoster(1), SEQUENCER);
        postAs(SEQUENCER, 1, oneBlock(1));
        assertEq(rollup.batch(1).epoch, 1);
    }

    function test_restart_revertsWhenNothingIsOverdue() public {
        enqueueForced();
        vm.warp(START + 24 hours - 1);
        revertsAs(
            SEQUENCER, abi.encodeWithSelector(ISequencerSlot.NothingOverdue.selector, block.timestamp, START + 24 hours)
        );
        rollup.restart();
    }

    function test_restart_revertsWhenSenderDoesNotHoldTheSlot() public {
        enqueueForced();
        vm.warp(START + 24 hours);
        revertsAs(USER, abi.encodeWithSelector(ISequencerSlot.SenderNotSlotPoster.selector, USER, SEQUENCER));
        rollup.restart();
    }
}
