// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Signatures
/// @notice secp256k1, 64 bytes as in EIP-2098, low s only, so that each has one form. As `protocol/signature.ts`.
library Signature {
    bytes32 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice The address that signed `digest`, zero when nobody did. `at` is where the signature stands in calldata.
    function recover(bytes32 digest, uint256 cursor) internal pure returns (address) {
        bytes32 r;
        bytes32 parityAndS;
        assembly ("memory-safe") {
            r := calldataload(cursor)
            parityAndS := calldataload(add(cursor, 0x20))
        }
        bytes32 s = (parityAndS << 1) >> 1;
        if (s > HALF_ORDER) return address(0);
        return ecrecover(digest, 27 + uint8(uint256(parityAndS) >> 255), r, s);
    }
}
