// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Base} from "./Base.sol";
import {Handler} from "./Handler.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";

contract InvariantsTest is Base {
    Handler internal handler;

    function setUp() public {
        handler = new Handler();
        (rollup, inbox, vault) = handler.deployed();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_vaultHoldsDepositsMinusWithdrawals() public view {
        uint256 balance = heldBy(address(vault));
        assertEq(balance, (handler.depositedGwei() - handler.paidGwei()) * 1 gwei);
        assertEq(vault.depositedGwei(), handler.depositedGwei());
        assertTrue(balance >= (handler.announcedGwei() - handler.paidGwei()) * 1 gwei, "covers what is promised");
    }

    function invariant_nothingIsPaidTwice() public view {
        assertEq(handler.doublePayments(), 0);
    }

    function invariant_inboxHoldsUncollectedFees() public view {
        assertEq(address(inbox).balance, handler.feesPaid() - handler.feesCollected());
    }

    function invariant_rollupHoldsAllBonds() public view {
        assertEq(address(rollup).balance, handler.bonded() - handler.unbonded());
        address[] memory posters = handler.posters();
        uint256 sum = 0;
        for (uint256 i = 0; i < posters.length; i++) {
            (uint128 amount,) = rollup.bonds(posters[i]);
            assertEq(amount, handler.held(posters[i]));
            sum += amount;
        }
        assertEq(sum, handler.bonded() - handler.unbonded());
    }

    function invariant_queueMatchesTheModel() public view {
        uint256 count = handler.messageCount();
        assertEq(inbox.count(), count);
        for (uint256 n = 0; n <= count; n++) {
            IInbox.Checkpoint memory checkpoint = inbox.checkpoint(n);
            (bytes32 acc, uint256 enqueuedAt, uint256 weight, uint256 fees) = handler.messages(n);
            assertEq(checkpoint.acc, acc);
            assertEq(checkpoint.enqueuedAt, enqueuedAt);
            assertEq(checkpoint.weight, weight);
            assertEq(checkpoint.fees, fees);
        }
    }

    function invariant_noMessageIsSkipped() public view {
        uint256 tip = rollup.tip();
        uint256 previous = 0;
        for (uint256 batchId = 0; batchId <= tip; batchId++) {
            IRollup.Batch memory batch = rollup.batch(batchId);
            assertEq(batch.inboxIndex, handler.cursors(batchId));
            assertTrue(batch.inboxIndex >= previous && batch.inboxIndex <= inbox.count(), "cursor is monotone");
            assertTrue(rollup.posterOf(batchId) != address(0), "every batch has a poster");
            previous = batch.inboxIndex;
        }
        assertEq(rollup.inboxCursor(), previous);
    }

    function heldBy(address who) internal view returns (uint256) {
        return IERC20(rollup.token()).balanceOf(who);
    }
}

