// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Words} from "../Words.sol";
import {Attribution} from "../state/Attribution.sol";
import {State} from "../state/State.sol";
import {Limits} from "../Limits.sol";
import {Sha256} from "../tree/Sha256.sol";
import {Tables} from "../tree/Table.sol";
import {Body} from "./Body.sol";
import {OutputRecord} from "./OutputRecord.sol";

/// @title The root of an Attribute's records, which is what is signed
/// @notice `List[SignedRecord, 256]`, `SignedRecord{output, fee: uint64, shares: List[uint64, 16], contentRoots: List[Bytes32, 16]}`. As
/// `protocol/transactions/attributeRoots.ts`.
library AttributeRoots {
    /// @notice Finds all contributions that the `count` records name, and keeps where they stand.
    function recordsRoot(State memory state, uint256 record, uint256 count) internal view returns (bytes32) {
        unchecked {
            uint256 zeros = state.zeros;
            uint256 roots = Body.allocate(count + 1);
            for (uint256 i = 0; i < count; i++) {
                bytes32 contentRoots = contentRootsOf(state, record);
                bytes32 row = Sha256.hashPair(
                    Sha256.hashPair(
                        bytes32(Body.get(record, OutputRecord.OUTPUT)),
                        Words.toChunk(Body.get(record, OutputRecord.FEE))
                    ),
                    Sha256.hashPair(sharesRoot(record, zeros), contentRoots)
                );
                Body.setBytes32(roots, i, row);
                record += (OutputRecord.FIRST_SHARE + Body.get(record, OutputRecord.SHARE_COUNT)) * 32;
            }
            return Sha256.hashPair(Sha256.merkleize(roots, count, 8, zeros), Words.toChunk(count));
        }
    }

    /// @notice Root of a record's share list, computed once.
    function sharesRoot(uint256 record, uint256 zeros) internal view returns (bytes32 root) {
        root = bytes32(Body.get(record, OutputRecord.SHARES_ROOT));
        if (root != 0) return root;
        uint256 shares = record + OutputRecord.FIRST_SHARE * 32;
        root = Attribution.sharesRoot(shares, Body.get(record, OutputRecord.SHARE_COUNT), zeros);
        Body.setBytes32(record, OutputRecord.SHARES_ROOT, root);
    }

    /// @notice Root of the content roots of a record's contributions.
    function contentRootsOf(State memory state, uint256 record) private view returns (bytes32) {
        unchecked {
            uint256 count = Body.get(record, OutputRecord.SHARE_COUNT);
            uint256 chunks;
            assembly ("memory-safe") {
                chunks := mload(0x40) // used here alone
            }
            uint256 cursor = record + OutputRecord.FIRST_SHARE * 32;
            for (uint256 i = 0; i < count; i++) {
                uint256 share = Body.get(cursor, i);
                uint256 contribution = Tables.find(state.contributions, (share >> 16) & Limits.MAX_INDEX);
                Body.set(cursor, i, share | (contribution << 64));
                Body.setBytes32(chunks, i, contribution == 0 ? bytes32(0) : Words.chunk(contribution, 0));
            }
            return Sha256.hashPair(Sha256.merkleize(chunks, count, 4, state.zeros), Words.toChunk(count));
        }
    }
}
