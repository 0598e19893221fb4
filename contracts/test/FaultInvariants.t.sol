// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {FaultHandler} from "./FaultHandler.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";

contract FaultInvariantsTest is Base {
    FaultHandler internal handler;

    function setUp() public {
        handler = new FaultHandler();
        (rollup, inbox) = handler.deployed();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice Deposited = held + taken back + rewards + burnt, and only liars lose.
    function invariant_bondsAreConserved() public view {
        address[] memory posters = handler.posters();
        uint256 held = 0;
        for (uint256 i = 0; i < posters.length; i++) {
            (uint128 amount,) = rollup.bonds(posters[i]);
            assertEq(amount, handler.held(posters[i]));
            held += amount;
        }
        uint256 rewards = handler.rewardsPending() + handler.rewardsPaid();
        assertEq(handler.bonded(), held + handler.unbonded() + rewards + handler.burnt());
        assertEq(address(rollup).balance, held + handler.rewardsPending() + handler.burnt());
    }

    /// @notice What was final once is there for ever, and true: with one verifier awake no false root becomes final.
    function invariant_finalizedNeverRollsBack() public view {
        uint256 count = handler.finalCount();
        assertTrue(rollup.tip() + 1 >= count, "tip is not below");
        for (uint256 batchId = 0; batchId < count; batchId++) {
            IRollup.Batch memory batch = rollup.finalizedBatch(batchId);
            assertEq(batch.commitment, handler.finalCommitment(batchId));
            assertEq(batch.stateRoot, handler.trueRootAt(batchId));
        }
    }

    function invariant_honestBatchesStay() public view {
        assertEq(handler.honestRemovals(), 0);
        assertEq(rollup.tip() + 1, handler.batchCount());
        if (!handler.hasLie()) assertEq(rollup.batch(rollup.tip()).stateRoot, handler.trueRootAt(rollup.tip()));
    }

    /// @notice Every message up to the cursor is consumed by exactly one batch that stands: whatever removed batches had consumed
    /// is consumed again, once.
    function invariant_messagesAreConsumedOnceInOrder() public view {
        uint256 next = 0;
        for (uint256 batchId = 1; batchId <= rollup.tip(); batchId++) {
            assertEq(handler.firstInboxIndexOf(batchId), next);
            next = rollup.batch(batchId).inboxIndex;
            assertTrue(next >= handler.firstInboxIndexOf(batchId) && next <= inbox.count(), "within the queue");
        }
        assertEq(rollup.inboxCursor(), next);
    }
}
