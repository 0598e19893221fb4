// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title EIP-712 hashing in place
/// @notice The bodies of transactions are laid out in memory as EIP-712 encodes their struct: type hash, then a word for each field.
/// As `protocol/eip712.ts`.
library Eip712 {
    /// @notice Keccak-256 of `words` words in memory.
    function hashWords(uint256 cursor, uint256 words) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(cursor, shl(5, words))
        }
    }

    /// @notice `keccak256(0x1901 || domain separator || struct hash)`: what is signed.
    function signingDigest(bytes32 separator, bytes32 structHash) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let cursor := mload(0x40)
            mstore(cursor, 0x1901000000000000000000000000000000000000000000000000000000000000)
            mstore(add(cursor, 2), separator)
            mstore(add(cursor, 34), structHash)
            digest := keccak256(cursor, 66)
        }
    }
}
