// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransitionBase} from "./TransitionBase.sol";
import {Bytes} from "../../src/transition/Bytes.sol";

/// @notice The reader against one that takes byte after byte.
contract BytesTest is TransitionBase {
    uint256 private constant MAX_INDEX = (1 << 48) - 1;

    function read(bytes calldata packed, uint256 max) external pure returns (uint256 value, uint256 size) {
        uint256 start;
        assembly {
            start := packed.offset
        }
        (value, size) = Bytes.varint(start, max);
        size = size > start + packed.length ? 0 : size - start;
    }

    function read64(bytes calldata packed) external pure returns (uint256 value, uint256 size) {
        uint256 start;
        assembly {
            start := packed.offset
        }
        (value, size) = Bytes.varint64(start);
        size = size > start + packed.length ? 0 : size - start;
    }

    function readIncreasing(bytes calldata packed, uint256 count)
        external
        pure
        returns (uint256[] memory values, bool ok)
    {
        values = new uint256[](count);
        uint256 start;
        uint256 to;
        assembly {
            start := packed.offset
            to := add(values, 0x20)
        }
        ok = Bytes.increasing(start, start + packed.length, count, to) == start + packed.length;
    }

    function testFuzzVarintRoundTrip(uint48 value) public view {
        bytes memory packed = encode(value);
        (uint256 got, uint256 size) = this.read(abi.encodePacked(packed, hex"ffff"), MAX_INDEX);
        assertEq(got, value);
        assertEq(size, packed.length);
        (, size) = this.read(packed, value == 0 ? 0 : uint256(value) - 1);
        assertEq(size, value == 0 ? 1 : 0);
        // Not minimal: the same value with an empty group behind it.
        packed[packed.length - 1] |= 0x80;
        (, size) = this.read(abi.encodePacked(packed, hex"00"), MAX_INDEX);
        assertEq(size, 0);
    }

    function testFuzzVarint64RoundTrip(uint64 value) public view {
        bytes memory packed = encode(value);
        (uint256 got, uint256 size) = this.read64(abi.encodePacked(packed, hex"ffff"));
        assertEq(got, value);
        assertEq(size, packed.length);
        packed[packed.length - 1] |= 0x80;
        (, size) = this.read64(abi.encodePacked(packed, hex"00"));
        assertEq(size, 0);
    }

    function testFuzzAnyBytes(bytes12 noise, uint8 length) public view {
        bytes memory packed = abi.encodePacked(noise);
        assembly {
            mstore(packed, mod(length, 13))
        }
        (bool ok, uint256 expected, uint256 expectedSize) = plain(packed, 7, MAX_INDEX);
        (uint256 value, uint256 size) = this.read(packed, MAX_INDEX);
        assertEq(size, ok ? expectedSize : 0);
        if (ok) assertEq(value, expected);
        (ok, expected, expectedSize) = plain(packed, 10, type(uint64).max);
        (value, size) = this.read64(packed);
        assertEq(size, ok ? expectedSize : 0);
        if (ok) assertEq(value, expected);
    }

    function testVarintEdges() public view {
        (, uint256 size) = this.read(hex"ffffffffffff3f", MAX_INDEX);
        assertEq(size, 7);
        (, size) = this.read(hex"80808080808040", MAX_INDEX); // 2^48
        assertEq(size, 0);
        (, size) = this.read(hex"8080808080808001", MAX_INDEX);
        assertEq(size, 0);
        (, size) = this.read64(hex"ffffffffffffffffff01");
        assertEq(size, 10);
        (, size) = this.read64(hex"ffffffffffffffffff02");
        assertEq(size, 0);
        (, size) = this.read64(hex"8080808080808080808001");
        assertEq(size, 0);
    }

    function testFuzzIncreasing(uint40[5] memory distances) public view {
        bytes memory packed;
        for (uint256 i = 0; i < 5; i++) {
            packed = abi.encodePacked(packed, encode(distances[i]));
        }
        (uint256[] memory values, bool ok) = this.readIncreasing(packed, 5);
        assertTrue(ok);
        uint256 next = 0;
        for (uint256 i = 0; i < 5; i++) {
            assertEq(values[i], next + distances[i]);
            next = values[i] + 1;
        }
    }

    function testIncreasingStaysBelow2To48() public view {
        (, bool ok) = this.readIncreasing(hex"feffffffffff3f00", 2); // 2^48 - 2, 2^48 - 1
        assertTrue(ok);
        (, ok) = this.readIncreasing(hex"ffffffffffff3f00", 2);
        assertTrue(!ok);
        (, ok) = this.readIncreasing("", 0);
        assertTrue(!ok);
    }

    function encode(uint256 value) private pure returns (bytes memory packed) {
        while (value >= 0x80) {
            packed = abi.encodePacked(packed, uint8(value | 0x80));
            value >>= 7;
        }
        packed = abi.encodePacked(packed, uint8(value));
    }

    function plain(bytes memory packed, uint256 most, uint256 max)
        private
        pure
        returns (bool ok, uint256 value, uint256 size)
    {
        while (size < most && size < packed.length) {
            uint256 group = uint8(packed[size]);
            value |= (group & 0x7f) << (7 * size);
            size++;
            if (group < 0x80) return (value <= max && (group != 0 || size == 1), value, size);
        }
    }
}
