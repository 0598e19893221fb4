// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransitionBase} from "./TransitionBase.sol";
import {Limits} from "../../src/transition/Limits.sol";
import {Bounds, Meter, MeterState} from "../../src/transition/Meter.sol";
import {State} from "../../src/transition/state/State.sol";

/// @notice The meter's closed forms against the sums that they stand for.
contract MeterTest is TransitionBase {
    function testCeilLog2() public pure {
        assertEq(Meter.ceilLog2(0), 0);
        assertEq(Meter.ceilLog2(1), 0);
        for (uint256 p = 1; p < 63; p++) {
            assertEq(Meter.ceilLog2(1 << p), p);
            assertEq(Meter.ceilLog2((1 << p) + 1), p + 1);
            if (p > 1) assertEq(Meter.ceilLog2((1 << p) - 1), p);
        }
    }

    function testFuzzCeilLog2(uint64 n) public pure {
        vm.assume(n > 1);
        uint256 p = Meter.ceilLog2(n);
        assertTrue(n <= 1 << p && n > 1 << (p - 1));
    }

    function testSumsForSmallTrees() public pure {
        for (uint256 d = 1; d < 9; d++) {
            for (uint256 m = 0; m < 270; m += 1 + m / 24) {
                assertEq(Meter.siblingBound(m, d), siblings(m, d));
                assertEq(Meter.hashBound(m, d), hashes(m, d));
            }
        }
    }

    function testFuzzSums(uint24 m, uint8 depth) public pure {
        uint256 d = 1 + (depth % 48);
        assertEq(Meter.siblingBound(m, d), siblings(m, d));
        assertEq(Meter.hashBound(m, d), hashes(m, d));
    }

    function testDepthHasRoomForABlock() public pure {
        assertEq(Meter.depthOf(0), 10);
        assertEq(Meter.depthOf(1), 11);
        assertEq(Meter.depthOf(1_024), 11);
        assertEq(Meter.depthOf(1_025), 12);
        assertEq(Meter.depthOf((1 << 48) - 1_024), 48);
        assertEq(Meter.depthOf(1 << 48), 48);
    }

    /// @notice The reading is that of the formula in docs/spec/blocks.md, table by table.
    function testFuzzReading(uint256 seed) public pure {
        State memory state;
        MeterState memory meter;
        (uint256[6] memory lengths, uint256[6] memory named, uint256[6] memory appended) = counts(seed);
        state.accounts.lengthBefore = lengths[0];
        state.datanets.lengthBefore = lengths[1];
        state.contributions.lengthBefore = lengths[2];
        state.models.lengthBefore = lengths[3];
        state.attributions.lengthBefore = lengths[4];
        state.withdrawals.lengthBefore = lengths[5];
        meter = Meter.start(state, 3_000);
        uint256 bytes_ = 1_536 + 3_000 + 500;
        uint256 gas_ = 300_000 + 300_000 + 2 * 20_000 + 7 * 460;
        for (uint256 t = 0; t < 6; t++) {
            gas_ += 3_000 * (named[t] + appended[t]);
            uint256 d = Meter.depthOf(lengths[t]);
            uint256 m = named[t] + (t == 0 ? 1 : 0);
            if (m > lengths[t]) m = lengths[t];
            if (m == 0 && appended[t] == 0) continue;
            bytes_ += 32 * (siblings(m, d) + (appended[t] > 0 ? d : 0)) + 128 * m;
            gas_ += 920 * (hashes(m + appended[t], d) + 3 * (m + appended[t]));
        }
        // In two transactions: sums do not care.
        Meter.add(meter, boundOf(named, appended, 1) + 7 * Bounds.HASH, 200);
        bool fits = Meter.add(meter, boundOf(named, appended, 0), 300);
        (uint256 readBytes, uint256 readGas) = Meter.reading(meter);
        assertEq(readBytes, bytes_);
        assertEq(readGas, gas_);
        assertTrue(fits == (bytes_ <= Limits.METER_BYTES && gas_ <= Limits.METER_GAS));
    }

    function counts(uint256 seed)
        private
        pure
        returns (uint256[6] memory lengths, uint256[6] memory named, uint256[6] memory appended)
    {
        for (uint256 t = 0; t < 6; t++) {
            lengths[t] = choose(seed, t, 2) == 0 ? choose(seed, 10 + t, 50) : choose(seed, 20 + t, 1 << 48);
            named[t] = t > 3 || choose(seed, 30 + t, 3) == 0 ? 0 : choose(seed, 40 + t, 200);
            appended[t] = choose(seed, 50 + t, 2) == 0 ? 0 : choose(seed, 60 + t, 100);
        }
    }

    /// @notice The half of the counts that is rounded up or, `remainder` being 0, down.
    function boundOf(uint256[6] memory named, uint256[6] memory appended, uint256 remainder)
        private
        pure
        returns (uint256 bound)
    {
        for (uint256 t = 0; t < 6; t++) {
            bound += ((named[t] + remainder) / 2) << (16 * t);
            bound += ((appended[t] + remainder) / 2) << (96 + 16 * t);
        }
    }

    function siblings(uint256 m, uint256 d) private pure returns (uint256 nodes) {
        for (uint256 l = 1; l <= d; l++) {
            nodes += 2 * smaller(m, 1 << (l - 1)) - smaller(m, 1 << l);
        }
    }

    function hashes(uint256 n, uint256 d) private pure returns (uint256 nodes) {
        for (uint256 l = 0; l < d; l++) {
            nodes += smaller(n, 1 << l);
        }
        nodes += 48 - d + 1;
    }

    function smaller(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
