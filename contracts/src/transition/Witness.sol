// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITransition} from "../interfaces/ITransition.sol";
import {Limits} from "./Limits.sol";
import {Meter} from "./Meter.sol";
import {Words} from "./Words.sol";
import {State, States} from "./state/State.sol";
import {Attribute} from "./transactions/Attribute.sol";
import {Fold} from "./tree/Fold.sol";
import {Sha256} from "./tree/Sha256.sol";
import {Table} from "./tree/Table.sol";

/// @title The witness of a block
/// @notice From its bytes to records in memory, and from these to the state's roots before and after. Spec:
/// docs/spec/faults.md#the-witness.
library Witness {
    /// @notice System record, six lengths of 6 bytes, six counts of 2.
    uint256 private constant HEAD_BYTES = Limits.RECORD_BYTES + 6 * 6 + 6 * 2;
    uint256 private constant LEAF_BYTES = 6 + Limits.RECORD_BYTES;
    /// @notice Fewest bytes of content or message that append a record, per table: nothing shorter decodes.
    uint256 private constant CONTRIBUTION_BYTES = 36;
    uint256 private constant OTHER_BYTES = 80;
    /// @notice What the meter counts at least for an attribution. The shortest has a byte, so that bytes alone would ask for much room.
    uint256 private constant ATTRIBUTION_GAS =
        Limits.GAS_PER_LEAF + Attribute.HASHES_PER_RECORD * Limits.GAS_PER_HASH / 2;

    /// @notice The state as the witness gives it. `packed` is how many bytes of content and messages there are, `messages` how many
    /// messages: they bound what can be appended, for which room is kept. Returns also where the nodes start.
    function read(bytes calldata witness, uint256 packed, uint256 messages)
        internal
        view
        returns (State memory state, uint256 nodes)
    {
        unchecked {
            if (witness.length < HEAD_BYTES) revert ITransition.WitnessLength();
            uint256 cursor;
            assembly ("memory-safe") {
                cursor := witness.offset
            }
            uint256 end = cursor + witness.length;
            state.zeros = Sha256.zeroHashes();
            state.verdicts = new bytes(mostItems(packed) + messages);
            state.system = allocate(Limits.RECORD_BYTES);
            copy(state.system, cursor, Limits.RECORD_BYTES);
            uint256 leaves = cursor + HEAD_BYTES;
            for (uint256 field = 0; field < States.TABLES; field++) {
                Table memory table = States.table(state, field);
                table.field = field;
                uint256 length = number(cursor + Limits.RECORD_BYTES + 6 * field, 6);
                table.lengthBefore = length;
                table.length = length;
                uint256 count = number(cursor + Limits.RECORD_BYTES + 6 * States.TABLES + 2 * field, 2);
                if (count != 0 && field > 3) revert ITransition.WitnessTable(field);
                table.count = count;
                table.leaves = leaves;
                leaves += count * LEAF_BYTES;
                if (leaves > end) revert ITransition.WitnessLength();
                readLeaves(table);
            }
            assembly ("memory-safe") {
                mstore(mload(add(state, 0x120)), 0) // no verdicts yet
            }
            reserve(state, packed, messages);
            return (state, leaves);
        }
    }

    /// @notice Roots of the state before and after, once the block has run. `nodes` is where the nodes start, `end` where the witness
    /// ends. Reverts when a record was not touched, or the nodes are not as many as it takes.
    function roots(State memory state, uint256 nodes, uint256 end, bytes32 systemBefore)
        internal
        view
        returns (bytes32 rootBefore, bytes32 rootAfter)
    {
        unchecked {
            uint256 fields = allocate(16 * 32);
            for (uint256 field = 0; field < States.TABLES; field++) {
                bytes32 before_;
                bytes32 after_;
                (before_, after_, nodes) = Fold.roots(States.table(state, field), nodes, state.zeros);
                Words.setChunk(fields, field, before_);
                Words.setChunk(fields, 8 + field, after_);
            }
            if (nodes != end) revert ITransition.WitnessLength();
            Words.setChunk(fields, 6, systemBefore);
            Words.setChunk(fields, 7, 0);
            Words.setChunk(fields, 8 + 6, Sha256.hashRecord(state.system));
            Words.setChunk(fields, 8 + 7, 0);
            // The container's other eight fields are zero.
            bytes32 unused = Words.chunk(state.zeros, 3);
            rootBefore = Sha256.hashPair(Sha256.merkleize(fields, 8, 3, state.zeros), unused);
            rootAfter = Sha256.hashPair(Sha256.merkleize(fields + 8 * 32, 8, 3, state.zeros), unused);
        }
    }

    /// @notice Records to memory, and a word with each one's index.
    function readLeaves(Table memory table) private pure {
        unchecked {
            uint256 count = table.count;
            uint256 indices = allocate(count * 32);
            uint256 record = allocate(count * Limits.RECORD_BYTES);
            (table.indices, table.records) = (indices, record);
            if (count != 0) table.span = 32 << (Meter.ceilLog2(count + 1) - 1);
            uint256 cursor = table.leaves;
            uint256 least = 0;
            for (uint256 i = 0; i < count; i++) {
                uint256 index = number(cursor, 6);
                if (index < least || index >= table.lengthBefore) revert ITransition.WitnessOrder(table.field);
                least = index + 1;
                assembly ("memory-safe") {
                    mstore(indices, shl(1, index))
                }
                copy(record, cursor + 6, Limits.RECORD_BYTES);
                cursor += LEAF_BYTES;
                indices += 32;
                record += Limits.RECORD_BYTES;
            }
        }
    }

    /// @notice Room for appended records; it costs nothing before it is used.
    function reserve(State memory state, uint256 packed, uint256 messages) private pure {
        unchecked {
            uint256 others = (packed / OTHER_BYTES + messages) * Limits.RECORD_BYTES;
            uint256 attributions =
                (Limits.METER_GAS + messages * Limits.FORCED_WEIGHT * Limits.GAS_PER_WEIGHT) / ATTRIBUTION_GAS;
            if (attributions > mostItems(packed)) attributions = mostItems(packed);
            uint256 contributions = packed / CONTRIBUTION_BYTES;
            state.accounts.appended = allocate(others);
            state.datanets.appended = allocate(others);
            state.models.appended = allocate(others);
            state.withdrawals.appended = allocate(others);
            state.attributions.appended = allocate(attributions * 32);
            state.contributions.appended = allocate(contributions * Limits.RECORD_BYTES);
        }
    }

    /// @notice At least as many as transactions of `packed` bytes have verdicts, their items' included. The most for its bytes has a forced
    /// AttributeCommitted of 256 records: 257 in 348 bytes.
    function mostItems(uint256 packed) private pure returns (uint256) {
        unchecked {
            return (packed * 3) / 4;
        }
    }

    function allocate(uint256 size) private pure returns (uint256 cursor) {
        assembly ("memory-safe") {
            cursor := mload(0x40)
            mstore(0x40, add(cursor, size))
        }
    }

    function copy(uint256 to, uint256 from, uint256 size) private pure {
        assembly ("memory-safe") {
            calldatacopy(to, from, size)
        }
    }

    /// @notice Big-endian number of `size` bytes in calldata.
    function number(uint256 cursor, uint256 size) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, size)), calldataload(cursor))
        }
    }
}
