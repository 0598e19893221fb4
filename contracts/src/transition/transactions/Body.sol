// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A decoded transaction in memory
/// @notice Words, laid out as EIP-712 encodes the transaction's struct: type hash, account, nonce, then its own fields. Behind
/// them stands what is not signed as such. What state gives (nonce, identities, terms, hashes) is zero until the struct is
/// hashed. Mirrors `protocol/transactions/transaction.ts`.
library Body {
    uint256 internal constant ACCOUNT = 1;
    uint256 internal constant NONCE = 2;

    /// @notice A body of `words` words, all zero but the type hash.
    function create(bytes32 typeHash, uint256 words) internal pure returns (uint256 body) {
        assembly ("memory-safe") {
            body := mload(0x40)
            let size := shl(5, words)
            mstore(0x40, add(body, size))
            calldatacopy(body, calldatasize(), size)
            mstore(body, typeHash)
        }
    }

    /// @notice Memory for `words` words, not cleared.
    function allocate(uint256 words) internal pure returns (uint256 cursor) {
        assembly ("memory-safe") {
            cursor := mload(0x40)
            mstore(0x40, add(cursor, shl(5, words)))
        }
    }

    function get(uint256 body, uint256 word) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(body, shl(5, word)))
        }
    }

    function set(uint256 body, uint256 word, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(body, shl(5, word)), value)
        }
    }

    function setBytes32(uint256 body, uint256 word, bytes32 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(body, shl(5, word)), value)
        }
    }
}
