// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Limits} from "../Limits.sol";
import {Body} from "./Body.sol";

/// @title One record of an Attribute or an AttributeCommitted in memory
/// @notice Four words, then one for each share: `weight | contribution << 16 | record << 64`, the last being where the contribution
/// stands in memory once it was found, until then 0.
library OutputRecord {
    uint256 internal constant OUTPUT = 0; // 0 where the transaction commits to all outputs by one root
    uint256 internal constant FEE = 1;
    uint256 internal constant SHARES_ROOT = 2; // 0 until it is known
    uint256 internal constant SHARE_COUNT = 3;
    uint256 internal constant FIRST_SHARE = 4;

    /// @notice Reads `count` records to new memory, side by side: `output (32)? || head || fee? || shares` each, the output unless
    /// they are committed. Head is the number of shares, plus 128 when a fee follows; the first record states its fee, a later one
    /// does exactly when it differs from the one before. A share is the contribution (the first as it is, then the distance less
    /// one) and the weight. Returns the sum of the fees and the number of all shares.
    function decode(uint256 cursor, uint256 end, uint256 count, bool committed)
        internal
        pure
        returns (uint256 fees, uint256 shares, uint256 next)
    {
        unchecked {
            uint256 to;
            assembly ("memory-safe") {
                to := mload(0x40)
            }
            uint256 outputBytes = committed ? 0 : 32;
            uint256 fee;
            for (uint256 i = 0; i < count; i++) {
                uint256 head;
                assembly ("memory-safe") {
                    mstore(to, mul(calldataload(cursor), gt(outputBytes, 0)))
                    cursor := add(cursor, outputBytes)
                    head := byte(0, calldataload(cursor))
                    cursor := add(cursor, 1)
                }
                if (head >= 0x80) {
                    uint256 stated;
                    (stated, cursor) = Bytes.varint(cursor, type(uint32).max);
                    if (i > 0 && stated == fee) return (0, 0, Bytes.MALFORMED);
                    fee = stated;
                } else if (i == 0) {
                    return (0, 0, Bytes.MALFORMED);
                }
                head &= 0x7f;
                if (head > Limits.MAX_SHARES || cursor > end) return (0, 0, Bytes.MALFORMED);
                fees += fee;
                shares += head;
                Body.set(to, FEE, fee);
                Body.set(to, SHARES_ROOT, 0);
                Body.set(to, SHARE_COUNT, head);
                to += FIRST_SHARE * 32;
                cursor = decodeShares(cursor, head, to);
                if (cursor > end) return (0, 0, Bytes.MALFORMED);
                to += head * 32;
            }
            assembly ("memory-safe") {
                mstore(0x40, to)
            }
            next = cursor;
        }
    }

    /// @notice Reads `count` shares to `to`. Bytes that are no transaction can be made of little else, and no meter counts them: so
    /// this is written to be cheap.
    function decodeShares(uint256 cursor, uint256 count, uint256 to) private pure returns (uint256 next) {
        assembly ("memory-safe") {
            let last := add(to, shl(5, count))
            let least := 0
            let wrong := 0
            for {} lt(to, last) { to := add(to, 0x20) } {
                // The contribution, as distance from the least that it may be, and the weight: ten bytes at most.
                let word := calldataload(cursor)
                let weight := byte(1, word)
                switch and(word, 0x8080000000000000000000000000000000000000000000000000000000000000)
                case 0 {
                    least := add(least, byte(0, word))
                    cursor := add(cursor, 2)
                }
                default {
                    let size
                    weight, size := varint(word)
                    least := add(least, weight)
                    cursor := add(cursor, size)
                    word := shl(shl(3, size), word)
                    weight := byte(0, word)
                    size := 1
                    if gt(weight, 0x7f) { weight, size := varint(word) }
                    cursor := add(cursor, size)
                }
                wrong := or(wrong, gt(sub(weight, 1), 0xfffe))
                mstore(to, or(weight, shl(16, least)))
                least := add(least, 1)
            }
            // Contributions increase: if one is too large, the last one is.
            next := cursor
            if or(wrong, gt(least, 0x1000000000000)) {
                next := 0x8000000000000000000000000000000000000000000000000000000000000000
            }

            // As `Bytes.varint`; what is not minimal or too long becomes larger than any maximum.
            function varint(word) -> value, size {
                value := byte(0, word)
                size := 1
                if lt(value, 0x80) { leave }
                let group := byte(1, word)
                value := or(and(value, 0x7f), shl(7, and(group, 0x7f)))
                size := 2
                if gt(group, 0x7f) {
                    group := byte(2, word)
                    value := or(value, shl(14, and(group, 0x7f)))
                    size := 3
                    for {} gt(group, 0x7f) {} {
                        if eq(size, 7) { break }
                        group := byte(size, word)
                        value := or(value, shl(mul(7, size), and(group, 0x7f)))
                        size := add(size, 1)
                    }
                }
                if or(iszero(group), gt(group, 0x7f)) { value := shl(64, 1) }
            }
        }
    }
}
