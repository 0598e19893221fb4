// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransitionBase} from "./TransitionBase.sol";
import {Sha256} from "../../src/transition/tree/Sha256.sol";

/// @notice Merkleization in place against the plain tree.
contract Sha256Test is TransitionBase {
    function testZeroHashes() public view {
        uint256 zeros = Sha256.zeroHashes();
        for (uint256 level = 0; level < Sha256.ZERO_HASHES; level++) {
            bytes32 node;
            assembly {
                node := mload(add(zeros, shl(5, level)))
            }
            assertEq(node, zeroHash(level));
        }
    }

    function testFuzzHashRecord(bytes32[4] memory record) public view {
        uint256 place;
        assembly {
            place := record
        }
        assertEq(Sha256.hashRecord(place), recordRoot(record));
        assertEq(Sha256.hashPair(record[0], record[1]), pair(record[0], record[1]));
    }

    function testFuzzMerkleize(uint256 seed, uint8 many, uint8 more) public view {
        uint256 count = many % 40;
        uint256 depth = more % 4;
        while (1 << depth < count) depth++;
        bytes32[] memory leaves = new bytes32[](count);
        bytes32[] memory nodes = new bytes32[](count + 1);
        for (uint256 i = 0; i < count; i++) {
            leaves[i] = keccak256(abi.encode(seed, i));
            nodes[i] = leaves[i];
        }
        uint256 place;
        assembly {
            place := add(nodes, 0x20)
        }
        assertEq(Sha256.merkleize(place, count, depth, Sha256.zeroHashes()), treeRoot(leaves, depth));
    }
}
