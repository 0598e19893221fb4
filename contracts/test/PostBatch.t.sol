// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Params} from "../src/Params.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";

contract PostBatchTest is Base {
    function setUp() public {
        deploy();
    }

    // What is kept

    function test_postBatch_storesTheBatchAndItsCommitment() public {
        deposits(3);
        vm.warp(block.timestamp + 5);
        bytes memory first = blockBytes(keccak256("a"), block.timestamp - 5, 1, hex"0102");
        bytes memory second = blockBytes(keccak256("b"), block.timestamp - 1, 2, "");
        uint256 batchId = postAs(SEQUENCER, 3, abi.encodePacked(framed(first), framed(second)));

        IRollup.Batch memory batch = rollup.batch(batchId);
        assertEq(batchId, 1);
        assertEq(rollup.tip(), 1);
        assertEq(batch.stateRoot, keccak256("b"));
        assertEq(batch.postedAt, block.timestamp);
        assertEq(batch.timestamp, block.timestamp - 1);
        assertEq(batch.inboxIndex, 3);
        assertEq(batch.epoch, 0);
        assertEq(batch.height, 2);
        bytes32 parent = keccak256(abi.encodePacked(GENESIS_ROOT));
        bytes32 firstCommitment =
            keccak256(abi.encodePacked(keccak256("a"), uint40(START), uint16(1), uint40(7), keccak256(hex"0102")));
        bytes32 secondCommitment =
            keccak256(abi.encodePacked(keccak256("b"), uint40(START + 4), uint16(2), uint40(7), keccak256("")));
        // Zeros are the parent's timestamp, the first inbox index, the epoch; the first height is 1.
        assertEq(
            batch.commitment, keccak256(abi.encode(parent, GENESIS_ROOT, 0, 1, 0, 0, firstCommitment, secondCommitment))
        );
    }

    function test_postBatch_continuesFromTheParent() public {
        deposits(2);
        postAs(SEQUENCER, 1, oneBlock(1));
        IRollup.Batch memory parent = rollup.batch(1);
        vm.warp(block.timestamp + 12);
        bytes memory block_ = blockBytes(keccak256("c"), block.timestamp, 1, hex"ff");
        postAs(SEQUENCER, 1, framed(block_));
        IRollup.Batch memory batch = rollup.batch(2);
        bytes32 commitment =
            keccak256(abi.encodePacked(keccak256("c"), uint40(START + 12), uint16(1), uint40(7), keccak256(hex"ff")));
        assertEq(
            batch.commitment,
            keccak256(abi.encode(parent.commitment, parent.stateRoot, parent.timestamp, 2, 1, 0, commitment))
        );
        assertEq(batch.inboxIndex, 2);
        assertEq(batch.height, 2);
    }

    function test_postBatch_emits() public {
        bytes32 parent = keccak256(abi.encodePacked(GENESIS_ROOT));
        bytes memory content = hex"c0ffee";
        bytes32 block_ =
            keccak256(abi.encodePacked(keccak256("root"), uint40(START), uint16(0), uint40(7), keccak256(content)));
        bytes32 commitment = keccak256(abi.encode(parent, GENESIS_ROOT, 0, 1, 0, 0, block_));
        bytes memory blocks = oneBlock(0);
        vm.expectEmit(true, true, true, true, address(rollup));
        emit IRollup.BatchPosted(1, 0, SEQUENCER, commitment, keccak256("root"));
        vm.prank(SEQUENCER, SEQUENCER);
        rollup.postBatch(parent, 0, blocks);
    }

    // Rule 1: data must be in a transaction

    function test_postBatch_revertsWhenSenderIsContract() public {
        bytes memory blocks = oneBlock(0);
        bytes32 parent = tipCommitment();
        vm.expectRevert(abi.encodeWithSelector(IRollup.SenderNotPlainAccount.selector, SEQUENCER));
        vm.prank(SEQUENCER, USER);
        rollup.postBatch(parent, 0, blocks);
    }

    function test_postBatch_revertsWhenSenderHasDelegatedCode() public {
        vm.etch(SEQUENCER, abi.encodePacked(hex"ef0100", USER));
        postReverts(
            SEQUENCER, 0, oneBlock(0), abi.encodeWithSelector(IRollup.SenderNotPlainAccount.selector, SEQUENCER)
        );
    }

    function test_postBatch_revertsWhenCalldataIsNotCanonical() public {
        bytes memory blocks = oneBlock(0);
        bytes memory canonical = abi.encodeCall(rollup.postBatch, (tipCommitment(), 0, blocks));
        // The same arguments one word later: a decoder that ignores the offset would read other blocks.
        bytes memory shifted = abi.encodePacked(
            rollup.postBatch.selector, tipCommitment(), bytes32(0), uint256(128), uint256(0), blocks.length, blocks
        );
        // Of the right length, but the offset points at another argument.
        bytes memory aliased =
            abi.encodePacked(rollup.postBatch.selector, tipCommitment(), uint256(0), uint256(32), uint256(0));
        bytes[4] memory odd =
            [bytes.concat(canonical, hex"00"), shifted, bytes.concat(canonical, new bytes(32)), aliased];
        for (uint256 i = 0; i < odd.length; i++) {
            vm.prank(SEQUENCER, SEQUENCER);
            (bool ok, bytes memory result) = address(rollup).call(odd[i]);
            assertTrue(!ok && bytes4(result) == IRollup.CalldataNotCanonical.selector, "refused");
        }
        vm.prank(SEQUENCER, SEQUENCER);
        (bool accepted,) = address(rollup).call(canonical);
        assertTrue(accepted, "canonical");
    }

    // Rule 2: everything a proof must carry is capped when posted

    function test_postBatch_revertsWhenBatchIsTooLong() public {
        bytes memory blocks = new bytes(Params.MAX_BATCH_BYTES + 1);
        postReverts(SEQUENCER, 0, blocks, abi.encodeWithSelector(IRollup.BatchTooLong.selector, blocks.length, 110_000));
    }

    function test_postBatch_takesTheLargestBatch() public {
        bytes memory full = manyBlocks(13, 0, filled(Params.MAX_BLOCK_BYTES - Params.HEADER_BYTES));
        uint256 rest = Params.MAX_BATCH_BYTES - full.length - 2 - Params.HEADER_BYTES;
        post(bytes.concat(full, manyBlocks(1, 0, filled(rest))));
        assertEq(rollup.batch(1).height, 14);
    }

    function test_postBatch_revertsWhenThereAreTooManyBlocks() public {
        post(manyBlocks(256, 0, ""));
        postReverts(SEQUENCER, 0, manyBlocks(257, 0, ""), abi.encodeWithSelector(IRollup.TooManyBlocks.selector, 256));
    }

    function test_postBatch_revertsWhenEmpty() public {
        postReverts(SEQUENCER, 0, "", abi.encodeWithSelector(IRollup.BatchEmpty.selector));
    }

    function test_postBatch_revertsWhenBlockIsShorterThanItsHeader() public {
        bytes memory blocks = bytes.concat(oneBlock(0), framed(new bytes(43)));
        postReverts(SEQUENCER, 0, blocks, abi.encodeWithSelector(IRollup.BlockLengthOutOfRange.selector, 1, 43));
    }

    function test_postBatch_revertsWhenBlockIsTooLong() public {
        bytes memory blocks = framed(blockBytes(0, START, 0, new bytes(8_149)));
        postReverts(SEQUENCER, 0, blocks, abi.encodeWithSelector(IRollup.BlockLengthOutOfRange.selector, 0, 8_193));
        post(framed(blockBytes(keccak256("root"), START, 0, new bytes(8_148))));
    }

    function test_postBatch_revertsWhenLengthsDoNotEndAtTheEnd() public {
        bytes memory whole = oneBlock(0); // 2 + 44 + 3 bytes
        bytes memory stray = bytes.concat(whole, hex"00");
        postReverts(SEQUENCER, 0, stray, abi.encodeWithSelector(IRollup.BatchMisaligned.selector, 51, 50));
        bytes memory header = blockBytes(keccak256("root"), START, 0, "");
        bytes memory missing = abi.encodePacked(uint16(60), header);
        postReverts(SEQUENCER, 0, missing, abi.encodeWithSelector(IRollup.BatchMisaligned.selector, 62, 46));
    }

    /// forge-config: default.fuzz.runs = 512
    function test_fuzz_postBatch_acceptsExactlyWellFramedBatches(bytes memory tail, uint256 cut, uint256 blockCount)
        public
    {
        bytes memory well = manyBlocks(bound(blockCount, 1, 4), 0, tail);
        bytes memory blocks = new bytes(bound(cut, 0, well.length));
        for (uint256 i = 0; i < blocks.length; i++) {
            blocks[i] = well[i];
        }
        uint256 blockLength = 2 + Params.HEADER_BYTES + tail.length;
        bool isWhole = blocks.length != 0 && blocks.length % blockLength == 0;
        bytes32 parent = tipCommitment();
        vm.prank(SEQUENCER, SEQUENCER);
        (bool ok,) = address(rollup).call(abi.encodeCall(rollup.postBatch, (parent, 0, blocks)));
        assertTrue(ok == isWhole, "accepted if and only if whole");
        if (ok) assertEq(rollup.batch(1).height, blocks.length / blockLength);
    }

    // Rule 3: time cannot stand still or run ahead

    function test_postBatch_revertsWhenTimestampsDecrease() public {
        bytes memory blocks = bytes.concat(framed(blockBytes(0, START, 0, "")), framed(blockBytes(0, START - 1, 0, "")));
        postReverts(
            SEQUENCER, 0, blocks, abi.encodeWithSelector(IRollup.TimestampDecreased.selector, 1, START - 1, START)
        );
    }

    function test_postBatch_revertsWhenOlderThanTheParent() public {
        post(oneBlock(0));
        bytes memory blocks = framed(blockBytes(0, START - 1, 0, ""));
        postReverts(
            SEQUENCER, 0, blocks, abi.encodeWithSelector(IRollup.TimestampDecreased.selector, 0, START - 1, START)
        );
    }

    function test_postBatch_revertsWhenInTheFuture() public {
        bytes memory blocks = framed(blockBytes(0, START + 1, 0, ""));
        postReverts(SEQUENCER, 0, blocks, abi.encodeWithSelector(IRollup.TimestampInFuture.selector, START + 1, START));
    }

    function test_postBatch_revertsWhenOlderThanAMessage() public {
        deposits(1);
        vm.warp(START + 10);
        deposits(1);
        bytes memory blocks = framed(blockBytes(0, START + 9, 2, ""));
        postReverts(
            SEQUENCER,
            2,
            blocks,
            abi.encodeWithSelector(IRollup.TimestampBeforeMessage.selector, 0, START + 9, START + 10)
        );
        postAs(SEQUENCER, 1, framed(blockBytes(keccak256("root"), START + 9, 1, "")));
        postAs(SEQUENCER, 1, framed(blockBytes(keccak256("root"), START + 10, 1, "")));
    }

    // Rule 5: consumed means executed

    function test_postBatch_revertsWhenInboxWeightIsTooLarge() public {
        enqueueForced(3);
        postReverts(
            SEQUENCER, 3, oneBlock(3), abi.encodeWithSelector(IRollup.InboxWeightTooLarge.selector, 0, 84_000, 56_000)
        );
        postAs(SEQUENCER, 2, oneBlock(2));
        deposits(10);
        // One forced transaction and ten deposits: 28,000 + 30,000; the cap is per block and counts from its own start.
        postReverts(
            SEQUENCER, 11, oneBlock(11), abi.encodeWithSelector(IRollup.InboxWeightTooLarge.selector, 0, 58_000, 56_000)
        );
        postAs(SEQUENCER, 11, bytes.concat(oneBlock(10), oneBlock(1)));
        assertEq(rollup.inboxCursor(), 13);
    }

    function test_postBatch_revertsWhenMessagesDoNotExist() public {
        deposits(2);
        postReverts(SEQUENCER, 3, oneBlock(3), abi.encodeWithSelector(IRollup.InboxExceeded.selector, 3, 2));
    }

    // Rule 6: forced inclusion cannot halt the chain

    function test_postBatch_revertsWhenMessageIsLeftOverdue() public {
        enqueueForced();
        vm.warp(START + 24 hours - 1);
        post(oneBlock(0));
        vm.warp(START + 24 hours);
        assertEq(rollup.overdueAt(), block.timestamp);
        postReverts(
            SEQUENCER, 0, oneBlock(0), abi.encodeWithSelector(IRollup.MessageOverdue.selector, 0, START + 24 hours, 0)
        );
        postAs(SEQUENCER, 1, oneBlock(1));
        assertEq(rollup.overdueAt(), type(uint256).max);
    }

    function test_postBatch_letsAFloodWaitAfter256Messages() public {
        deposits(258);
        vm.warp(START + 24 hours);
        bytes memory most = manyBlocks(15, 17, "");
        postReverts(
            SEQUENCER, 255, most, abi.encodeWithSelector(IRollup.MessageOverdue.selector, 255, START + 24 hours, 255)
        );
        postAs(SEQUENCER, 256, bytes.concat(most, oneBlock(1)));
        assertEq(rollup.inboxCursor(), 256);
    }

    // Rule 7: a host reorg must not make an honest batch false

    function test_postBatch_revertsWhenAnotherMessageTookThePlace() public {
        bytes32 seen = keccak256(
            abi.encodePacked(bytes32(0), keccak256(abi.encodePacked(hex"81", USER, hex"02")), block.timestamp)
        );
        enqueueForced();
        bytes memory blocks = oneBlock(1);
        bytes32 parent = tipCommitment();
        bytes32 held = accAfter(1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InboxAccMismatch.selector, seen, held));
        vm.prank(SEQUENCER, SEQUENCER);
        rollup.postBatch(parent, seen, blocks);
    }

    function test_postBatch_namesTheAccumulatorEvenWhenItConsumesNothing() public {
        deposits(1);
        postAs(SEQUENCER, 1, oneBlock(1));
        bytes32 parent = tipCommitment();
        bytes32 held = accAfter(0);
        bytes memory blocks = oneBlock(0);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InboxAccMismatch.selector, bytes32(0), held));
        vm.prank(SEQUENCER, SEQUENCER);
        rollup.postBatch(parent, 0, blocks);
    }

    function test_postBatch_revertsWhenParentIsNotTheTip() public {
        bytes32 genesis = tipCommitment();
        post(oneBlock(0));
        bytes32 tip = tipCommitment();
        bytes memory blocks = oneBlock(0);
        vm.expectRevert(abi.encodeWithSelector(IRollup.ParentMismatch.selector, genesis, tip));
        vm.prank(SEQUENCER, SEQUENCER);
        rollup.postBatch(genesis, 0, blocks);
    }
}
