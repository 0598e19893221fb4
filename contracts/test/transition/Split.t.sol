// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransitionBase} from "./TransitionBase.sol";
import {Split} from "../../src/transition/Split.sol";
import {Words} from "../../src/transition/Words.sol";
import {Contribution} from "../../src/transition/state/Contribution.sol";

/// @notice All parts together are exactly the whole, and each is what the rule says.
contract SplitTest is TransitionBase {
    function testFuzzSplitFee(uint32 fee, uint16 protocolBps, uint16 ownerBps) public pure {
        vm.assume(protocolBps <= 10_000 && ownerBps <= 10_000);
        (uint256 protocol, uint256 model, uint256 pool) = Split.splitFee(fee, protocolBps, ownerBps);
        assertEq(protocol + model + pool, fee);
        assertEq(protocol, (uint256(fee) * protocolBps) / 10_000);
        assertEq(model, ((fee - protocol) * ownerBps) / 10_000);
    }

    function testFuzzUpstreamPartRoundsUp(uint64 amount, uint16 bps) public pure {
        uint256 part = Split.upstreamPart(amount, bps);
        assertTrue(part * 10_000 >= uint256(amount) * bps);
        assertTrue(part * 10_000 < uint256(amount) * bps + 10_000);
    }

    function testFuzzSplitPool(uint256 seed, uint32 pool) public pure {
        uint256 count = 1 + choose(seed, 0, 16);
        uint256[] memory shares = new uint256[](count);
        uint256[] memory records = new uint256[](4 * count);
        uint256 first;
        uint256 place;
        assembly {
            first := add(records, 0x20)
            place := add(shares, 0x20)
        }
        uint256 total;
        uint256 largest;
        for (uint256 i = 0; i < count; i++) {
            uint256 weight = 1 + choose(seed, i + 1, choose(seed, 90, 2) == 0 ? 3 : 65_535);
            uint256 record = first + 128 * i;
            shares[i] = weight | ((1_000 + i) << 16) | (record << 64);
            Words.set(record, Contribution.EARNED, i);
            total += weight;
            if (weight > shares[largest] & 0xffff) largest = i;
        }
        Split.splitPool(pool, place, count);
        uint256 rest = pool;
        for (uint256 i = 0; i < count; i++) {
            rest -= (uint256(pool) * (shares[i] & 0xffff)) / total;
        }
        for (uint256 i = 0; i < count; i++) {
            uint256 part = (uint256(pool) * (shares[i] & 0xffff)) / total;
            if (i == largest) part += rest;
            assertEq(Words.get(first + 128 * i, Contribution.EARNED), i + part);
            assertEq(Words.get(first + 128 * i, Contribution.LIFETIME), part);
        }
    }
}
