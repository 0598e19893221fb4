// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The part of forge's cheat codes that these tests use.
interface Cheats {
    function assume(bool condition) external pure;
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function expectRevert(bytes calldata revertData) external;
}

/// @notice Assertions and slow but plain ways to compute what the code under test computes.
abstract contract TransitionBase {
    Cheats internal constant vm = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));
    bool public constant IS_TEST = true;

    error NotEqual(uint256 actual, uint256 expected);

    function assertEq(uint256 actual, uint256 expected) internal pure {
        if (actual != expected) revert NotEqual(actual, expected);
    }

    function assertEq(bytes32 actual, bytes32 expected) internal pure {
        assertEq(uint256(actual), uint256(expected));
    }

    function assertTrue(bool condition) internal pure {
        assertEq(condition ? 1 : 0, 1);
    }

    /// @notice Choices that follow from `seed` alone.
    function choose(uint256 seed, uint256 number, uint256 below) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, number))) % below;
    }

    function pair(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encode(left, right));
    }

    function recordRoot(bytes32[4] memory record) internal pure returns (bytes32) {
        return pair(pair(record[0], record[1]), pair(record[2], record[3]));
    }

    function zeroHash(uint256 level) internal pure returns (bytes32 node) {
        for (uint256 i = 0; i < level; i++) {
            node = pair(node, node);
        }
    }

    /// @notice All levels of a tree of `depth` levels over `leaves`, without the zero nodes behind the last leaf.
    function levelsOf(bytes32[] memory leaves, uint256 depth) internal pure returns (bytes32[][] memory levels) {
        levels = new bytes32[][](depth + 1);
        levels[0] = leaves;
        bytes32 zero;
        for (uint256 level = 0; level < depth; level++) {
            bytes32[] memory nodes = levels[level];
            bytes32[] memory above = new bytes32[]((nodes.length + 1) / 2);
            for (uint256 i = 0; i < above.length; i++) {
                above[i] = pair(nodes[2 * i], 2 * i + 1 < nodes.length ? nodes[2 * i + 1] : zero);
            }
            levels[level + 1] = above;
            zero = pair(zero, zero);
        }
    }

    function treeRoot(bytes32[] memory leaves, uint256 depth) internal pure returns (bytes32) {
        if (leaves.length == 0) return zeroHash(depth);
        return levelsOf(leaves, depth)[depth][0];
    }

    /// @notice A number as a little-endian chunk, byte by byte.
    function littleEndian(uint256 value) internal pure returns (bytes32 chunk) {
        for (uint256 i = 0; i < 8; i++) {
            chunk |= bytes32(((value >> (8 * i)) & 0xff) << (8 * (31 - i)));
        }
    }
}
