// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EscapeBase} from "./EscapeBase.sol";
import {StateTree} from "./StateTree.sol";
import {IEscape} from "../src/interfaces/IEscape.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IVault} from "../src/interfaces/IVault.sol";

/// @notice Everyone leaves a frozen rollup with what the last final state holds for it, once.
contract EscapeTest is EscapeBase {
    address internal constant ALICE = address(0xA1);
    address internal constant BOB = address(0xB2);

    function setUp() public {
        deploy();
        addAccount(ALICE, 1_000_000, 20, 3);
        addAccount(BOB, 2_000_000, 0, 0);
        addAccount(ALICE, 500, 0, 0); // her second
        addDatanet(1, 1_000, 7);
        addContribution(0, 100, 30, 9);
        addContribution(2, 100, 0, 0);
        addModel(1, 5_000, 11);
        addWithdrawal(StateTree.Withdrawal(BOB, 40_000, 1, 1_800_000_000));
        addWithdrawal(StateTree.Withdrawal(ALICE, 60_000, 0, 1_800_000_001));
        setTreasury(123);
    }

    function heldByState() internal pure returns (uint256) {
        return 1_000_023 + 2_000_000 + 500 + 1_007 + 139 + 100 + 5_011 + 40_000 + 60_000 + 123;
    }

    function withdraw(uint256 batchId, uint256 index, address recipient, uint64 amount, uint48 account, uint64 at_)
        internal
    {
        vault.withdraw(batchId, uint48(index), recipient, amount, account, at_, proofOf(WITHDRAWALS, index));
    }

    /// @notice The state is final, one withdrawal is paid, and the rollup is frozen with a deposit that nobody consumed.
    function frozen() internal {
        deposit(heldByState());
        uint256 batchId = finalizeState(1);
        withdraw(batchId, 0, BOB, 40_000, 1, 1_800_000_000);
        freezeAt(batchId);
    }

    // All of it

    function test_escape_emptiesTheVault() public {
        frozen();
        assertEq(tokensOf(address(vault)), (heldByState() - 40_000 + 1_000_000) * 1 gwei);
        for (uint256 i = 0; i < 3; i++) {
            escapeAccount(i);
        }
        escapeEarnings(DATANETS, 0, 1);
        escapeEarnings(CONTRIBUTIONS, 0, 0);
        escapeEarnings(CONTRIBUTIONS, 1, 2);
        escapeEarnings(MODELS, 0, 1);
        escapeTreasury();
        withdraw(1, 1, ALICE, 60_000, 0, 1_800_000_001);
        vault.refundDeposit(1, depositMessage());
        assertEq(tokensOf(address(vault)), 0);
        assertEq(tokensOf(ALICE), (1_000_023 + 500 + 139 + 100 + 60_000) * 1 gwei);
        assertEq(tokensOf(BOB), (2_000_000 + 1_007 + 5_011 + 40_000) * 1 gwei);
        assertEq(tokensOf(TIMELOCK), 123 gwei);
        assertEq(tokensOf(USER), 1_000_000 gwei);
    }

    function depositMessage() internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(128), USER, uint48(0), uint64(1_000_000));
    }

    function test_escape_emitsWhatItPays() public {
        frozen();
        vm.expectEmit(true, true, true, true, address(vault));
        emit IEscape.Escaped(ACCOUNTS, 0, ALICE, 1_000_023);
        escapeAccount(0);
        vm.expectEmit(true, true, true, true, address(vault));
        emit IEscape.Escaped(CONTRIBUTIONS, 0, ALICE, 139);
        escapeEarnings(CONTRIBUTIONS, 0, 0);
        vm.expectEmit(true, true, true, true, address(vault));
        emit IEscape.Escaped(6, 0, TIMELOCK, 123);
        escapeTreasury();
        vm.expectEmit(true, true, true, true, address(vault));
        emit IEscape.DepositRefunded(1, USER, 1_000_000);
        vault.refundDeposit(1, depositMessage());
        assertTrue(vault.isEscaped(ACCOUNTS, 0) && vault.isEscaped(CONTRIBUTIONS, 0), "records");
        assertTrue(vault.isEscaped(6, 0) && vault.isRefunded(1), "treasury and deposit");
        assertTrue(!vault.isEscaped(ACCOUNTS, 1) && !vault.isEscaped(DATANETS, 0), "nothing else");
    }

    // Once

    function test_escape_paysOnce() public {
        frozen();
        escapeAccount(1);
        escapeEarnings(MODELS, 0, 1);
        escapeTreasury();
        vault.refundDeposit(1, depositMessage());
        vm.expectRevert(abi.encodeWithSelector(IEscape.AlreadyEscaped.selector, ACCOUNTS, 1));
        this.tryAccount(1);
        vm.expectRevert(abi.encodeWithSelector(IEscape.AlreadyEscaped.selector, MODELS, 0));
        this.tryEarnings(MODELS, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IEscape.AlreadyEscaped.selector, 6, 0));
        this.tryTreasury();
        vm.expectRevert(abi.encodeWithSelector(IEscape.AlreadyRefunded.selector, 1));
        vault.refundDeposit(1, depositMessage());
    }

    function tryAccount(uint256 index) external {
        escapeAccount(index);
    }

    function tryEarnings(uint256 field, uint256 index, uint256 account) external {
        escapeEarnings(field, index, account);
    }

    function tryTreasury() external {
        escapeTreasury();
    }

    // Only then

    function test_escape_revertsUnlessFrozen() public {
        deposit(heldByState());
        finalizeState(1);
        deposit(1_000_000);
        bytes memory notFrozen = abi.encodeWithSelector(IEscape.NotFrozen.selector);
        vm.expectRevert(notFrozen);
        this.tryAccount(0);
        vm.expectRevert(notFrozen);
        this.tryEarnings(MODELS, 0, 1);
        vm.expectRevert(notFrozen);
        this.tryTreasury();
        vm.expectRevert(notFrozen);
        vault.refundDeposit(1, depositMessage());
    }

    // Against the last final state, not an earlier one in which the money was elsewhere.
    function test_escape_revertsForAnEarlierState() public {
        deposit(heldByState());
        finalizeState(1);
        bytes32[4] memory before = records[ACCOUNTS][0];
        bytes32[] memory oldProof = proofOf(ACCOUNTS, 0);
        records[ACCOUNTS][0][1] = words(18, 0, 0, 0); // spent
        uint256 batchId = finalizeState(0);
        freezeAt(batchId);
        vm.expectRevert();
        vault.escapeAccount(0, before, oldProof);
        escapeAccount(0);
        assertEq(tokensOf(ALICE), 0);
    }

    // Records and proofs

    function test_escape_revertsForOtherRecords() public {
        frozen();
        bytes32[] memory proof = proofOf(ACCOUNTS, 0);
        bytes32[4] memory record = records[ACCOUNTS][0];
        record[1] = words(17, 9_000_000, 20, 3);
        vm.expectRevert();
        vault.escapeAccount(0, record, proof);
        record = records[ACCOUNTS][0];
        record[0] = bytes32(bytes20(USER));
        vm.expectRevert();
        vault.escapeAccount(0, record, proof);
        record = records[ACCOUNTS][0];
        vm.expectRevert();
        vault.escapeAccount(1, record, proof);
        // A record of another table is no account: its path leads elsewhere.
        bytes32[] memory otherProof = proofOf(WITHDRAWALS, 0);
        vm.expectRevert();
        vault.escapeAccount(0, records[WITHDRAWALS][0], otherProof);
        vault.escapeAccount(0, record, proof);
    }

    function test_escape_revertsForProofsOfOtherLengths() public {
        frozen();
        bytes32[] memory proof = proofOf(ACCOUNTS, 0);
        bytes32[] memory longer = StateTree.joined(proof, new bytes32[](1));
        vm.expectRevert(abi.encodeWithSelector(IVault.ProofLengthMismatch.selector, 54, 53));
        vault.escapeAccount(0, records[ACCOUNTS][0], longer);
        vm.expectRevert(abi.encodeWithSelector(IVault.ProofLengthMismatch.selector, 53, 4));
        vault.escapeTreasury(system, proof);
        bytes32[] memory shorter = systemProof();
        vm.expectRevert(abi.encodeWithSelector(IVault.ProofLengthMismatch.selector, 4, 53));
        vault.escapeAccount(0, records[ACCOUNTS][0], shorter);
    }

    function test_escapeEarnings_revertsForAnothersAccount() public {
        frozen();
        vm.expectRevert(abi.encodeWithSelector(IEscape.AccountMismatch.selector, 0, 2));
        this.tryEarnings(MODELS, 0, 0);
        // A contribution of Alice's second account does not go to her first, though she owns both.
        vm.expectRevert(abi.encodeWithSelector(IEscape.AccountMismatch.selector, 0, 3));
        this.tryEarnings(CONTRIBUTIONS, 1, 0);
    }

    function test_escapeEarnings_revertsForTablesWithoutEarnings() public {
        frozen();
        vm.expectRevert(abi.encodeWithSelector(IEscape.TableWithoutEarnings.selector, ACCOUNTS));
        this.tryEarnings(ACCOUNTS, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IEscape.TableWithoutEarnings.selector, WITHDRAWALS));
        this.tryEarnings(WITHDRAWALS, 0, 1);
    }

    function test_escapeTreasury_revertsForOtherRecords() public {
        frozen();
        bytes32[4] memory record = system;
        bytes32[] memory proof = systemProof();
        record[0] = words(1_000_000, 12, 1_800_000_000, 3);
        vm.expectRevert();
        vault.escapeTreasury(record, proof);
    }

    // Deposits

    function test_refundDeposit_revertsForConsumedMessages() public {
        frozen();
        bytes memory consumed = abi.encodePacked(uint8(128), USER, uint48(0), uint64(heldByState()));
        vm.expectRevert(abi.encodeWithSelector(IEscape.MessageConsumed.selector, 0, 1));
        vault.refundDeposit(0, consumed);
    }

    // A deposit that only a void batch consumed is refunded; the state holds nothing of it.
    function test_refundDeposit_paysWhatAVoidBatchConsumed() public {
        deposit(1_000_000);
        vm.warp(block.timestamp + 29 days);
        postAs(SEQUENCER, 1, framed(blockBytes(keccak256("void"), block.timestamp, 1, "")));
        vm.warp(block.timestamp + 1 days);
        rollup.freeze(0);
        vault.refundDeposit(0, depositMessage());
        assertEq(tokensOf(USER), 1_000_000 gwei);
        assertEq(tokensOf(address(vault)), 0);
    }

    function test_refundDeposit_revertsForOtherBytes() public {
        frozen();
        bytes memory more = abi.encodePacked(uint8(128), USER, uint48(0), uint64(2_000_000));
        vm.expectRevert(abi.encodeWithSelector(IEscape.DepositMismatch.selector, 1));
        vault.refundDeposit(1, more);
        vm.expectRevert(abi.encodeWithSelector(IInbox.CheckpointUnknown.selector, 3, 2));
        vault.refundDeposit(2, depositMessage());
    }

    // A forced transaction shaped like a deposit is none.
    function test_refundDeposit_revertsForForcedTransactions() public {
        bytes memory transaction = new bytes(14); // 35 bytes with kind and sender
        transaction[0] = 0x01;
        inbox.enqueueForced{value: inbox.fee()}(transaction);
        vm.warp(block.timestamp + 30 days);
        rollup.freeze(0);
        bytes memory message = abi.encodePacked(uint8(129), address(this), transaction);
        assertEq(message.length, 35);
        vm.expectRevert(abi.encodeWithSelector(IEscape.DepositMismatch.selector, 0));
        vault.refundDeposit(0, message);
        bytes memory claimed = message;
        claimed[0] = 0x80;
        vm.expectRevert(abi.encodeWithSelector(IEscape.DepositMismatch.selector, 0));
        vault.refundDeposit(0, claimed);
    }

    // Any amounts, any order: the sum is what the Vault holds.

    /// forge-config: default.fuzz.runs = 32
    function test_fuzz_escape_addsUp(uint64[12] memory amounts, uint256 seed) public {
        for (uint256 field = 0; field < 6; field++) {
            delete records[field];
        }
        uint256 total = 0;
        for (uint256 i = 0; i < 12; i++) {
            amounts[i] = uint64(bound(amounts[i], 0, type(uint64).max / 16));
            total += amounts[i];
        }
        addAccount(ALICE, amounts[0], amounts[1], amounts[2]);
        addDatanet(0, amounts[3], amounts[4]);
        addContribution(0, amounts[5], amounts[6], amounts[7]);
        addModel(0, amounts[8], amounts[9]);
        addWithdrawal(StateTree.Withdrawal(BOB, amounts[10], 0, 7));
        setTreasury(amounts[11]);
        vm.assume(total >= 1_000_000);
        deposit(total);
        uint256 batchId = finalizeState(1);
        if (seed % 2 == 0) withdraw(batchId, 0, BOB, amounts[10], 0, 7);
        freezeAt(batchId);

        for (uint256 i = 0; i < 6; i++) {
            uint256 which = (seed / 2 + i) % 6;
            if (which == 0) escapeAccount(0);
            if (which >= 1 && which <= 3) escapeEarnings(which, 0, 0);
            if (which == 4) escapeTreasury();
            if (which == 5) vault.refundDeposit(1, depositMessage());
        }
        if (seed % 2 != 0) withdraw(batchId, 0, BOB, amounts[10], 0, 7);
        assertEq(tokensOf(address(vault)), 0);
        assertEq(tokensOf(BOB), uint256(amounts[10]) * 1 gwei);
        assertEq(tokensOf(TIMELOCK), uint256(amounts[11]) * 1 gwei);
        assertEq(tokensOf(ALICE), (total - amounts[10] - amounts[11]) * 1 gwei);
    }
}
