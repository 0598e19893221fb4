// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SlotBase} from "./SlotBase.sol";
import {Rollup} from "../src/Rollup.sol";
import {ISequencerSlot} from "../src/interfaces/ISequencerSlot.sol";

contract SequencerSlotTest is SlotBase {
    // Rule 24: who posts has a bond

    function test_postBatch_revertsWhenSequencerIsNotBonded() public {
        rollup = new Rollup(config());
        inbox = rollup.inbox();
        bondAs(SEQUENCER, 10 ether - 1);
        postReverts(SEQUENCER, 0, oneBlock(0), tooSmall(SEQUENCER, 10 ether - 1, 10 ether));
        bondAs(SEQUENCER, 1);
        post(oneBlock(0));
    }

    function test_postBatch_revertsWhenSlotIsEmptyAndSenderIsNotBonded() public {
        vacate();
        bondAs(OPENER, 1 ether - 1);
        postReverts(OPENER, 1, oneBlock(1), tooSmall(OPENER, 1 ether - 1, 1 ether));
        bondAs(OPENER, 1);
        postAs(OPENER, 1, oneBlock(1));
    }

    function test_bond_adds() public {
        bondAs(USER, 2 ether);
        bondAs(USER, 3 ether);
        (uint128 amount, uint40 lastPostedAt) = rollup.bonds(USER);
        assertEq(amount, 5 ether);
        assertEq(lastPostedAt, 0);
    }

    function test_unbond_pays() public {
        bondAs(USER, 5 ether);
        vm.prank(USER);
        rollup.unbond(2 ether);
        (uint128 amount,) = rollup.bonds(USER);
        assertEq(amount, 3 ether);
        assertEq(USER.balance, 2 ether);
    }

    function test_unbond_revertsWhenMoreThanBonded() public {
        bondAs(USER, 1 ether);
        revertsAs(USER, tooSmall(USER, 1 ether, 2 ether));
        rollup.unbond(2 ether);
    }

    function test_unbond_revertsWhenSenderHoldsTheSlot() public {
        revertsAs(SEQUENCER, abi.encodeWithSelector(ISequencerSlot.BondHeld.selector, SEQUENCER));
        rollup.unbond(1);
    }

    function test_unbond_revertsUntilTheLastBatchIsFinal() public {
        bondAs(OPENER, 1 ether);
        openMode();
        postAs(OPENER, 1, oneBlock(1));
        uint256 until = block.timestamp + WINDOW;
        vm.warp(until - 1);
        revertsAs(OPENER, abi.encodeWithSelector(ISequencerSlot.BondLocked.selector, OPENER, until));
        rollup.unbond(1 ether);
        vm.warp(until);
        vm.prank(OPENER);
        rollup.unbond(1 ether);
        assertEq(OPENER.balance, 1 ether);
    }

    function test_unbond_revertsWhenSenderIsAcceptedSuccessor() public {
        bondAs(NEXT, 10 ether);
        vm.prank(SEQUENCER);
        rollup.nominate(NEXT, NEXT_KEY);
        // Being named binds nobody: the bond is free until accepted.
        vm.prank(NEXT);
        rollup.unbond(1);
        bondAs(NEXT, 1);
        vm.prank(NEXT);
        rollup.acceptNomination(NEXT_KEY);
        revertsAs(NEXT, abi.encodeWithSelector(ISequencerSlot.BondHeld.selector, NEXT));
        rollup.unbond(1);
    }

    // Open posting

    function test_postBatch_revertsWhenOthersPostBeforeOpenMode() public {
        bondAs(OPENER, 1 ether);
        postReverts(
            OPENER,
            0,
            oneBlock(0),
            abi.encodeWithSelector(ISequencerSlot.PostingNotOpen.selector, START, type(uint256).max)
        );
        enqueueForced();
        uint256 openAt = START + 48 hours;
        vm.warp(openAt - 1);
        postReverts(
            OPENER, 1, oneBlock(1), abi.encodeWithSelector(ISequencerSlot.PostingNotOpen.selector, openAt - 1, openAt)
        );
        vm.warp(openAt);
        postAs(OPENER, 1, oneBlock(1));
        assertEq(rollup.silentSince(), openAt);
        assertEq(rollup.epoch(), 1);
        assertEq(rollup.posterOf(1), OPENER);
    }

    function test_postBatch_revertsWhenOpenPosterIsNotBonded() public {
        bondAs(OPENER, 1 ether - 1);
        openMode();
        postReverts(OPENER, 1, oneBlock(1), tooSmall(OPENER, 1 ether - 1, 1 ether));
    }

    function test_openPosting_lastsUntilTheSequencerPosts() public {
        bondAs(OPENER, 1 ether);
        openMode();
        postAs(OPENER, 1, oneBlock(1));
        vm.warp(block.timestamp + 1 days);
        postAs(OPENER, 0, oneBlock(0)); // nothing is overdue any more
        assertEq(rollup.epoch(), 1);
        postAs(SEQUENCER, 0, oneBlock(0));
        assertEq(rollup.silentSince(), 0);
        assertEq(rollup.epoch(), 2);
        assertEq(rollup.epochPoster(2), SEQUENCER);
        postReverts(
            OPENER,
            0,
            oneBlock(0),
            abi.encodeWithSelector(ISequencerSlot.PostingNotOpen.selector, block.timestamp, type(uint256).max)
        );
    }

    function test_declareSilent_revertsBeforeOpenMode() public {
        enqueueForced();
        vm.warp(START + 48 hours - 1);
        vm.expectRevert(
            abi.encodeWithSelector(ISequencerSlot.PostingNotOpen.selector, START + 48 hours - 1, START + 48 hours)
        );
        rollup.declareSilent();
    }

    function test_declareSilent_revertsWhenDeclared() public {
        openMode();
        rollup.declareSilent();
        uint256 since = block.timestamp;
        vm.warp(since + 1);
        vm.expectRevert(abi.encodeWithSelector(ISequencerSlot.SilenceAlreadyDeclared.selector, since));
        rollup.declareSilent();
    }

    function test_lastRollbackAt_givesMessagesAFullPeriod() public {
        enqueueForced();
        // Storage slot 1 holds the header key (20 bytes) and then lastRollbackAt.
        uint256 word = (uint256(START + 1 hours) << 160) | uint160(HEADER_KEY);
        vm.store(address(rollup), bytes32(uint256(1)), bytes32(word));
        assertEq(rollup.lastRollbackAt(), START + 1 hours);
        assertEq(rollup.overdueAt(), START + 25 hours);
        assertEq(rollup.openModeAt(), START + 49 hours);
    }
}
