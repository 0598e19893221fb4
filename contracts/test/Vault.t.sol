// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Base} from "./Base.sol";
import {StateTree} from "./StateTree.sol";
import {OddToken} from "./Tokens.sol";
import {Rollup} from "../src/Rollup.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";
import {IVault} from "../src/interfaces/IVault.sol";

contract VaultTest is Base {
    uint256 internal constant FEE = 10 ** 13;
    StateTree.Withdrawal[] internal withdrawals;

    function setUp() public {
        deploy();
        for (uint256 i = 0; i < 5; i++) {
            withdrawals.push(
                StateTree.Withdrawal(
                    address(uint160(0xBEEF00 + i)), uint64(1_000_000 + i), uint48(i), uint64(START + i)
                )
            );
        }
    }

    function rollupFor(OddToken odd) internal returns (IVault oddVault) {
        IRollup.Config memory config_ = config();
        config_.token = address(odd);
        oddVault = new Rollup(config_).vault();
        odd.approve(address(oddVault), type(uint256).max);
    }

    /// @notice Posts the state with all withdrawals, waits until it is final, and returns the proof of one.
    function finalizedProof(uint256 index) internal returns (bytes32[] memory proof) {
        bytes32 root;
        (root, proof) = StateTree.prove(leaves(), index);
        post(framed(blockBytes(root, block.timestamp, 0, "")));
        vm.warp(block.timestamp + WINDOW);
    }

    /// @notice Gives the Vault tokens to pay with, without a message that would be overdue.
    function fund() internal {
        token.transfer(address(vault), uint256(type(uint64).max) * 1 gwei);
    }

    function leaves() internal view returns (bytes32[] memory all) {
        all = new bytes32[](withdrawals.length);
        for (uint256 i = 0; i < all.length; i++) {
            all[i] = StateTree.leafOf(withdrawals[i]);
        }
    }

    function withdraw(uint256 batchId, uint256 index, StateTree.Withdrawal memory w, bytes32[] memory proof) internal {
        vault.withdraw(batchId, uint48(index), w.recipient, w.amountGwei, w.account, w.timestamp, proof);
    }

    /// @notice Whether the call failed with this error, whatever its values.
    function fails(uint256 index, StateTree.Withdrawal memory w, bytes32[] memory proof, bytes4 selector)
        internal
        returns (bool)
    {
        (bool ok, bytes memory result) = address(vault)
            .call(
                abi.encodeCall(
                    vault.withdraw, (1, uint48(index), w.recipient, w.amountGwei, w.account, w.timestamp, proof)
                )
            );
        return !ok && bytes4(result) == selector;
    }

    // Deposits

    function test_deposit_takesTokensAndEnqueues() public {
        vm.expectEmit(true, true, true, true, address(vault));
        emit IVault.Deposited(0, address(this), USER, 2_000_000);
        assertEq(vault.deposit{value: FEE}(2_000_000 gwei, USER, 9), 0);
        assertEq(token.balanceOf(address(vault)), 2_000_000 gwei);
        assertEq(vault.depositedGwei(), 2_000_000);
        assertEq(inbox.count(), 1);
        assertEq(address(inbox).balance, FEE);
    }

    function test_deposit_revertsWhenOwnerIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.OwnerZero.selector));
        vault.deposit{value: FEE}(2_000_000 gwei, address(0), 0);
    }

    function test_deposit_revertsWhenNotWholeGwei() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.DepositNotWholeGwei.selector, 2_000_000 gwei + 1, 1 gwei));
        vault.deposit{value: FEE}(2_000_000 gwei + 1, USER, 0);
    }

    // Rule 9: a minimum deposit
    function test_deposit_revertsWhenTooSmall() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.DepositTooSmall.selector, 999_999, 1_000_000));
        vault.deposit{value: FEE}(999_999 gwei, USER, 0);
        vm.expectRevert(abi.encodeWithSelector(IVault.DepositTooSmall.selector, 0, 1_000_000));
        vault.deposit{value: FEE}(0, USER, 0);
        vault.deposit{value: FEE}(1_000_000 gwei, USER, 0);
    }

    // Rule 13: all deposits together stay below 2^64 Gwei
    function test_deposit_revertsWhenAllDepositsExceed64Bits() public {
        uint256 limit = type(uint64).max;
        vault.deposit{value: FEE}((limit - 1_000_000) * 1 gwei, USER, 0);
        vm.expectRevert(abi.encodeWithSelector(IVault.DepositsExhausted.selector, limit + 1, limit));
        vault.deposit{value: FEE}(1_000_001 gwei, USER, 0);
        vault.deposit{value: FEE}(1_000_000 gwei, USER, 0);
        assertEq(vault.depositedGwei(), limit);
    }

    function test_deposit_revertsWhenFeeIsWrong() public {
        vm.expectRevert(abi.encodeWithSelector(IInbox.FeeMismatch.selector, FEE + 1, FEE));
        vault.deposit{value: FEE + 1}(2_000_000 gwei, USER, 0);
    }

    function test_deposit_creditsWhatArrives() public {
        OddToken odd = new OddToken(18, 300 gwei);
        IVault oddVault = rollupFor(odd);
        oddVault.deposit{value: FEE}(2_000_000 gwei, USER, 0);
        assertEq(oddVault.depositedGwei(), 1_999_700);
        assertEq(odd.balanceOf(address(oddVault)), 1_999_700 gwei);
    }

    function test_deposit_revertsWhenWhatArrivesIsNotWholeGwei() public {
        IVault oddVault = rollupFor(new OddToken(18, 1));
        vm.expectRevert(abi.encodeWithSelector(IVault.DepositNotWholeGwei.selector, 2_000_000 gwei - 1, 1 gwei));
        oddVault.deposit{value: FEE}(2_000_000 gwei, USER, 0);
    }

    function test_deposit_revertsWhenTokenCallsBack() public {
        OddToken odd = new OddToken(18, 0);
        IVault oddVault = rollupFor(odd);
        odd.callBack(oddVault);
        vm.expectRevert(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        oddVault.deposit{value: FEE}(2_000_000 gwei, USER, 0);
    }

    function test_constructor_revertsWhenDecimalsAreOutOfRange() public {
        uint8[2] memory refused = [8, 19];
        for (uint256 i = 0; i < refused.length; i++) {
            IRollup.Config memory config_ = config();
            config_.token = address(new OddToken(refused[i], 0));
            vm.expectRevert(abi.encodeWithSelector(IVault.DecimalsOutOfRange.selector, refused[i]));
            new Rollup(config_);
        }
        assertEq(rollupFor(new OddToken(9, 0)).scale(), 1);
        assertEq(vault.scale(), 1 gwei);
    }

    function test_depositWithPermit_needsNoApproval() public {
        (address holder, uint8 v, bytes32 r, bytes32 s) = permit(2_000_000 gwei);
        vm.deal(holder, FEE);
        vm.prank(holder);
        vault.depositWithPermit{value: FEE}(2_000_000 gwei, holder, 0, block.timestamp, v, r, s);
        assertEq(vault.depositedGwei(), 2_000_000);
    }

    function test_depositWithPermit_survivesAPermitSubmittedBySomeoneElse() public {
        (address holder, uint8 v, bytes32 r, bytes32 s) = permit(2_000_000 gwei);
        token.permit(holder, address(vault), 2_000_000 gwei, block.timestamp, v, r, s);
        vm.deal(holder, FEE);
        vm.prank(holder);
        vault.depositWithPermit{value: FEE}(2_000_000 gwei, holder, 0, block.timestamp, v, r, s);
        assertEq(vault.depositedGwei(), 2_000_000);
    }

    function permit(uint256 amount) internal returns (address holder, uint8 v, bytes32 r, bytes32 s) {
        uint256 key = 0xBEEF;
        holder = vm.addr(key);
        token.transfer(holder, amount);
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, holder, address(vault), amount, 0, block.timestamp));
        (v, r, s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash)));
    }

    function test_fuzz_deposit_isExact(uint72 amountGwei, uint256 dust) public {
        uint256 amount = uint256(amountGwei) * 1 gwei + bound(dust, 0, 1);
        bool ok = amount % 1 gwei == 0 && amountGwei >= 1_000_000 && amountGwei <= type(uint64).max;
        (bool success,) = address(vault).call{value: FEE}(abi.encodeCall(vault.deposit, (amount, USER, 0)));
        assertTrue(success == ok, "accepted if and only if whole and in range");
        assertEq(token.balanceOf(address(vault)), ok ? amount : 0);
        assertEq(vault.depositedGwei() * 1 gwei, ok ? amount : 0);
    }

    function test_fuzz_deposit_ofWholeGweiIsCredited(uint64 amountGwei) public {
        vm.assume(amountGwei >= 1_000_000);
        deposit(amountGwei);
        assertEq(vault.depositedGwei(), amountGwei);
        assertEq(token.balanceOf(address(vault)), uint256(amountGwei) * 1 gwei);
    }

    // Withdrawals

    function test_withdraw_paysEachRecipientOnce() public {
        fund();
        for (uint256 i = 0; i < withdrawals.length; i++) {
            bytes32[] memory proof = finalizedProof(i);
            withdraw(i + 1, i, withdrawals[i], proof);
            assertEq(token.balanceOf(withdrawals[i].recipient), uint256(withdrawals[i].amountGwei) * 1 gwei);
            assertTrue(vault.isWithdrawn(i), "marked");
            vm.expectRevert(abi.encodeWithSelector(IVault.AlreadyWithdrawn.selector, i));
            withdraw(i + 1, i, withdrawals[i], proof);
        }
    }

    function test_withdraw_revertsWhenPaidAgainstAnotherBatch() public {
        fund();
        bytes32[] memory proof = finalizedProof(2);
        withdraw(1, 2, withdrawals[2], proof);
        proof = finalizedProof(2);
        vm.expectRevert(abi.encodeWithSelector(IVault.AlreadyWithdrawn.selector, 2));
        withdraw(2, 2, withdrawals[2], proof);
    }

    function test_withdraw_revertsWhenBatchIsNotFinalized() public {
        bytes32[] memory proof = finalizedProof(0);
        vm.warp(block.timestamp - 1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BatchNotFinalized.selector, 1, START + WINDOW));
        withdraw(1, 0, withdrawals[0], proof);
    }

    function test_withdraw_revertsWhenProofHasAnotherLength() public {
        bytes32[] memory proof = finalizedProof(0);
        uint256[3] memory lengths = [uint256(0), 52, 54];
        for (uint256 i = 0; i < lengths.length; i++) {
            bytes32[] memory other = new bytes32[](lengths[i]);
            for (uint256 j = 0; j < other.length && j < proof.length; j++) {
                other[j] = proof[j];
            }
            vm.expectRevert(abi.encodeWithSelector(IVault.ProofLengthMismatch.selector, lengths[i], 53));
            withdraw(1, 0, withdrawals[0], other);
        }
    }

    function test_withdraw_revertsWhenAnyPartOfTheRecordDiffers() public {
        fund();
        bytes32[] memory proof = finalizedProof(3);
        StateTree.Withdrawal memory w = withdrawals[3];
        w.amountGwei++;
        assertTrue(fails(3, w, proof, IVault.RootMismatch.selector), "amount");
        w = withdrawals[3];
        w.recipient = USER;
        assertTrue(fails(3, w, proof, IVault.RootMismatch.selector), "recipient");
        w = withdrawals[3];
        w.account++;
        assertTrue(fails(3, w, proof, IVault.RootMismatch.selector), "account");
        w = withdrawals[3];
        w.timestamp--;
        assertTrue(fails(3, w, proof, IVault.RootMismatch.selector), "timestamp");
        assertTrue(fails(2, withdrawals[3], proof, IVault.RootMismatch.selector), "index");
        assertTrue(fails(3 + 2 ** 47, withdrawals[3], proof, IVault.RootMismatch.selector), "index of the other half");
        withdraw(1, 3, withdrawals[3], proof);
    }

    function test_withdraw_revertsWhenRecipientIsZero() public {
        withdrawals[1].recipient = address(0);
        bytes32[] memory proof = finalizedProof(1);
        vm.expectRevert(abi.encodeWithSelector(IVault.RecipientZero.selector));
        withdraw(1, 1, withdrawals[1], proof);
    }

    function test_withdraw_revertsForTheEmptyLeafPastTheEnd() public {
        bytes32[] memory proof = finalizedProof(withdrawals.length);
        StateTree.Withdrawal memory none = StateTree.Withdrawal(USER, 0, 0, 0);
        assertTrue(fails(withdrawals.length, none, proof, IVault.RootMismatch.selector), "empty leaf");
    }

    function test_fuzz_withdraw_revertsWhenAnySiblingDiffers(uint256 level, bytes32 other) public {
        bytes32[] memory proof = finalizedProof(4);
        level = bound(level, 0, proof.length - 1);
        vm.assume(proof[level] != other);
        proof[level] = other;
        assertTrue(fails(4, withdrawals[4], proof, IVault.RootMismatch.selector), "sibling");
    }

    function test_fuzz_withdraw_acceptsWhatTheStateHolds(uint64 amountGwei, uint48 account, uint64 timestamp) public {
        vm.assume(amountGwei != 0);
        fund();
        withdrawals.push(StateTree.Withdrawal(address(0xF00D), amountGwei, account, timestamp));
        bytes32[] memory proof = finalizedProof(5);
        withdraw(1, 5, withdrawals[5], proof);
        assertEq(token.balanceOf(address(0xF00D)), uint256(amountGwei) * 1 gwei);
    }
}
