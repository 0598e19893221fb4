// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ConfirmationBase} from "./ConfirmationBase.sol";
import {IConfirmations} from "../src/interfaces/IConfirmations.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";

/// @notice An honest signer signs one header a height as it sees the host, and posts what it signed. Nothing that the host or others
/// do makes that a crime: each case is played, with all the evidence there is, and every proof is refused.
contract HonestSignerTest is ConfirmationBase {
    function setUp() public {
        deployLedger();
    }

    function bothRefused(bytes memory revertData, IConfirmations.Header memory a, IConfirmations.Header memory b)
        internal
    {
        conflictReverts(a, b, revertData);
        conflictReverts(b, a, revertData);
    }

    function notGrounded(IConfirmations.Header memory h) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IConfirmations.NotGrounded.selector, h.inboxIndex, h.inboxAcc);
    }

    // The host replaces a message: what was signed of the old one cannot be shown, and the signer may sign anew.
    function test_hostReorg_ofAMessage() public {
        uint256 before = vm.snapshotState();
        force();
        IConfirmations.Header memory old = headerOf(keccak256("with the forced transaction"));
        groundNow(old);
        IConfirmations.Confirmation memory begun = confirmationOf(keccak256("confirmed on the old host"), 25);
        (begun.inboxIndex, begun.inboxAcc) = (old.inboxIndex, old.inboxAcc);

        vm.revertToState(before);
        delete messages;
        depositFor(USER, 3_000_000);
        Sent memory sent = send(SEQUENCER, counts(1), NO_LIE);
        IConfirmations.Header memory anew = headerOf(sent.preimage.blockCommitments[0]);
        groundNow(anew);

        bothRefused(notGrounded(old), old, anew);
        contradictReverts(old, sent, notGrounded(old));
        contradictReverts(begun, sent, notGrounded(old));
        contradictReverts(anew, sent, abi.encodeWithSelector(IConfirmations.NoContradiction.selector));
    }

    // The host drops a message, and the queue is shorter than what was signed.
    function test_hostReorg_thatDropsAMessage() public {
        uint256 before = vm.snapshotState();
        force();
        IConfirmations.Header memory old = headerOf(keccak256("with the message"));
        groundNow(old);
        vm.revertToState(before);
        Sent memory sent = send(SEQUENCER, false);
        IConfirmations.Header memory anew = headerOf(sent.preimage.blockCommitments[0]);
        bothRefused(notGrounded(old), old, anew);
        contradictReverts(old, sent, notGrounded(old));
    }

    // The same message a second later is another message: its time is in the accumulator.
    function test_hostReorg_thatMovesAMessage() public {
        uint256 before = vm.snapshotState();
        force();
        IConfirmations.Header memory old = headerOf(keccak256("with the message"));
        groundNow(old);
        vm.revertToState(before);
        delete messages;
        vm.warp(block.timestamp + 1);
        force();
        Sent memory sent = send(SEQUENCER, counts(1), NO_LIE);
        contradictReverts(old, sent, notGrounded(old));
    }

    // The signer's batch goes with a false one before it; it signs and posts the height again, in the new epoch.
    function test_rollback_ofAnothersFault() public {
        bondAs(OPENER, 1 ether);
        openPosting();
        Sent memory false_ = send(OPENER, counts(1), 0);
        Sent memory built = send(SEQUENCER, false);
        IConfirmations.Header memory old = headerOf(built.preimage.blockCommitments[0]);
        (old.epoch, old.height) = (2, 2);
        assertEq(built.preimage.epoch, 2);
        prove(PROVER, false_, 0);

        uint256 fee = inbox.fee();
        assertEq(fee, 10 ** 13);
        send(SEQUENCER, counts(1), NO_LIE);
        vm.warp(block.timestamp + 1);
        Sent memory again = send(SEQUENCER, false);
        IConfirmations.Header memory anew = headerOf(again.preimage.blockCommitments[0]);
        (anew.epoch, anew.height) = (3, 2);
        assertEq(again.preimage.epoch, 3);
        assertTrue(old.blockCommitment != anew.blockCommitment, "another block");

        bothRefused(abi.encodeWithSelector(IConfirmations.NoConflict.selector), old, anew);
        contradictReverts(old, again, abi.encodeWithSelector(IConfirmations.EpochMismatch.selector, 3, 2));
        bytes memory unknown = abi.encodeWithSelector(IRollup.BatchUnknown.selector, 9, 2);
        again.batchId = 9;
        contradictReverts(old, again, unknown);
    }

    // Another poster takes the height that the signer confirmed.
    function test_thirdPartysPost() public {
        bondAs(OPENER, 1 ether);
        openPosting();
        IConfirmations.Header memory mine = headerOf(keccak256("what I would have posted"));
        IConfirmations.Confirmation memory begun = confirmationOf(keccak256("what I would have posted"), 24);
        Sent memory theirs = send(OPENER, counts(1), NO_LIE);
        contradictReverts(mine, theirs, abi.encodeWithSelector(IConfirmations.EpochMismatch.selector, 1, 0));
        contradictReverts(begun, theirs, abi.encodeWithSelector(IConfirmations.EpochMismatch.selector, 1, 0));
        // Naming their epoch does not help: it is not the signer's.
        (mine.epoch, begun.epoch) = (1, 1);
        bytes memory mismatch = abi.encodeWithSelector(IConfirmations.SignerMismatch.selector, HEADER_KEY, OPENER);
        contradictReverts(mine, theirs, mismatch);
        contradictReverts(begun, theirs, mismatch);
    }

    // A message became overdue behind blocks that were signed without it: the signer restarts and builds again.
    function test_restart() public {
        Sent memory unposted;
        IConfirmations.Header memory old = headerOf(keccak256("without the message"));
        force();
        vm.warp(block.timestamp + 24 hours);
        vm.prank(SEQUENCER);
        rollup.restart();
        unposted = send(SEQUENCER, counts(1), NO_LIE);
        IConfirmations.Header memory anew = headerOf(unposted.preimage.blockCommitments[0]);
        anew.epoch = 1;
        bothRefused(abi.encodeWithSelector(IConfirmations.NoConflict.selector), old, anew);
        contradictReverts(old, unposted, abi.encodeWithSelector(IConfirmations.EpochMismatch.selector, 1, 0));
    }

    // A malleable or broken signature is nobody's.
    function test_brokenSignatures() public {
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        IConfirmations.Header memory b = headerOf(keccak256("b"));
        bytes memory good = sign(HEADER_SECRET, a);
        bytes memory other = sign(HEADER_SECRET, b);
        other[64] = bytes1(uint8(other[64]) ^ 7);
        vm.expectRevert();
        rollup.proveHeaderConflict(a, good, b, other);
        vm.expectRevert();
        rollup.proveHeaderConflict(a, good, b, slice(good, 0, 64));
        vm.expectRevert();
        rollup.proveHeaderConflict(a, good, b, "");
    }
}
