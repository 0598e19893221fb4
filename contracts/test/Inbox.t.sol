// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";

contract InboxTest is Base {
    uint256 internal constant FLOOR = 10 ** 13;

    function setUp() public {
        deploy();
    }

    // Messages

    function test_enqueueForced_wrapsTheSender() public {
        bytes memory message = abi.encodePacked(uint8(129), USER, hex"017fff");
        bytes32 acc = keccak256(abi.encodePacked(bytes32(0), keccak256(message), block.timestamp));
        vm.deal(USER, FLOOR);
        vm.expectEmit(true, true, true, true, address(inbox));
        emit IInbox.MessageEnqueued(0, acc, block.timestamp, message);
        vm.prank(USER);
        inbox.enqueueForced{value: FLOOR}(hex"017fff");
        IInbox.Checkpoint memory checkpoint = inbox.checkpoint(1);
        assertEq(checkpoint.acc, acc);
        assertEq(checkpoint.enqueuedAt, block.timestamp);
        assertEq(checkpoint.weight, 28_000);
        assertEq(checkpoint.fees, FLOOR);
        assertEq(inbox.count(), 1);
    }

    function test_enqueueDeposit_hasTheSpecifiedBytes() public {
        bytes memory message = abi.encodePacked(uint8(128), USER, uint48(42), uint64(3_000_000));
        bytes32 acc = keccak256(abi.encodePacked(bytes32(0), keccak256(message), block.timestamp));
        vm.expectEmit(true, true, true, true, address(inbox));
        emit IInbox.MessageEnqueued(0, acc, block.timestamp, message);
        vault.deposit{value: FLOOR}(3_000_000 gwei, USER, 42);
        assertEq(inbox.checkpoint(1).weight, 3_000);
    }

    function test_checkpoint_revertsWhenUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IInbox.CheckpointUnknown.selector, 1, 0));
        inbox.checkpoint(1);
        assertEq(inbox.checkpoint(0).acc, 0);
    }

    // Rule 5: size of a forced transaction

    function test_enqueueForced_revertsWhenTooLongOrEmpty() public {
        vm.expectRevert(abi.encodeWithSelector(IInbox.ForcedLengthOutOfRange.selector, 0));
        inbox.enqueueForced{value: FLOOR}("");
        bytes memory longest = filled(1_024);
        vm.expectRevert(abi.encodeWithSelector(IInbox.ForcedLengthOutOfRange.selector, 1_025));
        inbox.enqueueForced{value: FLOOR}(bytes.concat(longest, hex"00"));
        inbox.enqueueForced{value: FLOOR}(longest);
    }

    // Rule 8: kinds cannot be forged

    function test_enqueueForced_revertsWhenKindIsNotForUsers() public {
        uint8[5] memory kinds = [0, 128, 129, 130, 255];
        for (uint256 i = 0; i < kinds.length; i++) {
            vm.expectRevert(abi.encodeWithSelector(IInbox.KindNotForUsers.selector, kinds[i]));
            inbox.enqueueForced{value: FLOOR}(abi.encodePacked(kinds[i], USER));
        }
        inbox.enqueueForced{value: FLOOR}(hex"7f");
    }

    function test_enqueueDeposit_revertsWhenSenderIsNotTheVault() public {
        vm.expectRevert(abi.encodeWithSelector(IInbox.SenderNotVault.selector, address(this)));
        inbox.enqueueDeposit{value: FLOOR}(USER, 0, 1);
    }

    // Rule 9: the queue cannot be priced out

    function test_enqueueForced_revertsWhenValueIsNotTheFee() public {
        vm.expectRevert(abi.encodeWithSelector(IInbox.FeeMismatch.selector, FLOOR - 1, FLOOR));
        inbox.enqueueForced{value: FLOOR - 1}(hex"01");
        vm.expectRevert(abi.encodeWithSelector(IInbox.FeeMismatch.selector, FLOOR + 1, FLOOR));
        inbox.enqueueForced{value: FLOOR + 1}(hex"01");
    }

    function test_fee_doublesPer256AndFallsWithConsumption() public {
        enqueueForced(255);
        assertEq(inbox.fee(), FLOOR);
        enqueueForced(1);
        assertEq(inbox.fee(), 2 * FLOOR);
        enqueueForced(256);
        assertEq(inbox.fee(), 4 * FLOOR);
        assertEq(inbox.checkpoint(512).fees, 256 * FLOOR + 256 * 2 * FLOOR);
        postAs(SEQUENCER, 2, oneBlock(2));
        assertEq(inbox.fee(), 2 * FLOOR);
    }

    function test_fee_hasACeiling() public {
        // Storage slot 0 holds the count.
        vm.store(address(inbox), 0, bytes32(uint256(256 * 20)));
        assertEq(inbox.fee(), FLOOR << 20);
        vm.store(address(inbox), 0, bytes32(uint256(256 * 1_000)));
        assertEq(inbox.fee(), FLOOR << 20);
    }

    function test_collectFees_paysThePosterOfTheFinalizedBatch() public {
        enqueueForced(3);
        postAs(SEQUENCER, 1, oneBlock(1));
        postAs(SEQUENCER, 2, oneBlock(2));
        vm.warp(block.timestamp + WINDOW);
        uint256 before = SEQUENCER.balance;
        assertEq(inbox.collectFees(2), 2 * FLOOR);
        assertEq(inbox.collectFees(1), FLOOR);
        assertEq(SEQUENCER.balance - before, 3 * FLOOR);
        assertEq(address(inbox).balance, 0);
    }

    function test_collectFees_paysAnOpenPosterNotTheSequencer() public {
        bondAs(OPENER, 1 ether);
        enqueueForced();
        vm.warp(START + 48 hours);
        postAs(OPENER, 1, oneBlock(1));
        postAs(SEQUENCER, 0, oneBlock(0));
        vm.warp(block.timestamp + WINDOW);
        inbox.collectFees(1);
        assertEq(OPENER.balance, FLOOR);
        assertEq(inbox.collectFees(2), 0);
    }

    function test_collectFees_revertsWhenBatchIsNotFinalized() public {
        enqueueForced();
        postAs(SEQUENCER, 1, oneBlock(1));
        vm.expectRevert(abi.encodeWithSelector(IRollup.BatchNotFinalized.selector, 1, START + WINDOW));
        inbox.collectFees(1);
    }

    function test_collectFees_revertsWhenCollected() public {
        enqueueForced();
        postAs(SEQUENCER, 1, oneBlock(1));
        vm.warp(block.timestamp + WINDOW);
        inbox.collectFees(1);
        vm.expectRevert(abi.encodeWithSelector(IInbox.FeesAlreadyCollected.selector, 1));
        inbox.collectFees(1);
    }

    function test_collectFees_ofGenesisIsNothing() public {
        assertEq(inbox.collectFees(0), 0);
    }

    function test_fuzz_accumulator_followsTheMessages(bytes[6] memory transactions, uint256 pause) public {
        bytes32 acc;
        for (uint256 i = 0; i < transactions.length; i++) {
            vm.assume(transactions[i].length < 1_024);
            bytes memory transaction = abi.encodePacked(uint8(i + 1), transactions[i]);
            vm.warp(block.timestamp + pause % 1 days);
            inbox.enqueueForced{value: FLOOR}(transaction);
            bytes memory message = abi.encodePacked(uint8(129), address(this), transaction);
            acc = keccak256(abi.encodePacked(acc, keccak256(message), block.timestamp));
            assertEq(inbox.checkpoint(i + 1).acc, acc);
        }
    }
}
