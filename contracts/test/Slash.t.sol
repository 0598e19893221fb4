// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FaultBase} from "./FaultBase.sol";
import {Rollup} from "../src/Rollup.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";
import {ISequencerSlot} from "../src/interfaces/ISequencerSlot.sol";

/// @notice A rollup whose bonds a test can lower.
contract BondlessRollup is Rollup {
    constructor(IRollup.Config memory config) Rollup(config) {}

    function lowerBond(address poster, uint128 amount) external {
        bonds[poster].amount = amount;
    }
}

/// @notice What a slash takes besides the bond: the slot, a nomination, a claim; and what it leaves alone.
contract SlashTest is FaultBase {
    address internal constant NEXT = address(0x4E87);
    address internal constant NEXT_KEY = address(0x4E88);

    function setUp() public {
        deployLedger();
    }

    function nominate() internal {
        bondAs(NEXT, BOND);
        vm.prank(SEQUENCER);
        rollup.nominate(NEXT, NEXT_KEY);
    }

    function accept() internal {
        vm.prank(NEXT);
        rollup.acceptNomination(NEXT_KEY);
    }

    function successorOf() internal view returns (address poster) {
        (poster,,,) = rollup.successor();
    }

    function test_slash_emptiesTheSlotOfItsHolder() public {
        Sent memory sent = send(SEQUENCER, true);
        vm.expectEmit(true, true, true, true, address(rollup));
        emit ISequencerSlot.Slashed(SEQUENCER, BOND, 5 ether);
        vm.expectEmit(true, true, true, true, address(rollup));
        emit ISequencerSlot.SlotChanged(address(0), address(0));
        vm.expectEmit(true, true, true, true, address(rollup));
        emit ISequencerSlot.EpochStarted(1, address(0));
        prove(USER, sent, 0);
        assertEq(bondOf(SEQUENCER), 0);
        assertEq(rollup.slotPoster(), address(0));
        assertEq(rollup.slotHeaderKey(), address(0));
        assertEq(rollup.epochPoster(1), address(0));
        assertEq(rollup.epochHeaderKey(1), address(0));
        postReverts(
            SEQUENCER,
            0,
            oneBlock(0),
            abi.encodeWithSelector(ISequencerSlot.BondTooSmall.selector, SEQUENCER, 0, 1 ether)
        );
    }

    // Every bonded address may post then, and who locks the bond first holds the slot after a day.
    function test_slash_letsOthersPostAndClaim() public {
        Sent memory sent = send(SEQUENCER, true);
        prove(USER, sent, 0);
        bondAs(OPENER, 1 ether);
        send(OPENER, false);
        bondAs(NEXT, BOND);
        vm.prank(NEXT);
        rollup.claimSlot(NEXT_KEY);
        vm.warp(block.timestamp + 1 days);
        send(NEXT, false);
        assertEq(rollup.slotPoster(), NEXT);
    }

    // The holder does not choose who is next: it could be itself.
    function test_slash_dropsTheHoldersNominee() public {
        nominate();
        accept();
        Sent memory sent = send(SEQUENCER, true);
        prove(USER, sent, 0);
        assertEq(successorOf(), address(0));
        vm.warp(block.timestamp + 2 days);
        rollup.enactSuccessor();
        assertEq(rollup.slotPoster(), address(0));
        vm.prank(NEXT);
        rollup.claimSlot(NEXT_KEY); // like anyone
    }

    // A nominee who never answered would keep all others from claiming.
    function test_slash_dropsANomineeWhoDidNotAccept() public {
        nominate();
        Sent memory sent = send(SEQUENCER, true);
        prove(USER, sent, 0);
        bondAs(OPENER, BOND);
        vm.prank(OPENER);
        rollup.claimSlot(NEXT_KEY);
    }

    // A successor who was due before the proof keeps the slot.
    function test_slash_comesAfterASuccessorWhoIsDue() public {
        nominate();
        accept();
        Sent memory sent = send(SEQUENCER, true);
        vm.warp(block.timestamp + 1 days);
        prove(USER, sent, 0);
        assertEq(rollup.slotPoster(), NEXT);
        assertEq(bondOf(SEQUENCER), 0);
        assertEq(bondOf(NEXT), BOND);
        assertEq(rollup.epochPoster(rollup.epoch()), NEXT);
    }

    function test_slash_voidsTheNominationOfASlashedNominee() public {
        bondAs(NEXT, BOND);
        openPosting();
        Sent memory sent = send(NEXT, counts(1), 0); // as an open poster
        vm.prank(SEQUENCER);
        rollup.nominate(NEXT, NEXT_KEY);
        accept();
        prove(USER, sent, 0);
        assertEq(successorOf(), address(0));
        assertEq(rollup.slotPoster(), SEQUENCER);
        assertEq(bondOf(SEQUENCER), BOND);
        vm.warp(block.timestamp + 1 days);
        bondAs(NEXT, BOND);
        rollup.enactSuccessor();
        assertEq(rollup.slotPoster(), SEQUENCER);
    }

    function test_slash_voidsTheClaimOfASlashedClaimant() public {
        Sent memory sent = send(SEQUENCER, true);
        prove(USER, sent, 0);
        bondAs(NEXT, BOND);
        sent = send(NEXT, true);
        vm.prank(NEXT);
        rollup.claimSlot(NEXT_KEY);
        prove(USER, sent, 0);
        assertEq(successorOf(), address(0));
        bondAs(OPENER, BOND);
        vm.prank(OPENER);
        rollup.claimSlot(NEXT_KEY);
    }

    // Posters who built on it unawares lose their batches, not their bonds.
    function test_slash_sparesPostersOfBatchesBehind() public {
        Sent memory first = send(SEQUENCER, false);
        openPosting();
        bondAs(OPENER, 1 ether);
        bondAs(NEXT, 1 ether);
        Sent memory false_ = send(OPENER, counts(1), 0);
        send(NEXT, false);
        prove(USER, false_, 0);
        assertEq(bondOf(NEXT), 1 ether);
        assertEq(bondOf(OPENER), 0);
        assertEq(bondOf(SEQUENCER), BOND);
        assertEq(rollup.slotPoster(), SEQUENCER);
        assertEq(rollup.tip(), first.batchId);
        vm.warp(block.timestamp + WINDOW);
        vm.prank(NEXT);
        rollup.unbond(1 ether);
    }

    // A silence that an open poster's fault interrupts goes on.
    function test_slash_ofAnOpenPosterKeepsPostingOpen() public {
        openPosting();
        bondAs(OPENER, 1 ether);
        Sent memory false_ = send(OPENER, counts(1), 0);
        uint256 since = rollup.silentSince();
        prove(USER, false_, 0);
        assertEq(rollup.silentSince(), since);
        assertEq(rollup.epochPoster(rollup.epoch()), SEQUENCER);
        assertEq(rollup.epochHeaderKey(rollup.epoch()), HEADER_KEY);
        bondAs(NEXT, 1 ether);
        send(NEXT, counts(1), NO_LIE);
    }

    function test_slash_ofTheHolderEndsASilence() public {
        Sent memory false_ = send(SEQUENCER, true);
        openPosting();
        prove(USER, false_, 0);
        assertEq(rollup.silentSince(), 0);
    }

    // A bond that comes later is not forfeit for what was punished before.
    function test_slash_leavesANewBondAlone() public {
        Sent memory sent = send(SEQUENCER, true);
        prove(USER, sent, 0);
        bondAs(SEQUENCER, BOND);
        proveReverts(proofOf(sent, 0), abi.encodeWithSelector(IRollup.BatchUnknown.selector, 1, 0));
        vm.warp(block.timestamp + WINDOW);
        vm.prank(SEQUENCER);
        rollup.unbond(BOND);
    }

    // Whoever takes the slot has the bond then, whatever became of it since the nomination.
    function test_enactSuccessor_dropsANomineeWithoutBond() public {
        BondlessRollup bondless = new BondlessRollup(config());
        rollup = bondless;
        nominate();
        accept();
        bondless.lowerBond(NEXT, uint128(BOND - 1));
        vm.warp(block.timestamp + 1 days);
        rollup.enactSuccessor();
        assertEq(rollup.slotPoster(), SEQUENCER);
        assertEq(successorOf(), address(0));
    }

    // Who leaves the slot answers for what it signed and did not post.
    function test_unbond_waitsAWindowAfterLeavingTheSlot() public {
        nominate();
        accept();
        vm.warp(block.timestamp + 10 days); // nothing posted, nothing to wait for
        rollup.enactSuccessor();
        uint256 until = block.timestamp + WINDOW;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(ISequencerSlot.BondLocked.selector, SEQUENCER, until));
        vm.prank(SEQUENCER);
        rollup.unbond(BOND);
        vm.warp(until);
        vm.prank(SEQUENCER);
        rollup.unbond(BOND);
    }
}
