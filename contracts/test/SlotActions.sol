// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base} from "./Base.sol";

/// @notice Random but valid actions about bonds and the slot. Whoever derives must not expect more of the bonds than `held` says.
abstract contract SlotActions is Base {
    address[3] internal actors = [OPENER, USER, address(0xB0B)];
    /// @dev What the model says of each bond, and of what was taken back.
    mapping(address poster => uint256) public held;
    uint256 public bonded;
    uint256 public unbonded;

    function mayPost(address poster) internal view returns (bool) {
        (uint128 amount,) = rollup.bonds(poster);
        if (poster == rollup.slotPoster()) return amount >= 10 ether;
        bool isOpen =
            rollup.slotPoster() == address(0) || rollup.silentSince() != 0 || block.timestamp >= rollup.openModeAt();
        return amount >= 1 ether && isOpen;
    }

    function bondSome(uint256 seed, uint256 amount) external {
        amount = bound(amount, 1, 12 ether);
        putUp(actors[seed % actors.length], amount);
    }

    function putUp(address actor, uint256 amount) internal {
        bondAs(actor, amount);
        held[actor] += amount;
        bonded += amount;
    }

    function unbondSome(uint256 seed, uint256 amount) external {
        address actor = seed % 4 == 3 ? SEQUENCER : actors[seed % actors.length];
        amount = bound(amount, 0, held[actor]);
        vm.prank(actor);
        (bool ok,) = address(rollup).call(abi.encodeCall(rollup.unbond, (amount)));
        if (!ok) return;
        held[actor] -= amount;
        unbonded += amount;
    }

    // The slot

    function passSlot(uint256 seed, bool accepting) external {
        rollup.enactSuccessor();
        address holder = rollup.slotPoster();
        address next = actors[seed % actors.length];
        (uint128 amount,) = rollup.bonds(next);
        if (amount < 10 ether) return;
        (address pending,,,) = rollup.successor();
        if (holder == address(0)) {
            if (pending != address(0)) return;
            vm.prank(next);
            rollup.claimSlot(HEADER_KEY);
        } else {
            vm.prank(holder);
            rollup.nominate(next, HEADER_KEY);
            if (!accepting) return;
            vm.prank(next);
            rollup.acceptNomination(HEADER_KEY);
        }
    }

    /// @notice The holder stays away for as long as it takes: first until silence is declared, then until the slot is empty.
    function neglect(uint256 seed) external {
        rollup.enactSuccessor();
        uint256 silentSince = rollup.silentSince();
        if (silentSince != 0) {
            if (seed % 2 == 0) warpTo(silentSince + 7 days);
            bool isSilent = rollup.silentSince() == silentSince; // a fault proven meanwhile may have emptied the slot
            if (isSilent && block.timestamp >= silentSince + 7 days) rollup.vacateSlot();
        } else if (rollup.slotPoster() != address(0) && inbox.count() != rollup.inboxCursor()) {
            warpTo(rollup.openModeAt());
            bool isOpen = rollup.slotPoster() != address(0) && block.timestamp >= rollup.openModeAt();
            if (isOpen) rollup.declareSilent();
        }
    }

    function warpTo(uint256 timestamp) internal virtual {
        if (timestamp > block.timestamp) vm.warp(timestamp);
    }

    function posters() external view returns (address[] memory all) {
        all = new address[](actors.length + 1);
        all[0] = SEQUENCER;
        for (uint256 i = 0; i < actors.length; i++) {
            all[i + 1] = actors[i];
        }
    }
}
