// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITransition} from "../../interfaces/ITransition.sol";

/// @notice One table of the state while a block runs: the records of the witness, as they are now, and those appended.
/// @dev The order of the fields is used in assembly.
struct Table {
    uint256 lengthBefore; // before the block
    uint256 length;
    uint256 appended; // where appended records (of a log: leaves) stand, side by side
    uint256 indices; // a word for each record of the witness: index << 1 | touched
    uint256 records; // 128 bytes for each of the same
    uint256 count; // of the same
    uint256 span; // 32 times the largest power of two that is at most the count; 0 of none
    uint256 field; // in the state's container
    uint256 leaves; // position of the table's leaves in the witness, in calldata
}

/// @title Records by index
/// @notice A record is a place in memory that holds as long as the block runs; 0 stands for no record. Asking whether an index
/// exists touches nothing, finding it does. As `protocol/tree/table.ts`.
library Tables {
    function has(Table memory table, uint256 index) internal pure returns (bool) {
        return index < table.length;
    }

    /// @notice The record at `index`, touched; 0 when the table is not that long. Reverts when the witness lacks it.
    function find(Table memory table, uint256 index) internal pure returns (uint256 record) {
        assembly ("memory-safe") {
            let lengthBefore := mload(table)
            switch lt(index, lengthBefore)
            case 0 {
                if lt(index, mload(add(table, 0x20))) {
                    record := add(mload(add(table, 0x40)), shl(7, sub(index, lengthBefore)))
                }
            }
            default {
                // Halves a stretch whose length is a power of two: either the first so many indices or the last.
                let indices := mload(add(table, 0x60))
                let place := indices
                let limit := add(shl(1, index), 2)
                let span := mload(add(table, 0xc0))
                if span {
                    let last := add(indices, sub(shl(5, mload(add(table, 0xa0))), span))
                    if lt(mload(last), limit) { place := last }
                    for { span := shr(1, span) } gt(span, 0x1f) { span := shr(1, span) } {
                        place := add(place, mul(span, lt(mload(add(place, span)), limit)))
                    }
                    if eq(shr(1, mload(place)), index) {
                        mstore(place, sub(limit, 1))
                        record := add(mload(add(table, 0x80)), shl(2, sub(place, indices)))
                    }
                }
            }
        }
        if (record == 0 && index < table.lengthBefore) revert ITransition.RecordMissing(table.field, index);
    }

    /// @notice Chunk 0 of the record: what identifies it in a signature; zero when there is none.
    function identity(Table memory table, uint256 index) internal pure returns (bytes32 chunk) {
        uint256 record = find(table, index);
        assembly ("memory-safe") {
            if record { chunk := mload(record) }
        }
    }

    /// @notice A new record of zeros at the end. The caller has checked that the table is not full.
    function append(Table memory table) internal pure returns (uint256 record) {
        unchecked {
            record = table.appended + ((table.length - table.lengthBefore) << 7);
            table.length++;
            assembly ("memory-safe") {
                mstore(record, 0)
                mstore(add(record, 0x20), 0)
                mstore(add(record, 0x40), 0)
                mstore(add(record, 0x60), 0)
            }
        }
    }

    /// @notice A new leaf at the end of a log.
    function appendLeaf(Table memory table, bytes32 leaf) internal pure {
        unchecked {
            uint256 cursor = table.appended + ((table.length - table.lengthBefore) << 5);
            table.length++;
            assembly ("memory-safe") {
                mstore(cursor, leaf)
            }
        }
    }
}
