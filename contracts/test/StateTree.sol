// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice States with a withdrawals table, and proofs of its records: the plain textbook way, apart from the code under test.
library StateTree {
    struct Withdrawal {
        address recipient;
        uint64 amountGwei;
        uint48 account;
        uint64 timestamp;
    }

    function leafOf(Withdrawal memory w) internal pure returns (bytes32) {
        uint256 numbers =
            (reversed(w.amountGwei) << 192) | (reversed(uint256(w.account) + 1) << 128) | (reversed(w.timestamp) << 64);
        return pair(pair(bytes32(uint256(uint160(w.recipient)) << 96), bytes32(numbers)), pair(0, 0));
    }

    /// @notice State root of a state whose withdrawals are `leaves`, and the proof of the one at `index`. An index past the end
    /// gives the proof of an empty leaf.
    function prove(bytes32[] memory leaves, uint256 index)
        internal
        pure
        returns (bytes32 stateRoot, bytes32[] memory proof)
    {
        bytes32[] memory roots = new bytes32[](16);
        for (uint256 field = 0; field < 16; field++) {
            roots[field] = keccak256(abi.encode("field", field));
        }
        (roots[5], proof) = table(leaves, index);
        bytes32[] memory up;
        (stateRoot, up) = container(roots, 5);
        proof = joined(proof, up);
    }

    /// @notice Root of a `List[Record, 2^48]`, and the 49 siblings of one leaf.
    function table(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32 root, bytes32[] memory path) {
        path = new bytes32[](49);
        bytes32 zero = 0;
        bytes32[] memory nodes = leaves;
        uint256 position = index;
        for (uint256 level = 0; level < 48; level++) {
            path[level] = (position ^ 1) < nodes.length ? nodes[position ^ 1] : zero;
            bytes32[] memory above = new bytes32[]((nodes.length + 1) / 2);
            for (uint256 i = 0; i < above.length; i++) {
                above[i] = pair(nodes[2 * i], 2 * i + 1 < nodes.length ? nodes[2 * i + 1] : zero);
            }
            nodes = above;
            zero = pair(zero, zero);
            position >>= 1;
        }
        path[48] = bytes32(reversed(leaves.length) << 192);
        root = pair(nodes.length == 0 ? zero : nodes[0], path[48]);
    }

    /// @notice Root over 16 fields, and the 4 siblings of one.
    function container(bytes32[] memory nodes, uint256 field)
        internal
        pure
        returns (bytes32 root, bytes32[] memory path)
    {
        path = new bytes32[](4);
        for (uint256 level = 0; level < 4; level++) {
            path[level] = nodes[field ^ 1];
            bytes32[] memory above = new bytes32[](nodes.length / 2);
            for (uint256 i = 0; i < above.length; i++) {
                above[i] = pair(nodes[2 * i], nodes[2 * i + 1]);
            }
            nodes = above;
            field >>= 1;
        }
        root = nodes[0];
    }

    function joined(bytes32[] memory lower, bytes32[] memory upper) internal pure returns (bytes32[] memory all) {
        all = new bytes32[](lower.length + upper.length);
        for (uint256 i = 0; i < all.length; i++) {
            all[i] = i < lower.length ? lower[i] : upper[i - lower.length];
        }
    }

    function pair(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encode(left, right));
    }

    /// @notice The eight bytes of a uint64 in reverse order.
    function reversed(uint256 value) internal pure returns (uint256 result) {
        for (uint256 i = 0; i < 8; i++) {
            result = (result << 8) | ((value >> (8 * i)) & 0xff);
        }
    }
}
