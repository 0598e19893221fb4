// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITransition} from "../../interfaces/ITransition.sol";
import {Limits} from "../Limits.sol";
import {Words} from "../Words.sol";
import {Sha256} from "./Sha256.sol";
import {Table} from "./Table.sol";

/// @title Roots of a table before and after a block, in one pass
/// @notice The leaves that the block touched or appended are carried up 48 levels; siblings come from the witness, or are zero past
/// the table's length before the block. Nothing is hashed twice: a node that no write changed has one root, and one that lies past
/// the old length was zero. Spec: docs/spec/faults.md#the-witness.
library Fold {
    /// @notice Carried nodes of one level, by increasing position: three arrays of `size` bytes each, one behind the other.
    struct Carried {
        uint256 positions; // a word each: position << 1 | changed; behind the last one a word of ones
        uint256 size; // bytes from the positions to the roots before, and from these to the roots after
        uint256 last; // end of the positions
    }

    /// @notice Roots of `table` before and after the block. `nodes` is where its nodes start in the witness, in calldata; the
    /// position after them is returned.
    function roots(Table memory table, uint256 nodes, uint256 zeros)
        internal
        view
        returns (bytes32 rootBefore, bytes32 rootAfter, uint256 next)
    {
        unchecked {
            bytes32 before_;
            if (table.count == 0 && table.length == table.lengthBefore) {
                assembly ("memory-safe") {
                    before_ := calldataload(nodes)
                }
                rootBefore = Sha256.hashPair(before_, Words.toChunk(table.length));
                return (rootBefore, rootBefore, nodes + 32);
            }
            uint256 changed;
            bytes32 after_;
            Carried memory carried = carry(table);
            next = fold(carried, table.lengthBefore, nodes, zeros);
            (uint256 positions, uint256 size) = (carried.positions, carried.size);
            assembly ("memory-safe") {
                changed := mload(positions)
                before_ := mload(add(positions, size))
                after_ := mload(add(positions, shl(1, size)))
                mstore(0x40, positions) // what follows is not needed any more
            }
            rootBefore = Sha256.hashPair(before_, Words.toChunk(table.lengthBefore));
            rootAfter = changed == 0 ? rootBefore : Sha256.hashPair(after_, Words.toChunk(table.length));
        }
    }

    /// @notice The leaves: level 0.
    function carry(Table memory table) private view returns (Carried memory carried) {
        unchecked {
            uint256 appended = table.length - table.lengthBefore;
            uint256 positions;
            assembly ("memory-safe") {
                positions := mload(0x40)
            }
            uint256 size = (table.count + appended + 1) << 5;
            assembly ("memory-safe") {
                mstore(0x40, add(positions, mul(3, size)))
            }
            (carried.positions, carried.size, carried.last) = (positions, size, positions + size - 32);
            touchedLeaves(table, positions, size);
            positions += table.count << 5;
            for (uint256 i = 0; i < appended; i++) {
                bytes32 leaf;
                if (table.field == 4) {
                    uint256 cursor = table.appended + (i << 5);
                    assembly ("memory-safe") {
                        leaf := mload(cursor)
                    }
                } else {
                    leaf = Sha256.hashRecord(table.appended + (i << 7));
                }
                uint256 position = ((table.lengthBefore + i) << 1) | 1;
                assembly ("memory-safe") {
                    mstore(positions, position)
                    mstore(add(positions, size), 0)
                    mstore(add(positions, shl(1, size)), leaf)
                }
                positions += 32;
            }
        }
    }

    /// @notice Records of the witness: as they were, from calldata, and as they are now. Reverts for one that was not touched.
    function touchedLeaves(Table memory table, uint256 to, uint256 size) private view {
        unchecked {
            uint256 leaf = table.leaves;
            uint256 indices = table.indices;
            uint256 last = indices + (table.count << 5);
            uint256 record = table.records;
            uint256 old;
            assembly ("memory-safe") {
                old := mload(0x40) // the leaf as it stands in the witness: index (6 bytes), record
            }
            for (; indices < last; indices += 32) {
                uint256 word;
                uint256 same;
                assembly ("memory-safe") {
                    word := mload(indices)
                    calldatacopy(old, add(leaf, 6), 0x80)
                    same := and(
                        and(eq(mload(old), mload(record)), eq(mload(add(old, 0x20)), mload(add(record, 0x20)))),
                        and(
                            eq(mload(add(old, 0x40)), mload(add(record, 0x40))),
                            eq(mload(add(old, 0x60)), mload(add(record, 0x60)))
                        )
                    )
                }
                if (word & 1 == 0) revert ITransition.RecordUntouched(table.field, word >> 1);
                bytes32 before_ = Sha256.hashRecord(old);
                bytes32 after_ = same != 0 ? before_ : Sha256.hashRecord(record);
                assembly ("memory-safe") {
                    mstore(to, sub(word, same)) // the flag of being touched becomes that of having changed
                    mstore(add(to, size), before_)
                    mstore(add(to, shl(1, size)), after_)
                }
                to += 32;
                record += Limits.RECORD_BYTES;
                leaf += 6 + Limits.RECORD_BYTES;
            }
        }
    }

    /// @notice Carries the nodes up to level 48, in place. Returns the position after the nodes it took from the witness.
    function fold(Carried memory carried, uint256 lengthBefore, uint256 nodes, uint256 zeros)
        private
        view
        returns (uint256 next)
    {
        assembly ("memory-safe") {
            // Few variables fit the stack: until the end, carried is the end of the positions, and next where they are told.
            let size := mload(add(carried, 0x20))
            let level := 1
            next := carried
            carried := mload(add(carried, 0x40))
            // From level - 1, whose zero hash is at zeros, to level.
            for {} lt(level, 49) { level := add(level, 1) } {
                let to := mload(next)
                if and(lt(mload(to), 2), eq(carried, add(to, 0x20))) {
                    // One node is left, the first of its level: nothing but zeros once it covers all that was there.
                    if iszero(lt(shl(sub(level, 1), 1), lengthBefore)) { break }
                }
                mstore(carried, not(0))
                for { let from := to } lt(from, carried) { from := add(from, 0x20) } {
                    let node := mload(from)
                    let wasThere := lt(shl(level, shr(2, node)), lengthBefore)
                    switch eq(shr(1, xor(node, mload(add(from, 0x20)))), 1)
                    case 1 {
                        // Both children are carried and stand side by side.
                        node := or(node, mload(add(from, 0x20)))
                        switch wasThere
                        case 0 { mstore(add(to, size), mload(add(zeros, 0x20))) }
                        default { pop(staticcall(gas(), 2, add(from, size), 0x40, add(to, size), 0x20)) }
                        switch and(node, 1)
                        case 0 { mstore(add(to, shl(1, size)), mload(add(to, size))) }
                        default {
                            pop(staticcall(gas(), 2, add(from, shl(1, size)), 0x40, add(to, shl(1, size)), 0x20))
                        }
                        from := add(from, 0x20)
                    }
                    default {
                        let side := shl(4, and(node, 2)) // 0 of a left child, 32 of a right one
                        switch lt(shl(sub(level, 1), xor(shr(1, node), 1)), lengthBefore)
                        case 0 { mstore(sub(0x20, side), mload(zeros)) }
                        default {
                            mstore(sub(0x20, side), calldataload(nodes))
                            nodes := add(nodes, 0x20)
                        }
                        switch wasThere
                        case 0 { mstore(add(to, size), mload(add(zeros, 0x20))) }
                        default {
                            mstore(side, mload(add(from, size)))
                            pop(staticcall(gas(), 2, 0, 0x40, add(to, size), 0x20))
                        }
                        switch and(node, 1)
                        case 0 { mstore(add(to, shl(1, size)), mload(add(to, size))) }
                        default {
                            mstore(side, mload(add(from, shl(1, size))))
                            pop(staticcall(gas(), 2, 0, 0x40, add(to, shl(1, size)), 0x20))
                        }
                    }
                    mstore(to, or(and(shr(1, node), not(1)), and(node, 1)))
                    to := add(to, 0x20)
                }
                carried := to
                zeros := add(zeros, 0x20)
            }
            foldZeros(mload(next), size, sub(49, level), lengthBefore, zeros)
            next := nodes

            // The rest of the way all siblings are zero hashes.
            function foldZeros(position, stride, levels, wasThere, zero) {
                let last := add(zero, shl(5, levels))
                let root := add(position, stride)
                switch wasThere
                case 0 { mstore(root, mload(last)) }
                default {
                    mstore(0, mload(root))
                    for { let z := zero } lt(z, last) { z := add(z, 0x20) } {
                        mstore(0x20, mload(z))
                        pop(staticcall(gas(), 2, 0, 0x40, 0, 0x20))
                    }
                    mstore(root, mload(0))
                }
                root := add(root, stride)
                if and(mload(position), 1) {
                    mstore(0, mload(root))
                    for {} lt(zero, last) { zero := add(zero, 0x20) } {
                        mstore(0x20, mload(zero))
                        pop(staticcall(gas(), 2, 0, 0x40, 0, 0x20))
                    }
                    mstore(root, mload(0))
                }
            }
        }
    }
}
