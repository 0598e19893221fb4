// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransitionBase} from "./TransitionBase.sol";
import {Words} from "../../src/transition/Words.sol";

/// @notice Little-endian words of a record against bytes written one by one.
contract WordsTest is TransitionBase {
    function testFuzzSwap(uint64 value) public pure {
        assertEq(Words.toChunk(value), littleEndian(value));
        assertEq(Words.swap(Words.swap(value)), value);
    }

    function testFuzzChunkOf(uint64 a, uint64 b, uint64 c, uint64 d) public pure {
        bytes32 expected =
            littleEndian(a) | (littleEndian(b) >> 64) | (littleEndian(c) >> 128) | (littleEndian(d) >> 192);
        assertEq(Words.chunkOf(a, b, c, d), expected);
        assertEq(Words.reverse(Words.reverse(uint256(expected))), uint256(expected));
    }

    /// @notice Each word is where SSZ puts it, and writing one leaves all others.
    function testFuzzGetAndSet(bytes32[5] memory noise, uint8 field, uint64 value) public pure {
        uint256 record;
        assembly {
            record := noise
        }
        uint256 word = field % 16;
        bytes memory expected = abi.encode(noise);
        bytes32 chunk = littleEndian(value);
        for (uint256 i = 0; i < 8; i++) {
            expected[8 * word + i] = chunk[i];
        }
        Words.set(record, word, value);
        assertEq(keccak256(abi.encode(noise)), keccak256(expected));
        assertEq(Words.get(record, word), value);
        assertEq(Words.raw(record, word), uint256(chunk) >> 192);
    }

    function testFuzzAddAndSubtractWrap(uint64 before, uint64 amount) public pure {
        bytes32[5] memory noise;
        uint256 record;
        assembly {
            record := noise
        }
        Words.set(record, 15, before);
        Words.add(record, 15, amount);
        unchecked {
            assertEq(Words.get(record, 15), uint64(before + amount));
        }
        Words.subtract(record, 15, amount);
        assertEq(Words.get(record, 15), before);
    }

    function testFuzzAddTwice(bytes32[5] memory noise, uint8 first, uint8 second, uint64 amount) public pure {
        (uint256 a, uint256 b) = (first % 15, 0);
        b = a + 1 + (second % (15 - a));
        bytes32[5] memory other;
        uint256 record;
        uint256 copy;
        for (uint256 i = 0; i < 5; i++) {
            other[i] = noise[i];
        }
        assembly {
            record := noise
            copy := other
        }
        Words.addTwice(record, a, b, amount);
        Words.add(copy, a, amount);
        Words.add(copy, b, amount);
        assertEq(keccak256(abi.encode(noise)), keccak256(abi.encode(other)));
    }
}
