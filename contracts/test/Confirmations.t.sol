// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ConfirmationBase} from "./ConfirmationBase.sol";
import {Rollup} from "../src/Rollup.sol";
import {IConfirmations} from "../src/interfaces/IConfirmations.sol";
import {IFaults} from "../src/interfaces/IFaults.sol";

/// @notice What convicts a signer who lied, and what of it that costs (rules 25 and 26).
contract ConfirmationsTest is ConfirmationBase {
    function setUp() public {
        deployLedger();
    }

    // Two headers of one height

    function test_proveHeaderConflict_slashesTheSigner() public {
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        IConfirmations.Header memory b = headerOf(keccak256("b"));
        vm.expectEmit(true, true, true, true, address(rollup));
        emit IConfirmations.Convicted(0, 1, SEQUENCER, PROVER, 5 ether);
        conflict(a, b);
        assertEq(bondOf(SEQUENCER), 0);
        assertEq(rollup.slotPoster(), address(0));
        assertEq(rollup.epoch(), 1);
        assertEq(rollup.tip(), 0);
        assertEq(rollup.lastRollbackAt(), 0);
        assertEq(PROVER.balance, 5 ether); // at once
        assertEq(address(rollup).balance, 5 ether); // for ever
        assertTrue(rollup.isConvicted(0), "convicted");
    }

    // Any field makes another header: the parent too.
    function test_fuzz_proveHeaderConflict_takesAnyDifference(uint8 field) public {
        force();
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        IConfirmations.Header memory b = headerOf(keccak256("a"));
        field = uint8(bound(field, 0, 2));
        if (field == 0) b.parent = keccak256("another");
        if (field == 1) b.blockCommitment = keccak256("b");
        if (field == 2) (b.inboxIndex, b.inboxAcc) = (1, inbox.checkpoint(1).acc);
        conflict(a, b);
    }

    function test_proveHeaderConflict_revertsForOneHeader() public {
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        conflictReverts(a, a, abi.encodeWithSelector(IConfirmations.NoConflict.selector));
    }

    function test_proveHeaderConflict_revertsForAnotherHeight() public {
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        IConfirmations.Header memory b = headerOf(keccak256("b"));
        b.height = 2;
        conflictReverts(a, b, abi.encodeWithSelector(IConfirmations.NoConflict.selector));
    }

    function test_proveHeaderConflict_revertsForAnotherEpoch() public {
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        openPosting();
        vm.prank(SEQUENCER);
        rollup.restart();
        IConfirmations.Header memory b = headerOf(keccak256("b"));
        b.epoch = 1;
        conflictReverts(a, b, abi.encodeWithSelector(IConfirmations.NoConflict.selector));
    }

    function test_proveHeaderConflict_revertsForAnotherSigner() public {
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        IConfirmations.Header memory b = headerOf(keccak256("b"));
        bytes memory good = sign(HEADER_SECRET, a);
        bytes memory forged = sign(OTHER_SECRET, b);
        vm.expectRevert(
            abi.encodeWithSelector(IConfirmations.SignerMismatch.selector, vm.addr(OTHER_SECRET), HEADER_KEY)
        );
        rollup.proveHeaderConflict(a, good, b, forged);
        b.epoch = 7; // an epoch without a poster has no key
        forged = sign(HEADER_SECRET, b);
        vm.expectRevert(abi.encodeWithSelector(IConfirmations.SignerMismatch.selector, HEADER_KEY, address(0)));
        rollup.proveHeaderConflict(b, forged, a, good);
    }

    function test_proveHeaderConflict_revertsWhenNotGrounded() public {
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        IConfirmations.Header memory b = headerOf(keccak256("b"));
        b.inboxIndex = 1;
        conflictReverts(a, b, abi.encodeWithSelector(IConfirmations.NotGrounded.selector, 1, b.inboxAcc));
        force();
        conflictReverts(a, b, abi.encodeWithSelector(IConfirmations.NotGrounded.selector, 1, b.inboxAcc));
        b.inboxAcc = inbox.checkpoint(1).acc;
        conflict(a, b);
    }

    // A signed header against what the signer posted

    function test_proveHeaderContradiction_slashesThePoster() public {
        IConfirmations.Header memory header = headerOf(keccak256("another block"));
        header.height = 3;
        Sent memory sent = send(SEQUENCER, counts(0, 0, 0), NO_LIE);
        contradict(header, sent);
        assertEq(bondOf(SEQUENCER), 0);
        assertEq(rollup.tip(), 1); // the batch is true and stays
        assertEq(PROVER.balance, 5 ether);
    }

    function test_proveHeaderContradiction_revertsForWhatWasPosted() public {
        Sent memory sent = send(SEQUENCER, counts(0, 0, 0), NO_LIE);
        for (uint256 i = 0; i < 3; i++) {
            IConfirmations.Header memory header = headerOf(sent.preimage.blockCommitments[i]);
            header.height = uint64(i + 1);
            contradictReverts(header, sent, abi.encodeWithSelector(IConfirmations.NoContradiction.selector));
        }
    }

    function test_proveHeaderContradiction_revertsForHeightsOfOtherBatches() public {
        send(SEQUENCER, false);
        Sent memory sent = send(SEQUENCER, counts(0, 0, 0), NO_LIE);
        IConfirmations.Header memory header = headerOf(keccak256("another"));
        contradictReverts(header, sent, abi.encodeWithSelector(IConfirmations.HeightNotInBatch.selector, 1, 2, 3));
        header.height = 5;
        contradictReverts(header, sent, abi.encodeWithSelector(IConfirmations.HeightNotInBatch.selector, 5, 2, 3));
        header.height = 4;
        contradict(header, sent);
    }

    function test_proveHeaderContradiction_revertsForAnotherPreimage() public {
        Sent memory sent = send(SEQUENCER, false);
        sent.preimage.blockCommitments[0] = keccak256("another");
        bytes32 computed = keccak256(
            abi.encodePacked(
                sent.preimage.parentCommitment,
                sent.preimage.parentRoot,
                uint256(0),
                uint256(1),
                uint256(0),
                uint256(0),
                keccak256("another")
            )
        );
        contradictReverts(
            headerOf(keccak256("x")),
            sent,
            abi.encodeWithSelector(IFaults.PreimageMismatch.selector, computed, sent.commitment)
        );
    }

    // A confirmed beginning against the block that was posted

    function test_proveConfirmationContradiction_slashesThePoster() public {
        Sent memory sent = send(SEQUENCER, counts(0, 0, 0), NO_LIE);
        IConfirmations.Confirmation memory confirmation = confirmationOf(keccak256("other content"), 40);
        confirmation.height = 2;
        contradict(confirmation, sent);
        assertEq(bondOf(SEQUENCER), 0);
        assertEq(PROVER.balance, 5 ether);
    }

    // A block that ends before what was confirmed leaves it out.
    function test_proveConfirmationContradiction_takesAShorterBlock() public {
        Sent memory sent = send(SEQUENCER, false);
        bytes memory content = slice(sent.blocks[0], 44, sent.blocks[0].length);
        IConfirmations.Confirmation memory confirmation =
            confirmationOf(keccak256(bytes.concat(content, hex"01")), content.length + 1);
        contradict(confirmation, sent);
    }

    function test_fuzz_proveConfirmationContradiction_revertsForAnyTrueBeginning(uint16 lengthSeed) public {
        Sent memory sent = send(SEQUENCER, false);
        bytes memory content = slice(sent.blocks[0], 44, sent.blocks[0].length);
        uint256 length = bound(lengthSeed, 0, content.length);
        IConfirmations.Confirmation memory confirmation = confirmationOf(keccak256(slice(content, 0, length)), length);
        contradictReverts(confirmation, sent, abi.encodeWithSelector(IConfirmations.NoContradiction.selector));
    }

    function test_proveConfirmationContradiction_revertsForAnotherBlock() public {
        Sent memory sent = send(SEQUENCER, counts(0, 0, 0), NO_LIE);
        IConfirmations.Confirmation memory confirmation = confirmationOf(keccak256("other content"), 40);
        bytes memory signature = sign(HEADER_SECRET, confirmation);
        bytes memory mismatch = abi.encodeWithSelector(
            IFaults.BlockMismatch.selector, 0, sent.preimage.blockCommitments[1], sent.preimage.blockCommitments[0]
        );
        vm.expectRevert(mismatch);
        rollup.proveConfirmationContradiction(confirmation, signature, 1, sent.preimage, sent.blocks[1]);
    }

    // Keys and epochs

    // An open poster signs with the key it posts with; the slot's header key says nothing about it.
    function test_epochHeaderKey_isTheOpenPostersOwn() public {
        address opener = vm.addr(OTHER_SECRET);
        bondAs(opener, 1 ether);
        openPosting();
        Sent memory sent = send(opener, counts(1), NO_LIE);
        assertEq(rollup.epochHeaderKey(1), opener);
        IConfirmations.Header memory header = headerOf(keccak256("another"));
        header.epoch = 1;
        contradictReverts(
            header, sent, abi.encodeWithSelector(IConfirmations.SignerMismatch.selector, HEADER_KEY, opener)
        );
        bytes memory signature = sign(OTHER_SECRET, header);
        vm.prank(PROVER);
        rollup.proveHeaderContradiction(header, signature, 1, sent.preimage);
        assertEq(bondOf(opener), 0);
        assertEq(bondOf(SEQUENCER), BOND);
        assertEq(rollup.slotPoster(), SEQUENCER);
        assertEq(rollup.epoch(), 2); // nobody goes on posting in an epoch without consequence
        assertEq(rollup.epochPoster(2), SEQUENCER);
    }

    function test_epochHeaderKey_changesWithTheEpoch() public {
        vm.prank(SEQUENCER);
        rollup.nominate(SEQUENCER, vm.addr(OTHER_SECRET));
        vm.prank(SEQUENCER);
        rollup.acceptNomination(vm.addr(OTHER_SECRET));
        vm.warp(block.timestamp + 1 days);
        rollup.enactSuccessor();
        assertEq(rollup.epochHeaderKey(0), HEADER_KEY);
        assertEq(rollup.epochHeaderKey(1), vm.addr(OTHER_SECRET));
        // What the old key signed binds in its epoch still.
        conflict(headerOf(keccak256("a")), headerOf(keccak256("b")));
        assertEq(rollup.slotPoster(), address(0));
        assertEq(rollup.epoch(), 2);
    }

    // Old evidence does not take a bond that was put up later.
    function test_convict_onlyOnceForAnEpoch() public {
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        IConfirmations.Header memory b = headerOf(keccak256("b"));
        IConfirmations.Header memory c = headerOf(keccak256("c"));
        conflict(a, b);
        bondAs(SEQUENCER, BOND);
        conflictReverts(b, c, abi.encodeWithSelector(IConfirmations.AlreadyConvicted.selector, 0));
        assertEq(bondOf(SEQUENCER), BOND);
    }

    // A conviction for an epoch that is over leaves the present one alone.
    function test_convict_ofAPastEpochStartsNoOther() public {
        bondAs(OPENER, 1 ether);
        openPosting();
        send(OPENER, counts(1), NO_LIE);
        send(SEQUENCER, false);
        assertEq(rollup.epoch(), 2);
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        IConfirmations.Header memory b = headerOf(keccak256("b"));
        (a.epoch, b.epoch) = (0, 0);
        conflict(a, b); // the slot's holder: its slot is empty
        assertEq(rollup.epoch(), 3);
        send(OPENER, false);
        assertEq(rollup.epoch(), 4);
        (a.epoch, b.epoch) = (2, 2);
        conflict(a, b); // holds nothing any more
        assertEq(rollup.epoch(), 4);
        assertEq(bondOf(OPENER), 1 ether);
    }

    // A holder who never bonded loses the slot at least.
    function test_convict_withoutBond() public {
        rollup = new Rollup(config());
        conflict(headerOf(keccak256("a")), headerOf(keccak256("b")));
        assertEq(rollup.slotPoster(), address(0));
        assertEq(PROVER.balance, 0);
    }

    // A signature of another instance says nothing here.
    function test_domainSeparator_isTheInstances() public {
        bytes32 typeHash =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 expected =
            keccak256(abi.encode(typeHash, keccak256("Tributary"), keccak256("1"), block.chainid, address(rollup)));
        assertEq(rollup.domainSeparator(), expected);
        Rollup other = new Rollup(config());
        assertTrue(other.domainSeparator() != expected, "another address");
    }
}
