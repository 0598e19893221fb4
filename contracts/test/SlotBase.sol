// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {ISequencerSlot} from "../src/interfaces/ISequencerSlot.sol";

/// @notice What the tests about the slot share.
abstract contract SlotBase is Base {
    address internal constant NEXT = address(0x4E87);
    address internal constant NEXT_KEY = address(0x4E88);

    function setUp() public {
        deploy();
    }

    function openMode() internal {
        enqueueForced();
        vm.warp(block.timestamp + 48 hours);
    }

    function revertsAs(address who, bytes memory revertData) internal {
        vm.expectRevert(revertData);
        vm.prank(who);
    }

    function tooSmall(address who, uint256 bonded, uint256 required) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ISequencerSlot.BondTooSmall.selector, who, bonded, required);
    }

    function vacate() internal {
        openMode();
        rollup.declareSilent();
        vm.warp(block.timestamp + 7 days);
        rollup.vacateSlot();
    }
}
