// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Fields of a record in memory
/// @notice A record is 128 bytes: four chunks of 32, or 16 words of 64 bits, little-endian. `record` is where it stands in memory.
/// Sums wrap at 2^64, as in `protocol/tree/table.ts`; money never comes near.
library Words {
    /// @notice The eight bytes of a uint64 in reverse order; what is above 64 bits must be zero.
    function swap(uint256 value) internal pure returns (uint256 swapped) {
        assembly ("memory-safe") {
            swapped := or(shr(8, and(value, 0xff00ff00ff00ff00)), shl(8, and(value, 0x00ff00ff00ff00ff)))
            swapped := or(shr(16, and(swapped, 0xffff0000ffff0000)), shl(16, and(swapped, 0x0000ffff0000ffff)))
            swapped := or(shr(32, swapped), shl(32, and(swapped, 0xffffffff)))
        }
    }

    /// @notice All 32 bytes in reverse order: four numbers, the first in the lowest bits, become a chunk.
    function reverse(uint256 value) internal pure returns (uint256) {
        unchecked {
            uint256 mask = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
            value = ((value >> 8) & mask) | ((value & mask) << 8);
            mask = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
            value = ((value >> 16) & mask) | ((value & mask) << 16);
            mask = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
            value = ((value >> 32) & mask) | ((value & mask) << 32);
            mask = 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
            value = ((value >> 64) & mask) | ((value & mask) << 64);
            return (value >> 128) | (value << 128);
        }
    }

    /// @notice A number as a little-endian chunk.
    function toChunk(uint256 value) internal pure returns (bytes32) {
        return bytes32(swap(value) << 192);
    }

    /// @notice Four numbers, each below 2^64, as a chunk.
    function chunkOf(uint256 a, uint256 b, uint256 c, uint256 d) internal pure returns (bytes32) {
        return bytes32(reverse(a | (b << 64) | (c << 128) | (d << 192)));
    }

    /// @notice The eight bytes of word `field` as they stand, for comparisons that need no number.
    function raw(uint256 record, uint256 field) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(192, mload(add(record, shl(3, field))))
        }
    }

    function get(uint256 record, uint256 field) internal pure returns (uint256) {
        return swap(raw(record, field));
    }

    /// @notice Writes the low 64 bits of `value`.
    function set(uint256 record, uint256 field, uint256 value) internal pure {
        value = swap(value & type(uint64).max);
        assembly ("memory-safe") {
            let cursor := add(record, shl(3, field))
            mstore(cursor, or(shl(192, value), shr(64, shl(64, mload(cursor)))))
        }
    }

    function add(uint256 record, uint256 field, uint256 amount) internal pure {
        unchecked {
            set(record, field, get(record, field) + amount);
        }
    }

    /// @notice Adds `amount`, below 2^64, to two words at once, of which the second lies behind the first.
    function addTwice(uint256 record, uint256 first, uint256 second, uint256 amount) internal pure {
        assembly ("memory-safe") {
            first := add(record, shl(3, first))
            second := add(record, shl(3, second))
            // The two words as lanes of 128 bits, swapped together.
            let a := mload(first)
            let lanes := or(shl(128, shr(192, a)), shr(192, mload(second)))
            lanes := or(
                shr(8, and(lanes, 0xff00ff00ff00ff000000000000000000ff00ff00ff00ff00)),
                shl(8, and(lanes, 0x00ff00ff00ff00ff000000000000000000ff00ff00ff00ff))
            )
            lanes := or(
                shr(16, and(lanes, 0xffff0000ffff00000000000000000000ffff0000ffff0000)),
                shl(16, and(lanes, 0x0000ffff0000ffff00000000000000000000ffff0000ffff))
            )
            lanes := or(
                shr(32, and(lanes, 0xffffffff000000000000000000000000ffffffff00000000)),
                shl(32, and(lanes, 0x00000000ffffffff000000000000000000000000ffffffff))
            )
            lanes := add(lanes, or(amount, shl(128, amount)))
            lanes := or(
                shr(8, and(lanes, 0xff00ff00ff00ff000000000000000000ff00ff00ff00ff00)),
                shl(8, and(lanes, 0x00ff00ff00ff00ff000000000000000000ff00ff00ff00ff))
            )
            lanes := or(
                shr(16, and(lanes, 0xffff0000ffff00000000000000000000ffff0000ffff0000)),
                shl(16, and(lanes, 0x0000ffff0000ffff00000000000000000000ffff0000ffff))
            )
            // What the first lane carries out of its 64 bits is left behind by the masks.
            lanes := or(
                shr(32, and(lanes, 0xffffffff000000000000000000000000ffffffff00000000)),
                shl(32, and(lanes, 0x00000000ffffffff000000000000000000000000ffffffff))
            )
            mstore(first, or(shl(192, shr(128, lanes)), shr(64, shl(64, a))))
            mstore(second, or(shl(192, lanes), shr(64, shl(64, mload(second)))))
        }
    }

    function subtract(uint256 record, uint256 field, uint256 amount) internal pure {
        unchecked {
            set(record, field, get(record, field) - amount);
        }
    }

    function chunk(uint256 record, uint256 position) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := mload(add(record, shl(5, position)))
        }
    }

    function setChunk(uint256 record, uint256 position, bytes32 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, shl(5, position)), value)
        }
    }
}
