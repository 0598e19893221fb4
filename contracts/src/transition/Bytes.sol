// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Reading the packed encoding from calldata
/// @notice Every function takes a position and gives the one after the value. Nothing checks for the end on the way: whoever
/// reads compares the last position with the end, once. A value outside its canonical form gives `MALFORMED`, which is past any
/// end and stays so. As `ByteReader` in `protocol/bytes.ts`.
library Bytes {
    /// @notice A position past every end; what is read there is zero.
    uint256 internal constant MALFORMED = 1 << 255;

    /// @notice LEB128, minimal, at most `max` (which is below 2^49).
    function varint(uint256 cursor, uint256 max) internal pure returns (uint256 value, uint256 next) {
        assembly ("memory-safe") {
            let word := calldataload(cursor)
            value := byte(0, word)
            next := add(cursor, 1)
            if gt(value, 0x7f) {
                value := and(value, 0x7f)
                let i := 1
                for {} 1 {} {
                    let group := byte(i, word)
                    value := or(value, shl(mul(7, i), and(group, 0x7f)))
                    i := add(i, 1)
                    if lt(group, 0x80) {
                        // A last group of zero is not minimal.
                        if iszero(group) { value := not(0) }
                        break
                    }
                    if eq(i, 7) {
                        value := not(0)
                        break
                    }
                }
                next := add(cursor, i)
            }
            if gt(value, max) { next := 0x8000000000000000000000000000000000000000000000000000000000000000 }
        }
    }

    /// @notice LEB128, minimal, a full uint64.
    function varint64(uint256 cursor) internal pure returns (uint256 value, uint256 next) {
        assembly ("memory-safe") {
            let word := calldataload(cursor)
            let i := 0
            for {} 1 {} {
                let group := byte(i, word)
                value := or(value, shl(mul(7, i), and(group, 0x7f)))
                i := add(i, 1)
                if lt(group, 0x80) {
                    if and(iszero(group), gt(i, 1)) { value := not(0) }
                    break
                }
                if eq(i, 10) {
                    value := not(0)
                    break
                }
            }
            next := add(cursor, i)
            if shr(64, value) { next := 0x8000000000000000000000000000000000000000000000000000000000000000 }
        }
    }

    function uint8At(uint256 cursor) internal pure returns (uint256 value, uint256 next) {
        assembly ("memory-safe") {
            value := byte(0, calldataload(cursor))
            next := add(cursor, 1)
        }
    }

    function uint16At(uint256 cursor) internal pure returns (uint256 value, uint256 next) {
        assembly ("memory-safe") {
            value := shr(240, calldataload(cursor))
            next := add(cursor, 2)
        }
    }

    function addressAt(uint256 cursor) internal pure returns (uint256 value, uint256 next) {
        assembly ("memory-safe") {
            value := shr(96, calldataload(cursor))
            next := add(cursor, 20)
        }
    }

    function bytes32At(uint256 cursor) internal pure returns (bytes32 value, uint256 next) {
        assembly ("memory-safe") {
            value := calldataload(cursor)
            next := add(cursor, 32)
        }
    }

    /// @notice At least one index below 2^48, strictly increasing: the first as it is, the others as distance to the one before, less
    /// one. Written to `to`, 32 bytes each; stops early past `end`.
    function increasing(uint256 cursor, uint256 end, uint256 count, uint256 to) internal pure returns (uint256) {
        unchecked {
            if (count == 0) return MALFORMED;
            uint256 next;
            for (uint256 i = 0; i < count && cursor <= end; i++) {
                uint256 distance;
                (distance, cursor) = varint(cursor, (1 << 48) - 1);
                uint256 index = next + distance;
                if (index >> 48 != 0) return MALFORMED;
                assembly ("memory-safe") {
                    mstore(add(to, shl(5, i)), index)
                }
                next = index + 1;
            }
            return cursor;
        }
    }
}
