// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FaultBase} from "./FaultBase.sol";
import {IFaults} from "../src/interfaces/IFaults.sol";

/// @notice Who gets half of the bond: the prover, unless someone announced the same proof before (rule 24).
contract RewardsTest is FaultBase {
    address internal constant PROVER = address(0x9809E4);
    address internal constant COPIER = address(0xC09135);
    bytes32 internal constant SALT = keccak256("salt");

    function setUp() public {
        deployLedger();
        vm.roll(100);
    }

    function commitOf(address who, Sent memory sent) internal pure returns (bytes32) {
        return keccak256(abi.encode(who, sent.commitment, uint256(0), sent.trueRoots[0], SALT));
    }

    function commit(address who, Sent memory sent) internal {
        bytes32 hash = commitOf(who, sent);
        vm.prank(who);
        rollup.commitProof(hash);
    }

    function reveal(address who, Sent memory sent) internal {
        vm.prank(who);
        rollup.revealProof(sent.commitment, SALT);
    }

    function revealReverts(address who, Sent memory sent, bytes memory revertData) internal {
        vm.expectRevert(revertData);
        reveal(who, sent);
    }

    function notOlder(uint256 committedAt, uint256 beneficiaryAt) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IFaults.CommitNotOlder.selector, committedAt, beneficiaryAt);
    }

    function test_collectReward_paysHalfAfterADay() public {
        Sent memory sent = send(SEQUENCER, true);
        prove(PROVER, sent, 0);
        uint256 payableAt = block.timestamp + 1 days;
        (
            address beneficiary,
            uint40 payable_,
            uint48 committedAt,
            uint128 amount,
            uint128 blockIndex,
            bytes32 expected
        ) = rollup.rewards(sent.commitment);
        assertEq(beneficiary, PROVER);
        assertEq(payable_, payableAt);
        assertEq(committedAt, 100);
        assertEq(amount, 5 ether);
        assertEq(blockIndex, 0);
        assertEq(expected, sent.trueRoots[0]);

        vm.warp(payableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IFaults.RewardPending.selector, payableAt));
        rollup.collectReward(sent.commitment);
        vm.warp(payableAt);
        vm.expectEmit(true, true, true, true, address(rollup));
        emit IFaults.RewardCollected(sent.commitment, PROVER, 5 ether);
        assertEq(rollup.collectReward(sent.commitment), 5 ether);
        assertEq(PROVER.balance, 5 ether);
        assertEq(address(rollup).balance, 5 ether); // the other half, for ever
        vm.expectRevert(abi.encodeWithSelector(IFaults.RewardUnknown.selector, sent.commitment));
        rollup.collectReward(sent.commitment);
    }

    function test_collectReward_revertsForUnknownBatches() public {
        vm.expectRevert(abi.encodeWithSelector(IFaults.RewardUnknown.selector, keccak256("x")));
        rollup.collectReward(keccak256("x"));
        vm.expectRevert(abi.encodeWithSelector(IFaults.RewardUnknown.selector, keccak256("x")));
        rollup.revealProof(keccak256("x"), SALT);
    }

    // The scene: a prover announces, proves, and is overtaken by someone who copies the transaction.
    function test_revealProof_takesTheRewardFromACopier() public {
        Sent memory sent = send(SEQUENCER, true);
        commit(PROVER, sent);
        vm.roll(101);
        prove(COPIER, sent, 0);
        vm.expectEmit(true, true, true, true, address(rollup));
        emit IFaults.ProofRevealed(sent.commitment, PROVER, 100);
        reveal(PROVER, sent);
        vm.warp(block.timestamp + 1 days);
        rollup.collectReward(sent.commitment);
        assertEq(PROVER.balance, 5 ether);
        assertEq(COPIER.balance, 0);
    }

    // A commit in the block of the proof, or later, may be a copy.
    function test_revealProof_revertsForCommitsFromTheProofOn() public {
        Sent memory sent = send(SEQUENCER, true);
        commit(COPIER, sent);
        prove(PROVER, sent, 0);
        revealReverts(COPIER, sent, notOlder(100, 100));
        vm.roll(101);
        commit(USER, sent);
        revealReverts(USER, sent, notOlder(101, 100));
        revealReverts(OPENER, sent, notOlder(0, 100));
    }

    function test_revealProof_oldestCommitWins() public {
        Sent memory sent = send(SEQUENCER, true);
        commit(PROVER, sent);
        vm.roll(101);
        commit(USER, sent);
        vm.roll(102);
        prove(OPENER, sent, 0);
        reveal(USER, sent);
        revealReverts(USER, sent, notOlder(101, 101));
        reveal(PROVER, sent);
        revealReverts(USER, sent, notOlder(101, 100));
        vm.warp(block.timestamp + 1 days);
        rollup.collectReward(sent.commitment);
        assertEq(PROVER.balance, 5 ether);
    }

    // A prover who announced keeps what it proved, by showing its commit too.
    function test_revealProof_defendsTheProver() public {
        Sent memory sent = send(SEQUENCER, true);
        commit(PROVER, sent);
        vm.roll(101);
        commit(USER, sent);
        vm.roll(102);
        prove(PROVER, sent, 0);
        reveal(PROVER, sent);
        revealReverts(USER, sent, notOlder(101, 100));
    }

    function test_revealProof_revertsAfterADay() public {
        Sent memory sent = send(SEQUENCER, true);
        commit(PROVER, sent);
        vm.roll(101);
        prove(COPIER, sent, 0);
        uint256 payableAt = block.timestamp + 1 days;
        vm.warp(payableAt);
        revealReverts(PROVER, sent, abi.encodeWithSelector(IFaults.RevealTooLate.selector, payableAt));
    }

    // Who copies the hash of a commit helps the prover that it names, and nobody else.
    function test_commitProof_firstCommitCounts() public {
        Sent memory sent = send(SEQUENCER, true);
        bytes32 hash = commitOf(PROVER, sent);
        vm.expectEmit(true, true, true, true, address(rollup));
        emit IFaults.ProofCommitted(hash, 100);
        vm.prank(COPIER);
        rollup.commitProof(hash);
        vm.roll(105);
        commit(PROVER, sent);
        assertEq(rollup.proofCommits(hash), 100);
        prove(COPIER, sent, 0);
        revealReverts(COPIER, sent, notOlder(0, 105));
        reveal(PROVER, sent);
    }

    // A commit is to one block and one root: whoever guesses has nothing.
    function test_revealProof_bindsBlockAndRoot() public {
        Sent memory sent = send(SEQUENCER, counts(0, 0, 0), 0);
        bytes32 otherBlock = keccak256(abi.encode(PROVER, sent.commitment, uint256(1), sent.trueRoots[0], SALT));
        bytes32 otherRoot = keccak256(abi.encode(PROVER, sent.commitment, uint256(0), sent.trueRoots[1], SALT));
        rollup.commitProof(otherBlock);
        rollup.commitProof(otherRoot);
        vm.roll(101);
        prove(COPIER, sent, 0);
        revealReverts(PROVER, sent, notOlder(0, 101));
    }

    // A poster's second false batch gives no second bond.
    function test_proveFault_givesNothingWhenTheBondIsGone() public {
        lies = 1; // and the last root is true again, so that the next batch has a true root before
        Sent memory first = send(SEQUENCER, counts(0, 0, 0), 0);
        Sent memory second = send(SEQUENCER, true);
        prove(PROVER, second, 0);
        vm.expectEmit(true, true, true, true, address(rollup));
        emit IFaults.FaultProven(1, 0, 1, SEQUENCER, PROVER, first.trueRoots[0], 0);
        prove(PROVER, first, 0);
        assertEq(rollup.tip(), 0);
        vm.expectRevert(abi.encodeWithSelector(IFaults.RewardUnknown.selector, first.commitment));
        rollup.collectReward(first.commitment);
        vm.warp(block.timestamp + 1 days);
        assertEq(rollup.collectReward(second.commitment), 5 ether);
    }

    // Who proves its own fault loses the half that is burnt.
    function test_proveFault_ownFaultCostsHalf() public {
        Sent memory sent = send(SEQUENCER, true);
        prove(SEQUENCER, sent, 0);
        vm.warp(block.timestamp + 1 days);
        rollup.collectReward(sent.commitment);
        assertEq(SEQUENCER.balance, 5 ether);
        assertEq(address(rollup).balance, 5 ether);
    }
}
