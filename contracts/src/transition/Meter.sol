// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Limits} from "./Limits.sol";
import {State, States} from "./state/State.sol";

/// @title Worst case of one transaction, as a sum of these
/// @notice Existing leaves it may touch, records it may append, per table, and nodes hashed once, outside the tables. 16 bits for
/// each table's count, at bit 16 x field and at bit 96 + 16 x field.
library Bounds {
    uint256 internal constant NAMED_ACCOUNT = 1;
    uint256 internal constant NAMED_DATANET = 1 << 16;
    uint256 internal constant NAMED_CONTRIBUTION = 1 << 32;
    uint256 internal constant NAMED_MODEL = 1 << 48;
    uint256 internal constant APPENDED_ACCOUNT = 1 << 96;
    uint256 internal constant APPENDED_DATANET = 1 << 112;
    uint256 internal constant APPENDED_CONTRIBUTION = 1 << 128;
    uint256 internal constant APPENDED_MODEL = 1 << 144;
    uint256 internal constant APPENDED_ATTRIBUTION = 1 << 160;
    uint256 internal constant APPENDED_WITHDRAWAL = 1 << 176;
    uint256 internal constant HASH = 1 << 192;
}

/// @notice The block so far. Per table four words: depth, length before the block, named, appended.
struct MeterState {
    uint256 tables; // six times four words in memory
    uint256 bytes_;
    uint256 gas_;
}

/// @title What proving a block may cost at worst
/// @notice As `protocol/meter.ts`, its sums in closed form. Spec: docs/spec/blocks.md#the-meter.
library Meter {
    /// @notice Starts a block; `inboxWeight` is of the messages it consumes.
    function start(State memory state, uint256 inboxWeight) internal pure returns (MeterState memory meter) {
        unchecked {
            uint256 cursor;
            assembly ("memory-safe") {
                cursor := mload(0x40)
                mstore(0x40, add(cursor, 0x300))
            }
            meter.tables = cursor;
            for (uint256 field = 0; field < States.TABLES; field++) {
                uint256 length = States.table(state, field).lengthBefore;
                uint256 depth = depthOf(length);
                uint256 named = field == 0 ? 1 : 0; // the fee account
                assembly ("memory-safe") {
                    mstore(cursor, depth)
                    mstore(add(cursor, 0x20), length)
                    mstore(add(cursor, 0x40), named)
                    mstore(add(cursor, 0x60), 0)
                    cursor := add(cursor, 0x80)
                }
            }
            meter.bytes_ = Limits.METER_BASE_BYTES + inboxWeight;
            meter.gas_ = Limits.METER_BASE_GAS + inboxWeight * Limits.GAS_PER_WEIGHT;
        }
    }

    /// @notice Counts a transaction in; whether the block stays within the limits. After a refusal the meter is of no more use.
    function add(MeterState memory meter, uint256 bound, uint256 packedBytes) internal pure returns (bool) {
        unchecked {
            uint256 counts = bound;
            uint256 mentions;
            uint256 cursor = meter.tables;
            for (uint256 last = cursor + 0x300; cursor < last; cursor += 0x80) {
                assembly ("memory-safe") {
                    let named := and(counts, 0xffff)
                    let appended := and(shr(96, counts), 0xffff)
                    mstore(add(cursor, 0x40), add(mload(add(cursor, 0x40)), named))
                    mstore(add(cursor, 0x60), add(mload(add(cursor, 0x60)), appended))
                    mentions := add(mentions, add(named, appended))
                    counts := shr(16, counts)
                }
            }
            meter.bytes_ += packedBytes;
            meter.gas_ += Limits.GAS_PER_TRANSACTION + mentions * Limits.GAS_PER_LEAF + (bound >> 192)
            * (Limits.GAS_PER_HASH / 2);
            (uint256 bytes_, uint256 gas_) = reading(meter);
            return bytes_ <= Limits.METER_BYTES && gas_ <= Limits.METER_GAS;
        }
    }

    /// @notice Witness bytes and host gas of the block so far.
    function reading(MeterState memory meter) internal pure returns (uint256 bytes_, uint256 gas_) {
        unchecked {
            (bytes_, gas_) = (meter.bytes_, meter.gas_);
            uint256 cursor = meter.tables;
            for (uint256 last = cursor + 0x300; cursor < last; cursor += 0x80) {
                uint256 depth;
                uint256 leaves;
                uint256 appended;
                assembly ("memory-safe") {
                    depth := mload(cursor)
                    leaves := mload(add(cursor, 0x40))
                    appended := mload(add(cursor, 0x60))
                    // More distinct leaves than the table had before the block cannot be in its witness.
                    let length := mload(add(cursor, 0x20))
                    if gt(leaves, length) { leaves := length }
                }
                if (leaves == 0 && appended == 0) continue;
                uint256 frontier = appended > 0 ? depth : 0;
                bytes_ += 32 * (siblingBound(leaves, depth) + frontier) + Limits.RECORD_BYTES * leaves;
                gas_ += Limits.GAS_PER_HASH * (hashBound(leaves + appended, depth) + 3 * (leaves + appended));
            }
        }
    }

    /// @notice Levels of a table's tree that may hold anything but zeros in a block that starts at `length`.
    function depthOf(uint256 length) internal pure returns (uint256 depth) {
        unchecked {
            depth = ceilLog2(length + Limits.METER_HEADROOM);
            if (depth > Limits.TABLE_DEPTH) depth = Limits.TABLE_DEPTH;
        }
    }

    /// @notice Sibling nodes of `m` leaves in a tree of `d` levels, at worst: sum over l = 1..d of 2 min(m, 2^(l-1)) - min(m, 2^l).
    function siblingBound(uint256 m, uint256 d) internal pure returns (uint256) {
        unchecked {
            uint256 p = ceilLog2(m);
            return m == 0 || p > d ? 0 : (1 << p) - m + (d - p) * m;
        }
    }

    /// @notice Nodes hashed from `n` leaves to the table's root, at worst: sum over l = 0..d-1 of min(n, 2^l), the levels above `d`, and
    /// the length.
    function hashBound(uint256 n, uint256 d) internal pure returns (uint256) {
        unchecked {
            uint256 p = ceilLog2(n);
            if (p > d) p = d;
            uint256 varying = n == 0 ? 0 : (1 << p) - 1 + (d - p) * n;
            return varying + (Limits.TABLE_DEPTH - d) + 1;
        }
    }

    /// @notice The smallest p with 2^p >= n, for n below 2^64; 0 for 0.
    function ceilLog2(uint256 n) internal pure returns (uint256 p) {
        assembly ("memory-safe") {
            if gt(n, 1) {
                n := sub(n, 1)
                p := shl(5, gt(n, 0xffffffff))
                p := or(p, shl(4, gt(shr(p, n), 0xffff)))
                p := or(p, shl(3, gt(shr(p, n), 0xff)))
                p := or(p, shl(2, gt(shr(p, n), 0xf)))
                p := or(p, shl(1, gt(shr(p, n), 3)))
                p := add(or(p, gt(shr(p, n), 1)), 1)
            }
        }
    }
}
