// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title SHA-256 of nodes in memory
/// @notice SSZ's merkleization with the precompile, in place. The calls' success need not be looked at: a call gets all gas but a
/// 64th, and the precompile takes 84, so when it fails for want of gas, 1 gas is left at most, and the next instruction ends
/// everything. As `protocol/tree/merkleize.ts` and `zeroHashes.ts`.
library Sha256 {
    /// @notice Words that `zeroHashes` writes: levels 0 to 48.
    uint256 internal constant ZERO_HASHES = 49;

    function hashPair(bytes32 left, bytes32 right) internal view returns (bytes32 node) {
        assembly ("memory-safe") {
            mstore(0, left)
            mstore(0x20, right)
            pop(staticcall(gas(), 2, 0, 0x40, 0, 0x20))
            node := mload(0)
        }
    }

    /// @notice `hash_tree_root` of four chunks in memory.
    function hashRecord(uint256 record) internal view returns (bytes32 node) {
        assembly ("memory-safe") {
            pop(staticcall(gas(), 2, record, 0x40, 0, 0x20))
            pop(staticcall(gas(), 2, add(record, 0x40), 0x40, 0x20, 0x20))
            pop(staticcall(gas(), 2, 0, 0x40, 0, 0x20))
            node := mload(0)
        }
    }

    /// @notice Writes the roots of empty subtrees of 0 to 48 levels to new memory.
    function zeroHashes() internal view returns (uint256 zeros) {
        assembly ("memory-safe") {
            zeros := mload(0x40)
            mstore(zeros, 0)
            let cursor := zeros
            for { let last := add(zeros, mul(32, 48)) } lt(cursor, last) { cursor := add(cursor, 0x20) } {
                mstore(0, mload(cursor))
                mstore(0x20, mload(cursor))
                pop(staticcall(gas(), 2, 0, 0x40, add(cursor, 0x20), 0x20))
            }
            mstore(0x40, add(cursor, 0x20))
        }
    }

    /// @notice Root of `count` chunks at `nodes` as a tree of `depth` levels, padded with zero chunks. Overwrites them, and one word
    /// behind them.
    function merkleize(uint256 nodes, uint256 count, uint256 depth, uint256 zeros)
        internal
        view
        returns (bytes32 root)
    {
        assembly ("memory-safe") {
            for { let level := 0 } lt(level, depth) { level := add(level, 1) } {
                if and(count, 1) {
                    mstore(add(nodes, shl(5, count)), mload(add(zeros, shl(5, level))))
                }
                count := shr(1, add(count, 1))
                let last := add(nodes, shl(5, count))
                let from := nodes
                for { let to := nodes } lt(to, last) { to := add(to, 0x20) } {
                    pop(staticcall(gas(), 2, from, 0x40, to, 0x20))
                    from := add(from, 0x40)
                }
            }
            switch count
            case 0 { root := mload(add(zeros, shl(5, depth))) }
            default { root := mload(nodes) }
        }
    }
}
