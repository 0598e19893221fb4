// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Words} from "../Words.sol";
import {Sha256} from "../tree/Sha256.sol";

/// @title Attributions: a log of record roots
/// @notice As `protocol/state/attribution.ts`.
library Attribution {
    /// @notice Root of a record's `count` shares at `shares`: `List[uint64, 16]`, a share `contribution << 16 | weight` in the low 64 bits
    /// of a word.
    function sharesRoot(uint256 shares, uint256 count, uint256 zeros) internal view returns (bytes32) {
        unchecked {
            uint256 chunks;
            assembly ("memory-safe") {
                chunks := mload(0x40) // four chunks and one more, used here alone
            }
            uint256 used = (count + 3) >> 2;
            for (uint256 i = 0; i < used; i++) {
                uint256 chunk;
                uint256 left = count - 4 * i;
                assembly ("memory-safe") {
                    chunk := and(mload(shares), 0xffffffffffffffff)
                    if gt(left, 1) {
                        chunk := or(chunk, shl(64, and(mload(add(shares, 0x20)), 0xffffffffffffffff)))
                        if gt(left, 2) {
                            chunk := or(chunk, shl(128, and(mload(add(shares, 0x40)), 0xffffffffffffffff)))
                            if gt(left, 3) { chunk := or(chunk, shl(192, mload(add(shares, 0x60)))) }
                        }
                    }
                    shares := add(shares, 0x80)
                }
                Words.setChunk(chunks, i, bytes32(Words.reverse(chunk)));
            }
            return Sha256.hashPair(Sha256.merkleize(chunks, used, 2, zeros), Words.toChunk(count));
        }
    }

    /// @notice `hash_tree_root` of a record.
    function leaf(bytes32 output, bytes32 evidenceRoot, bytes32 detail, bytes32 sharesRoot_)
        internal
        view
        returns (bytes32)
    {
        return Sha256.hashPair(Sha256.hashPair(output, evidenceRoot), Sha256.hashPair(detail, sharesRoot_));
    }
}
