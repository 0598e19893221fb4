// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Rollup} from "../src/Rollup.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";
import {ISequencerSlot} from "../src/interfaces/ISequencerSlot.sol";

contract RollupTest is Base {
    function setUp() public {
        deploy();
    }

    // Rule 31: the Rollup's address identifies everything

    function test_constructor_exposesWhatANodeNeeds() public view {
        assertEq(rollup.token(), address(token));
        assertEq(rollup.timelock(), TIMELOCK);
        assertEq(rollup.genesisRoot(), GENESIS_ROOT);
        assertEq(rollup.deploymentBlock(), block.number);
        assertEq(rollup.predecessor(), address(0));
        assertEq(rollup.challengeWindow(), WINDOW);
        assertEq(rollup.slotPoster(), SEQUENCER);
        assertEq(rollup.slotHeaderKey(), HEADER_KEY);
        assertEq(rollup.epochPoster(0), SEQUENCER);
    }

    function test_configHash_coversConstantsWindowAndRules() public view {
        uint256[] memory constants = rollup.constants();
        assertEq(constants[constants.length - 1], WINDOW);
        assertEq(rollup.configHash(), keccak256(abi.encode(constants, address(transition).codehash)));
        assertEq(address(rollup.transition()), address(transition));
    }

    function test_constructor_revertsWhenSequencerIsZero() public {
        IRollup.Config memory config_ = config();
        config_.sequencer = address(0);
        vm.expectRevert(abi.encodeWithSelector(ISequencerSlot.AddressZero.selector));
        new Rollup(config_);
    }

    function test_constructor_revertsWhenHeaderKeyIsZero() public {
        IRollup.Config memory config_ = config();
        config_.headerKey = address(0);
        vm.expectRevert(abi.encodeWithSelector(ISequencerSlot.AddressZero.selector));
        new Rollup(config_);
    }

    function test_constructor_revertsWhenChallengeWindowIsZero() public {
        IRollup.Config memory config_ = config();
        config_.challengeWindow = 0;
        vm.expectRevert(abi.encodeWithSelector(IRollup.ChallengeWindowOutOfRange.selector, 0, 14 days));
        new Rollup(config_);
    }

    // A window close to the 30 days of a freeze would let a healthy chain freeze.
    function test_constructor_revertsWhenChallengeWindowIsTooLong() public {
        IRollup.Config memory config_ = config();
        config_.challengeWindow = 14 days;
        new Rollup(config_);
        config_.challengeWindow = 14 days + 1;
        vm.expectRevert(abi.encodeWithSelector(IRollup.ChallengeWindowOutOfRange.selector, 14 days + 1, 14 days));
        new Rollup(config_);
    }

    function test_constructor_revertsWhenTransitionHasNoCode() public {
        IRollup.Config memory config_ = config();
        config_.transition = USER;
        vm.expectRevert(abi.encodeWithSelector(IRollup.TransitionMissing.selector, USER));
        new Rollup(config_);
    }

    function test_genesis_isFinalFromTheStart() public view {
        IRollup.Batch memory genesis = rollup.finalizedBatch(0);
        assertEq(genesis.commitment, keccak256(abi.encodePacked(GENESIS_ROOT)));
        assertEq(genesis.stateRoot, GENESIS_ROOT);
        assertEq(uint256(genesis.postedAt) + genesis.timestamp + genesis.inboxIndex + genesis.epoch + genesis.height, 0);
        assertTrue(rollup.isFinalized(0), "genesis is final");
    }

    // Finalization boundary

    function test_finalizedBatch_revertsWhenWindowIsOpen() public {
        post(oneBlock(0));
        uint256 finalizedAt = START + WINDOW;
        vm.warp(finalizedAt - 1);
        assertTrue(!rollup.isFinalized(1), "t - 1");
        vm.expectRevert(abi.encodeWithSelector(IRollup.BatchNotFinalized.selector, 1, finalizedAt));
        rollup.finalizedBatch(1);
        vm.warp(finalizedAt);
        assertTrue(rollup.isFinalized(1), "t");
        assertEq(rollup.finalizedBatch(1).stateRoot, keccak256("root"));
        vm.warp(finalizedAt + 1);
        assertTrue(rollup.isFinalized(1), "t + 1");
    }

    function test_batch_revertsWhenUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IRollup.BatchUnknown.selector, 1, 0));
        rollup.batch(1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BatchUnknown.selector, 1, 0));
        rollup.finalizedBatch(1);
        assertTrue(!rollup.isFinalized(1), "unknown is not final");
    }

    function test_posterOf_followsTheEpoch() public {
        post(oneBlock(0));
        assertEq(rollup.posterOf(1), SEQUENCER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BatchUnknown.selector, 2, 1));
        rollup.posterOf(2);
    }
}
