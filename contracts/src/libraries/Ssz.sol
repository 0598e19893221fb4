// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Params} from "../Params.sol";

/// @title SSZ hashing with SHA-256
/// @notice A record is four chunks, a table a `List[Record, 2^48]`, the state a container of 16 tables. So a record has one
/// path to the state root, of one length: nothing about its shape is left to the prover.
library Ssz {
    /// @notice Siblings in a proof of one record: the table, its length, the state container.
    uint256 internal constant RECORD_PROOF_LENGTH = Params.TABLE_DEPTH + 1 + Params.STATE_DEPTH;

    function hashPair(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(left, right));
    }

    /// @notice `hash_tree_root` of a record, a container of four chunks.
    function recordRoot(bytes32 chunk0, bytes32 chunk1, bytes32 chunk2, bytes32 chunk3)
        internal
        pure
        returns (bytes32)
    {
        return hashPair(hashPair(chunk0, chunk1), hashPair(chunk2, chunk3));
    }

    function rootOf(bytes32[4] calldata record) internal pure returns (bytes32) {
        return recordRoot(record[0], record[1], record[2], record[3]);
    }

    /// @notice Four uint64 as one chunk (`Vector[uint64, 4]`), each little-endian.
    function uint64Chunk(uint64 a, uint64 b, uint64 c, uint64 d) internal pure returns (bytes32) {
        return bytes32(abi.encodePacked(littleEndian(a), littleEndian(b), littleEndian(c), littleEndian(d)));
    }

    /// @notice Word `index` of a chunk of four uint64.
    function uint64At(bytes32 chunk, uint256 index) internal pure returns (uint64) {
        return uint64(littleEndian(uint64(uint256(chunk) >> (192 - 64 * index))));
    }

    function littleEndian(uint64 value) internal pure returns (bytes8) {
        value = ((value & 0xff00ff00ff00ff00) >> 8) | ((value & 0x00ff00ff00ff00ff) << 8);
        value = ((value & 0xffff0000ffff0000) >> 16) | ((value & 0x0000ffff0000ffff) << 16);
        return bytes8((value >> 32) | (value << 32));
    }

    /// @notice State root that record `leaf` at `index` of table `field` gives with `proof`: siblings bottom up, 48 levels of
    /// the table, the table's length, 4 levels of the container. The caller checks the proof's length.
    function stateRootOf(bytes32 leaf, uint256 index, uint256 field, bytes32[] calldata proof)
        internal
        pure
        returns (bytes32)
    {
        // The index, then 0 since the length is on the right, then the field.
        return climb(leaf, index | (field << (Params.TABLE_DEPTH + 1)), proof);
    }

    /// @notice The root that `node` gives with `proof`: bit `level` of the path says that it is a right child there.
    function climb(bytes32 node, uint256 path, bytes32[] calldata proof) internal pure returns (bytes32) {
        for (uint256 level = 0; level < proof.length; level++) {
            bool isRight = (path >> level) & 1 == 1;
            node = isRight ? hashPair(proof[level], node) : hashPair(node, proof[level]);
        }
        return node;
    }
}
